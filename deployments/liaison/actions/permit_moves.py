"""One step of one permit: its row held, the move made, its entry written."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from corps.audit.actions import By
from corps.errors import NotFound
from corps.workflow.moves import move
from deployments.liaison.models import Case, Permit
from deployments.liaison.queries.permits import with_their_places
from deployments.liaison.rules.cases import check_permits_are_said
from deployments.liaison.states import PERMIT


def put_back_unanswered(case: Case, *, by: By, at: datetime) -> None:
    """Let what a case applied for and has no answer be needed again, of whomever: one entry each.

    For whoever closes the case, in the same transaction; may they is the case's own question. They
    need not see everybody whom the case concerns, and some hold their places no more. Raises
    PermitsWaiting where the last answer decided and permits that they see wait for what it said.
    """
    check_permits_are_said(by, case)
    for permit in list(hold_permits(Permit.objects.filter(case=case, state="applied"))):
        move_permit(permit, "put_back", by=by, at=at)


def hold_permits(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """Return the permits, locked, in the one order in which all who lock many do."""
    return with_their_places(permits).select_for_update(of=("self",), no_key=True).order_by("pk")


def hold_permit(permit: Permit) -> Permit:
    """Return a permit as it stands now, locked. Raises NotFound for one that is gone."""
    locked = hold_permits(Permit.objects.filter(pk=permit.pk)).first()
    if locked is None:
        raise NotFound
    return locked


def move_permit(permit: Permit, name: str, *, by: By, at: datetime, **more: Any) -> None:
    """Make one move, with `more` beside the state, entered as `about_permit` and `facts_of` say.
    Raises NotInThatState, ReasonMissing."""
    reason = more.pop("reason", "")
    for field, value in more.items():
        setattr(permit, field, value)
    facts, about = facts_of(permit), about_permit(permit)
    move(permit, PERMIT, name, by=by, at=at, about=about, reason=reason, facts=facts, **more)


def about_permit(permit: Permit) -> tuple[Any, ...]:
    """Return what an entry about a permit is entered about as well."""
    assignment = permit.assignment
    about = (assignment, assignment.slot.deployment, assignment.volunteer)
    return (*about, permit.case) if permit.case else about


def facts_of(permit: Permit) -> dict[str, str]:
    """Return the kind and the days, as the ledger tells them: not everybody who reads of a permit
    sees its case, which the entry is about."""
    told = {
        "permit_kind": permit.kind.code,
        "since": permit.since.isoformat() if permit.since else "",
        "until": permit.until.isoformat() if permit.until else "",
    }
    return {name: value for name, value in told.items() if value}
