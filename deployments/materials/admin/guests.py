"""What materials show on an agency's page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.guests import Panel, add_panel
from deployments.agencies.models import Agency
from deployments.materials.queries import deliveries_visible_to, sums_by_version, sums_in_all

MOST = 20
"""How many versions an agency's page shows; the list of its deliveries has the rest."""


def delivered_to(viewer: User, agency: Agency) -> dict[str, Any]:
    """Return the sums of what was delivered to an agency, as far as the viewer may see: of the
    versions delivered last, and in all."""
    if not viewer.may_see_kind("materials.delivery"):
        return {"shown": False}
    deliveries = deliveries_visible_to(viewer).filter(agency=agency)
    sums = sums_by_version(deliveries, most=MOST + 1)
    return {
        "shown": True,
        "sums": sums[:MOST],
        "rest": _all_of(agency) if len(sums) > MOST else "",
        "total": sums_in_all(_("In all"), deliveries),
    }


def _all_of(agency: Agency) -> str:
    """Return the address of the list of an agency's deliveries."""
    return f"{reverse('admin:materials_delivery_changelist')}?agency__id__exact={agency.pk}"


add_panel(Agency, Panel("admin/materials/of_agency.html", delivered_to))
