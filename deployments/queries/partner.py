"""What an agency reads about work that was shared with it, and which agencies read a deployment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest

from corps.accounts.queries.sight import Viewer
from corps.vault.marks import pseudonym
from deployments.agencies.models import Agency
from deployments.agencies.queries import Partner
from deployments.models import Assignment, Deployment, DeploymentGroupObjectPermission
from deployments.queries.deployments import deployments_visible_to
from deployments.queries.pages import Question, Row, Source

READABLE = ("accepted", "confirmed", "active", "lost_contact", "completed")
"""The states an agency sees: who is coming, is there, or was. An offer nobody has answered is not
its matter, and what ended otherwise (declined, expired, withdrawn, cancelled) marks nobody."""

COLUMNS = {
    "volunteer_uuid": F("volunteer_id"),
    "codename": F("slot__deployment__codename"),
    "deployment_uuid": F("slot__deployment_id"),
    "country": F("slot__deployment__country"),
    "region": F("slot__deployment__region"),
    "role_code": F("slot__role__code"),
    "role_ko": F("slot__role__name_ko"),
    "role_en": F("slot__role__name_en"),
    "role_uk": F("slot__role__name_uk"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentQuestion(Question):
    """What a partner asks of the list of assignments."""

    state: str = ""
    deployment: str = ""


def assignments_shared_with(agency: Agency) -> QuerySet[Assignment]:
    """Return the readable assignments of the deployments that are shared with the agency."""
    shared = _shares(agency).filter(content_object_id=OuterRef("slot__deployment_id"))
    return Assignment.objects.filter(Exists(shared), state__in=READABLE)


def _rows(agency: Agency, with_shares: bool) -> QuerySet[Assignment]:
    """Return the rows. A move of state sets `state_since`, a save `updated_at`."""
    found, moments = assignments_shared_with(agency), [F("updated_at"), F("state_since")]
    if with_shares:
        shared = _shares(agency).filter(content_object_id=OuterRef("slot__deployment_id"))
        moments.append(Subquery(shared.values("shared_at")[:1]))  # type: ignore[arg-type]
    return found.annotate(changed_at=Greatest(*moments), **COLUMNS)


def _shares(agency: Agency) -> QuerySet[DeploymentGroupObjectPermission]:
    return DeploymentGroupObjectPermission.objects.filter(
        group_id=agency.group_id, permission__codename="view_deployment"
    )


def _shown(row: Row, agency: Agency) -> Row:
    """Return what the agency is shown of a row: ids as pseudonyms of its own, instants in UTC."""
    return {
        "id": pseudonym(agency.pk, f"assignment {row['id']}"),
        "volunteer": pseudonym(agency.pk, row["volunteer_uuid"]),
        "deployment": row["codename"],
        "country": str(row["country"]),
        "region": row["region"],
        "role": {
            "code": row["role_code"],
            "names": {"ko": row["role_ko"], "en": row["role_en"], "uk": row["role_uk"]},
        },
        "period": {
            "start": row["period"].lower.astimezone(UTC),
            "end": row["period"].upper.astimezone(UTC),
        },
        "state": row["state"],
        "state_since": row["state_since"].astimezone(UTC),
        "updated_at": row["changed_at"].astimezone(UTC),
    }


def _references(row: Row) -> Iterator[str]:
    """Yield how the ledger names the assignment, the volunteer and the deployment of a row."""
    yield f"deployments.assignment:{row['id']}"
    yield f"deployments.deployment:{row['deployment_uuid']}"
    yield f"volunteers.volunteer:{row['volunteer_uuid']}"


ASSIGNMENTS = Source(
    name="assignments",
    scope="assignments:read",
    rows=_rows,
    names=("id", "period", "state", "state_since", "changed_at", *COLUMNS),
    show=_shown,
    refer=_references,
    lookups={"state": "state", "deployment": "slot__deployment__codename"},
)


def about_partner(partner: Partner) -> dict[str, Any]:
    """Return what a partner is told about its own client."""
    client, agency = partner.client, partner.agency
    return {
        "client_id": str(client.pk),
        "agency": {
            "slug": agency.slug,
            "names": {"ko": agency.name_ko, "en": agency.name_en, "uk": agency.name_uk},
        },
        "scopes": sorted(partner.scopes),
        "expires_at": client.expires_at.astimezone(UTC),
        "networks": client.networks,
    }


def agencies_sharing(deployment: Deployment) -> QuerySet[Agency]:
    """Return the agencies a deployment is shared with; the caller may see the deployment."""
    shared = DeploymentGroupObjectPermission.objects.filter(
        group_id=OuterRef("group_id"),
        permission__codename="view_deployment",
        content_object=deployment,
    )
    return Agency.objects.filter(Exists(shared))


def deployments_shared_with(viewer: Viewer, agency: Agency) -> QuerySet[Deployment]:
    """Return the deployments shared with an agency that the viewer, a person, may see."""
    shared = _shares(agency).filter(content_object_id=OuterRef("pk"))
    return deployments_visible_to(viewer).filter(Exists(shared)).order_by("codename")
