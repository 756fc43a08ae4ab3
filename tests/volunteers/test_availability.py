"""Setting days: one normal form, whatever is said in whatever order, in any time zone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corps.audit.actions import COMMAND
from corps.audit.queries import entries_about
from corps.errors import NotFound
from tests.cast import NOW, a_coordinator, a_stranger, a_volunteer
from volunteers.actions.availability import (
    DaysNotPossible,
    remove_window,
    set_days,
    set_weekly_rules,
)
from volunteers.models import AvailabilityWindow, DayKind, Volunteer
from volunteers.queries.availability import Source, days_of, spans_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
FREE, AVOID, AWAY = DayKind.AVAILABLE, DayKind.AVOID, DayKind.UNAVAILABLE


def someone(zone: str = "Asia/Seoul") -> Volunteer:
    return a_volunteer(time_zone=zone, windows=[])


def say(volunteer: Volunteer, first: date, last: date, kind: DayKind | None) -> None:
    set_days(volunteer=volunteer, first=first, last=last, kind=kind, by=COMMAND, at=NOW)


def stands(volunteer: Volunteer) -> list[tuple[str, str, str]]:
    """What is stored, as kind, start and end in the volunteer's own time."""
    zone = ZoneInfo(str(volunteer.time_zone))
    rows = AvailabilityWindow.objects.filter(volunteer=volunteer).order_by("during")
    return [
        (
            row.kind,
            f"{row.during.lower.astimezone(zone):%Y-%m-%d %H:%M}",
            f"{row.during.upper.astimezone(zone):%Y-%m-%d %H:%M}",
        )
        for row in rows
    ]


def test_days_are_kept_from_the_start_of_the_first_to_the_end_of_the_last() -> None:
    volunteer = someone()
    say(volunteer, date(2027, 3, 4), date(2027, 3, 6), FREE)
    assert stands(volunteer) == [("available", "2027-03-04 00:00", "2027-03-07 00:00")]
    kept = AvailabilityWindow.objects.get(volunteer=volunteer).during
    assert kept.lower == datetime(2027, 3, 3, 15, tzinfo=UTC)


def test_another_kind_in_the_middle_cuts_a_window_in_two() -> None:
    volunteer = someone()
    say(volunteer, date(2027, 3, 1), date(2027, 3, 9), FREE)
    say(volunteer, date(2027, 3, 4), date(2027, 3, 5), AWAY)
    assert stands(volunteer) == [
        ("available", "2027-03-01 00:00", "2027-03-04 00:00"),
        ("unavailable", "2027-03-04 00:00", "2027-03-06 00:00"),
        ("available", "2027-03-06 00:00", "2027-03-10 00:00"),
    ]


def test_touching_windows_of_one_kind_become_one() -> None:
    volunteer = someone()
    say(volunteer, date(2027, 3, 1), date(2027, 3, 2), FREE)
    say(volunteer, date(2027, 3, 4), date(2027, 3, 5), FREE)
    say(volunteer, date(2027, 3, 3), date(2027, 3, 3), FREE)
    assert stands(volunteer) == [("available", "2027-03-01 00:00", "2027-03-06 00:00")]


def test_taking_back_leaves_nothing_said() -> None:
    volunteer = someone()
    say(volunteer, date(2027, 3, 1), date(2027, 3, 3), AVOID)
    say(volunteer, date(2027, 3, 1), date(2027, 3, 3), None)
    assert stands(volunteer) == []


def test_saying_it_twice_keeps_the_same_row() -> None:
    volunteer = someone()
    say(volunteer, date(2027, 3, 1), date(2027, 3, 3), FREE)
    before = AvailabilityWindow.objects.get(volunteer=volunteer).pk
    say(volunteer, date(2027, 3, 2), date(2027, 3, 3), FREE)
    assert AvailabilityWindow.objects.get(volunteer=volunteer).pk == before


def test_an_imported_overlap_is_brought_into_normal_form() -> None:
    volunteer = a_volunteer(
        windows=[
            ("available", date(2027, 1, 1), date(2027, 1, 10)),
            ("unavailable", date(2027, 1, 4), date(2027, 1, 5)),
        ]
    )
    say(volunteer, date(2027, 3, 1), date(2027, 3, 1), AVOID)
    assert stands(volunteer) == [
        ("available", "2027-01-01 00:00", "2027-01-04 00:00"),
        ("unavailable", "2027-01-04 00:00", "2027-01-06 00:00"),
        ("available", "2027-01-06 00:00", "2027-01-11 00:00"),
        ("avoid", "2027-03-01 00:00", "2027-03-02 00:00"),
    ]


def test_each_act_is_one_entry_with_days_and_kind() -> None:
    volunteer = someone()
    say(volunteer, date(2027, 3, 1), date(2027, 3, 3), FREE)
    entry = entries_about(volunteer)[0]
    facts = {"first": "2027-03-01", "last": "2027-03-03", "kind": "available"}
    assert (entry.verb, entry.facts, entry.desk) == ("availability.days_set", facts, "seoul")
    assert [e.verb for e in entries_about(volunteer)].count("availability.days_set") == 1


