"""What lists cost in queries does not depend on how much is seen, nor on how it is seen.

Each list is asked for by somebody who sees all of it by desk, by shares with them, or as somebody
in an agency's group, when there are 1, 200 and 2,000 rows.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from corps.accounts.models import User
from corps.accounts.roles import Role
from deployments.models import Assignment, Deployment, Slot
from tests.access.crowds import add_deployments, add_volunteers, share_all, share_all_with
from tests.admin.doors import as_, list_url, page_url
from tests.api.calls import ASSIGNMENTS, a_caller
from tests.cast import NOW, a_desk, a_slot, a_user, an_agency
from volunteers.models import VettingCase, Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

SIZES = (1, 200, 2000)
AT_MOST = 45
"""What any list may cost, whoever asks."""

LISTS = (Volunteer, VettingCase, Deployment, Slot, Assignment)
WAYS = ("by desk", "by share", "by agency")

Cost = tuple[int, int]
"""How many rows are told of, and the queries that were asked."""


def a_viewer(way: str) -> tuple[User, Callable[..., None]]:
    """Somebody in a role that sees everything here, and what lets them see some rows."""
    if way == "by desk":
        return a_user("viewer", Role.APPROVER, desk=a_desk()), lambda *rows: None
    viewer = a_user("viewer", Role.APPROVER, desk=a_desk("elsewhere"))
    if way == "by share":
        return viewer, lambda *rows: share_all(viewer, *rows)
    agency = an_agency()
    viewer.groups.add(agency.group)
    return viewer, lambda *rows: share_all_with(agency, *rows)


Ask = Callable[[], int]
"""Asks for a list, and returns of how many rows it tells."""


def costs_of(asks: Mapping[str, Ask], show: Callable[..., None]) -> dict[str, list[Cost]]:
    """What each list costs at each size."""
    costs: dict[str, list[Cost]] = {name: [] for name in asks}
    there = 0
    for size in SIZES:
        people = add_volunteers(a_desk(), size - there)
        show(people, add_deployments(a_desk(), people))
        there = size
        for name, ask in asks.items():
            with CaptureQueriesContext(connection) as asked:
                told = ask()
            costs[name].append((told, len(asked)))
    return costs


def assert_flat(costs: list[Cost]) -> None:
    """All is told of, for one and the same number of queries, which is not too high."""
    queries = [number for _, number in costs]
    assert ([told for told, _ in costs], len(set(queries))) == (list(SIZES), 1), costs
    assert queries[0] <= AT_MOST, costs


def asking(browser: Client, url: str, count: Callable[[Any], int]) -> Ask:
    """Return what asks for the page at an address, and counts what it tells of."""

    def ask() -> int:
        response = browser.get(url)
        assert response.status_code == 200
        return count(response.context)

    return ask


def rows(context: Any) -> int:
    """How many rows a list counts."""
    return int(context["cl"].result_count)


@pytest.mark.parametrize("way", WAYS)
def test_a_list_is_flat(way: str) -> None:
    viewer, show = a_viewer(way)
    browser = as_(viewer)
    asks = {model._meta.model_name: asking(browser, list_url(model), rows) for model in LISTS}
    for ask in asks.values():
        ask()
    for costs in costs_of(asks, show).values():
        assert_flat(costs)


@pytest.mark.parametrize("way", WAYS)
def test_the_candidates_of_a_place_are_flat(way: str) -> None:
    viewer, show = a_viewer(way)
    slot = a_slot(clearance=1)
    show([slot.deployment])
    browser, url = as_(viewer), page_url(slot)
    browser.get(url)

    def others(context: Any) -> int:
        return int(context["candidates"].others)

    ask = asking(browser, f"{url}?show=others", others)
    assert_flat(costs_of({"candidates": ask}, show)["candidates"])


def test_the_list_of_the_api_is_flat() -> None:
    agency = an_agency()
    caller = a_caller(agency)

    def ask() -> int:
        response = caller.get(ASSIGNMENTS, {"limit": "50"})
        assert response.status_code == 200
        return len(response.json()["results"])

    asks = {"assignments": ask}
    costs = costs_of(asks, lambda *rows: share_all_with(agency, *rows))["assignments"]
    assert [told for told, _ in costs] == [1, 50, 50]
    assert len({queries for _, queries in costs}) == 1, costs
