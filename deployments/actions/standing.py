"""A volunteer withdraws from everything: the register's standing and the places held."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.audit.actions import By
from deployments.actions.assignments import move_assignment, still_open, withdraw_now
from deployments.actions.locks import wait_for_turn
from deployments.models import Assignment
from deployments.rules import check_can_withdraw_volunteer
from volunteers.actions.people import change_standing
from volunteers.models import Volunteer


@transaction.atomic
def withdraw_volunteer(*, volunteer: Volunteer, by: By, at: datetime) -> None:
    """Withdraw a volunteer, who gives no reason; every place held is free at once.

    Effects: open offers declined, assignments under way withdrawn, proposals cancelled, the
    standing withdrawn, each with its ledger entry. Raises NotFound unless `by` is the volunteer,
    a coordinator of the desk or the system; NotInThatState for one who has withdrawn before.
    """
    check_can_withdraw_volunteer(by, volunteer)
    wait_for_turn(volunteer)
    for assignment in still_open(Assignment.objects.filter(volunteer=volunteer)):
        _leave(assignment, by=by, at=at)
    change_standing(volunteer=volunteer, move_name="withdraw", by=by, at=at)


def _leave(assignment: Assignment, *, by: By, at: datetime) -> None:
    if assignment.state == "proposed":
        why = str(_("The volunteer has withdrawn."))
        move_assignment(assignment, "cancel", by=by, at=at, reason=why)
    elif assignment.state == "offered":
        move_assignment(assignment, "decline", by=by, at=at)
    else:
        withdraw_now(assignment, by=by, at=at)
