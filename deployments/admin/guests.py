"""What work shows on the pages of people: load on the register, places on a volunteer's page."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.guests import Column, Panel, add_column, add_panel
from deployments.admin.looks import assignment_pill, days_shown
from deployments.queries.days import days_of_period
from deployments.queries.load import loads_of
from deployments.queries.staffing import held_by
from volunteers.models import Volunteer


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


add_column(Volunteer, Column("load", _("load"), load_of))
add_panel(Volunteer, Panel("admin/deployments/places_of_volunteer.html", places_of))
