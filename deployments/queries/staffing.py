"""Places and assignments as a coordinator's pages show them: nobody whom the reader may not see."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from corps.accounts.queries.sight import Viewer
from deployments.models import (
    Assignment,
    CompositionRule,
    Deployment,
    Role,
    RoleLanguage,
    RoleSkill,
    Slot,
    SlotLanguage,
    SlotSkill,
    Team,
)
from deployments.queries.attention import needing_attention
from deployments.queries.days import days_of_period
from deployments.queries.deployments import assignments_visible_to, slots_visible_to
from deployments.states import HOLDING
from volunteers.models import LanguageHeld, Volunteer
from volunteers.queries.people import volunteers_visible_to

SOON = timedelta(days=30)
PLANNED = ("open", "ready", "active")


@dataclass(slots=True)
class Place:
    """A place with its days (both included), who holds it and who is proposed for it.

    `held` tells that somebody holds it; `holding` is that assignment only where the reader may see
    the volunteer; `attention` that it needs a look (queries/attention.py); `served` are those who
    have done their work in it, as far as the reader may see them.
    """

    slot: Slot
    first: date
    last: date
    held: bool = False
    holding: Assignment | None = None
    proposals: list[Assignment] = field(default_factory=list)
    served: list[Assignment] = field(default_factory=list)
    attention: bool = False


@dataclass(slots=True)
class RuleStand:
    """What a team must have, and how many of that there are among its holders."""

    rule: CompositionRule
    held: int

    @property
    def met(self) -> bool:
        """Whether there are enough."""
        return self.held >= self.rule.minimum


@dataclass(slots=True)
class TeamStand:
    """A team, and how it stands by each of its rules."""

    team: Team
    rules: list[RuleStand] = field(default_factory=list)


def assignments_with_people(viewer: Viewer) -> QuerySet[Assignment]:
    """Return the assignments of which the viewer may see both the deployment and the volunteer."""
    seen = volunteers_visible_to(viewer).filter(pk=OuterRef("volunteer_id"))
    rows = assignments_visible_to(viewer).filter(Exists(seen))
    return rows.select_related("slot__deployment__desk", "slot__role", "volunteer")


def slots_with_needs(viewer: Viewer) -> QuerySet[Slot]:
    """Return the places the viewer may see, with their deployment, role, team and needs."""
    return (
        slots_visible_to(viewer)
        .select_related("deployment__desk", "role", "team")
        .prefetch_related(
            Prefetch("skills", SlotSkill.objects.select_related("skill")),
            Prefetch("languages", SlotLanguage.objects.select_related("language")),
        )
    )


def places_of_deployment(viewer: Viewer, deployment: Deployment, *, at: datetime) -> list[Place]:
    """Return a deployment's places by number, in a fixed number of queries; those whose holder
    needs a look at the instant `at` are marked so."""
    places = with_people(viewer, slots_with_needs(viewer).filter(deployment=deployment))
    held = Assignment.objects.filter(pk__in=[p.holding.pk for p in places if p.holding])
    lacking = set(needing_attention(held, at=at).values_list("pk", flat=True))
    for place in places:
        place.attention = place.holding is not None and place.holding.pk in lacking
    return places


def with_people(viewer: Viewer, slots: Iterable[Slot]) -> list[Place]:
    """Return the places with who holds them and who is proposed, as far as the viewer may see."""
    places = {slot.pk: _place(slot) for slot in slots}
    standing = Q(state__in=(*HOLDING, "proposed", "completed"))
    found = Assignment.objects.filter(standing, slot__in=list(places))
    seen = volunteers_visible_to(viewer).filter(pk=OuterRef("volunteer_id"))
    for assignment in found.select_related("volunteer").annotate(seen=Exists(seen)):
        place = places[assignment.slot_id]
        assignment.slot = place.slot
        if assignment.state == "proposed":
            place.proposals += [assignment] if assignment.seen else []
        elif assignment.state == "completed":
            place.served += [assignment] if assignment.seen else []
        else:
            place.held = True
            place.holding = assignment if assignment.seen else None
    return sorted(places.values(), key=lambda place: place.slot.number)


def _place(slot: Slot) -> Place:
    return Place(slot, *days_of_period(slot.period, slot.deployment.time_zone))


def teams_of(deployment: Deployment) -> list[TeamStand]:
    """Return a deployment's teams with how each stands, in a fixed number of queries."""
    teams = list(deployment.teams.prefetch_related("rules__role", "rules__language"))
    holding = Assignment.objects.filter(slot__team__in=teams, state__in=HOLDING)
    held = list(holding.select_related("slot"))
    languages = _languages_of([assignment.volunteer_id for assignment in held])
    stands = []
    for team in teams:
        own = [assignment for assignment in held if assignment.slot.team_id == team.pk]
        rules = sorted(team.rules.all(), key=lambda rule: rule.pk)
        counted = [RuleStand(rule, _meeting(rule, own, languages)) for rule in rules]
        stands.append(TeamStand(team, counted))
    return stands


def _languages_of(volunteers: list[Any]) -> dict[Any, dict[str, LanguageHeld]]:
    known: dict[Any, dict[str, LanguageHeld]] = {one: {} for one in volunteers}
    for held in LanguageHeld.objects.filter(volunteer__in=volunteers):
        known[held.volunteer_id][held.language_id] = held
    return known


def _meeting(rule: Any, held: list[Assignment], languages: dict[Any, Any]) -> int:
    if rule.role_id is not None:
        return sum(assignment.slot.role_id == rule.role_id for assignment in held)
    levels = (languages[assignment.volunteer_id].get(rule.language_id) for assignment in held)
    return sum(getattr(level, rule.mode) >= rule.level for level in levels if level)


def held_by(viewer: Viewer, volunteer: Volunteer) -> list[Assignment]:
    """Return what a volunteer holds, held or was proposed for, as far as the viewer may see."""
    rows = assignments_with_people(viewer).filter(volunteer=volunteer)
    return list(rows.order_by("-period")[:50])


def unfilled_slots(viewer: Viewer, *, at: datetime) -> QuerySet[Slot]:
    """Return the places that nobody holds in planned deployments, starting within 30 days."""
    return free_slots(slots_visible_to(viewer)).filter(
        deployment__state__in=PLANNED,
        period__startswith__lt=at + SOON,
        period__endswith__gt=at,
    )


def free_slots(slots: QuerySet[Slot]) -> QuerySet[Slot]:
    """Return those places that nobody holds."""
    held = Assignment.objects.filter(slot=OuterRef("pk"), state__in=HOLDING)
    return slots.filter(~Exists(held))


def roles_for_choice() -> QuerySet[Role]:
    """Return the catalogue of roles."""
    return Role.objects.order_by("code")


def with_role_needs(roles: QuerySet[Role]) -> QuerySet[Role]:
    """Return the roles with what places of each need by default."""
    return roles.prefetch_related(
        Prefetch("skills", RoleSkill.objects.select_related("skill")),
        Prefetch("languages", RoleLanguage.objects.select_related("language")),
    )