def test_nothing_changes_when_the_ledger_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    volunteer = someone()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("volunteers.actions.availability.record", broken)
    with pytest.raises(RuntimeError):
        say(volunteer, date(2027, 3, 1), date(2027, 3, 3), FREE)
    assert stands(volunteer) == []


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (date(2027, 3, 2), date(2027, 3, 1), "The last day is before the first."),
        (TODAY - timedelta(days=1), TODAY, "Days that have passed cannot be changed."),
        (date(2027, 1, 1), date(2030, 1, 5), "Choose at most three years at once."),
        (date(2032, 1, 1), date(2032, 1, 1), "Choose days within the next five years."),
        (date(9999, 12, 31), date(9999, 12, 31), "Choose days within the next five years."),
    ],
)
def test_days_that_cannot_be_set_are_refused_in_words(first: date, last: date, says: str) -> None:
    volunteer = someone()
    with override("en"), pytest.raises(DaysNotPossible) as refused:
        say(volunteer, first, last, FREE)
    with override("en"):
        assert str(refused.value) == says
    assert stands(volunteer) == []


def test_today_is_the_volunteers_today() -> None:
    """At noon of 22 November in Seoul it is still 21 November in New York."""
    volunteer = someone("America/New_York")
    say(volunteer, date(2026, 11, 21), date(2026, 11, 21), FREE)
    assert stands(volunteer) == [("available", "2026-11-21 00:00", "2026-11-22 00:00")]


@pytest.mark.parametrize("act", ["days", "week", "window"])
def test_only_the_person_and_the_desk_say_when_somebody_is_free(act: str) -> None:
    volunteer = a_volunteer(account=True)
    window = AvailabilityWindow.objects.get(volunteer=volunteer)
    refused = (a_stranger(), a_volunteer(account=True).user)
    for by in (*refused, volunteer.user, a_coordinator()):
        assert by is not None
        who: dict[str, Any] = {"volunteer": volunteer, "by": by, "at": NOW}
        acts: dict[str, Callable[[], None]] = {
            "days": partial(set_days, first=TODAY, last=TODAY, kind=AWAY, **who),
            "week": partial(set_weekly_rules, kinds={1: FREE}, **who),
            "window": partial(remove_window, window_id=window.pk, **who),
        }
        if by in refused:
            with pytest.raises(NotFound):
                acts[act]()
        elif act != "window" or by == volunteer.user:
            acts[act]()


@pytest.mark.parametrize("standing", ["released", "withdrawn"])
def test_days_of_somebody_who_left_are_not_kept(standing: str) -> None:
    volunteer = a_volunteer(windows=[], standing=standing)
    with pytest.raises(DaysNotPossible):
        say(volunteer, TODAY, TODAY, FREE)


def test_a_day_on_which_the_clocks_change_is_whole() -> None:
    """Kyiv, 28 March 2027: the day has 23 hours; 31 October 2027 has 25."""
    volunteer = someone("Europe/Kyiv")
    for day in (date(2027, 3, 28), date(2027, 10, 31)):
        say(volunteer, day, day, FREE)
        window = AvailabilityWindow.objects.filter(volunteer=volunteer).latest("during")
        hours = (window.during.upper - window.during.lower) / timedelta(hours=1)
        assert hours == (23 if day.month == 3 else 25)
        assert [(d.kind, d.partial) for d in days_of(volunteer, day, day)] == [(FREE, False)]


def test_a_leap_day_is_a_day() -> None:
    volunteer = someone()
    say(volunteer, date(2028, 2, 28), date(2028, 3, 1), FREE)
    say(volunteer, date(2028, 2, 29), date(2028, 2, 29), AWAY)
    found = days_of(volunteer, date(2028, 2, 28), date(2028, 3, 1))
    assert [(d.date.day, d.kind) for d in found] == [(28, FREE), (29, AWAY), (1, FREE)]


def test_a_midnight_that_the_clocks_skip_begins_the_day() -> None:
    """Cairo, 30 April 2027: 00:00 does not exist, the day begins at 01:00."""
    volunteer = someone("Africa/Cairo")
    say(volunteer, date(2027, 4, 29), date(2027, 4, 29), FREE)
    say(volunteer, date(2027, 4, 30), date(2027, 4, 30), FREE)
    assert stands(volunteer) == [("available", "2027-04-29 00:00", "2027-05-01 00:00")]


def test_removing_a_window_that_has_begun_keeps_what_is_past() -> None:
    volunteer = a_volunteer(windows=[("available", date(2026, 11, 20), date(2026, 11, 30))])
    window = AvailabilityWindow.objects.get(volunteer=volunteer)
    remove_window(volunteer=volunteer, window_id=window.pk, by=COMMAND, at=NOW)
    assert stands(volunteer) == [("available", "2026-11-20 00:00", "2026-11-22 00:00")]
    entry = entries_about(volunteer)[0]
    facts = {"first": "2026-11-22", "last": "2026-11-30", "kind": "available"}
    assert (entry.verb, entry.facts) == ("availability.window_removed", facts)


