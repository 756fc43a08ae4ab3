"""What lists and pages about work cost in queries, and that no question breaks them."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deployments.agencies.models import Agency
from deployments.models import Assignment, Deployment, Slot, Team
from tests.admin.doors import as_, list_url, page_url
from tests.cast import a_coordinator, a_deployment, a_slot, a_volunteer, an_agency, share
from tests.deployments.admin.scene import a_scene, held

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

SIZES = (1, 3, 200)
AT_MOST = 40
"""What any page about work may cost in queries, however much stands on it."""


def costs_of(url: str, grow: Callable[[int], None]) -> list[int]:
    """The number of queries of a page when there are 1, 3 and 200 of what it shows."""
    client, costs, there = as_(a_coordinator()), [], 0
    for size in SIZES:
        for number in range(there, size):
            grow(number)
        there = size
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        costs.append(len(asked))
    return costs


def assert_flat(costs: list[int]) -> None:
    """The costs are one and the same, and not too high."""
    assert (len(set(costs)), costs[0] <= AT_MOST) == (1, True), costs


def test_the_list_of_deployments_is_flat() -> None:
    def grow(number: int) -> None:
        deployment = a_deployment(f"D-{number}", host_agency=an_agency())
        if number == 0:
            held(a_slot(deployment), a_volunteer())

    assert_flat(costs_of(list_url(Deployment), grow))


def test_a_deployment_s_page_is_flat() -> None:
    deployment = a_deployment("HERON")
    share(deployment, an_agency())

    def grow(number: int) -> None:
        team = Team.objects.create(deployment=deployment, name=f"T-{number}")
        team.rules.create(language_id="ukr", level=4)
        slot = a_slot(deployment, team=team)
        slot.languages.create(language_id="ukr", level=3)
        held(slot, a_volunteer())
        held(a_slot(deployment), a_volunteer(), "proposed")

    assert_flat(costs_of(page_url(deployment), grow))


def test_the_list_of_places_is_flat() -> None:
    deployment = a_deployment("HERON")

    def grow(number: int) -> None:
        held(a_slot(deployment), a_volunteer())

    assert_flat(costs_of(list_url(Slot), grow))


def one_more(number: int) -> None:
    """One more volunteer on the desk."""
    a_volunteer()


def test_the_candidates_of_a_place_are_flat() -> None:
    slot = a_slot()
    slot.languages.create(language_id="ukr", level=3)
    assert_flat(costs_of(page_url(slot), one_more))


def test_those_who_do_not_fit_are_flat() -> None:
    slot = a_slot()
    slot.languages.create(language_id="ukr", level=7)
    url = f"{page_url(slot)}?show=others"
    assert_flat(costs_of(url, one_more))


def test_the_list_of_assignments_is_flat() -> None:
    deployment = a_deployment("HERON")

    def grow(number: int) -> None:
        held(a_slot(deployment), a_volunteer())

    assert_flat(costs_of(list_url(Assignment), grow))
    assert_flat(costs_of_again(f"{list_url(Assignment)}?waiting=look"))


def costs_of_again(url: str) -> list[int]:
    """The number of queries of a page as it is, asked twice."""
    client, costs = as_(a_coordinator(username="again")), []
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        costs.append(len(asked))
    return costs


def test_the_list_of_agencies_is_flat() -> None:
    parent = an_agency("parent")

    def grow(number: int) -> None:
        agency = an_agency(f"agency-{number}")
        agency.parent = parent
        agency.save()

    assert_flat(costs_of(list_url(Agency), grow))


ODD = (
    "?page=abc",
    "?page=-1",
    "?page=0",
    "?page=999999999",
    f"?page={'9' * 5000}",
    "?page=²",
    "?page=",
    "?show=x",
    "?show=others&page=77",
    "?p=abc",
    "?p=-1",
    "?p=999999999",
    "?o=",
    "?o=x",
    "?o=-1.-2.99",
    "?q=%27%22",
    "?filling=x",
    "?waiting=x",
    "?state__exact=x",
    "?desk__id__exact=x",
    "?desk__id__exact=999999999999",
    "?all=",
    "?e=1",
    "?_facets=True",
)
REFUSED = (
    "?q=%00",
    "?unknown=1",
    "?codename__startswith=H",
    "?volunteer__callsign=x",
    "?slot__assignments__volunteer__callsign=x",
    "?assignments__volunteer__callsign__startswith=x",
    "?volunteer__identity__document__isnull=1",
    "?_popup=1",
    "?_to_field=codename",
)


def answers(client: Client, url: str, queries: tuple[str, ...]) -> dict[str, int]:
    """The status of a page for each query, after what it redirects to."""
    return {query: client.get(f"{url}{query}", follow=True).status_code for query in queries}


def test_odd_questions_are_answered() -> None:
    scene = a_scene()
    client = as_(scene.coordinator)
    for url in (page_url(scene.deployment), page_url(scene.free), page_url(scene.holding)):
        assert answers(client, url, ODD) == dict.fromkeys(ODD, 200)
    for kind in (Deployment, Slot, Assignment, Agency):
        found = answers(client, list_url(kind), ODD)
        assert set(found.values()) <= {200, 400}, (kind, found)


@pytest.mark.parametrize("kind", [Deployment, Slot, Assignment])
def test_lookups_that_nobody_declared_are_refused(kind: type[Deployment]) -> None:
    scene = a_scene()
    found = answers(as_(scene.coordinator), list_url(kind), REFUSED)
    assert found == dict.fromkeys(REFUSED, 400)


def test_a_page_beyond_the_last_shows_the_last() -> None:
    slot = a_slot()
    for _number in range(51):
        a_volunteer()
    client = as_(a_coordinator())
    for query, number, shown in (
        ("", 1, 50),
        ("?page=2", 2, 1),
        ("?page=99", 2, 1),
        ("?page=x", 1, 50),
    ):
        page = client.get(f"{page_url(slot)}{query}").context["candidates"]
        assert (query, page.number, len(page.page), page.fitting) == (query, number, shown, 51)
