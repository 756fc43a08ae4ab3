"""What an agency reads of materials, deliveries and cases: what was shared with it, handed to it,
or written to it, and nothing of anybody else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case as Choose,
)
from django.db.models import (
    CharField,
    Exists,
    F,
    Func,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Greatest, JSONObject
from django.urls import reverse

from corps.errors import NotFound
from corps.vault.models import SealedFile
from deployments.agencies.models import Agency
from deployments.liaison.models import Case, CaseGroupObjectPermission, Letter
from deployments.liaison.states import WITH_AN_AGENCY
from deployments.materials.models import (
    Delivery,
    Material,
    MaterialGroupObjectPermission,
    MaterialVersion,
)
from deployments.queries.pages import Question, Row, Source

HANDED_TO_IT = ("handed_over", "acknowledged")
"""The states of a delivery that an agency sees: what is still prepared is not yet its matter."""

CASE_STATES = ("waiting", "in_hand", "closed")
"""What an agency is told of a case: it holds the case and an answer is awaited; the organisation is
at work on it, or somebody else is asked; it is closed. Who else holds it is nobody's to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialQuestion(Question):
    """What a partner asks of the list of materials."""

    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryQuestion(Question):
    """What a partner asks of the list of deliveries."""

    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseQuestion(Question):
    """What a partner asks of the list of cases."""

    state: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class MaterialFile:
    """The file of an approved version, and how the ledger names what it belongs to."""

    file: SealedFile
    name: str
    references: tuple[str, str]


def hexadecimal(column: str) -> Func:
    """Return a column of bytes as hexadecimal digits."""
    return Func(F(column), Value("hex"), function="encode", output_field=CharField())


def latest(rows: QuerySet[Any], moment: str, of: str) -> Subquery:
    """Return the latest `moment` of rows that belong to one `of`."""
    grouped = rows.order_by().values(of).annotate(latest=Max(moment))
    return Subquery(grouped.values("latest"))


# -- materials


def shares_of_materials(agency: Agency) -> QuerySet[MaterialGroupObjectPermission]:
    """Return by what materials are shared with an agency."""
    return MaterialGroupObjectPermission.objects.filter(
        group_id=agency.group_id, permission__codename="view_material"
    )


def materials_read_by(agency: Agency) -> QuerySet[Material]:
    """Return the materials that are shared with the agency or were handed to it."""
    shared = shares_of_materials(agency).filter(content_object_id=OuterRef("pk"))
    handed = _handed_to(agency).filter(version__material=OuterRef("pk"))
    return Material.objects.filter(Q(Exists(shared)) | Q(Exists(handed)))


def versions_read_by(agency: Agency) -> QuerySet[MaterialVersion]:
    """Return the approved versions an agency reads: all of a material that is shared with it, of
    another those that were handed to it."""
    return _versions(agency).filter(state="approved")


def _versions(agency: Agency) -> QuerySet[MaterialVersion]:
    shared = shares_of_materials(agency).filter(content_object_id=OuterRef("material_id"))
    handed = _handed_to(agency).filter(version=OuterRef("pk"))
    return MaterialVersion.objects.filter(Q(Exists(shared)) | Q(Exists(handed)))


def _handed_to(agency: Agency) -> QuerySet[Delivery]:
    return Delivery.objects.filter(agency=agency, state__in=HANDED_TO_IT)


def _material_rows(agency: Agency, with_shares: bool) -> QuerySet[Material]:
    """Return the rows; a material changes with its versions, and with what is handed over."""
    decided = _versions(agency).filter(material=OuterRef("pk"), state__in=("approved", "retired"))
    handed = _handed_to(agency).filter(version__material=OuterRef("pk"))
    moments: list[Any] = [
        F("made_at"),
        latest(decided, "state_since", "material"),
        latest(handed, "state_since", "version__material"),
    ]
    if with_shares:
        shared = shares_of_materials(agency).filter(content_object_id=OuterRef("pk"))
        moments.append(Subquery(shared.values("shared_at")[:1]))
    return materials_read_by(agency).annotate(
        changed_at=Greatest(*moments), shown_versions=_versions_shown(agency)
    )


def _versions_shown(agency: Agency) -> ArraySubquery:
    shown = JSONObject(
        id="id",
        number="number",
        language="language_id",
        variety="variety",
        pages="pages",
        length="length",
        size="file__size",
        media_type="file__media_type",
        sha256=hexadecimal("sha256"),
    )
    found = versions_read_by(agency).filter(material=OuterRef("pk")).order_by("number")
    return ArraySubquery(found.values(shown=shown))


