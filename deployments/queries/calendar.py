"""A volunteer's time as the volunteer reads it: days, and the places that stand on them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from deployments.queries.assignments import own_assignments
from deployments.queries.places import TAKEN, OwnPlace, own_places
from deployments.states import HOLDING
from volunteers.models import Volunteer
from volunteers.queries.availability import (
    Day,
    days_of,
    today_of,
    whole_days_between,
    zone_of,
)

AHEAD = 60
"""How many months ahead the calendar goes."""

BACK = 12
"""How many months back it goes."""

TWO_WEEKS = 14


WEEKDAYS = [
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
]
"""The head of a calendar's column, as short as the language has it (one syllable in Korean)."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of the calendar: what was said of it, whether a place stands on it, where it lies."""

    day: Day
    held: bool
    today: bool
    past: bool
    outside: bool = False

    @property
    def weekday(self) -> Promise:
        """The short name of the weekday."""
        return WEEKDAYS[self.day.date.weekday()]


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What waits for an answer, the places held that are not over, and the next two weeks."""

    waiting: list[OwnPlace]
    held: list[OwnPlace]
    weeks: list[list[CalendarDay]]


@dataclass(frozen=True, slots=True)
class Month:
    """A month in whole weeks, the months before and after (None at the calendar's ends)."""

    first: date
    weeks: list[list[CalendarDay]]
    before: date | None
    after: date | None
    places: list[OwnPlace]


def front_page(volunteer: Volunteer, *, at: datetime) -> FrontPage:
    """Return what the volunteer's front page shows at the instant `at`."""
    waiting = own_assignments(volunteer).filter(state="offered", answer_by__gt=at)
    held = own_assignments(volunteer).filter(state__in=TAKEN, period__endswith__gt=at)
    return FrontPage(
        waiting=own_places(waiting.order_by("answer_by", "pk"), volunteer),
        held=own_places(held, volunteer),
        weeks=two_weeks(volunteer, at=at),
    )


def month_of(volunteer: Volunteer, wanted: str, *, at: datetime) -> Month:
    """Return the month written `YYYY-MM`, the nearest one the calendar has, or else this month."""
    today = today_of(volunteer, at=at)
    earliest, latest = month_after(today, -BACK), month_after(today, AHEAD)
    first = min(max(_month(wanted) or today.replace(day=1), earliest), latest)
    last = month_after(first, 1) - timedelta(days=1)
    offset = (first.weekday() + 1 - int(get_format("FIRST_DAY_OF_WEEK"))) % 7
    start = first - timedelta(days=offset)
    until = start + timedelta(days=-(-((last - start).days + 1) // 7) * 7 - 1)
    places = held_places(volunteer, first, last)
    days = _calendar_days(volunteer, start, until, places, at=at, month=first)
    return Month(
        first=first,
        weeks=[days[number : number + 7] for number in range(0, len(days), 7)],
        before=month_after(first, -1) if first > earliest else None,
        after=month_after(first, 1) if first < latest else None,
        places=places,
    )


def calendar_day(volunteer: Volunteer, day: date, *, at: datetime) -> CalendarDay:
    """Return one day of the calendar."""
    return _calendar_days(volunteer, day, day, held_places(volunteer, day, day), at=at)[0]


def two_weeks(volunteer: Volunteer, *, at: datetime) -> list[list[CalendarDay]]:
    """Return today and the 13 days after it, in two rows."""
    first = today_of(volunteer, at=at)
    last = first + timedelta(days=TWO_WEEKS - 1)
    days = _calendar_days(volunteer, first, last, held_places(volunteer, first, last), at=at)
    return [days[:7], days[7:]]


def held_places(volunteer: Volunteer, first: date, last: date) -> list[OwnPlace]:
    """Return the places that occupy the volunteer's calendar between two days, both included."""
    bounds = whole_days_between(first, last, zone_of(volunteer))
    held = own_assignments(volunteer).filter(state__in=HOLDING, period__overlap=bounds)
    return own_places(held, volunteer)


def month_after(day: date, months: int) -> date:
    """Return the first day of the month that lies `months` after that of `day`."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _month(wanted: str) -> date | None:
    try:
        return date.fromisoformat(f"{wanted}-01")
    except ValueError:
        return None


def _calendar_days(
    volunteer: Volunteer,
    first: date,
    last: date,
    places: list[OwnPlace],
    *,
    at: datetime,
    month: date | None = None,
) -> list[CalendarDay]:
    today = today_of(volunteer, at=at)
    return [
        CalendarDay(
            day=day,
            held=any(place.first <= day.date <= place.last for place in places),
            today=day.date == today,
            past=day.date < today,
            outside=month is not None and day.date.replace(day=1) != month,
        )
        for day in days_of(volunteer, first, last)
    ]
