"""What an agency reads about work that was shared with it, and which agencies read a deployment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from corps.accounts.queries.sight import Viewer
from corps.vault.marks import pseudonym
from deployments.agencies.models import Agency
from deployments.agencies.queries import Partner
from deployments.models import Assignment, Deployment, DeploymentGroupObjectPermission
from deployments.queries.cursors import Position, cursor_at, position_of
from deployments.queries.deployments import deployments_visible_to

READABLE = ("accepted", "confirmed", "active", "lost_contact", "completed")
"""The states an agency sees: who is coming, is there, or was. An offer nobody has answered is not
its matter, and what ended otherwise (declined, expired, withdrawn, cancelled) marks nobody."""

DEFAULT_LIMIT, LONGEST_PAGE = 50, 200

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


@dataclass(frozen=True, slots=True)
class AssignmentQuestion:
    """What a partner asks of the list; empty means any. `updated_since` is in UTC."""

    state: str = ""
    deployment: str = ""
    updated_since: datetime | None = None
    limit: int = DEFAULT_LIMIT
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """One page: what the agency is shown, where the next begins, and what the ledger names."""

    results: list[dict[str, Any]]
    cursor: str | None
    references: list[str]


def assignments_shared_with(agency: Agency) -> QuerySet[Assignment]:
    """Return the readable assignments of the deployments that are shared with the agency."""
    shared = DeploymentGroupObjectPermission.objects.filter(
        group_id=agency.group_id,
        permission__codename="view_deployment",
        content_object_id=OuterRef("slot__deployment_id"),
    )
    return Assignment.objects.filter(Exists(shared), state__in=READABLE)


def assignments_page(partner: Partner, question: AssignmentQuestion) -> AssignmentPage:
    """Return one page of what the partner's agency may read, in one statement.

    Ordered by last change, then id: a row that appears or changes between two pages comes later,
    so none is missed. Raises CursorBroken.
    """
    bound_to = _bound_to(partner.agency, question)
    found = _matching(assignments_shared_with(partner.agency), question)
    if question.cursor:
        found = _after(found, position_of(question.cursor, bound_to=bound_to))
    names = ("id", "period", "state", "state_since", "changed_at", *COLUMNS)
    rows = list(
        found.annotate(**COLUMNS).values(*names).order_by("changed_at", "id")[: question.limit + 1]
    )
    shown, more = rows[: question.limit], len(rows) > question.limit
    cursor = (
        cursor_at((shown[-1]["changed_at"], shown[-1]["id"]), bound_to=bound_to) if more else None
    )
    return AssignmentPage(
        [_shown(row, partner.agency) for row in shown], cursor, _references(shown)
    )


def _matching(found: QuerySet[Assignment], question: AssignmentQuestion) -> QuerySet[Assignment]:
    """Narrow by the question's filters. A move of state sets `state_since`, a save `updated_at`."""
    found = found.annotate(changed_at=Greatest("updated_at", "state_since"))
    if question.state:
        found = found.filter(state=question.state)
    if question.deployment:
        found = found.filter(slot__deployment__codename=question.deployment)
    if question.updated_since:
        found = found.filter(changed_at__gte=question.updated_since)
    return found


def _after(found: QuerySet[Assignment], position: Position) -> QuerySet[Assignment]:
    changed_at, pk = position
    return found.filter(Q(changed_at__gte=changed_at) & ~Q(changed_at=changed_at, pk__lte=pk))


def _bound_to(agency: Agency, question: AssignmentQuestion) -> str:
    since = question.updated_since.isoformat() if question.updated_since else ""
    return "\x1f".join(["assignments", str(agency.pk), question.state, question.deployment, since])


def _shown(row: dict[str, Any], agency: Agency) -> dict[str, Any]:
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


def _references(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return how the ledger names every assignment, volunteer and deployment of a page."""
    kinds = {"id": "assignment", "deployment_uuid": "deployment"}
    named = {f"deployments.{kind}:{row[key]}" for key, kind in kinds.items() for row in rows}
    named |= {f"volunteers.volunteer:{row['volunteer_uuid']}" for row in rows}
    return sorted(named)


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
    shared = DeploymentGroupObjectPermission.objects.filter(
        group_id=agency.group_id,
        permission__codename="view_deployment",
        content_object_id=OuterRef("pk"),
    )
    return deployments_visible_to(viewer).filter(Exists(shared)).order_by("codename")
