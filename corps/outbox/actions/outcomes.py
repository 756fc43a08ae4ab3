"""Moving a message, and telling what it is about."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models

from corps.audit.actions import Actor, By
from corps.audit.models import ActorKind
from corps.outbox.models import Message
from corps.outbox.states import MESSAGE
from corps.workflow.moves import move

OUTBOX = Actor(ActorKind.SYSTEM, "outbox", "outbox")
"""Who writes a message: the change that caused it has an entry of its own, with its person."""

Outcome = Callable[[Message, datetime], None]

Check = Callable[[Message, datetime], None]

_told: dict[str, list[Outcome]] = {}
_checks: dict[str, list[Check]] = {}


def on_outcome(label: str, tell: Outcome) -> None:
    """Let `tell(message, at)` be called whenever a message about a `label` (`app.model`, lower
    case) has moved, in the transaction of the move. `message.state` is the new state."""
    told = _told.setdefault(label, [])
    if tell not in told:
        told.append(tell)


def before_sending(label: str, check: Check) -> None:
    """Let `check(message, at)` be called, in the transaction of the move, before a message about a
    `label` is taken up and before one is tried again. It raises a Refusal where the message may go
    out no more. The message is held then; the check may hold what stands behind it."""
    checks = _checks.setdefault(label, [])
    if check not in checks:
        checks.append(check)


def check_may_go_out(message: Message, at: datetime) -> None:
    """Raise what forbids a message that is held to go out now, if anything does."""
    for check in _checks.get(message.about.partition(":")[0], []):
        check(message, at)


def subject_of(message: Message) -> models.Model | None:
    """Return what a message is about, None where that is gone."""
    label, _colon, pk = message.about.partition(":")
    found: models.Model | None = apps.get_model(label)._base_manager.filter(pk=pk).first()
    return found


def about(message: Message) -> tuple[models.Model, ...]:
    """Return what the ledger names beside a message: its subject, if it is there."""
    subject = subject_of(message)
    return () if subject is None else (subject,)


def shift(
    message: Message,
    name: str,
    *,
    by: By,
    at: datetime,
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Move a message by one of MESSAGE's moves, and tell those who wait for its outcome.

    The caller holds the transaction. Raises NotInThatState.
    """
    move(message, MESSAGE, name, by=by, at=at, about=about(message), facts=facts, **changes)
    for tell in _told.get(message.about.partition(":")[0], []):
        tell(message, at)
