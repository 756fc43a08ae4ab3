"""What materials show on an agency's page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.guests import Panel, add_panel
from deployments.agencies.models import Agency
from deployments.materials.queries import (
    deliveries_visible_to,
    sums_by_version,
    total_of,
)


def delivered_to(viewer: User, agency: Agency) -> dict[str, Any]:
    """Return the sums of what was delivered to an agency, as far as the viewer may see."""
    if not viewer.may_see_kind("materials.delivery"):
        return {"shown": False}
    sums = sums_by_version(deliveries_visible_to(viewer).filter(agency=agency))
    return {
        "shown": True,
        "sums": sums,
        "total": total_of(_("In all"), sums),
    }


add_panel(Agency, Panel("admin/materials/of_agency.html", delivered_to))
