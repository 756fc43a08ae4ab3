"""Candidates for a place: the words for each reason, one query, pages, and what stays hidden."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from corps.accounts.models import User
from corps.accounts.queries.sight import seen_by
from corps.accounts.roles import Role
from corps.errors import NotFound
from deployments.models import Assignment, Slot, SlotLanguage, SlotSkill
from deployments.roster.queries import PAGE_SIZE, candidates_for, explain, judge
from tests.cast import (
    NOW,
    a_coordinator,
    a_deployment,
    a_desk,
    a_slot,
    a_stranger,
    a_user,
    a_volunteer,
    days,
)
from tests.deployments.roster.crowds import a_crowd, a_demanding_slot
from volunteers.models import Skill, SkillHeld, VettingCase, Volunteer, WeeklyRule

pytestmark = pytest.mark.django_db

MAY = days(date(2027, 5, 1), date(2027, 5, 15))
FREE = [("available", date(2027, 4, 1), date(2027, 6, 30))]


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def coordinator() -> User:
    return a_coordinator()


def a_may_slot(**fields: Any) -> Slot:
    """A place from 1 to 14 May 2027, days in UTC."""
    deployment = a_deployment(
        period=days(date(2027, 4, 1), date(2027, 7, 1)), time_zone="Etc/UTC", codename="Heron"
    )
    return a_slot(deployment, period=MAY, **fields)


def a_may_volunteer(**fields: Any) -> Volunteer:
    """A volunteer whose days are in UTC too, free all May unless told."""
    return a_volunteer(**{"time_zone": "Etc/UTC", "windows": FREE, **fields})


def skill(code: str) -> Skill:
    return Skill.objects.get(code=code)


def against(slot: Slot, volunteer: Volunteer, viewer: User) -> list[str]:
    return [str(reason) for reason in explain(slot, volunteer, viewer, at=NOW).obstacles]


def speaks_for(slot: Slot, volunteer: Volunteer, viewer: User) -> list[str]:
    return [str(reason) for reason in explain(slot, volunteer, viewer, at=NOW).strengths]


def test_who_fits_is_shown_with_what_is_met(coordinator: User) -> None:
    slot = a_may_slot()
    SlotLanguage.objects.create(slot=slot, language_id="ukr", mode="speaking", level=3)
    SlotSkill.objects.create(slot=slot, skill=skill("interpreting-consecutive"), level=2)
    assert speaks_for(slot, a_may_volunteer(), coordinator) == [
        "Ukrainian speaking B2, B1 needed",
        "skill Interpreting (consecutive) 3, 2 needed",
        "clearance 3 front until 31 December 2027",
        "available throughout",
    ]


@pytest.mark.parametrize(
    ("languages", "reason"),
    [
        ({"ukr": 2}, "Ukrainian speaking B1 needed, has A2"),
        ({"kor": 7}, "Ukrainian speaking B1 needed, none known"),
    ],
)
def test_a_language_short_of_what_is_needed(
    languages: dict[str, int], reason: str, coordinator: User
) -> None:
    slot = a_may_slot()
    SlotLanguage.objects.create(slot=slot, language_id="ukr", mode="speaking", level=3)
    assert against(slot, a_may_volunteer(languages=languages), coordinator) == [reason]


def test_a_skill_short_of_what_is_needed(coordinator: User) -> None:
    slot = a_may_slot()
    SlotSkill.objects.create(slot=slot, skill=skill("first-aid"), level=2)
    none = a_may_volunteer()
    little = a_may_volunteer(skills={skill("first-aid").pk: 1})
    implied = a_may_volunteer(skills={skill("combat-medic").pk: 2})
    assert against(slot, none, coordinator) == ["skill First aid 2 needed, has none"]
    assert against(slot, little, coordinator) == ["skill First aid 2 needed, has 1"]
    assert against(slot, implied, coordinator) == []


@pytest.mark.parametrize(
    ("until", "reasons"),
    [
        (date(2027, 5, 15), []),
        (date(2027, 5, 14), ["skill Driving counts only until 13 May 2027"]),
    ],
)
def test_a_licence_must_last_to_the_end_of_the_place(
    until: date, reasons: list[str], coordinator: User
) -> None:
    slot, volunteer = a_may_slot(), a_may_volunteer()
    SlotSkill.objects.create(slot=slot, skill=skill("driving"), level=2)
    SkillHeld.objects.create(
        volunteer=volunteer, skill=skill("driving"), level=3, valid_until=until
    )
    assert against(slot, volunteer, coordinator) == reasons


@pytest.mark.parametrize(
    ("cases", "reasons"),
    [
        ([], ["clearance 2 abroad needed, has none"]),
        ([(1, date(2027, 1, 1), date(2028, 1, 1))], ["clearance 2 abroad needed, has 1 home"]),
        ([(2, date(2027, 1, 1), date(2027, 3, 13))], ["clearance ends 12 March 2027"]),
        ([(3, date(2027, 1, 1), date(2027, 5, 4))], ["clearance ends 3 May 2027"]),
        ([(2, date(2027, 5, 4), date(2028, 1, 1))], ["no clearance 2 abroad for 1 to 3 May"]),
        (
            [
                (2, date(2027, 1, 1), date(2027, 5, 3)),
                (2, date(2027, 5, 5), date(2028, 1, 1)),
            ],
            ["no clearance 2 abroad for 3 to 4 May"],
        ),
        (
            [
                (2, date(2027, 1, 1), date(2027, 5, 4)),
                (3, date(2027, 5, 4), date(2028, 1, 1)),
            ],
            [],
        ),
        ([(2, date(2027, 1, 1), date(2027, 5, 15))], []),
    ],
)
def test_clearance_must_hold_on_every_day(
    cases: list[tuple[int, date, date]], reasons: list[str], coordinator: User
) -> None:
    slot, volunteer = a_may_slot(), a_may_volunteer(clearance=None)
    for level, first, until in cases:
        VettingCase.objects.create(
            volunteer=volunteer,
            state="cleared",
            state_since=NOW,
            from_register=True,
            level=level,
            holds=(first, until),
        )
    assert against(slot, volunteer, coordinator) == reasons


@pytest.mark.parametrize(
    ("windows", "reasons"),
    [
        ([], ["has not said when available"]),
        (
            [*FREE, ("unavailable", date(2027, 5, 3), date(2027, 5, 9))],
            ["unavailable 3 to 9 May"],
        ),
        ([*FREE, ("unavailable", date(2027, 5, 3), date(2027, 5, 3))], ["unavailable 3 May"]),
        (
            [("available", date(2027, 5, 1), date(2027, 5, 10))],
            ["no availability given for 11 to 14 May"],
        ),
        (
            [
                ("available", date(2027, 5, 1), date(2027, 5, 7)),
                ("available", date(2027, 5, 8), date(2027, 5, 14)),
            ],
            [],
        ),
        (
            [
                ("available", date(2027, 5, 1), date(2027, 5, 6)),
                ("available", date(2027, 5, 8), date(2027, 5, 14)),
            ],
            ["no availability given for 7 May"],
        ),
    ],
)
def test_every_day_must_be_free(
    windows: list[tuple[str, date, date]], reasons: list[str], coordinator: User
) -> None:
    assert against(a_may_slot(), a_may_volunteer(windows=windows), coordinator) == reasons


def test_a_dated_window_beats_a_weekly_rule(coordinator: User) -> None:
    volunteer = a_may_volunteer(windows=[("available", date(2027, 5, 3), date(2027, 5, 9))])
    for weekday in range(1, 8):
        WeeklyRule.objects.create(volunteer=volunteer, weekday=weekday, kind="unavailable")
    slot = a_may_slot()
    assert against(slot, volunteer, coordinator) == ["unavailable 1 to 2 May, 10 to 14 May"]


@pytest.mark.parametrize(
    ("zone", "reasons"),
    [
        # Monday 29 March 2027 in Seoul is 15 hours of the 28th and 9 of the 29th in UTC.
        ("Asia/Seoul", ["unavailable 29 March"]),
        # In Kyiv Sunday the 28th has 23 hours and ends at 21 UTC: the place ends with it.
        ("Europe/Kyiv", []),
    ],
)
def test_weekdays_are_those_where_the_volunteer_is(
    zone: str, reasons: list[str], coordinator: User
) -> None:
    volunteer = a_may_volunteer(windows=[], time_zone=zone)
    for weekday in range(1, 8):
        kind = "unavailable" if weekday == 1 else "available"
        WeeklyRule.objects.create(volunteer=volunteer, weekday=weekday, kind=kind)
    start, end = (datetime(2027, 3, 28, hour, tzinfo=UTC) for hour in (10, 21))
    assert against(a_slot(period=(start, end)), volunteer, coordinator) == reasons


def test_days_to_avoid_do_not_stand_in_the_way(coordinator: User) -> None:
    volunteer = a_may_volunteer(windows=[*FREE, ("avoid", date(2027, 5, 2), date(2027, 5, 4))])
    candidate = explain(a_may_slot(), volunteer, coordinator, at=NOW)
    assert (candidate.fits, candidate.prefers_not) == (True, True)
    assert str(candidate.strengths[-1]) == "would rather not 2 to 4 May"


def test_availability_is_told_in_the_days_of_the_volunteer(coordinator: User) -> None:
    windows = [*FREE, ("unavailable", date(2027, 5, 3), date(2027, 5, 9))]
    volunteer = a_may_volunteer(windows=windows, time_zone="Asia/Seoul")
    assert against(a_may_slot(), volunteer, coordinator) == ["unavailable 3 to 9 May"]


def holding(volunteer: Volunteer, slot: Slot, state: str = "accepted") -> None:
    Assignment.objects.create(
        slot=slot, volunteer=volunteer, period=slot.period, state=state, state_since=NOW
    )


def test_another_place_then_stands_in_the_way(coordinator: User) -> None:
    slot, volunteer = a_may_slot(), a_may_volunteer()
    holding(
        volunteer, a_slot(a_deployment("Crane"), period=days(date(2027, 5, 3), date(2027, 5, 10)))
    )
    assert against(slot, volunteer, coordinator) == ["holds another place (Crane) 3 to 9 May"]


def test_a_hidden_deployment_is_not_named(coordinator: User) -> None:
    slot, volunteer = a_may_slot(), a_may_volunteer()
    hidden = a_deployment("Crane", desk=a_desk("elsewhere"))
    holding(volunteer, a_slot(hidden, period=days(date(2027, 5, 3), date(2027, 5, 10))))
    assert against(slot, volunteer, coordinator) == ["holds another place 3 to 9 May"]


def test_a_place_that_touches_or_is_over_does_not(coordinator: User) -> None:
    slot, volunteer = a_may_slot(), a_may_volunteer()
    holding(volunteer, a_slot(period=days(date(2027, 4, 20), date(2027, 5, 1))))
    holding(volunteer, a_slot(period=days(date(2027, 5, 15), date(2027, 5, 20))))
    holding(volunteer, a_slot(period=MAY), "withdrawn")
    assert against(slot, volunteer, coordinator) == []


def test_the_holder_of_the_place_itself_is_told_so(coordinator: User) -> None:
    slot, volunteer = a_may_slot(), a_may_volunteer()
    holding(volunteer, slot)
    assert against(slot, volunteer, coordinator) == ["holds this place"]


def test_standing_other_than_active_is_a_reason(coordinator: User) -> None:
    volunteer = a_may_volunteer(standing="paused")
    assert against(a_may_slot(), volunteer, coordinator) == ["standing: Paused"]


def test_all_reasons_are_told_at_once(coordinator: User) -> None:
    slot = a_may_slot(clearance=3)
    SlotLanguage.objects.create(slot=slot, language_id="ukr", mode="speaking", level=5)
    windows = [("unavailable", date(2027, 5, 3), date(2027, 5, 9))]
    volunteer = a_may_volunteer(windows=windows, clearance=None, standing="applicant")
    assert against(slot, volunteer, coordinator) == [
        "standing: Applicant",
        "Ukrainian speaking C1 needed, has B2",
        "clearance 3 front needed, has none",
        "unavailable 3 to 9 May",
        "no availability given for 1 to 2 May, 10 to 14 May",
    ]


def asked_before(volunteer: Volunteer, days_ago: int, state: str = "declined") -> None:
    """An offer of some days ago, for days long before those of the place."""
    period, at = days(date(2026, 1, 1), date(2026, 1, 2)), NOW - timedelta(days=days_ago)
    Assignment.objects.create(
        slot=a_slot(period=period),
        volunteer=volunteer,
        period=period,
        state=state,
        state_since=NOW - timedelta(days=1),
        offered_at=at,
        answer_by=at,
    )


def test_those_who_fit_are_ranked_and_the_others_follow_by_what_they_lack(
    coordinator: User,
) -> None:
    slot = a_may_slot()
    SlotLanguage.objects.create(slot=slot, language_id="ukr", mode="speaking", level=3)
    avoiding = [*FREE, ("avoid", date(2027, 5, 2), date(2027, 5, 4))]
    a_may_volunteer(callsign="z-above", languages={"ukr": 5}, windows=avoiding)
    a_may_volunteer(callsign="y-never-asked")
    a_may_volunteer(callsign="x-never-asked")
    asked_before(a_may_volunteer(callsign="w-asked-long-ago"), 300)
    asked_before(a_may_volunteer(callsign="v-asked-lately"), 2)
    asked_before(a_may_volunteer(callsign="u-loaded"), 400, "completed")
    a_may_volunteer(callsign="t-avoiding", windows=avoiding)
    a_may_volunteer(callsign="c-lacks-two", windows=[], languages={})
    a_may_volunteer(callsign="b-lacks-one", windows=[])
    shown = candidates_for(slot, coordinator, at=NOW)
    assert [one.callsign for one in shown.page] == [
        "z-above",
        "x-never-asked",
        "y-never-asked",
        "w-asked-long-ago",
        "v-asked-lately",
        "u-loaded",
        "t-avoiding",
        "b-lacks-one",
        "c-lacks-two",
    ]
    assert (shown.fitting, shown.others) == (7, 2)
    others = candidates_for(slot, coordinator, at=NOW, fitting=False)
    assert [one.callsign for one in others.page] == ["b-lacks-one", "c-lacks-two"]


def test_nobody_is_judged_for_one_who_may_not_see_them() -> None:
    slot, volunteer = a_may_slot(), a_may_volunteer()
    stranger, leaver = (
        a_stranger(),
        a_user("gone", Role.COORDINATOR, desk=a_desk(), is_active=False),
    )
    for viewer in (stranger, leaver, AnonymousUser()):
        shown = candidates_for(slot, viewer, at=NOW)
        assert (shown.page, shown.fitting, shown.others, shown.pages) == ((), 0, 0, 1)
        with pytest.raises(NotFound):
            explain(slot, volunteer, viewer, at=NOW)
    with pytest.raises(NotFound):
        judge(slot, volunteer, stranger, at=NOW)


@pytest.mark.parametrize("number", [1, 3, 200])
def test_it_is_one_query_for_any_number_of_volunteers(number: int, coordinator: User) -> None:
    slot = a_demanding_slot(a_desk())
    a_crowd(number, a_desk())
    seen_by(coordinator, Volunteer)  # a person's sight is asked for once, whatever is asked
    with CaptureQueriesContext(
        connection,
    ) as queries:
        shown = candidates_for(slot, coordinator, at=NOW)
        told = [str(reason) for one in shown.page for reason in one.strengths + one.obstacles]
    assert len(queries) == 1
    assert len(told) > len(shown.page) == min(number, PAGE_SIZE)


@pytest.mark.parametrize("number", [200, 2000])
def test_a_page_stays_a_page(number: int, coordinator: User) -> None:
    slot = a_demanding_slot(a_desk())
    a_crowd(number, a_desk())
    first = candidates_for(slot, coordinator, at=NOW)
    last = candidates_for(slot, coordinator, at=NOW, page=first.pages)
    beyond = candidates_for(slot, coordinator, at=NOW, page=first.pages + 1)
    assert (len(first.page), first.pages, first.next_number) == (PAGE_SIZE, number // PAGE_SIZE, 2)
    assert (len(last.page), last.next_number, last.previous_number) == (
        PAGE_SIZE,
        None,
        first.pages - 1,
    )
    assert (beyond.page, beyond.fitting, beyond.others) == ((), first.fitting, first.others)
    assert first.fitting + first.others == number
    assert 0 < first.fitting < number
