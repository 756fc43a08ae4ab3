"""The register list: its columns, its filters, its search, and what it costs."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corps.accounts.models import User
from corps.adminkit import guests
from corps.adminkit.guests import Column
from tests.admin.doors import as_, list_url
from tests.cast import a_coordinator, a_volunteer
from volunteers.models import AvailabilityWindow, Skill, Volunteer, WeeklyRule

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

AT_MOST = 20
"""What a page of the register may cost in queries, however many stand on it."""


def test_the_list_costs_the_same_for_1_3_and_200() -> None:
    client, costs = as_(a_coordinator()), []
    client.get(list_url(Volunteer))
    for count in (1, 3, 200):
        for _number in range(count - Volunteer.objects.count()):
            a_volunteer()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(list_url(Volunteer)).status_code == 200
        costs.append(len(asked))
    assert (len(set(costs)), costs[0] <= AT_MOST) == (1, True), costs


def shown(query: str = "") -> list[str]:
    """The callsigns on the list for a coordinator who asks this."""
    known = User.objects.filter(username="coordinator").first()
    listed = as_(known or a_coordinator()).get(f"{list_url(Volunteer)}{query}")
    return [row.callsign for row in listed.context["cl"].result_list]


def test_language_and_level_belong_together() -> None:
    a_volunteer("A", languages={"kor": 7, "ukr": 3})
    a_volunteer("B", languages={"kor": 3, "ukr": 5})
    assert shown("?language=ukr&speaking=4") == ["B"]
    assert shown("?language=kor&speaking=4") == ["A"]
    assert shown("?language=ukr") == ["A", "B"]


def test_whoever_holds_what_implies_a_skill_is_found_by_it() -> None:
    driving, truck = (Skill.objects.get(code=code).pk for code in ("driving", "truck-driving"))
    a_volunteer("A", skills={truck: 2})
    a_volunteer("B", skills={driving: 2})
    a_volunteer("C", skills={driving: 1})
    assert (shown(f"?skill={driving}&level=2"), shown(f"?skill={truck}")) == (["A", "B"], ["A"])


def test_skill_and_level_belong_together() -> None:
    skill, other = (Skill.objects.get(code=code).pk for code in ("audio", "drone"))
    a_volunteer("A", skills={skill: 3, other: 1})
    a_volunteer("B", skills={skill: 1, other: 3})
    assert shown(f"?skill={skill}&level=3") == ["A"]


@pytest.mark.parametrize(
    ("choice", "found"),
    [("1", ["A", "B"]), ("3", ["A"]), ("lapsing", ["B"]), ("none", ["C"]), ("7", [])],
)
def test_clearance_filters_by_todays_clearance(choice: str, found: list[str]) -> None:
    a_volunteer("A", clearance=(3, date(2027, 12, 31)))
    a_volunteer("B", clearance=(2, date(2026, 12, 1)))
    a_volunteer("C", clearance=(3, date(2026, 11, 21)))
    assert shown(f"?clearance={choice}") == found


def test_available_means_all_through_the_period() -> None:
    a_volunteer("whole", windows=[("available", date(2027, 1, 1), date(2027, 1, 31))])
    touching = [
        ("available", date(2027, 1, 1), date(2027, 1, 9)),
        ("available", date(2027, 1, 10), date(2027, 1, 31)),
    ]
    a_volunteer("touching", windows=touching)
    gap = [
        ("available", date(2027, 1, 1), date(2027, 1, 9)),
        ("available", date(2027, 1, 11), date(2027, 1, 31)),
    ]
    a_volunteer("gap", windows=gap)
    against = [
        ("available", date(2027, 1, 1), date(2027, 1, 31)),
        ("unavailable", date(2027, 1, 12), date(2027, 1, 12)),
    ]
    a_volunteer("against", windows=against)
    weekly = a_volunteer("weekly", windows=[])
    for day in range(1, 8):
        WeeklyRule.objects.create(volunteer=weekly, weekday=day, kind="available")
    assert shown("?free_from=2027-01-08&free_to=2027-01-14") == ["touching", "weekly", "whole"]
    assert shown("?free_from=2027-01-12") == ["gap", "touching", "weekly", "whole"]


def test_a_filter_that_makes_no_sense_finds_nobody_and_says_why() -> None:
    a_volunteer()
    page = as_(a_coordinator()).get(
        f"{list_url(Volunteer)}?free_from=2027-01-08&free_to=2027-01-01"
    )
    assert page.context["cl"].result_count == 0
    assert "The last day lies before the first." in page.content.decode()


def test_portal_account_filter() -> None:
    a_volunteer("A", account=True)
    a_volunteer("B")
    assert (shown("?account=yes"), shown("?account=no")) == (["A"], ["B"])


def test_search_is_by_callsign_alone() -> None:
    a_volunteer("heron-1", home_base="Busan")
    a_volunteer("crane-1")
    assert (shown("?q=heron"), shown("?q=Busan")) == (["heron-1"], [])


def test_next_available_day_knows_windows_and_weekly_rules() -> None:
    now = a_volunteer("A")
    later = a_volunteer("B", windows=[("available", date(2026, 12, 3), date(2026, 12, 9))])
    weekly = a_volunteer("C", windows=[("unavailable", date(2026, 11, 22), date(2026, 11, 30))])
    WeeklyRule.objects.create(volunteer=weekly, weekday=2, kind="available")
    never = a_volunteer("D", windows=[("avoid", date(2026, 11, 22), date(2027, 12, 1))])
    rows = as_(a_coordinator()).get(list_url(Volunteer)).context["cl"].result_list
    assert {row.pk: row.facts.next_free for row in rows} == {
        now.pk: date(2026, 11, 22),
        later.pk: date(2026, 12, 3),
        weekly.pk: date(2026, 12, 1),
        never.pk: None,
    }
    assert [row.facts.free_now for row in rows] == [True, False, False, False]


def test_a_day_is_the_volunteers_own() -> None:
    there = a_volunteer("A", windows=[], time_zone="America/New_York")
    start = timezone.now() + timedelta(days=3)
    AvailabilityWindow.objects.create(
        volunteer=there, kind="available", during=(start, start + timedelta(hours=2))
    )
    (row,) = as_(a_coordinator()).get(list_url(Volunteer)).context["cl"].result_list
    assert row.facts.next_free == date(2026, 11, 24)


def test_another_app_may_add_a_column(monkeypatch: pytest.MonkeyPatch) -> None:
    there = a_volunteer("A")
    column = Column("burden", "Burden", lambda viewer, ids: {there.pk: 42})
    monkeypatch.setitem(guests._columns, Volunteer, [column])
    page = as_(a_coordinator()).get(list_url(Volunteer))
    assert "Burden" in page.content.decode()
    assert page.context["cl"].result_list[0].guest_burden == 42
