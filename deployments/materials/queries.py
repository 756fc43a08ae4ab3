"""Materials, versions and deliveries, as their viewer may see them."""

from uuid import UUID

from django.db.models import QuerySet

from corps.accounts.queries.sight import Viewer, seen_by
from corps.errors import NotFound
from deployments.materials.models import Delivery, Material, MaterialVersion


def materials_visible_to(viewer: Viewer) -> QuerySet[Material]:
    """Return the materials on the viewer's desks and those shared with the viewer."""
    return Material.objects.filter(seen_by(viewer, Material))


def versions_visible_to(viewer: Viewer) -> QuerySet[MaterialVersion]:
    """Return the versions of the materials that the viewer may see."""
    return MaterialVersion.objects.filter(material__in=materials_visible_to(viewer))


def deliveries_visible_to(viewer: Viewer) -> QuerySet[Delivery]:
    """Return the deliveries, on desks whose materials the viewer sees, of such materials."""
    return Delivery.objects.filter(version__material__in=materials_visible_to(viewer))


def find_version(viewer: Viewer, pk: UUID | str) -> MaterialVersion:
    """Return one version the viewer may see. Raises NotFound, also for a hidden one."""
    found = versions_visible_to(viewer).select_related("material__desk", "file").filter(pk=pk)
    version = found.first()
    if version is None:
        raise NotFound
    return version
