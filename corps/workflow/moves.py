"""The one function that moves an object from state to state, and records it."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.audit.actions import By, record
from corps.errors import Refusal
from corps.workflow.tables import StateTable


class NotInThatState(Refusal):
    """The object is no longer in a state from which the move starts."""

    message = _("This has changed meanwhile: the step is no longer possible.")


class ReasonMissing(Refusal):
    """The move asks for a reason and none was given."""

    message = _("A reason is needed for this step.")


def move(
    obj: models.Model,
    table: StateTable,
    name: str,
    *,
    by: By,
    at: datetime,
    about: tuple[models.Model, ...] = (),
    reason: str = "",
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Move `obj` along `table` by the move `name`, at the instant `at`.

    Effects: one row updated where the old state still holds, with `changes` beside it;
    one ledger entry about `obj` and everything in `about`. The caller holds the transaction.
    Raises NotInThatState when the row has left the move's sources, ReasonMissing when the
    table asks for a reason.
    """
    step = table.moves[name]
    if step.reason and not reason.strip():
        raise ReasonMissing
    old = getattr(obj, table.field)
    if old not in step.sources:
        raise NotInThatState
    values = {table.field: step.target, f"{table.field}_since": at, **changes}
    moved = type(obj)._base_manager.filter(pk=obj.pk, **{table.field: old}).update(**values)
    if moved != 1:
        raise NotInThatState
    for field, value in values.items():
        setattr(obj, field, value)
    told = {"from": old, "to": step.target, **(facts or {})}
    record(step.verb, obj, *about, by=by, at=at, reason=reason, facts=told)
