"""What was handed to an agency."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from deployments.agencies.models import Agency
from deployments.liaison.queries.partner.columns import hexadecimal
from deployments.materials.models import Delivery
from deployments.queries.pages import Question, Row, Source

HANDED_TO_IT = ("handed_over", "acknowledged")
"""The states of a delivery that an agency sees: what is still prepared is not yet its matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryQuestion(Question):
    """What a partner asks of the list of deliveries."""

    state: str = ""


def handed_to(agency: Agency) -> QuerySet[Delivery]:
    """Return the deliveries to an agency from the handover on."""
    return Delivery.objects.filter(agency=agency, state__in=HANDED_TO_IT)


DELIVERY_COLUMNS = {
    "material_uuid": F("version__material_id"),
    "title": F("version__material__title"),
    "number": F("version__number"),
    "language": F("version__language_id"),
    "digest": hexadecimal("version__sha256"),
}


def _delivery_rows(agency: Agency, with_shares: bool) -> QuerySet[Delivery]:
    changed = Greatest("updated_at", "state_since")
    return handed_to(agency).annotate(changed_at=changed, **DELIVERY_COLUMNS)


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
