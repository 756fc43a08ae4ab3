"""The materials an agency reads: those that are shared with it or were handed to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest, JSONObject
from django.urls import reverse

from corps.errors import NotFound
from corps.vault.models import SealedFile
from deployments.agencies.models import Agency
from deployments.liaison.queries.partner.columns import hexadecimal, latest
from deployments.liaison.queries.partner.deliveries import handed_to
from deployments.materials.models import (
    Delivery,
    Material,
    MaterialGroupObjectPermission,
    MaterialVersion,
)
from deployments.queries.pages import Question, Row, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialQuestion(Question):
    """What a partner asks of the list of materials."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class MaterialFile:
    """The file of an approved version, and how the ledger names what it belongs to."""

    file: SealedFile
    name: str
    references: tuple[str, str]


def shares_of_materials(agency: Agency) -> QuerySet[MaterialGroupObjectPermission]:
    """Return by what materials are shared with an agency."""
    return MaterialGroupObjectPermission.objects.filter(
        group_id=agency.group_id, permission__codename="view_material"
    )


def materials_shared_with(agency: Agency) -> QuerySet[Material]:
    """Return the materials that are shared with an agency, whoever asks."""
    shared = shares_of_materials(agency).filter(content_object_id=OuterRef("pk"))
    return Material.objects.filter(Exists(shared))


def materials_read_by(agency: Agency) -> QuerySet[Material]:
    """Return the materials that are shared with the agency or were handed to it."""
    shared = shares_of_materials(agency).filter(content_object_id=OuterRef("pk"))
    handed = handed_to(agency).filter(version__material=OuterRef("pk"))
    return Material.objects.filter(Q(Exists(shared)) | Q(Exists(handed)))


def versions_read_by(agency: Agency) -> QuerySet[MaterialVersion]:
    """Return the approved versions an agency reads: all of a material that is shared with it, of
    another those that were handed to it."""
    return _versions(agency).filter(state="approved")


def _versions(agency: Agency) -> QuerySet[MaterialVersion]:
    shared = shares_of_materials(agency).filter(content_object_id=OuterRef("material_id"))
    handed = handed_to(agency).filter(version=OuterRef("pk"))
    return MaterialVersion.objects.filter(Q(Exists(shared)) | Q(Exists(handed)))


def _material_rows(agency: Agency, with_shares: bool) -> QuerySet[Material]:
    """Return the rows, of materials of which something was approved; a material changes with its
    versions, and with what is handed over or given up then."""
    decided = _versions(agency).filter(material=OuterRef("pk"), state__in=("approved", "retired"))
    handed = Delivery.objects.filter(
        agency=agency, handed_over_at__isnull=False, version__material=OuterRef("pk")
    )
    moments: list[Any] = [
        F("made_at"),
        latest(decided, "state_since", "material"),
        latest(handed, "state_since", "version__material"),
    ]
    if with_shares:
        shared = shares_of_materials(agency).filter(content_object_id=OuterRef("pk"))
        moments.append(Subquery(shared.values("shared_at")[:1]))
    return (
        materials_read_by(agency)
        .filter(Exists(decided))
        .annotate(changed_at=Greatest(*moments), shown_versions=_versions_shown(agency))
    )


VERSION_COLUMNS = {
    "number": "number",
    "language": "language_id",
    "variety": "variety",
    "pages": "pages",
    "length": "length",
    "size": "file__size",
    "media_type": "file__media_type",
    "sha256": hexadecimal("sha256"),
}
"""What is told of a version, in this order: the database keeps none in its JSON."""


def _versions_shown(agency: Agency) -> ArraySubquery:
    shown = JSONObject(id="id", **VERSION_COLUMNS)
    found = versions_read_by(agency).filter(material=OuterRef("pk")).order_by("number")
    return ArraySubquery(found.values(shown=shown))


def _material_shown(row: Row, agency: Agency) -> Row:
    versions = [
        {
            **{name: version[name] for name in VERSION_COLUMNS},
            "file": reverse("api_material_file", args=[row["id"], version["number"]]),
        }
        for version in row["shown_versions"]
    ]
    return {
        "id": str(row["id"]),
        "title": row["title"],
        "kind": row["kind"],
        "versions": versions,
        "updated_at": row["changed_at"].astimezone(UTC),
    }


def _material_references(row: Row) -> Iterator[str]:
    yield f"materials.material:{row['id']}"
    for version in row["shown_versions"]:
        yield f"materials.materialversion:{version['id']}"


MATERIALS = Source(
    name="materials",
    scope="materials:read",
    rows=_material_rows,
    names=("id", "title", "kind", "changed_at", "shown_versions"),
    show=_material_shown,
    refer=_material_references,
    lookups={"kind": "kind"},
)


def material_file(agency: Agency, material: UUID, number: int) -> MaterialFile:
    """Return the file of an approved version that the agency reads. Raises NotFound."""
    found = versions_read_by(agency).filter(material=material, number=number)
    version = found.select_related("material", "file__data_key").first()
    if version is None:
        raise NotFound
    named = (_named(version), _named(version.material))
    return MaterialFile(version.file, f"{version.material.kind}-{version.number}", named)


def _named(obj: Model) -> str:
    return f"{obj._meta.label_lower}:{obj.pk}"
