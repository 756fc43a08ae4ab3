"""What happens to an assignment: a volunteer proposed for a place, asked, and on to the end.

Each step moves the assignment along ASSIGNMENT and leaves one ledger entry about the assignment,
its place, its deployment and its volunteer.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from corps.audit.actions import By
from corps.workflow.moves import move
from deployments.actions.constraints import refusing
from deployments.liaison.actions.permits import check_ready, hold_deployment, list_permits_for
from deployments.liaison.rules.permits import NotReady
from deployments.models import Assignment
from deployments.rules import check_can_answer, check_can_change_deployment, check_in_time
from deployments.states import ASSIGNMENT


@transaction.atomic
def accept_offer(*, assignment: Assignment, by: By, at: datetime) -> None:
    """Accept an offer, by the volunteer. Raises NotFound for an offer to somebody else,
    AnswerTooLate, NotInThatState."""
    check_can_answer(by, assignment)
    check_in_time(assignment, at=at)
    move_assignment(assignment, "accept", by=by, at=at)


@transaction.atomic
def decline_offer(*, assignment: Assignment, by: By, at: datetime) -> None:
    """Decline an offer, by the volunteer; no reason is asked and the place is free at once.
    Raises NotFound for an offer to somebody else, NotInThatState."""
    check_can_answer(by, assignment)
    move_assignment(assignment, "decline", by=by, at=at)


@transaction.atomic
def withdraw_assignment(*, assignment: Assignment, by: By, at: datetime) -> None:
    """Withdraw from a place, by the volunteer; no reason is asked and the place is free at once.

    Somebody out of contact who withdraws is in contact again: that is recorded first. Raises
    NotFound for somebody else's assignment, NotInThatState.
    """
    check_can_answer(by, assignment)
    withdraw_now(assignment, by=by, at=at)


@transaction.atomic
def confirm_assignment(*, assignment: Assignment, by: By, at: datetime) -> None:
    """Confirm an accepted place; the volunteer gets a list of the permits that the deployment
    needs, each with its entry. Raises NotFound, NotPermitted, NotInThatState."""
    check_can_change_deployment(by, assignment.slot.deployment)
    hold_deployment(assignment.slot.deployment)
    move_assignment(assignment, "confirm", by=by, at=at)
    list_permits_for(assignment=assignment, by=by, at=at)


@transaction.atomic
def activate_assignment(*, assignment: Assignment, by: By, at: datetime) -> None:
    """Say that the volunteer has begun. Raises NotFound, NotPermitted, NotInThatState, and NotReady
    with what is missing: permits that do not hold on the day of `at` in Seoul, the consent to
    serve. The database refuses it too (`assignment_permits_granted`)."""
    check_can_change_deployment(by, assignment.slot.deployment)
    if assignment.state in ASSIGNMENT.moves["activate"].sources:
        check_ready(assignment, at=at)
    with refusing({"assignment_permits_granted": NotReady}):
        move_assignment(assignment, "activate", by=by, at=at)


@transaction.atomic
def complete_assignment(*, assignment: Assignment, by: By, at: datetime) -> None:
    """Say that the volunteer's work is done. Raises NotFound, NotPermitted, NotInThatState."""
    _move_by_coordinator(assignment, "complete", by=by, at=at)


@transaction.atomic
def report_lost_contact(*, assignment: Assignment, by: By, at: datetime) -> None:
    """Say that contact with an active volunteer is lost.
    Raises NotFound, NotPermitted, NotInThatState."""
    _move_by_coordinator(assignment, "lose_contact", by=by, at=at)


@transaction.atomic
def regain_contact(*, assignment: Assignment, by: By, at: datetime) -> None:
    """Say that a volunteer is in contact again. Raises NotFound, NotPermitted, NotInThatState."""
    _move_by_coordinator(assignment, "regain_contact", by=by, at=at)


@transaction.atomic
def cancel_assignment(*, assignment: Assignment, by: By, at: datetime, reason: str) -> None:
    """Cancel an assignment that is not over, for a reason; the place is free at once.
    Raises NotFound, NotPermitted, NotInThatState, ReasonMissing."""
    _move_by_coordinator(assignment, "cancel", by=by, at=at, reason=reason)


def move_assignment(
    assignment: Assignment, name: str, *, by: By, at: datetime, **more: Any
) -> None:
    """Make one move, entered about the place, the deployment and the volunteer as well."""
    slot = assignment.slot
    about = (slot, slot.deployment, assignment.volunteer)
    move(assignment, ASSIGNMENT, name, by=by, at=at, about=about, updated_at=at, **more)


def withdraw_now(assignment: Assignment, *, by: By, at: datetime) -> None:
    """Withdraw from a place, out of contact or not; the caller has checked who asks."""
    if assignment.state == "lost_contact":
        move_assignment(assignment, "regain_contact", by=by, at=at)
    move_assignment(assignment, "withdraw", by=by, at=at)


def still_open(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Return those that are not over, locked, in the one order in which all who lock many do."""
    over = [name for name, state in ASSIGNMENT.states.items() if state.final]
    found = assignments.exclude(state__in=over).select_related(
        "slot__deployment__desk", "volunteer"
    )
    return found.select_for_update(of=("self",)).order_by("pk")


def end_all(assignments: QuerySet[Assignment], *, by: By, at: datetime, reason: str) -> None:
    """Cancel those that are not over, each with its entry; the caller holds the transaction."""
    for assignment in still_open(assignments):
        move_assignment(assignment, "cancel", by=by, at=at, reason=reason)


def _move_by_coordinator(
    assignment: Assignment, name: str, *, by: By, at: datetime, **more: Any
) -> None:
    check_can_change_deployment(by, assignment.slot.deployment)
    move_assignment(assignment, name, by=by, at=at, **more)