def test_somebody_elses_window_is_not_there() -> None:
    mine, theirs = someone(), a_volunteer()
    window = AvailabilityWindow.objects.get(volunteer=theirs)
    with pytest.raises(NotFound):
        remove_window(volunteer=mine, window_id=window.pk, by=COMMAND, at=NOW)
    assert AvailabilityWindow.objects.filter(pk=window.pk).exists()


def test_a_date_counts_more_than_a_weekly_rule() -> None:
    volunteer = someone()
    set_weekly_rules(volunteer=volunteer, kinds={4: FREE, 5: AWAY}, by=COMMAND, at=NOW)
    say(volunteer, date(2027, 3, 5), date(2027, 3, 5), AVOID)
    found = days_of(volunteer, date(2027, 3, 4), date(2027, 3, 6))
    assert [(d.kind, d.source) for d in found] == [
        (FREE, Source.WEEKLY),
        (AVOID, Source.DATED),
        (None, Source.NOTHING),
    ]


def test_weekly_rules_are_replaced_and_entered_once() -> None:
    volunteer = someone()
    set_weekly_rules(volunteer=volunteer, kinds={1: FREE, 2: AWAY}, by=COMMAND, at=NOW)
    kept = volunteer.weekly_rules.get(weekday=2).pk
    set_weekly_rules(volunteer=volunteer, kinds={2: AWAY, 3: AVOID}, by=COMMAND, at=NOW)
    rules = list(volunteer.weekly_rules.values_list("weekday", "kind"))
    assert rules == [(2, "unavailable"), (3, "avoid")]
    assert volunteer.weekly_rules.get(weekday=2).pk == kept
    entry = entries_about(volunteer)[0]
    facts = {"2": "unavailable", "3": "avoid"}
    assert (entry.verb, entry.facts) == ("availability.weekly_rules_set", facts)


def test_the_heavier_of_overlapping_windows_counts() -> None:
    day = date(2027, 1, 4)
    volunteer = a_volunteer(windows=[(kind, day, day) for kind in ("available", "avoid")])
    assert days_of(volunteer, day, day)[0].kind == AVOID


def test_a_part_of_a_day_says_so_and_the_rest_of_the_month_does_not() -> None:
    volunteer = someone()
    noon = datetime(2027, 1, 4, 3, tzinfo=UTC)
    AvailabilityWindow.objects.create(
        volunteer=volunteer, kind="unavailable", during=(noon, noon + timedelta(hours=36))
    )
    found = days_of(volunteer, date(2027, 1, 4), date(2027, 1, 6))
    assert [(d.kind, d.partial) for d in found] == [(AWAY, True), (AWAY, False), (None, False)]


@pytest.mark.parametrize("count", [1, 3, 200])
def test_a_month_costs_two_queries(count: int, django_assert_num_queries: object) -> None:
    start = date(2027, 1, 1)
    windows = [
        ("available", start + timedelta(days=2 * n), start + timedelta(days=2 * n))
        for n in range(count)
    ]
    volunteer = a_volunteer(windows=windows)
    with django_assert_num_queries(2):  # type: ignore[operator]
        days_of(volunteer, start, start + timedelta(days=400))


STARTS = {
    "Asia/Seoul": date(2028, 2, 20),  # a leap day ahead
    "Europe/Kyiv": date(2027, 3, 20),  # the clocks change on the 28th
    "Africa/Cairo": date(2027, 4, 20),  # the clocks skip a midnight on the 30th
}
ACTS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 8), st.sampled_from([None, *DayKind])),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("zone", STARTS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
def test_any_sequence_of_acts_agrees_with_a_slate_of_days(
    zone: str, acts: list[tuple[int, int, DayKind | None]]
) -> None:
    """The oracle keeps one kind a day in a dictionary and nothing else."""
    start = STARTS[zone]
    slate: dict[date, DayKind | None] = {}
    with transaction.atomic():
        volunteer = someone(zone)
        for offset, length, kind in acts:
            days = [start + timedelta(days=offset + n) for n in range(length + 1)]
            say(volunteer, days[0], days[-1], kind)
            slate.update(dict.fromkeys(days, kind))
        found = days_of(volunteer, start, start + timedelta(days=30))
        assert {day.date: day.kind for day in found} == {
            day.date: slate.get(day.date) for day in found
        }
        assert not any(day.partial for day in found)
        spans = spans_of(AvailabilityWindow.objects.filter(volunteer=volunteer).order_by("during"))
        assert all(
            one.end < other.start or (one.end == other.start and one.kind != other.kind)
            for one, other in pairwise(spans)
        )
        transaction.set_rollback(True)
