"""What a place needs, what a role needs by default, what a team must have: shown and replaced."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from corps.accounts.roles import Role as Job
from corps.audit.models import Entry
from deployments.models import Deployment, Role, Slot, Team
from deployments.queries.staffing import teams_of
from tests.admin.doors import as_, do_url, entries_since, last_number, page_url, text_of
from tests.cast import a_coordinator, a_deployment, a_slot, a_user, a_volunteer
from tests.deployments.admin.scene import a_scene, composition_url, held
from volunteers.models import Skill

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]


def sent_by(client: Client, url: str, **other: Any) -> dict[str, str]:
    """What a browser sends for the form of a page as it stands, but for what is given here."""
    form = client.get(url).context["form"]
    begin = {field.html_name: field.value() for field in form}
    return {name: "" if value is None else str(value) for name, value in (begin | other).items()}


def needs_of(slot: Any) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """The skills and the languages that a place or a role needs."""
    skills = {need.skill.code: need.level for need in slot.skills.select_related("skill")}
    return skills, {(need.language_id, need.mode): need.level for need in slot.languages.all()}


def skill(code: str) -> int:
    """The id of a skill."""
    return Skill.objects.get(code=code).pk


def a_needing_slot() -> Slot:
    """A place that needs two skills and two languages."""
    slot = a_slot()
    slot.skills.create(skill_id=skill("audio"), level=2)
    slot.skills.create(skill_id=skill("drone"), level=3)
    slot.languages.create(language_id="kor", mode="speaking", level=7)
    slot.languages.create(language_id="ukr", mode="reading", level=3)
    return slot


def test_a_form_sent_as_it_stands_changes_no_need() -> None:
    client, slot = as_(a_coordinator()), a_needing_slot()
    before, url = needs_of(slot), do_url(slot, "needs")
    assert client.post(url, sent_by(client, url)).status_code == 302
    slot.refresh_from_db()
    assert (needs_of(slot), slot.clearance) == (before, 2)


def test_needs_are_replaced_and_entered_with_what_they_are() -> None:
    client, slot = as_(a_coordinator()), a_needing_slot()
    url = do_url(slot, "needs")
    changed = {"skill_0": "", "skill_level_1": 4, "level_1": 5, "clearance": 3}
    before = last_number()
    assert client.post(url, sent_by(client, url, **changed)).status_code == 302
    assert entries_since(before) == ["slot.needs_set"]
    slot.refresh_from_db()
    assert needs_of(slot) == ({"drone": 4}, {("kor", "speaking"): 7, ("ukr", "reading"): 5})
    assert slot.clearance == 3
    assert Entry.objects.order_by("-number")[0].facts == {
        "clearance": 3,
        "skills": {"drone": 4},
        "languages": {"kor speaking": 7, "ukr reading": 5},
    }


def test_the_clearance_goes_back_to_the_deployment_s() -> None:
    client, slot = as_(a_coordinator()), a_slot(a_deployment(clearance=1), clearance=3)
    url = do_url(slot, "needs")
    assert client.post(url, sent_by(client, url, clearance="")).status_code == 302
    slot.refresh_from_db()
    assert slot.clearance == 1


def test_more_needs_than_usual_all_have_a_row() -> None:
    client, slot = as_(a_coordinator()), a_slot()
    for one in Skill.objects.order_by("code")[:9]:
        slot.skills.create(skill=one, level=1)
    before, url = needs_of(slot), do_url(slot, "needs")
    sent = sent_by(client, url)
    assert client.post(url, sent).status_code == 302
    assert needs_of(slot) == before
    assert len(before[0]) == 9


def test_a_need_that_is_named_twice_is_said_at_its_row() -> None:
    client, slot = as_(a_coordinator()), a_needing_slot()
    url = do_url(slot, "needs")
    twice = {"skill_1": skill("audio"), "language_1": "kor", "mode_1": "speaking"}
    before = needs_of(slot)
    form = client.post(url, sent_by(client, url, **twice)).context["form"]
    with translation.override("en"):
        assert form.errors == {
            "skill_1": ["This skill is named twice."],
            "language_1": ["This language is named twice in the same mode."],
        }
    assert needs_of(slot) == before


def test_the_needs_of_a_held_place_stay_and_the_page_says_why() -> None:
    scene = a_scene()
    client, url = as_(scene.coordinator), do_url(scene.taken, "needs")
    answer = client.post(url, sent_by(client, url, clearance=3))
    assert "Somebody holds this place: cancel the assignment first." in text_of(answer)
    scene.taken.refresh_from_db()
    assert scene.taken.clearance == 2


def test_the_fields_of_a_need_stand_side_by_side() -> None:
    client, slot = as_(a_coordinator()), a_needing_slot()
    form = client.get(do_url(slot, "needs")).context["form"]
    rows = [[field.html_name for field in row] for row in form.rows()]
    assert rows[:2] == [["clearance"], ["skill_0", "skill_level_0"]]
    assert rows[6] == ["language_0", "mode_0", "level_0"]
    assert sorted(name for row in rows for name in row) == sorted(form.fields)
    assert text_of(client.get(do_url(slot, "needs"))).count('class="field-row"') == len(rows)


# -- teams


def a_team() -> Team:
    """A team that must have a leader and one who speaks Ukrainian."""
    team = Team.objects.create(deployment=a_deployment("HERON"), name="One")
    team.rules.create(role=Role.objects.get(code="leaflet-leader"))
    team.rules.create(language_id="ukr", level=4, minimum=2)
    return team


def rules_of(team: Team) -> list[str]:
    """The rules of a team in words."""
    with translation.override("en"):
        return [str(rule) for rule in team.rules.order_by("pk")]


def test_a_composition_sent_as_it_stands_stays() -> None:
    client, team = as_(a_coordinator()), a_team()
    before, url = rules_of(team), composition_url(team.deployment, team)
    assert before == ["1 × Leaflet team leader", "2 × Ukrainian speaking B2"]
    assert client.post(url, sent_by(client, url)).status_code == 302
    assert rules_of(team) == before


def test_a_composition_is_replaced_and_nothing_else() -> None:
    client, team = as_(a_coordinator()), a_team()
    other = Team.objects.create(deployment=team.deployment, name="Two")
    other.rules.create(language_id="kor", level=7)
    slot = a_slot(team.deployment, team=team)
    url = composition_url(team.deployment, team)
    changed = {"what_0": "", "minimum_1": 1, "what_2": "language rus", "mode_2": "reading"}
    before = last_number()
    assert client.post(url, sent_by(client, url, **changed, level_2=3)).status_code == 302
    assert entries_since(before) == ["team.rules_set"]
    assert rules_of(team) == ["1 × Ukrainian speaking B2", "1 × Russian reading B1"]
    assert rules_of(other) == ["1 × Korean speaking native"]
    slot.refresh_from_db()
    assert slot.team == team


def test_a_composition_may_become_empty() -> None:
    client, team = as_(a_coordinator()), a_team()
    url = composition_url(team.deployment, team)
    assert client.post(url, sent_by(client, url, what_0="", what_1="")).status_code == 302
    assert rules_of(team) == []
    assert "Nothing is asked of it yet." in text_of(client.get(page_url(team.deployment)))


def test_a_rule_that_names_nothing_known_is_said_at_its_row() -> None:
    client, team = as_(a_coordinator()), a_team()
    url, before = composition_url(team.deployment, team), rules_of(team)
    for wrong in ({"what_0": "role 999999"}, {"what_0": "x"}, {"minimum_0": "0"}, {"level_1": "9"}):
        answer = client.post(url, sent_by(client, url, **wrong))
        assert (answer.status_code, list(answer.context["form"].errors)) == (200, list(wrong))
    assert rules_of(team) == before


def test_the_composition_of_what_is_over_stays() -> None:
    client, team = as_(a_coordinator()), a_team()
    Deployment.objects.update(state="closed")
    url = composition_url(team.deployment, team)
    assert client.post(url, {}).status_code == 302
    assert len(rules_of(team)) == 2
    assert "Change composition" not in text_of(client.get(page_url(team.deployment)))


def test_each_rule_stands_on_the_page_met_or_not() -> None:
    client, team = as_(a_coordinator()), a_team()
    leader = a_slot(team.deployment, "leaflet-leader", team=team)
    held(leader, a_volunteer(languages={"kor": 7, "ukr": 3}))
    held(a_slot(team.deployment, "leaflet-member", team=team), a_volunteer(languages={"ukr": 4}))
    held(a_slot(team.deployment), a_volunteer(languages={"ukr": 6}))
    [stand] = teams_of(team.deployment)
    assert [(line.held, line.met) for line in stand.rules] == [(1, True), (1, False)]
    text = text_of(client.get(page_url(team.deployment)))
    assert '<li class="is-met">needs 1 × Leaflet team leader, has 1</li>' in text
    assert '<li class="is-unmet">needs 2 × Ukrainian speaking B2, has 1</li>' in text


# -- roles


def test_an_administrator_replaces_the_default_needs_of_a_role() -> None:
    client = as_(a_user("admin-1", Job.ADMINISTRATOR))
    role = Role.objects.get(code="interpreter")
    url = do_url(role, "defaults")
    before, slot_needs = last_number(), needs_of(a_needing_slot())
    sent = sent_by(client, url, skill_1=skill("audio"), skill_level_1=1, level_1=4)
    assert client.post(url, sent).status_code == 302
    assert entries_since(before) == ["role.defaults_set"]
    skills, languages = needs_of(role)
    assert skills == {"audio": 1, "interpreting-consecutive": 2}
    assert languages == {("kor", "speaking"): 7, ("ukr", "speaking"): 4}
    assert needs_of(Slot.objects.get()) == slot_needs
    assert Entry.objects.order_by("-number")[0].facts == {
        "skills": {"audio": 1, "interpreting-consecutive": 2},
        "languages": {"kor speaking": 7, "ukr speaking": 4},
    }


def test_new_places_begin_with_the_new_defaults() -> None:
    role = Role.objects.get(code="broadcaster")
    admin = as_(a_user("admin-1", Job.ADMINISTRATOR))
    url = do_url(role, "defaults")
    admin.post(url, sent_by(admin, url, language_0="", skill_0=skill("drone"), skill_level_0=4))
    deployment = a_deployment("HERON")
    given = {"role": role.pk, "count": 1, "first_day": "2027-03-05", "last_day": "2027-03-09"}
    as_(a_coordinator()).post(do_url(deployment, "places"), given)
    assert needs_of(deployment.slots.get()) == ({"drone": 4}, {})


@pytest.mark.parametrize(
    "job", [Job.COORDINATOR, Job.VETTING, Job.LIAISON, Job.EDITOR, Job.APPROVER]
)
def test_others_read_the_roles_and_change_none(job: Job) -> None:
    role = Role.objects.get(code="interpreter")
    client, before = as_(a_user("reader-1", job)), needs_of(role)
    page = client.get(page_url(role))
    assert (page.status_code, "defaults" in text_of(page)) == (200, False)
    for url in (do_url(role, "defaults"), page_url(role)):
        assert client.post(url, {"name_en": "X"}).status_code == 403
    role.refresh_from_db()
    assert (role.name_en, needs_of(role)) == ("Interpreter", before)


def test_an_auditor_sees_no_catalogue() -> None:
    role = Role.objects.get(code="interpreter")
    assert as_(a_user("auditor-1", Job.AUDITOR)).get(page_url(role)).status_code in {403, 404}


def test_an_administrator_renames_a_role_with_one_entry() -> None:
    client = as_(a_user("admin-1", Job.ADMINISTRATOR))
    role = Role.objects.get(code="interpreter")
    before = last_number()
    names = {"name_ko": role.name_ko, "name_en": "Field interpreter", "name_uk": role.name_uk}
    assert client.post(page_url(role), {**names, "also": ""}).status_code == 302
    assert entries_since(before) == ["role.changed"]
    role.refresh_from_db()
    assert role.name_en == "Field interpreter"
