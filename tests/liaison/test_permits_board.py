"""The board of a deployment's permits: people by kinds, and applying for many at once."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corps.accounts.models import User
from corps.accounts.roles import Role
from deployments.actions.assignments import cancel_assignment
from deployments.liaison.actions import permits as actions
from deployments.liaison.models import Case, Permit
from tests.admin.doors import as_, list_url, page_url, text_of
from tests.cast import NOW, a_desk, a_slot, a_stranger, a_user, a_volunteer, an_agency
from tests.deployments.admin.scene import held
from tests.liaison.permit_scene import (
    GRANTED,
    REFUSED,
    Scene,
    a_scene,
    board_url,
    entries_of,
    permit_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

AT_MOST = 40


def asked(**more: Any) -> dict[str, Any]:
    """What is sent to open a new case."""
    return {"agency": an_agency("ministry").pk, "subject": "Permits of March", **more}


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
        people = scene.many(size - len(scene.assignments))
        Permit.objects.filter(assignment__in=people[::2]).update(case=case)
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
