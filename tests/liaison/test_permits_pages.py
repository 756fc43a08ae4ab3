"""Permits in the admin: needs and panels, the list, a permit's page, the catalogue."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from corps.accounts.roles import Role
from corps.adminkit.words import in_words
from corps.audit.queries import entries_visible_to
from deployments.actions.assignments import activate_assignment
from deployments.liaison.actions import permits as actions
from deployments.liaison.models import Permit, PermitKind
from deployments.liaison.rules.permits import PermitAnswer
from deployments.queries.attention import needing_attention
from tests.admin.doors import as_, do_url, last_number, list_url, page_url, text_of
from tests.cast import NOW, a_deployment, a_desk, a_slot, a_stranger, a_user, a_volunteer
from tests.deployments.admin.scene import held
from tests.liaison.permit_scene import GRANTED, a_scene, board_url, entries_of, kind, permit_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

# -- needs and panels


def test_what_is_needed_is_said_on_the_deployment_s_page() -> None:
    scene = a_scene()
    made = scene.person()
    client = as_(scene.coordinator)
    data = {"kinds": [kind("medical").pk, kind().pk]}
    client.post(do_url(scene.deployment, "permit-needs"), data)
    assert made.permits.count() == 2
    shown = text_of(client.get(page_url(scene.deployment)))
    assert ("Medical fitness" in shown, board_url(scene.deployment) in shown) == (True, True)
    assert "Exceptional permit to use a passport" in text_of(client.get(page_url(made)))
    client.post(do_url(scene.deployment, "permit-needs"), {"kinds": []})
    assert made.permits.count() == 0


def test_the_button_that_begins_says_what_is_missing_in_the_reader_s_language() -> None:
    scene = a_scene("passport-use")
    made = scene.person()
    client = as_(scene.coordinator)
    number = last_number()
    response = client.post(do_url(made, "activate"), follow=True)
    assert "Missing: Exceptional permit to use a passport" in text_of(response)
    made.refresh_from_db()
    assert (made.state, last_number()) == ("confirmed", number + 1)
    scene.answered(GRANTED, permit_of(made))
    client.post(do_url(made, "activate"))
    made.refresh_from_db()
    assert made.state == "active"


# -- the list, a permit's page


def test_answers_are_entered_on_a_permit_s_page() -> None:
    scene = a_scene("passport-use")
    first, second = scene.person(), scene.person()
    scene.applied(permit_of(first), permit_of(second))
    client = as_(scene.officer)
    days = {"reference": "M-77", "since": "2027-02-01", "until": "2027-04-30"}
    client.post(do_url(permit_of(first), "grant"), days)
    client.post(do_url(permit_of(second), "refuse"))
    assert (permit_of(first).state, permit_of(second).state) == ("granted", "refused")
    shown = text_of(client.get(page_url(permit_of(first))))
    assert ("M-77" in shown, "여권법" in shown) == (True, True)
    client.post(do_url(permit_of(first), "correct"), days | {"until": "2027-05-01"})
    assert permit_of(first).until == date(2027, 5, 1)
    client.post(do_url(permit_of(first), "lapse"), {"reason": "taken back"})
    assert permit_of(first).state == "lapsed"
    assert client.post(do_url(permit_of(first), "grant"), days).status_code == 302


def test_the_answers_to_a_case_are_entered_at_once_each_by_itself() -> None:
    scene = a_scene("passport-use")
    people = sorted((scene.person() for _ in range(3)), key=lambda made: made.volunteer.callsign)
    case = scene.applied(*(permit_of(made) for made in people))
    client = as_(scene.officer)
    assert "Enter answers about permits" in text_of(client.get(page_url(case)))
    url = do_url(case, "permit-answers")
    assert people[2].volunteer.callsign in text_of(client.get(url))
    days = {"since": "2027-02-01", "until": "2027-04-30"}
    rows = {"answer_0": "granted", "answer_1": "granted", "until_1": "2027-05-31"}
    client.post(url, {**days, **rows, "reference_0": "N-1"})
    found = [permit_of(made) for made in people]
    assert [(one.state, one.reference, one.until) for one in found] == [
        ("granted", "N-1", date(2027, 4, 30)),
        ("granted", "", date(2027, 5, 31)),
        ("applied", "", None),
    ]
    client.post(url, {"answer_0": "refused"})
    assert permit_of(people[2]).state == "refused"
    shown = text_of(client.get(page_url(case)))
    assert ("Refused" in shown, "Enter answers about permits" in shown) == (True, False)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"answer_0": "granted", "since": "2027-05-01", "until": "2027-04-01"},
        {"answer_0": "granted", "since": "2027-05-01", "until_0": "2027-04-01"},
        {"answer_0": "maybe"},
        {"answer_0": "granted", "since": "2027-05-01", "reference_0": "N-1"},
    ],
)
def test_answers_that_do_not_fit_are_said_and_nothing_is_entered(data: dict[str, str]) -> None:
    scene = a_scene("passport-use")
    permit = permit_of(scene.person())
    case = scene.applied(permit)
    response = as_(scene.officer).post(do_url(case, "permit-answers"), data)
    assert response.context["form"].errors
    assert permit_of(scene.assignments[0]).state == "applied"


def test_days_that_do_not_fit_are_said_in_the_form() -> None:
    scene = a_scene("passport-use")
    made = scene.person()
    scene.applied(permit_of(made))
    days = {"since": "2027-05-01", "until": "2027-04-30"}
    response = as_(scene.officer).post(do_url(permit_of(made), "grant"), days)
    assert "until" in response.context["form"].errors
    assert permit_of(made).state == "applied"


def test_only_the_desk_s_liaison_officers_enter_answers() -> None:
    scene = a_scene("passport-use")
    permit = permit_of(scene.person())
    scene.applied(permit)
    assert as_(scene.coordinator).post(do_url(permit, "grant")).status_code == 403
    assert as_(a_stranger()).get(page_url(permit)).status_code == 404
    assert as_(a_user("vet", Role.VETTING, desk=a_desk())).get(page_url(permit)).status_code == 404


def test_the_board_of_tasks_leads_to_what_needs_a_look() -> None:
    soon = {"period": (NOW + timedelta(days=20), NOW + timedelta(days=60))}
    scene = a_scene()
    scene.deployment = a_deployment("CRANE", **soon)
    scene.need("passport-use")
    missing, ending, lapsed = (scene.person() for _ in range(3))
    ends = PermitAnswer(granted=True, until=date(2026, 12, 20))
    scene.answered(ends, permit_of(ending))
    over = PermitAnswer(granted=True, until=date(2026, 11, 21))
    scene.answered(over, permit_of(lapsed))
    actions.lapse_permits(at=NOW)
    client = as_(scene.officer)
    tiles = {
        tile.url.partition("?look=")[2]: tile
        for tile in client.get("/admin/").context["board"]
        if "?look=" in tile.url
    }
    assert {name: tile.count for name, tile in tiles.items()} == {
        "missing": 2,
        "lapsing": 1,
        "lapsed": 1,
    }
    found = {
        name: {row.assignment for row in client.get(tile.url).context["cl"].result_list}
        for name, tile in tiles.items()
    }
    assert found == {"missing": {missing, lapsed}, "lapsing": {ending}, "lapsed": {lapsed}}


def test_a_permit_that_lapses_inside_a_held_place_flags_it() -> None:
    scene = a_scene("passport-use")
    made = scene.person()
    scene.answered(PermitAnswer(granted=True, until=NOW.date()), permit_of(made))
    activate_assignment(assignment=made, by=scene.coordinator, at=NOW)
    everything = type(made).objects.filter(pk=made.pk)
    assert not needing_attention(everything, at=NOW).exists()
    actions.lapse_permits(at=NOW + timedelta(days=1))
    assert list(needing_attention(everything, at=NOW + timedelta(days=1))) == [made]
    assert "has lapsed" in text_of(as_(scene.coordinator).get(page_url(made)))
    scene.need()
    assert not needing_attention(everything, at=NOW + timedelta(days=1)).exists()


@pytest.mark.parametrize("query", ["?until=over", "?until=soon", "?until=later", "?until=open"])
def test_the_list_is_filtered_by_the_last_day(query: str) -> None:
    scene = a_scene("passport-use")
    days = {
        "over": date(2026, 11, 21),
        "soon": date(2026, 12, 1),
        "later": date(2027, 12, 1),
        "open": None,
    }
    people = {name: scene.person() for name in days}
    for name, until in days.items():
        if until:
            scene.answered(PermitAnswer(granted=True, until=until), permit_of(people[name]))
    listed = as_(scene.coordinator).get(list_url(Permit) + query).context["cl"].result_list
    assert [row.assignment for row in listed] == [people[query.removeprefix("?until=")]]


# -- the catalogue, the ledger


def test_administrators_change_texts_and_codes_stay() -> None:
    boss = a_user("boss", Role.ADMINISTRATOR)
    found = kind("medical")
    fields = [f.name for f in PermitKind._meta.fields if f.name != "id"]
    data = {name: getattr(found, name) or "" for name in fields}
    client = as_(boss)
    client.post(page_url(found), data | {"name_en": "Fit to serve", "code": "other"})
    found.refresh_from_db()
    assert (found.name_en, found.code) == ("Fit to serve", "medical")
    assert entries_of("catalogue.changed")[-1].facts == {"changed": ["name_en"]}
    new = data | {"code": "curfew", "name_en": "Curfew pass"}
    client.post(reverse("admin:liaison_permitkind_add"), new)
    assert PermitKind.objects.filter(code="curfew").count() == 1
    officer = a_user("officer", Role.LIAISON, desk=a_desk())
    assert as_(officer).get(page_url(found)).status_code == 200
    assert as_(officer).post(page_url(found), data).status_code == 403


def test_the_ledger_tells_it_in_words_to_those_who_see_the_person() -> None:
    scene = a_scene("passport-use")
    made = scene.person()
    scene.answered(GRANTED, permit_of(made))
    [entry] = entries_of("permit.granted")
    told = in_words(entry)
    assert (told.what, told.desk) == ("Permit: Enter as granted", "seoul")
    assert "Exceptional permit to use a passport" in told.detail
    assert entry in entries_visible_to(scene.coordinator)
    assert entry not in entries_visible_to(a_stranger())


def test_entries_about_somebody_of_another_desk_are_not_read() -> None:
    scene = a_scene("passport-use")
    hidden = held(a_slot(scene.deployment), a_volunteer("other-1", desk=a_desk("elsewhere")))
    actions.list_permits_for(assignment=hidden, by=scene.officer, at=NOW)
    [entry] = entries_of("permit.listed")
    assert (entry.desk, entry in entries_visible_to(scene.coordinator)) == ("seoul", False)


@pytest.mark.parametrize("language", ["ko", "uk"])
def test_kinds_are_named_in_the_reader_s_language(language: str) -> None:
    with translation.override(language):
        assert str(kind()) == getattr(kind(), f"name_{language}")
