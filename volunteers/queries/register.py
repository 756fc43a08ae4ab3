"""The register list: what stands beside each callsign, fetched for one page at a time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import (
    Aggregate,
    BooleanField,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.utils import timezone

from volunteers.models import (
    AvailabilityWindow,
    DayKind,
    LanguageHeld,
    Skill,
    SkillHeld,
    VettingCase,
    Volunteer,
    WeeklyRule,
)
from volunteers.queries.availability import (
    WEIGHT,
    Span,
    normal_form,
    spans_of,
    start_of,
    today_of,
    zone_of,
)
from volunteers.queries.vetting import LAPSING_WITHIN, clearances_of, clearances_on

LOOKED_AHEAD = 180
"""How many days ahead the next available day is looked for."""


@dataclass(slots=True)
class Facts:
    """What the register shows of one volunteer beside the plain columns."""

    languages: list[LanguageHeld] = field(default_factory=list)
    skills: list[SkillHeld] = field(default_factory=list)
    clearance: VettingCase | None = None
    next_free: date | None = None
    free_now: bool = False


def facts_of(volunteers: Sequence[Volunteer], *, at: datetime) -> dict[UUID, Facts]:
    """Return the facts of each volunteer of a page, in five queries however many there are."""
    ids = [one.pk for one in volunteers]
    facts = {pk: Facts() for pk in ids}
    for language in LanguageHeld.objects.filter(volunteer__in=ids).select_related("language"):
        facts[language.volunteer_id].languages.append(language)
    for skill in SkillHeld.objects.filter(volunteer__in=ids).select_related("skill"):
        facts[skill.volunteer_id].skills.append(skill)
    for pk, case in clearances_of(ids, on=timezone.localdate(at)).items():
        facts[pk].clearance = case
    windows, rules = _time_of(ids, at=at)
    for one in volunteers:
        today = today_of(one, at=at)
        free = next_free_day(one, windows[one.pk], rules[one.pk], at=at)
        facts[one.pk].next_free, facts[one.pk].free_now = free, free == today
    return facts


def _time_of(
    ids: Sequence[UUID], *, at: datetime
) -> tuple[dict[UUID, list[AvailabilityWindow]], dict[UUID, dict[int, DayKind]]]:
    until = at + timedelta(days=LOOKED_AHEAD + 2)
    near = AvailabilityWindow.objects.filter(
        volunteer__in=ids, during__overlap=(at - timedelta(days=1), until)
    )
    windows: dict[UUID, list[AvailabilityWindow]] = defaultdict(list)
    for window in near:
        windows[window.volunteer_id].append(window)
    rules: dict[UUID, dict[int, DayKind]] = defaultdict(dict)
    for rule in WeeklyRule.objects.filter(volunteer__in=ids):
        rules[rule.volunteer_id][rule.weekday] = DayKind(rule.kind)
    return windows, rules


def next_free_day(
    volunteer: Volunteer,
    windows: Iterable[AvailabilityWindow],
    weekly: dict[int, DayKind],
    *,
    at: datetime,
) -> date | None:
    """Return the first day from today on which the volunteer is available, within LOOKED_AHEAD.

    A dated window beats a weekly rule; a day that is only partly covered counts by its heaviest
    kind. Days are those of the volunteer's time zone.
    """
    zone, spans = zone_of(volunteer), normal_form(spans_of(windows))
    first = today_of(volunteer, at=at)
    for number in range(LOOKED_AHEAD):
        day = first + timedelta(days=number)
        dated = _kind_between(spans, start_of(day, zone), start_of(day + timedelta(days=1), zone))
        if (dated or weekly.get(day.isoweekday())) == DayKind.AVAILABLE:
            return day
    return None


def _kind_between(spans: Iterable[Span], start: datetime, end: datetime) -> DayKind | None:
    kinds = [span.kind for span in spans if span.start < end and start < span.end]
    return max(kinds, key=WEIGHT.__getitem__) if kinds else None


# -- what the filters ask


def knowing_language(
    rows: QuerySet[Volunteer], code: str, mode: str, level: int
) -> QuerySet[Volunteer]:
    """Return those who know a language at a level or better, in one mode (`speaking`, …)."""
    held = LanguageHeld.objects.filter(
        volunteer=OuterRef("pk"), language=code, **{f"{mode}__gte": level}
    )
    return rows.filter(Exists(held))


def holding_skill(rows: QuerySet[Volunteer], skill: Skill, level: int) -> QuerySet[Volunteer]:
    """Return those who hold a skill, or one that implies it, at a level or better."""
    counting = skills_counting_as(skill)
    held = SkillHeld.objects.filter(volunteer=OuterRef("pk"), skill__in=counting, level__gte=level)
    return rows.filter(Exists(held))


def skills_counting_as(skill: Skill) -> set[int]:
    """Return the ids of a skill and of every skill that implies it, directly or through others."""
    implied_by: dict[int, set[int]] = {}
    for one, other in Skill.implies.through._default_manager.values_list(
        "from_skill_id", "to_skill_id"
    ):
        implied_by.setdefault(other, set()).add(one)
    found, waiting = {skill.pk}, [skill.pk]
    while waiting:
        fresh = implied_by.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found


def cleared_for(rows: QuerySet[Volunteer], level: int, *, on: date) -> QuerySet[Volunteer]:
    """Return those whose clearance on a day is of a level or higher."""
    held = clearances_on(on).filter(volunteer=OuterRef("pk"), level__gte=level)
    return rows.filter(Exists(held))


def clearance_lapsing(rows: QuerySet[Volunteer], *, on: date) -> QuerySet[Volunteer]:
    """Return those whose clearance holds on a day, and no more LAPSING_WITHIN later."""
    held = clearances_on(on).filter(volunteer=OuterRef("pk"))
    beyond = held.filter(holds__endswith__gt=on + LAPSING_WITHIN)
    return rows.filter(Exists(held), ~Exists(beyond))


def not_cleared(rows: QuerySet[Volunteer], *, on: date) -> QuerySet[Volunteer]:
    """Return those without a clearance on a day."""
    return rows.filter(~Exists(clearances_on(on).filter(volunteer=OuterRef("pk"))))


def free_between(
    rows: QuerySet[Volunteer], start: datetime, end: datetime, weekdays: Iterable[int]
) -> QuerySet[Volunteer]:
    """Return those who are available all through a half-open period that falls on `weekdays`.

    Either dated windows of availability cover it (touching ones count as one), or weekly rules
    make every one of its weekdays available; and no dated window says otherwise.
    """
    near = AvailabilityWindow.objects.filter(during__overlap=(start, end))
    covered = _covering(near.filter(kind=DayKind.AVAILABLE), start, end)
    against = near.exclude(kind=DayKind.AVAILABLE).values("volunteer")
    free = Q(pk__in=covered) | Q(pk__in=_every_weekday(set(weekdays)))
    return rows.filter(free).exclude(pk__in=against)


def _covering(
    windows: QuerySet[AvailabilityWindow], start: datetime, end: datetime
) -> QuerySet[AvailabilityWindow, Any]:
    """Return the volunteers whose windows together cover the period, found for all at once."""
    period = Value((start, end), output_field=DateTimeRangeField())
    joined = windows.order_by().values("volunteer").annotate(joined=RangeAgg("during"))
    return joined.filter(Contains(F("joined"), period)).values("volunteer")


def _every_weekday(weekdays: set[int]) -> QuerySet[WeeklyRule, Any]:
    """Return the volunteers whose weekly rules make each of the weekdays available."""
    rules = WeeklyRule.objects.filter(kind=DayKind.AVAILABLE, weekday__in=weekdays)
    counted = rules.order_by().values("volunteer").annotate(days=Count("weekday"))
    return counted.filter(days=len(weekdays)).values("volunteer")


class RangeAgg(Aggregate):
    """All ranges of a group as one multirange; ranges that touch become one."""

    function = "range_agg"
    output_field = DateTimeRangeField()


class Contains(Func):
    """Whether the first contains the second."""

    template = "%(expressions)s"
    arg_joiner = " @> "
    output_field = BooleanField()
    conditional = True
