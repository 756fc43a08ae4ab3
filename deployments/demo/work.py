"""The demo's deployments: planned, staffed and lived through by the actions people use."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta

from corps.accounts.models import Desk, User
from corps.audit.actions import COMMAND
from deployments.actions.assignments import (
    accept_offer,
    activate_assignment,
    complete_assignment,
    confirm_assignment,
)
from deployments.actions.deployments import make_deployment, move_deployment
from deployments.actions.offers import offer_slot, propose_volunteer
from deployments.actions.sharing import share_deployment
from deployments.actions.slots import Needs, add_slots
from deployments.actions.teams import TeamRule, make_team, set_composition_rules
from deployments.agencies.models import Agency
from deployments.demo.organisation import PLANS, Places, Plan
from deployments.models import Assignment, Deployment, Role, Slot, Team
from deployments.queries.days import days_of_period
from deployments.roster.queries import candidates_for
from volunteers.models import Volunteer

STEPS: list[tuple[str, Callable[..., None], timedelta]] = [
    ("accepted", accept_offer, timedelta(hours=20)),
    ("confirmed", confirm_assignment, timedelta(days=3)),
    ("active", activate_assignment, timedelta(days=8)),
    ("completed", complete_assignment, timedelta(days=40)),
]
"""How far an assignment goes, by which action, how long after the offer."""

MOVES = {
    "draft": [],
    "open": ["open"],
    "ready": ["open", "make_ready"],
    "active": ["open", "make_ready", "start"],
    "closed": ["open", "make_ready", "start", "close"],
}
CONTESTED = 2


def seed_work(*, desks: Mapping[str, Desk], agencies: Mapping[str, Agency], at: datetime) -> None:
    """Make every planned deployment as it stands at the instant `at`, its past included."""
    for plan in PLANS:
        coordinator = User.objects.get(username=f"coordinator.{plan.desk}")
        deployment = _deployment(plan, desks[plan.desk], agencies[plan.host], by=coordinator, at=at)
        for slug in plan.shared_with:
            share_deployment(
                deployment=deployment, agency=agencies[slug], by=coordinator, at=_begun(plan, at)
            )
        slots = list(_slots(plan, deployment, by=coordinator, at=_begun(plan, at)))
        _move(deployment, MOVES[plan.state][:1], by=coordinator, at=_begun(plan, at))
        for places, some in slots:
            _staff(plan, places, some, by=coordinator, at=at)
        _move(deployment, MOVES[plan.state][1:], by=coordinator, at=at)


def _begun(plan: Plan, at: datetime) -> datetime:
    """Return when the work on a plan began: 30 days before it starts, or before now."""
    return at + timedelta(days=min(plan.starts, 0) - 30)


def _offered(plan: Plan, places: Places, at: datetime) -> datetime:
    """Return when places were offered: so that everything planned since lies in the past."""
    if places.goes_to == "offered":
        return at - timedelta(hours=5)
    return at + timedelta(days=min(plan.starts, 0) - 9)


def _days(plan: Plan, at: datetime) -> tuple[date, date]:
    first = at.date() + timedelta(days=plan.starts)
    return first, first + timedelta(days=plan.days - 1)


def _deployment(plan: Plan, desk: Desk, host: Agency, *, by: User, at: datetime) -> Deployment:
    first, last = _days(plan, at)
    return make_deployment(
        by=by,
        at=_begun(plan, at),
        desk=desk,
        codename=plan.codename,
        host_agency=host,
        country="UA",
        region=plan.region,
        time_zone="Europe/Kyiv",
        first_day=first,
        last_day=last,
        clearance=plan.clearance,
    )


def _move(deployment: Deployment, names: list[str], *, by: User, at: datetime) -> None:
    for name in names:
        move_deployment(deployment=deployment, move_name=name, by=by, at=at)


def _slots(
    plan: Plan, deployment: Deployment, *, by: User, at: datetime
) -> Iterator[tuple[Places, list[Slot]]]:
    teams: dict[str, Team] = {}
    first, last = days_of_period(deployment.period, deployment.time_zone)
    for places in plan.places:
        if places.team and places.team not in teams:
            teams[places.team] = _team(deployment, places.team, by=by, at=at)
        slots = add_slots(
            deployment=deployment,
            role=Role.objects.get(code=places.role),
            count=places.count,
            first_day=first,
            last_day=last,
            team=teams.get(places.team),
            requirements=Needs(languages={("crh", "speaking"): 5}) if places.impossible else None,
            by=by,
            at=at,
        )
        yield places, slots


def _team(deployment: Deployment, name: str, *, by: User, at: datetime) -> Team:
    team = make_team(deployment=deployment, name=name, by=by, at=at)
    leader = Role.objects.get(code="leaflet-leader")
    rules = [TeamRule(role=leader), TeamRule(language="ukr", level=4)]
    set_composition_rules(team=team, rules=rules, by=by, at=at)
    return team


def _staff(plan: Plan, places: Places, slots: list[Slot], *, by: User, at: datetime) -> None:
    """Offer the first places to whoever fits best and carry them on; leave the last contested."""
    offered = _offered(plan, places, at)
    for slot in slots[: places.filled]:
        page = candidates_for(slot, by, at=offered, size=1, fitting=True).page
        if page:
            volunteer = Volunteer.objects.get(pk=page[0].volunteer_id)
            assignment = offer_slot(slot=slot, volunteer=volunteer, by=by, at=offered)
            _carry_on(assignment, places.goes_to, by=by, offered=offered)
    if plan.state == "open" and places.filled < places.count and not places.impossible:
        for candidate in candidates_for(
            slots[-1], by, at=offered, size=CONTESTED, fitting=True
        ).page:
            volunteer = Volunteer.objects.get(pk=candidate.volunteer_id)
            propose_volunteer(slot=slots[-1], volunteer=volunteer, by=by, at=offered)


def _carry_on(assignment: Assignment, goes_to: str, *, by: User, offered: datetime) -> None:
    """Take an offered assignment as far as `goes_to`."""
    if goes_to == "offered":
        return
    for state, action, later in STEPS:
        who = COMMAND if action is accept_offer else by
        action(assignment=assignment, by=who, at=offered + later)
        if state == goes_to:
            return