def _material_shown(row: Row, agency: Agency) -> Row:
    versions = [
        {
            **{name: value for name, value in version.items() if name != "id"},
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


# -- deliveries

DELIVERY_COLUMNS = {
    "material_uuid": F("version__material_id"),
    "title": F("version__material__title"),
    "number": F("version__number"),
    "language": F("version__language_id"),
    "digest": hexadecimal("version__sha256"),
}


def _delivery_rows(agency: Agency, with_shares: bool) -> QuerySet[Delivery]:
    changed = Greatest("updated_at", "state_since")
    return _handed_to(agency).annotate(changed_at=changed, **DELIVERY_COLUMNS)


def _delivery_shown(row: Row, agency: Agency) -> Row:
    return {
        "id": str(row["id"]),
        "material": str(row["material_uuid"]),
        "title": row["title"],
        "version": row["number"],
        "language": row["language"],
        "sha256": row["digest"],
        "medium": row["medium"],
        "state": row["state"],
        "handed_over": row["handed_over"],
        "handed_over_at": row["handed_over_at"].astimezone(UTC),
        "acknowledged": row["acknowledged"],
        "acknowledged_at": row["receipt_at"] and row["receipt_at"].astimezone(UTC),
        "updated_at": row["changed_at"].astimezone(UTC),
    }


def _delivery_references(row: Row) -> Iterator[str]:
    yield f"materials.delivery:{row['id']}"
    yield f"materials.material:{row['material_uuid']}"


DELIVERIES = Source(
    name="deliveries",
    scope="deliveries:read",
    rows=_delivery_rows,
    names=(
        "id",
        "medium",
        "state",
        "handed_over",
        "handed_over_at",
        "acknowledged",
        "receipt_at",
        "changed_at",
        *DELIVERY_COLUMNS,
    ),
    show=_delivery_shown,
    refer=_delivery_references,
    lookups={"state": "state"},
)


# -- cases


def cases_read_by(agency: Agency) -> QuerySet[Case]:
    """Return the cases about which a letter went to the agency (sending it shares the case)."""
    shared = CaseGroupObjectPermission.objects.filter(
        group_id=agency.group_id,
        permission__codename="view_case",
        content_object_id=OuterRef("pk"),
    )
    return Case.objects.filter(Exists(shared))


def _letters_to(agency: Agency) -> QuerySet[Letter]:
    return Letter.objects.filter(case=OuterRef("pk"), agency=agency, sent_at__isnull=False)


def _case_rows(agency: Agency, with_shares: bool) -> QuerySet[Case]:
    letters = _letters_to(agency)
    last = latest(letters, "state_since", "case")
    shown = JSONObject(
        id="id",
        number="number",
        kind="kind",
        language="language",
        sent_at="sent_at",
        pdf_hash=hexadecimal("pdf_hash"),
    )
    holds = Q(holder=agency.pk, state__in=WITH_AN_AGENCY)
    return cases_read_by(agency).annotate(
        changed_at=Greatest("updated_at", "state_since", last),
        told_state=Choose(
            When(state="closed", then=Value("closed")),
            When(holds, then=Value("waiting")),
            default=Value("in_hand"),
        ),
        shown_letters=ArraySubquery(letters.order_by("number").values(shown=shown)),
    )


def _case_shown(row: Row, agency: Agency) -> Row:
    waiting = row["told_state"] == "waiting"
    return {
        "reference": f"{row['year']}-{row['number']:04}",
        "subject": row["subject"],
        "kind": row["kind"],
        "state": row["told_state"],
        "due": row["due"] if waiting else None,
        "letters": [_letter_shown(letter) for letter in row["shown_letters"]],
        "updated_at": row["changed_at"].astimezone(UTC),
    }


def _letter_shown(letter: Row) -> Row:
    shown = {name: value for name, value in letter.items() if name != "id"}
    return {**shown, "sent_at": datetime.fromisoformat(letter["sent_at"]).astimezone(UTC)}


def _case_references(row: Row) -> Iterator[str]:
    yield f"liaison.case:{row['id']}"
    for letter in row["shown_letters"]:
        yield f"liaison.letter:{letter['id']}"


CASES = Source(
    name="cases",
    scope="cases:read",
    rows=_case_rows,
    names=(
        "id",
        "year",
        "number",
        "subject",
        "kind",
        "told_state",
        "due",
        "shown_letters",
        "changed_at",
    ),
    show=_case_shown,
    refer=_case_references,
    lookups={"state": "told_state", "kind": "kind"},
)
