"""What materials show on an agency's page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.guests import Panel, add_panel
from deployments.agencies.models import Agency
from deployments.materials.queries import (
    deliveries_visible_to,
    materials_shared_with,
    sums_by_version,
    total_of,
)


def materials_of(viewer: User, agency: Agency) -> dict[str, Any]:
    """Return what was delivered to an agency, and what it reads, as far as the viewer may see."""
    if not viewer.may_see_kind("materials.delivery"):
        return {"shown": False}
    sums = sums_by_version(deliveries_visible_to(viewer).filter(agency=agency))
    return {
        "shown": True,
        "sums": sums,
        "total": total_of(_("In all"), sums),
        "materials": materials_shared_with(viewer, agency),
    }


add_panel(Agency, Panel("admin/materials/of_agency.html", materials_of))
