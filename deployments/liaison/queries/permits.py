"""Permits: which a person may see, which are missing, and which need a look."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from corps.accounts.models import User
from corps.accounts.queries.sight import Viewer
from corps.accounts.roles import PERMITS, roles_that_see
from corps.errors import NotFound
from deployments.liaison.models import Permit, PermitKind, PermitNeed
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.states import PERMIT
from deployments.models import Assignment, Deployment
from deployments.queries.attention import A_MOMENT, DayThere
from deployments.queries.deployments import deployments_visible_to
from deployments.queries.staffing import assignments_with_people

LISTED = ("confirmed", "active", "lost_contact")
"""The states in which an assignment has its list of permits; one that is over keeps it."""

APPLIES = PERMIT.moves["apply"].sources
"""The states from which a permit can be applied for."""

SOON = timedelta(days=30)


def permits_visible_to(viewer: Viewer) -> QuerySet[Permit]:
    """Return the permits of the assignments of which the viewer sees both the deployment and the
    volunteer, to somebody whose role sees permits; none to anybody else."""
    roles = roles_that_see(next(iter(PERMITS)))
    if not (isinstance(viewer, User) and viewer.is_staff and viewer.has_role(*roles)):
        return Permit.objects.none()
    seen = assignments_with_people(viewer).filter(pk=OuterRef("assignment_id"))
    return with_their_places(Permit.objects.filter(Exists(seen.order_by())))


def with_their_places(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """Return the permits with what they are named by."""
    return permits.select_related(
        "kind",
        "case",
        "assignment__volunteer",
        "assignment__slot__role",
        "assignment__slot__deployment__desk",
    )


def permit_kinds() -> QuerySet[PermitKind]:
    """Return the catalogue of permits."""
    return PermitKind.objects.order_by("code")


def kinds_needed(deployment: Deployment) -> QuerySet[PermitKind]:
    """Return the kinds of permit a deployment needs."""
    return permit_kinds().filter(needs__deployment=deployment)


def authority_over(kinds: QuerySet[PermitKind]) -> UUID | None:
    """Return the agency that grants all of the kinds, None where there is none or more than one."""
    agencies = set(kinds.order_by().values_list("agency", flat=True))
    return agencies.pop() if len(agencies) == 1 else None


def find_deployment(viewer: Viewer, pk: UUID | str) -> Deployment:
    """Return one deployment the viewer may see. Raises NotFound, also for a hidden one."""
    try:
        found = deployments_visible_to(viewer).select_related("desk").filter(pk=pk).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound
    return found


def holding_on(day: date) -> Q:
    """Return the condition that a permit is granted and holds on a day of Seoul's calendar."""
    begun = Q(since__isnull=True) | Q(since__lte=day)
    return Q(state="granted", until__gte=day) & begun


def still_needed(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """Return those of the permits that the deployment still needs."""
    needs = PermitNeed.objects.filter(
        kind=OuterRef("kind"), deployment=OuterRef("assignment__slot__deployment")
    )
    return permits.filter(Exists(needs))


def missing_for(assignment: Assignment, *, at: datetime) -> list[PermitKind]:
    """Return the kinds the deployment needs of which the assignment has no permit that holds on the
    day of `at` in Seoul; by code."""
    own = Permit.objects.filter(holding_on(day_in_seoul(at)), assignment=assignment)
    kinds = kinds_needed(assignment.slot.deployment)
    return list(kinds.filter(~Exists(own.filter(kind=OuterRef("pk")))))


def missing_soon(permits: QuerySet[Permit], *, at: datetime) -> QuerySet[Permit]:
    """Return those that are needed and do not hold, of people confirmed for a place that begins
    within 30 days or should have begun already."""
    waiting = still_needed(permits).filter(
        assignment__state="confirmed", assignment__period__startswith__lt=at + SOON
    )
    return waiting.exclude(holding_on(day_in_seoul(at)))


def lapsing(permits: QuerySet[Permit], *, at: datetime) -> QuerySet[Permit]:
    """Return those that are granted and whose last day comes within 30 days, of people who hold a
    place that lasts longer than the permit: its last day is one of the deployment's time zone."""
    end = F("assignment__period__endswith") - A_MOMENT
    last_day = DayThere(end, F("assignment__slot__deployment__time_zone"))
    ending = still_needed(permits).filter(
        state="granted", until__lte=day_in_seoul(at) + SOON, assignment__state__in=LISTED
    )
    return ending.alias(last_day=last_day).filter(last_day__gt=F("until"))


def lapsed_inside(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """Return those that have lapsed while the place they are needed for is held."""
    return still_needed(permits).filter(state="lapsed", assignment__state__in=LISTED)


def permits_to_answer(case_id: UUID) -> QuerySet[Permit]:
    """Return the permits that were applied for by a case and have no answer yet."""
    applied = Permit.objects.filter(case=case_id, state="applied")
    return with_their_places(applied).order_by("assignment__volunteer__callsign", "kind__code")


def permits_that_apply(viewer: Viewer, deployment: Deployment) -> QuerySet[Permit]:
    """Return the permits of a deployment that can be applied for: of people who still hold their
    places, as far as the viewer may see them."""
    return permits_visible_to(viewer).filter(
        assignment__slot__deployment=deployment,
        assignment__state__in=LISTED,
        state__in=APPLIES,
    )
