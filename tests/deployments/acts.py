"""Each move of an assignment by the action that makes it, and assignments made at a state."""

from collections.abc import Callable
from typing import Any

from corps.accounts.models import User
from corps.workflow.moves import NotInThatState
from deployments.actions import assignments, offers
from deployments.models import Assignment
from tests.cast import NOW, a_slot, a_volunteer

Act = Callable[[Assignment, User], Any]


def _by_coordinator(action: Callable[..., Any], **more: Any) -> Act:
    return lambda assignment, coordinator: action(
        assignment=assignment, by=coordinator, at=NOW, **more
    )


def _by_volunteer(action: Callable[..., Any]) -> Act:
    return lambda assignment, _: action(assignment=assignment, by=assignment.volunteer.user, at=NOW)


def _offer(assignment: Assignment, coordinator: User) -> None:
    """Offer what is proposed; an assignment in another state cannot be offered again."""
    if assignment.state != "proposed":
        raise NotInThatState
    offers.offer_slot(slot=assignment.slot, volunteer=assignment.volunteer, by=coordinator, at=NOW)


def _expire(assignment: Assignment, _: User) -> None:
    """Let the clock run; an assignment that is not offered stays as it is."""
    Assignment.objects.filter(pk=assignment.pk, state="offered").update(answer_by=NOW)
    if offers.expire_offers(at=NOW) == 0:
        raise NotInThatState


ACTS: dict[str, Act] = {
    "offer": _offer,
    "accept": _by_volunteer(assignments.accept_offer),
    "decline": _by_volunteer(assignments.decline_offer),
    "expire": _expire,
    "confirm": _by_coordinator(assignments.confirm_assignment),
    "activate": _by_coordinator(assignments.activate_assignment),
    "complete": _by_coordinator(assignments.complete_assignment),
    "lose_contact": _by_coordinator(assignments.report_lost_contact),
    "regain_contact": _by_coordinator(assignments.regain_contact),
    "withdraw": _by_volunteer(assignments.withdraw_assignment),
    "cancel": _by_coordinator(assignments.cancel_assignment, reason="storm"),
}
"""Each move of ASSIGNMENT by the action that makes it."""


def assignment_at(state: str) -> Assignment:
    """An assignment in a state, of a volunteer with an account, in an open deployment."""
    slot, volunteer = a_slot(), a_volunteer(account=True)
    asked = {} if state == "proposed" else {"offered_at": NOW, "answer_by": NOW.replace(year=2027)}
    return Assignment.objects.create(
        slot=slot, volunteer=volunteer, period=slot.period, state=state, state_since=NOW, **asked
    )
