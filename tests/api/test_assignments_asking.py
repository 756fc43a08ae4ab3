"""How an agency asks for assignments: filters, pages, cursors, and what has not changed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corps.vault.marks import pseudonym
from deployments.models import Assignment
from tests.api.calls import (
    ASSIGNMENTS,
    Caller,
    a_caller,
    an_assignment,
    entries,
    problem,
)
from tests.cast import NOW, a_deployment, an_agency, share

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def walk(caller: Caller, **query: Any) -> list[list[str]]:
    """The ids of every page, as `next` leads."""
    pages, path = [], ASSIGNMENTS
    while path:
        content = caller.get(path, query).json()
        pages.append([row["id"] for row in content["results"]])
        path, query = content["next"], {}
    return pages


def test_filters_narrow() -> None:
    heron, crane = a_deployment("HERON"), a_deployment("두루미")
    for deployment in (heron, crane):
        share(deployment, an_agency())
    an_assignment(heron, "accepted")
    an_assignment(crane, "active", state_since=NOW + timedelta(hours=1))
    caller = a_caller()

    def found(**query: str) -> list[str]:
        return [row["deployment"] for row in caller.rows(**query)]

    assert found(state="accepted") == ["HERON"]
    assert found(deployment="두루미") == ["두루미"]
    assert found(deployment="두루미", state="accepted") == []
    assert found(updated_since="2026-11-22T13:00:00+09:00") == ["두루미"]
    assert found(updated_since="2026-11-22T03:00:00Z") == ["HERON", "두루미"]


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ({"volunteer": "x"}, "volunteer", "Unknown parameter."),
        ({"format": "json"}, "format", "Unknown parameter."),
        ({"limit": ["1", "2"]}, "limit", "Give this parameter once."),
        ({"limit": "0"}, "limit", "Ensure this value is greater than or equal to 1."),
        ({"limit": "201"}, "limit", "Ensure this value is less than or equal to 200."),
        ({"limit": "many"}, "limit", "A valid integer is required."),
        ({"state": "offered"}, "state", '"offered" is not a valid choice.'),
        ({"deployment": "a\x00b"}, "deployment", "Null characters are not allowed."),
        (
            {"updated_since": "2026-11-22T03:00:00"},
            "updated_since",
            "Say the offset from UTC, such as 2026-11-22T03:00:00Z (write + as %2B).",
        ),
        (
            {"cursor": "made-up"},
            "cursor",
            "Not a cursor of this list with these filters: take it from `next` as it is.",
        ),
    ],
)
def test_a_wrong_parameter_is_named(query: dict[str, Any], parameter: str, detail: str) -> None:
    response = a_caller().get(query=query, accept_language="ko")
    assert (response.status_code, response.headers["Content-Type"]) == (
        400,
        "application/problem+json",
    )
    fault = {"parameter": parameter, "detail": detail}
    assert response.json() == problem(400, "Bad request", errors=[fault])
    assert entries("api.read") == []


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_outside_the_calendar_is_named(instant: str) -> None:
    response = a_caller().get(query={"updated_since": instant})
    fault = {"parameter": "updated_since", "detail": "Datetime value out of range."}
    assert (response.status_code, response.json()["errors"]) == (400, [fault])


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_the_ends_of_time_may_be_asked_for(instant: str) -> None:
    assert a_caller().get(query={"updated_since": instant}).status_code == 200


def test_pages_hold_every_row_once_while_others_come_in_between() -> None:
    deployment = a_deployment()
    share(deployment, an_agency())
    old = {
        pseudonym(an_agency().pk, f"assignment {an_assignment(deployment, state_since=since).pk}")
        for since in [NOW, NOW, NOW, NOW, NOW - timedelta(days=1), NOW - timedelta(days=2), NOW]
    }
    caller = a_caller()
    first = caller.get(query={"limit": 3}).json()
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        new = an_assignment(deployment, state_since=NOW + timedelta(minutes=1))
    Assignment.objects.filter(pk=new.pk).update(updated_at=NOW + timedelta(minutes=1))
    rest = []
    path = first["next"]
    while path:
        page = caller.get(path).json()
        rest += [row["id"] for row in page["results"]]
        path = page["next"]
    seen = [row["id"] for row in first["results"]] + rest
    assert (len(seen), len(set(seen)), set(seen) >= old) == (8, 8, True)
    assert seen[-1] == pseudonym(an_agency().pk, f"assignment {new.pk}")


def test_the_last_page_leads_nowhere_and_next_keeps_the_filters() -> None:
    deployment = a_deployment("두루미")
    share(deployment, an_agency())
    for _ in range(4):
        an_assignment(deployment)
    an_assignment(deployment, "active")
    pages = walk(a_caller(), limit=2, deployment="두루미", state="accepted")
    assert [len(page) for page in pages] == [2, 2]


def test_a_cursor_counts_for_its_agency_and_its_filters_only() -> None:
    deployment = a_deployment()
    for agency in (an_agency(), an_agency("ministry")):
        share(deployment, agency)
    rows = [an_assignment(deployment) for _ in range(2)]
    embassy, ministry = a_caller(), a_caller(an_agency("ministry"))
    following = embassy.get(query={"limit": 1}).json()["next"]
    assert [str(row.pk) in following for row in rows] == [False, False]
    answers = [
        caller.get(path).status_code
        for caller, path in [
            (embassy, following),
            (ministry, following),
            (embassy, following + "&state=accepted"),
            (embassy, following[:-2] + "AA"),
        ]
    ]
    assert answers == [200, 400, 400, 400]


def test_an_unchanged_page_is_answered_with_304_and_a_changed_one_is_not() -> None:
    deployment = a_deployment()
    share(deployment, an_agency())
    for _ in range(2):
        assignment = an_assignment(deployment)
    caller = a_caller()
    first = caller.get(query={"limit": 1})
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = caller.get(query={"limit": 1}, if_none_match=tag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    whole = caller.get()
    Assignment.objects.filter(pk=assignment.pk).update(state="confirmed", state_since=NOW)
    assert caller.get(if_none_match=whole.headers["ETag"]).status_code == 200


def test_head_answers_as_get_without_a_body() -> None:
    caller = a_caller()
    head, get = caller.send("HEAD", ASSIGNMENTS), caller.get()
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]


@pytest.mark.parametrize("count", [1, 3, 200])
def test_a_page_costs_the_same_queries_at_any_length(count: int) -> None:
    deployment = a_deployment()
    share(deployment, an_agency())
    for _ in range(count):
        an_assignment(deployment)
    caller = a_caller()
    with CaptureQueriesContext(connection) as queries:
        rows = caller.rows(limit=200)
    plain = [one["sql"].split()[0] for one in queries if "SAVEPOINT" not in one["sql"]]
    assert (len(rows), plain) == (count, ["SELECT", "SELECT", "INSERT"])
