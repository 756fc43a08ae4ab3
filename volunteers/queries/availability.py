"""When a volunteer is free, day by day, and the normal form of what has been said about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from volunteers.models import AvailabilityWindow, DayKind, Volunteer, WeeklyRule

WEIGHT = {DayKind.AVAILABLE: 1, DayKind.AVOID: 2, DayKind.UNAVAILABLE: 3}
"""On one layer the heavier kind counts: unavailable before avoid, avoid before available."""

CYCLE = (None, DayKind.AVAILABLE, DayKind.AVOID, DayKind.UNAVAILABLE)
"""What one tap after the other makes of a day."""


class Source(StrEnum):
    """Where the kind of a day comes from: a dated window, a weekly rule, or nothing was said."""

    DATED = "dated"
    WEEKLY = "weekly"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of time of one kind; instants in UTC."""

    start: datetime
    end: datetime
    kind: DayKind

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The stretch as what a range column takes."""
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Day:
    """What one day is to a volunteer.

    `partial` says that dated windows cover only a part of the day, or differ within it; `kind` is
    then the heaviest of them, since work takes whole days.
    """

    date: date
    kind: DayKind | None = None
    source: Source = Source.NOTHING
    partial: bool = False

    @property
    def next_kind(self) -> DayKind | None:
        """What a tap makes of the day: the next in CYCLE after what was said of this very date."""
        said = self.kind if self.source is Source.DATED else None
        return CYCLE[(CYCLE.index(said) + 1) % len(CYCLE)]


@dataclass(frozen=True, slots=True)
class OwnWindow:
    """A dated window as its volunteer reads it: first and last day, both included.

    `partial` says that it begins or ends within a day.
    """

    id: int
    kind: DayKind
    first: date
    last: date
    partial: bool


def has_left(volunteer: Volunteer) -> bool:
    """Return whether nothing is planned with the volunteer any more."""
    return volunteer.standing in ("released", "withdrawn")


def zone_of(volunteer: Volunteer) -> ZoneInfo:
    """Return the volunteer's time zone."""
    return ZoneInfo(str(volunteer.time_zone))


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant in UTC at which `day` begins in `zone`.

    Where clocks skip midnight, that is the skip itself; where midnight comes twice, the first.
    """
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def whole_days_between(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the half-open stretch from the start of `first` to the end of `last`."""
    return start_of(first, zone), start_of(last + timedelta(days=1), zone)


def dates_of(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last day that the half-open stretch touches in `zone`."""
    last = end.astimezone(UTC) - timedelta(microseconds=1)
    return start.astimezone(zone).date(), last.astimezone(zone).date()


def spans_of(windows: Iterable[AvailabilityWindow]) -> list[Span]:
    """Return the windows as spans."""
    return [
        Span(window.during.lower, window.during.upper, DayKind(window.kind)) for window in windows
    ]


def normal_form(spans: Iterable[Span]) -> list[Span]:
    """Return the one way to write what the spans say: in order, apart, touching ones merged.

    Where spans of different kinds overlap, the heavier kind counts (WEIGHT).
    """
    merged: list[Span] = []
    for piece in _pieces(spans):
        if merged and merged[-1].end == piece.start and merged[-1].kind == piece.kind:
            merged[-1] = Span(merged[-1].start, piece.end, piece.kind)
        else:
            merged.append(piece)
    return merged


def _pieces(spans: Iterable[Span]) -> Iterator[Span]:
    """Give the stretches between all bounds, in order, each with the heaviest kind over it."""
    changes: dict[datetime, list[tuple[DayKind, int]]] = {}
    for span in spans:
        changes.setdefault(span.start, []).append((span.kind, 1))
        changes.setdefault(span.end, []).append((span.kind, -1))
    covering = dict.fromkeys(DayKind, 0)
    for start, end in pairwise(sorted(changes)):
        for kind, change in changes[start]:
            covering[kind] += change
        here = [kind for kind, count in covering.items() if count]
        if here:
            yield Span(start, end, max(here, key=WEIGHT.__getitem__))


def days_of(volunteer: Volunteer, first: date, last: date) -> list[Day]:
    """Return every day from `first` to `last`, both included, in the volunteer's time zone.

    A dated window beats a weekly rule. Two queries, however many days or windows there are.
    """
    zone = zone_of(volunteer)
    bounds = whole_days_between(first, last, zone)
    windows = AvailabilityWindow.objects.filter(volunteer=volunteer, during__overlap=bounds)
    dated: dict[date, Day] = {}
    for span in normal_form(spans_of(windows)):
        for day in _days_touched(span, first, last, zone):
            dated[day.date] = _heavier(dated.get(day.date), day)
    weekly = weekly_kinds(volunteer)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [dated.get(day) or _by_rule(day, weekly) for day in days]


def _days_touched(span: Span, first: date, last: date, zone: ZoneInfo) -> Iterator[Day]:
    touched_first, touched_last = dates_of(span.start, span.end, zone)
    day, until = max(first, touched_first), min(last, touched_last)
    while day <= until:
        start, end = whole_days_between(day, day, zone)
        whole = span.start <= start and end <= span.end
        yield Day(day, span.kind, Source.DATED, partial=not whole)
        day += timedelta(days=1)


def _heavier(one: Day | None, other: Day) -> Day:
    """Return the heavier of two parts of the same day."""
    if one is None or one.kind is None or other.kind is None:
        return other
    return max(one, other, key=lambda day: WEIGHT[day.kind] if day.kind else 0)


def _by_rule(day: date, weekly: dict[int, DayKind]) -> Day:
    kind = weekly.get(day.isoweekday())
    return Day(day, kind, Source.WEEKLY) if kind else Day(day)


def weekly_kinds(volunteer: Volunteer) -> dict[int, DayKind]:
    """Return the volunteer's weekly rules: ISO weekday (1 Monday to 7 Sunday) to kind."""
    rules = WeeklyRule.objects.filter(volunteer=volunteer).values_list("weekday", "kind")
    return {weekday: DayKind(kind) for weekday, kind in rules}


def windows_ahead(volunteer: Volunteer, *, at: datetime) -> QuerySet[AvailabilityWindow]:
    """Return the volunteer's windows that are not over at the instant `at`, earliest first."""
    ahead = AvailabilityWindow.objects.filter(volunteer=volunteer, during__endswith__gt=at)
    return ahead.order_by("during")


def as_own_window(window: AvailabilityWindow, zone: ZoneInfo) -> OwnWindow:
    """Return a window in whole days of `zone`."""
    bounds = window.during.lower, window.during.upper
    first, last = dates_of(*bounds, zone)
    partial = bounds != whole_days_between(first, last, zone)
    return OwnWindow(window.pk, DayKind(window.kind), first, last, partial)


def today_of(volunteer: Volunteer, *, at: datetime) -> date:
    """Return the date at the instant `at` where the volunteer is."""
    return at.astimezone(zone_of(volunteer)).date()
