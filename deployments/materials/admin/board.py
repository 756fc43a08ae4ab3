"""What materials put on the landing board."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.adminkit import board
from corps.adminkit.board import Tile
from deployments.materials.queries import (
    deliveries_visible_to,
    versions_to_review,
    without_receipt,
)


@board.register
def materials(viewer: User) -> Iterable[Tile]:
    """Versions to review, for approvers; deliveries without a receipt, for liaison officers."""
    if viewer.has_role(Role.APPROVER):
        yield Tile(
            _("Versions to review"),
            versions_to_review(viewer).count(),
            reverse("admin:materials_materialversion_changelist") + "?state__exact=in_review",
        )
    if viewer.has_role(Role.LIAISON):
        late = without_receipt(deliveries_visible_to(viewer), at=timezone.now())
        yield Tile(
            _("Deliveries without a receipt"),
            late.count(),
            reverse("admin:materials_delivery_changelist") + "?waiting=receipt",
            note=_("handed over 14 days ago or earlier"),
        )
