"""Places with their holders, what is missing, loads, team gaps: right, scoped, flat in queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corps.accounts.models import User
from corps.accounts.queries.sight import seen_by
from corps.errors import NotFound
from deployments.models import Assignment, Deployment, Role, Slot, Team
from deployments.queries.deployments import find_assignment, find_team
from deployments.queries.load import loads_of
from deployments.queries.slots import coverage_of, deployments_with_places, slots_with_holders
from deployments.roster.queries import team_gaps
from deployments.states import ASSIGNMENT, HOLDING
from tests.cast import NOW, a_coordinator, a_deployment, a_slot, a_stranger, a_volunteer
from tests.deployments.acts import assignment_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator() -> User:
    return a_coordinator()


def hold(slot: Slot, state: str = "accepted") -> Assignment:
    return Assignment.objects.create(
        slot=slot, volunteer=a_volunteer(), period=slot.period, state=state, state_since=NOW
    )


@pytest.mark.parametrize("state", ASSIGNMENT.states)
def test_a_place_shows_who_holds_it_now(state: str, coordinator: User) -> None:
    assignment = assignment_at(state)
    shown = slots_with_holders(coordinator).get(pk=assignment.slot_id)
    found = (shown.holder, shown.holder_id, shown.holding_id, shown.holding_state)
    held = (assignment.volunteer.callsign, assignment.volunteer_id, assignment.pk, state)
    assert found == (held if state in HOLDING else (None, None, None, None))


def test_a_place_stands_once_whatever_its_history(coordinator: User) -> None:
    slot = a_slot()
    for state in ("declined", "expired", "accepted", "proposed"):
        hold(slot, state)
    assert [shown.holding_state for shown in slots_with_holders(coordinator)] == ["accepted"]


def test_nothing_is_shown_to_another_desk() -> None:
    assignment = assignment_at("accepted")
    team = Team.objects.create(deployment=assignment.slot.deployment, name="A")
    stranger = a_stranger()
    assert list(slots_with_holders(stranger)) == []
    assert list(deployments_with_places(stranger)) == []
    with pytest.raises(NotFound):
        find_assignment(stranger, assignment.pk)
    with pytest.raises(NotFound):
        find_team(stranger, team.pk)


@pytest.mark.parametrize("number", [1, 3, 200])
def test_places_and_holders_are_one_query(number: int, coordinator: User) -> None:
    deployment, role = a_deployment(), Role.objects.get(code="interpreter")
    Slot.objects.bulk_create(
        Slot(deployment=deployment, number=n, role=role, period=deployment.period, clearance=2)
        for n in range(number)
    )
    hold(deployment.slots.all()[0])
    seen_by(coordinator, Deployment)  # a person's sight is asked for once, whatever is asked
    with CaptureQueriesContext(connection) as queries:
        shown = [
            (str(slot), str(slot.role), slot.holder) for slot in slots_with_holders(coordinator)
        ]
    assert (len(queries), len(shown)) == (1, number)


def test_what_is_missing_is_counted_by_role(coordinator: User) -> None:
    deployment = a_deployment()
    hold(a_slot(deployment), "offered")
    hold(a_slot(deployment), "confirmed")
    hold(a_slot(deployment), "withdrawn")
    a_slot(deployment, "broadcaster")
    hold(a_slot(a_deployment()))
    counted = [
        (line.role.code, line.places, line.held, line.offered, line.missing)
        for line in coverage_of(deployment)
    ]
    assert counted == [("broadcaster", 1, 0, 0, 1), ("interpreter", 3, 2, 1, 1)]
    shown = deployments_with_places(coordinator).get(pk=deployment.pk)
    assert (shown.places, shown.held) == (4, 2)


def test_load_is_what_is_held_and_what_was_completed_lately() -> None:
    old, recent, held, over = (
        assignment_at(state) for state in ("completed", "completed", "active", "declined")
    )
    for assignment, days in ((old, 180), (recent, 179)):
        Assignment.objects.filter(pk=assignment.pk).update(state_since=NOW - timedelta(days=days))
    people = [one.volunteer_id for one in (old, recent, held, over)]
    assert loads_of(people, at=NOW) == {recent.volunteer_id: 1, held.volunteer_id: 1}


def test_a_team_tells_what_it_lacks() -> None:
    deployment = a_deployment()
    team = Team.objects.create(deployment=deployment, name="A")
    leader = Role.objects.get(code="leaflet-leader")
    team.rules.create(role=leader)
    team.rules.create(language_id="ukr", level=4, minimum=2)
    lead, member = a_slot(deployment, "leaflet-leader"), a_slot(deployment, "leaflet-member")
    Slot.objects.update(team=team)
    assert [(gap.held, gap.missing) for gap in team_gaps(team)] == [(0, 1), (0, 2)]
    hold(member)
    assert [(gap.held, gap.missing) for gap in team_gaps(team)] == [(0, 1), (1, 1)]
    hold(lead)
    assert team_gaps(team) == []
