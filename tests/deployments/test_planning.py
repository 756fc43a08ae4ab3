"""Deployments, places and teams: made and changed by a coordinator of the desk, and recorded."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from corps.accounts.models import User
from corps.accounts.roles import Role as StaffRole
from corps.audit.actions import CLOCK, COMMAND, Actor, By
from corps.audit.models import ActorKind, Entry
from corps.audit.queries import entries_about
from corps.errors import NotFound, NotPermitted, Refusal
from deployments.actions import deployments, slots, teams
from deployments.actions.slots import Needs
from deployments.models import Assignment, Deployment, Role, Slot, Team
from deployments.rules import DeploymentOver, PlaceHeld
from tests.cast import (
    NOW,
    a_coordinator,
    a_deployment,
    a_desk,
    a_slot,
    a_stranger,
    a_user,
    a_volunteer,
    an_agency,
)

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2027, 3, 5), date(2027, 3, 9)
KYIV_DAYS = (datetime(2027, 3, 4, 22, tzinfo=UTC), datetime(2027, 3, 9, 22, tzinfo=UTC))


@pytest.fixture
def coordinator() -> User:
    return a_coordinator()


def role(code: str = "interpreter") -> Role:
    return Role.objects.get(code=code)


def values(**changed: Any) -> dict[str, Any]:
    """What a deployment can be made with, and changed to."""
    return {
        "codename": "Crane",
        "host_agency": None,
        "country": "UA",
        "region": "Lviv",
        "time_zone": "Europe/Kyiv",
        "first_day": FIRST,
        "last_day": LAST,
        "clearance": 2,
        **changed,
    }


def make(by: By, **changed: Any) -> Deployment:
    return deployments.make_deployment(desk=a_desk(), by=by, at=NOW, **values(**changed))


def test_a_deployment_begins_as_a_draft_with_whole_days_of_its_own_zone(coordinator: User) -> None:
    made = make(coordinator, host_agency=an_agency())
    assert (made.state, made.state_since, made.desk) == ("draft", NOW, a_desk())
    assert (made.period.lower, made.period.upper) == KYIV_DAYS
    entry = entries_about(made).get()
    assert (entry.verb, entry.actor, entry.desk) == ("deployment.made", "coordinator", "seoul")
    assert entry.facts["host_agency"] == "embassy"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"last_day": date(2027, 3, 4)}, deployments.LastBeforeFirst),
        ({"codename": " heron "}, deployments.CodenameTaken),
    ],
)
def test_a_deployment_that_cannot_be_is_refused(
    changed: dict[str, Any], refusal: type[Refusal], coordinator: User
) -> None:
    a_deployment("Heron")
    with pytest.raises(refusal):
        make(coordinator, **changed)
    assert Deployment.objects.count() == 1


def people_who_may_not() -> list[By]:
    return [
        a_stranger(),
        a_user("liaison", StaffRole.LIAISON, desk=a_desk()),
        a_user("admin", StaffRole.ADMINISTRATOR, desk=a_desk()),
        a_user("nobody", is_staff=False),
        a_user("gone", StaffRole.COORDINATOR, desk=a_desk(), is_active=False),
        Actor(ActorKind.CLIENT, "1", "embassy"),
    ]


def test_only_coordinators_of_the_desk_and_the_system_make_deployments() -> None:
    for by in people_who_may_not():
        with pytest.raises(NotPermitted):
            make(by)
    assert [make(by, codename=by.name).state for by in (COMMAND, CLOCK)] == ["draft", "draft"]


def test_who_sees_a_deployment_may_not_change_it_and_who_does_not_finds_nothing() -> None:
    deployment = a_deployment()
    liaison = a_user("liaison", StaffRole.LIAISON, desk=a_desk())
    for by, refusal in ((liaison, NotPermitted), (a_stranger(), NotFound)):
        with pytest.raises(refusal):
            deployments.change_deployment(deployment=deployment, by=by, at=NOW, **values())
        with pytest.raises(refusal):
            deployments.move_deployment(
                deployment=deployment, move_name="cancel", by=by, at=NOW, reason="storm"
            )
        with pytest.raises(refusal):
            teams.make_team(deployment=deployment, name="A", by=by, at=NOW)


def test_a_change_records_what_changed_and_nothing_when_nothing_did(coordinator: User) -> None:
    made = make(coordinator)
    for _ in range(2):
        deployments.change_deployment(
            deployment=made, by=coordinator, at=NOW, **values(region="Kharkiv", clearance=3)
        )
    assert [entry.facts for entry in entries_about(made).filter(verb="deployment.changed")] == [
        {"region": {"from": "Lviv", "to": "Kharkiv"}, "clearance": {"from": 2, "to": 3}}
    ]


def test_a_deployment_keeps_its_places_inside(coordinator: User) -> None:
    made = make(coordinator)
    add(made, coordinator)
    for changed, refusal in (
        ({"last_day": date(2027, 3, 8)}, deployments.PlacesOutside),
        ({"time_zone": "Asia/Seoul"}, deployments.PlacesAlready),
    ):
        with pytest.raises(refusal):
            deployments.change_deployment(
                deployment=made, by=coordinator, at=NOW, **values(**changed)
            )


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_what_is_over_stays_as_it_is(state: str, coordinator: User) -> None:
    deployment = a_deployment(state=state)
    slot = a_slot(deployment)
    who = {"by": coordinator, "at": NOW}
    with pytest.raises(DeploymentOver):
        deployments.change_deployment(deployment=deployment, **who, **values())
    with pytest.raises(DeploymentOver):
        add(deployment, coordinator)
    with pytest.raises(DeploymentOver):
        slots.set_slot_needs(slot=slot, needs=Needs(), **who)
    with pytest.raises(DeploymentOver):
        teams.make_team(deployment=deployment, name="A", **who)


def add(deployment: Deployment, by: User, **changed: Any) -> list[Slot]:
    asked: dict[str, Any] = {"role": role(), "count": 3, "first_day": FIRST, "last_day": LAST}
    return slots.add_slots(deployment=deployment, by=by, at=NOW, **{**asked, **changed})


def needs(slot: Slot) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    skills = {need.skill.code: need.level for need in slot.skills.all()}
    return skills, {(need.language_id, need.mode): need.level for need in slot.languages.all()}


def test_places_are_added_many_at_a_time_with_the_needs_of_their_role(coordinator: User) -> None:
    made = make(coordinator, clearance=3)
    add(made, coordinator)
    team = Team.objects.create(deployment=made, name="A")
    added = add(made, coordinator, role=role("leaflet-leader"), count=2, team=team)
    assert [slot.number for slot in made.slots.order_by("number")] == [1, 2, 3, 4, 5]
    for slot in added:
        assert needs(slot) == ({"leaflet-editing": 2}, {("kor", "reading"): 4})
        slot.refresh_from_db()
        assert (slot.clearance, slot.team) == (3, team)
        assert (slot.period.lower, slot.period.upper) == KYIV_DAYS
    entries = Entry.objects.filter(verb="slots.added").order_by("number")
    assert [entry.facts["count"] for entry in entries] == [3, 2]
    assert len(entries[1].about) == 3


def test_places_may_have_needs_of_their_own(coordinator: User) -> None:
    own = Needs(languages={("ukr", "listening"): 5}, clearance=1)
    slot = add(make(coordinator), coordinator, count=1, requirements=own)[0]
    assert (slot.clearance, *needs(slot)) == (1, {}, {("ukr", "listening"): 5})


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"count": 0}, slots.TooMany),
        ({"count": 201}, slots.TooMany),
        ({"last_day": date(2027, 3, 10)}, slots.OutsideDeployment),
        ({"first_day": date(2027, 3, 4)}, slots.OutsideDeployment),
        ({"first_day": date(2027, 3, 10)}, deployments.LastBeforeFirst),
    ],
)
def test_places_that_cannot_be_are_refused(
    changed: dict[str, Any], refusal: type[Refusal], coordinator: User
) -> None:
    made = make(coordinator)
    with pytest.raises(refusal):
        add(made, coordinator, **changed)
    assert made.slots.count() == 0


def test_a_team_of_another_deployment_is_refused(coordinator: User) -> None:
    made, team = make(coordinator), Team.objects.create(deployment=a_deployment(), name="A")
    with pytest.raises(slots.OtherTeam):
        add(made, coordinator, team=team)


def in_state(slot: Slot, state: str) -> Assignment:
    return Assignment.objects.create(
        slot=slot, volunteer=a_volunteer(), period=slot.period, state=state, state_since=NOW
    )


def test_a_held_place_keeps_its_days_and_needs(coordinator: User) -> None:
    slot = add(make(coordinator), coordinator)[0]
    in_state(slot, "accepted")
    who = {"by": coordinator, "at": NOW}
    with pytest.raises(PlaceHeld):
        slots.change_slot(slot=slot, first_day=FIRST, last_day=FIRST, team=None, **who)
    with pytest.raises(PlaceHeld):
        slots.set_slot_needs(slot=slot, needs=Needs(), **who)
    team = Team.objects.create(deployment=slot.deployment, name="A")
    slots.change_slot(slot=slot, first_day=FIRST, last_day=LAST, team=team, **who)
    slot.refresh_from_db()
    assert slot.team == team


def test_other_days_of_a_place_move_its_proposals_too(coordinator: User) -> None:
    slot = add(make(coordinator), coordinator)[0]
    proposal = in_state(slot, "proposed")
    slots.change_slot(slot=slot, first_day=FIRST, last_day=FIRST, team=None, by=coordinator, at=NOW)
    proposal.refresh_from_db()
    slot.refresh_from_db()
    assert proposal.period == slot.period
    assert slot.period.upper == datetime(2027, 3, 5, 22, tzinfo=UTC)


def test_needs_are_replaced_and_told_by_code(coordinator: User) -> None:
    slot = add(make(coordinator), coordinator)[0]
    wanted = Needs(languages={("ukr", "speaking"): 4}, clearance=1)
    slots.set_slot_needs(slot=slot, needs=wanted, by=coordinator, at=NOW)
    slot.refresh_from_db()
    assert (slot.clearance, *needs(slot)) == (1, {}, {("ukr", "speaking"): 4})
    entry = entries_about(slot).filter(verb="slot.needs_set").get()
    assert entry.facts == {"clearance": 1, "skills": {}, "languages": {"ukr speaking": 4}}


def test_only_a_place_without_a_history_is_removed(coordinator: User) -> None:
    first, second, _ = add(make(coordinator), coordinator)
    in_state(first, "declined")
    with pytest.raises(slots.OnceHeld):
        slots.remove_slot(slot=first, by=coordinator, at=NOW)
    slots.remove_slot(slot=second, by=coordinator, at=NOW)
    assert sorted(Slot.objects.values_list("number", flat=True)) == [1, 3]
    assert Entry.objects.filter(verb="slot.removed").get().object.endswith("#2")


def test_a_team_has_a_name_of_its_own_and_rules(coordinator: User) -> None:
    deployment = a_deployment()
    who = {"by": coordinator, "at": NOW}
    team = teams.make_team(deployment=deployment, name="A", **who)
    with pytest.raises(teams.TeamNameTaken):
        teams.make_team(deployment=deployment, name="A", **who)
    rules = [
        teams.TeamRule(role=role("leaflet-leader")),
        teams.TeamRule(minimum=2, language="ukr", level=4),
    ]
    for _ in range(2):
        teams.set_composition_rules(team=team, rules=rules, **who)
    assert team.rules.count() == 2
    told = entries_about(team).filter(verb="team.rules_set")[0].facts
    assert told == {"rules": ["1 leaflet-leader", "2 ukr speaking 4"]}
    for wrong in (teams.TeamRule(), teams.TeamRule(role=role(), language="ukr", level=4)):
        with pytest.raises(teams.RoleOrLanguage):
            teams.set_composition_rules(team=team, rules=[wrong], **who)
    assert team.rules.count() == 2
