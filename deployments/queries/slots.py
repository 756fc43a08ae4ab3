"""Places with who holds them, and what is missing."""

from dataclasses import dataclass

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from corps.accounts.queries.sight import Viewer
from deployments.models import Deployment, Role, Slot
from deployments.queries.deployments import deployments_visible_to, slots_visible_to
from deployments.states import HOLDING

HELD = Q(assignments__state__in=HOLDING)


def slots_with_holders(viewer: Viewer) -> QuerySet[Slot]:
    """Return the places a viewer may see, each with who holds it now: `holder` (callsign),
    `holder_id` (volunteer), `holding_id` (assignment), `holding_state` and `answer_by`, all None
    for a place that is free. One query; a page that shows needs prefetches them."""
    holding = FilteredRelation("assignments", condition=HELD)
    return (
        slots_visible_to(viewer)
        .select_related("deployment__desk", "role", "team")
        .alias(holding=holding)
        .annotate(
            holder=F("holding__volunteer__callsign"),
            holder_id=F("holding__volunteer_id"),
            holding_id=F("holding__pk"),
            holding_state=F("holding__state"),
            answer_by=F("holding__answer_by"),
        )
        .order_by("number")
    )


def deployments_with_places(viewer: Viewer) -> QuerySet[Deployment]:
    """Return the deployments a viewer may see, each with the number of its `places` and how many
    of them are `held`."""
    return deployments_visible_to(viewer).annotate(
        places=Count("slots", distinct=True),
        held=Count("slots__assignments", filter=Q(slots__assignments__state__in=HOLDING)),
    )


@dataclass(frozen=True, slots=True)
class Coverage:
    """The places of one role in a deployment: how many, how many held, how many of these only
    offered."""

    role: Role
    places: int
    held: int
    offered: int

    @property
    def missing(self) -> int:
        """How many nobody holds."""
        return self.places - self.held


def coverage_of(deployment: Deployment) -> list[Coverage]:
    """Return what is there and what is missing, role by role; the caller may see the deployment."""
    of_deployment = Q(slots__deployment=deployment)
    held = of_deployment & Q(slots__assignments__state__in=HOLDING)
    offered = of_deployment & Q(slots__assignments__state="offered")
    roles = Role.objects.filter(of_deployment).annotate(
        places=Count("slots", filter=of_deployment, distinct=True),
        held=Count("slots", filter=held, distinct=True),
        offered=Count("slots", filter=offered, distinct=True),
    )
    return [Coverage(role, role.places, role.held, role.offered) for role in roles.order_by("code")]
