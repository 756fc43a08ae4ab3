"""Materials, versions and deliveries, as their viewer may see them; what was made, handed over and
acknowledged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from corps.accounts.models import Desk, User
from corps.accounts.queries.sight import Viewer, seen_by
from corps.accounts.roles import Role
from corps.vault.models import SealedFile
from deployments.agencies.models import Agency
from deployments.materials.models import (
    Delivery,
    Material,
    MaterialGroupObjectPermission,
    MaterialVersion,
)

SEOUL = ZoneInfo("Asia/Seoul")

RECEIPT_DUE = timedelta(days=14)
"""How long after the handing over a receipt is waited for."""


@dataclass(frozen=True, slots=True)
class Sums:
    """How many copies were made, handed over and acknowledged, in how many deliveries.

    `open` counts what was handed over in deliveries that are still waited for; `lost` what was
    handed over and not acknowledged in those that are over.
    """

    name: object
    deliveries: int
    made: int
    handed_over: int
    acknowledged: int
    open: int

    @property
    def left(self) -> int:
        """How many were made and not handed over."""
        return self.made - self.handed_over

    @property
    def lost(self) -> int:
        """How many were handed over, and the receipt does not have them."""
        return self.handed_over - self.acknowledged - self.open


def materials_visible_to(viewer: Viewer) -> QuerySet[Material]:
    """Return the materials on the viewer's desks and those shared with the viewer."""
    return Material.objects.filter(seen_by(viewer, Material)).select_related("desk")


def versions_visible_to(viewer: Viewer) -> QuerySet[MaterialVersion]:
    """Return the versions of the materials that the viewer may see."""
    seen = materials_visible_to(viewer).order_by().values("pk")
    versions = MaterialVersion.objects.filter(material__in=seen)
    return versions.select_related("material__desk", "language", "author", "decided_by", "file")


def deliveries_visible_to(viewer: Viewer) -> QuerySet[Delivery]:
    """Return the deliveries of the materials that the viewer may see, to staff whose role sees
    deliveries."""
    deliveries = Delivery.objects.select_related(
        "version__material__desk", "agency", "contact", "desk", "handed_over_by", "prepared_by"
    )
    is_staff = isinstance(viewer, User) and viewer.is_staff
    if is_staff and not viewer.may_see_kind("materials.delivery"):  # type: ignore[union-attr]
        return deliveries.none()
    seen = materials_visible_to(viewer).order_by().values("pk")
    return deliveries.filter(version__material__in=seen)


def day_in_seoul(at: datetime) -> date:
    """Return the day of Seoul's calendar at an aware instant: of it are the days of deliveries."""
    return at.astimezone(SEOUL).date()


def officers_of(desk: Desk) -> QuerySet[User]:
    """Return who hands over what a desk delivers: its liaison officers, by name."""
    officers = User.objects.filter(is_active=True, is_staff=True, groups__name=Role.LIAISON)
    return officers.filter(desks=desk).order_by("username")


def newest_versions(materials: Iterable[UUID]) -> dict[UUID, MaterialVersion]:
    """Return the newest version of each material that has one, by the material's id."""
    versions = MaterialVersion.objects.filter(material__in=list(materials))
    newest = versions.order_by("material_id", "-number").distinct("material_id")
    return {version.material_id: version for version in newest.select_related("language")}


def previews_of(version: MaterialVersion) -> list[SealedFile]:
    """Return the pictures of a version's pages, in the order of the pages."""
    kept = MaterialVersion.previews.through._default_manager.filter(materialversion=version)
    return [row.sealedfile for row in kept.select_related("sealedfile__data_key").order_by("pk")]


def agencies_reading(material: Material) -> QuerySet[Agency]:
    """Return the agencies with which a material is shared."""
    shared = MaterialGroupObjectPermission.objects.filter(
        content_object=material,
        permission__codename="view_material",
        group=OuterRef("group"),
    )
    return Agency.objects.filter(Exists(shared)).order_by("slug")


def versions_to_review(viewer: User) -> QuerySet[MaterialVersion]:
    """Return the versions in review that wait for this viewer: an approver, of others' versions."""
    waiting = versions_visible_to(viewer).filter(state="in_review").exclude(author=viewer)
    return waiting if viewer.has_role(Role.APPROVER) else waiting.none()


def without_receipt(deliveries: QuerySet[Delivery], *, at: datetime) -> QuerySet[Delivery]:
    """Return those deliveries that were handed over RECEIPT_DUE ago or earlier, and have no
    receipt at the instant `at`."""
    return deliveries.filter(state="handed_over", handed_over_at__lte=at - RECEIPT_DUE)


def sums_by_agency(deliveries: QuerySet[Delivery]) -> list[Sums]:
    """Return the sums of each agency, by its short name; one query, and one for the agencies."""
    rows = list(_summed(deliveries.order_by().values("agency")).order_by("agency__slug"))
    agencies = Agency.objects.in_bulk([row["agency"] for row in rows])
    return [_sums(agencies[row["agency"]], row) for row in rows]


def sums_by_version(deliveries: QuerySet[Delivery], *, most: int | None = None) -> list[Sums]:
    """Return the sums of each version, by material and number; or of those `most` whose last
    delivery was prepared last, that one first. One query, and one for the versions."""
    grouped = _summed(deliveries.order_by().values("version"))
    if most is None:
        rows = list(grouped.order_by("version__material__title", "version__number"))
    else:
        last = grouped.annotate(last_=Max("prepared_at"))
        rows = list(last.order_by("-last_", "version")[:most])
    versions = MaterialVersion.objects.select_related("material")
    found = versions.in_bulk([row["version"] for row in rows])
    return [_sums(found[row["version"]], row) for row in rows]


def sums_in_all(name: object, deliveries: QuerySet[Delivery]) -> Sums:
    """Return the sums of all the deliveries, under a name; one query."""
    return _sums(name, deliveries.order_by().aggregate(**_SUMMED))


_SUMMED: dict[str, Any] = {
    "deliveries_": Count("pk"),
    "made_": Coalesce(Sum("made"), 0),
    "handed_": Coalesce(Sum("handed_over"), 0),
    "acknowledged_": Coalesce(Sum("acknowledged"), 0),
    "open_": Coalesce(Sum(F("handed_over"), filter=Q(state="handed_over")), 0),
}
"""What was made for a delivery that failed before it was handed over counts as made: it is
somewhere."""


def _summed(grouped: Any) -> Any:
    """Return the sums of each group."""
    return grouped.annotate(**_SUMMED)


def _sums(name: object, row: dict[str, object]) -> Sums:
    return Sums(name, *(int(str(row[key])) for key in _SUMMED))
