"""What work shows on the pages of others: load on the register, places and leaving on a volunteer's
page, shared deployments on an agency's."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.buttons import move_button, viewer_of
from corps.adminkit.guests import Column, Panel, add_buttons, add_column, add_panel
from deployments.actions.standing import withdraw_volunteer
from deployments.admin.looks import assignment_pill, days_shown, deployment_pill
from deployments.agencies.models import Agency
from deployments.queries.days import days_of_period
from deployments.queries.load import loads_of
from deployments.queries.partner import deployments_shared_with
from deployments.queries.staffing import held_by
from deployments.rules import can_withdraw_volunteer
from volunteers.models import Volunteer
from volunteers.states import STANDING


def load_of(viewer: User, ids: Sequence[Any]) -> Mapping[Any, Any]:
    """Return the load of volunteers the viewer sees on a page."""
    return loads_of(ids, at=timezone.now())


def places_of(viewer: User, volunteer: Volunteer) -> dict[str, Any]:
    """Return the assignments of one volunteer that the viewer may see."""
    if not viewer.may_see_kind("deployments.assignment"):
        return {"shown": False}
    rows = [
        {
            "assignment": assignment,
            "pill": assignment_pill(assignment),
            "days": days_shown(
                *days_of_period(assignment.period, assignment.slot.deployment.time_zone)
            ),
        }
        for assignment in held_by(viewer, volunteer)
    ]
    return {"shown": True, "rows": rows}


def withdraw(request: HttpRequest, obj: Volunteer, reason: str) -> None:
    """Withdraw a volunteer from everything."""
    withdraw_volunteer(volunteer=obj, by=viewer_of(request), at=timezone.now())


def shared_with(viewer: User, agency: Agency) -> dict[str, Any]:
    """Return the deployments shared with an agency that the viewer may see."""
    if not viewer.may_see_kind("deployments.deployment"):
        return {"shown": False}
    rows = [
        {
            "deployment": deployment,
            "pill": deployment_pill(deployment),
            "days": days_shown(*days_of_period(deployment.period, deployment.time_zone)),
        }
        for deployment in deployments_shared_with(viewer, agency)
    ]
    return {"shown": True, "rows": rows}


add_column(Volunteer, Column("load", _("load"), load_of))
add_panel(Volunteer, Panel("admin/deployments/places_of_volunteer.html", places_of))
add_buttons(
    Volunteer,
    move_button(
        STANDING,
        "withdraw",
        run=withdraw,
        allowed=can_withdraw_volunteer,
        says=_(
            "At the volunteer's own wish. No reason is asked; "
            "open offers and every place held are free at once."
        ),
        look="danger",
    ),
)
add_panel(Agency, Panel("admin/deployments/shared_with_agency.html", shared_with))
