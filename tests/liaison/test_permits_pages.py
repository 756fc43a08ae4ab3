"""Permits in the admin: the board of a deployment, the list, a permit's page, the catalogue."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.adminkit.words import in_words
from corps.audit.queries import entries_visible_to
from deployments.actions.assignments import activate_assignment, cancel_assignment
from deployments.liaison.actions import permits as actions
from deployments.liaison.models import Case, Permit, PermitKind
from deployments.liaison.rules.permits import PermitAnswer
from deployments.models import Deployment
from deployments.queries.attention import needing_attention
from tests.admin.doors import as_, do_url, last_number, list_url, page_url, text_of
from tests.cast import NOW, a_deployment, a_desk, a_slot, a_stranger, a_user, a_volunteer, an_agency
from tests.deployments.admin.scene import held
from tests.liaison.permit_scene import GRANTED, REFUSED, Scene, a_scene, entries_of, kind, permit_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

AT_MOST = 40


def board_url(deployment: Deployment) -> str:
    """The board of a deployment."""
    return reverse("admin:liaison_permit_board", args=[deployment.pk])


def asked(**more: Any) -> dict[str, Any]:
    """What is sent to open a new case."""
    return {"agency": an_agency("ministry").pk, "subject": "Permits of March", **more}


# -- the board


def test_the_board_shows_people_by_kinds_with_states_and_counts() -> None:
    scene = a_scene("passport-use", "medical")
    first, second = scene.person(), scene.person()
    scene.answered(GRANTED, permit_of(first))
    scene.applied(permit_of(second, "medical"))
    response = as_(scene.officer).get(board_url(scene.deployment))
    board = response.context["board"]
    states = {
        str(row.assignment.volunteer.callsign): [cell.permit.state for cell in row.cells]
        for row in board.rows
    }
    assert states == {
        first.volunteer.callsign: ["needed", "granted"],
        second.volunteer.callsign: ["applied", "needed"],
    }
    assert {choice["value"]: choice["count"] for choice in board.counts} == {
        "missing": 3,
        "needed": 2,
        "applied": 1,
        "granted": 1,
        "refused": 0,
        "lapsed": 0,
    }


@pytest.mark.parametrize(
    ("state", "seen"),
    [("granted", {"first"}), ("missing", {"second"}), ("refused", {"second"}), ("x", "all")],
)
def test_the_board_is_filtered_by_state(state: str, seen: Any) -> None:
    scene = a_scene("passport-use")
    people = {"first": scene.person(), "second": scene.person()}
    scene.answered(GRANTED, permit_of(people["first"]))
    scene.answered(REFUSED, permit_of(people["second"]))
    response = as_(scene.coordinator).get(board_url(scene.deployment), {"state": state})
    found = {row.assignment.pk for row in response.context["board"].rows}
    names = {name for name, made in people.items() if made.pk in found}
    assert names == (set(people) if seen == "all" else seen)


def test_one_who_left_stands_last_and_cannot_be_ticked() -> None:
    scene = a_scene("passport-use")
    left, stays = scene.person(), scene.person()
    cancel_assignment(assignment=left, by=scene.coordinator, at=NOW, reason="left")
    response = as_(scene.officer).get(board_url(scene.deployment))
    rows = response.context["board"].rows
    assert [(row.assignment, row.left, row.cells[0].applies) for row in rows] == [
        (stays, False, True),
        (left, True, False),
    ]
    data = asked(permits=[permit_of(left).pk])
    assert as_(scene.officer).post(board_url(scene.deployment), data).status_code == 200
    assert Case.objects.count() == 0


def test_those_ticked_are_put_into_a_new_case() -> None:
    scene = a_scene("passport-use")
    permits = [permit_of(scene.person()) for _ in range(3)]
    data = asked(permits=[permit.pk for permit in permits[:2]], due="2026-12-24")
    response = as_(scene.officer).post(board_url(scene.deployment), data)
    case = Case.objects.get()
    assert response.url == page_url(case)
    assert (case.subject, case.due, case.agency) == (
        "Permits of March",
        date(2026, 12, 24),
        an_agency("ministry"),
    )
    assert set(case.permits.all()) == set(permits[:2])


def test_those_ticked_are_added_to_an_open_case() -> None:
    scene = a_scene("passport-use")
    first, second = permit_of(scene.person()), permit_of(scene.person())
    case = scene.case(first)
    data = {"permits": [second.pk], "case": case.pk}
    response = as_(scene.officer).post(board_url(scene.deployment), data)
    assert response.url == page_url(case)
    assert (set(case.permits.all()), Case.objects.count()) == ({first, second}, 1)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"permits": []}, "permits"),
        ({"agency": ""}, "agency"),
        ({"subject": ""}, "subject"),
        ({"due": "2026-99-99"}, "due"),
        ({"permits": ["x"]}, "permits"),
        ({"case": "x"}, "case"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_done(
    data: dict[str, Any], field: str
) -> None:
    scene = a_scene("passport-use")
    permit = permit_of(scene.person())
    sent = asked(permits=[permit.pk]) | data
    response = as_(scene.officer).post(board_url(scene.deployment), sent)
    assert field in response.context["form"].errors
    assert Case.objects.count() == 0


def test_a_refusal_is_said_and_entered_and_the_ticks_stay() -> None:
    scene = a_scene("passport-use")
    permit = permit_of(scene.person())
    sent = asked(permits=[permit.pk], due="2026-11-21")
    response = as_(scene.officer).post(board_url(scene.deployment), sent)
    assert "over already" in text_of(response)
    assert response.context["rows"][0]["cells"][0]["ticked"] is True
    assert entries_of("access.refused")[-1].facts["step"] == "liaison.permit.board"


def test_who_sees_the_board_and_who_applies() -> None:
    scene = a_scene("passport-use")
    permit = permit_of(scene.person())
    desk = a_desk()
    statuses = {
        role: as_(a_user(f"{role.name}-1", role, desk=desk)).get(board_url(scene.deployment))
        for role in Role
    }
    readers = {role for role, answer in statuses.items() if answer.status_code == 200}
    assert readers == {Role.COORDINATOR, Role.LIAISON, Role.APPROVER}
    assert 'type="checkbox"' not in text_of(statuses[Role.COORDINATOR])
    data = asked(permits=[permit.pk])
    assert as_(scene.coordinator).post(board_url(scene.deployment), data).status_code == 403
    assert as_(a_stranger()).get(board_url(scene.deployment)).status_code == 404


def test_nobody_is_on_the_board_whom_the_reader_may_not_see() -> None:
    scene = a_scene("passport-use")
    seen = scene.person()
    hidden = held(a_slot(scene.deployment), a_volunteer("other-1", desk=a_desk("elsewhere")))
    actions.list_permits_for(assignment=hidden, by=scene.officer, at=NOW)
    type(hidden).objects.filter(pk=hidden.pk).update(state="confirmed")
    response = as_(scene.officer).get(board_url(scene.deployment))
    assert [row.assignment for row in response.context["board"].rows] == [seen]
    assert response.context["board"].counts[0]["count"] == 1
    assert "other-1" not in text_of(response)
    data = asked(permits=[permit_of(hidden).pk])
    as_(scene.officer).post(board_url(scene.deployment), data)
    assert Case.objects.count() == 0


def costs_at(user: User, scene: Scene, case: Case, *urls: str) -> dict[str, set[int]]:
    """The queries of each page with 1, 30 and 200 people, half of whom a case applied for."""
    client, costs = as_(user), {url: set[int]() for url in urls}
    for size in (1, 30, 200):
        while len(scene.assignments) < size:
            made = scene.person(consents=False)
            if len(scene.assignments) % 2:
                Permit.objects.filter(assignment=made).update(case=case)
        for url in urls:
            with CaptureQueriesContext(connection) as questions:
                assert client.get(url).status_code == 200
            costs[url].add(len(questions))
    return costs


def test_board_list_and_pages_cost_the_same_however_many_people() -> None:
    scene = a_scene("passport-use", "medical")
    scene.person()
    case = scene.case(permit_of(scene.assignments[0]))
    costs = costs_at(
        scene.officer,
        scene,
        case,
        board_url(scene.deployment),
        f"{board_url(scene.deployment)}?state=missing",
        f"{list_url(Permit)}?look=missing",
        list_url(Permit),
    )
    assert {url: (len(found), max(found) <= AT_MOST) for url, found in costs.items()} == (
        dict.fromkeys(costs, (1, True))
    ), costs


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
