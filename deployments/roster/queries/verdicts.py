"""From a row of candidates.sql to reasons: what of the needs is met, and what is not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from deployments.queries.days import days_of_period
from deployments.roster.queries.reasons import Days, Reason, ReasonKind
from volunteers.models import Language, Skill

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """What candidates.sql gives for one volunteer; ranges are half-open."""

    standing: str
    zone: str
    place_zone: str
    days: Range[date]
    needed: int
    enough: Multirange[date] | None
    best: int | None
    lesser: int | None
    unavailable: Multirange[datetime]
    avoid: Multirange[datetime]
    unsaid: Multirange[datetime]
    ever: bool
    skills: list[dict[str, Any]]
    languages: list[dict[str, Any]]
    held: list[dict[str, Any]]


def reasons_of(row: Row) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """Return what speaks for a volunteer and what speaks against, in the order people ask."""
    speaks_for: list[Reason] = []
    against: list[Reason] = []
    for reason, good in _all_reasons(row):
        (speaks_for if good else against).append(reason)
    return tuple(speaks_for), tuple(against)


def _all_reasons(row: Row) -> Iterator[tuple[Reason, bool]]:
    if row.standing != "active":
        yield Reason(ReasonKind.STANDING, standing=row.standing), False
    for need in row.languages:
        reason = _language(need)
        yield reason, reason.met
    for need in row.skills:
        reason = _skill(need)
        yield reason, reason.kind is ReasonKind.SKILL and reason.met
    clearance = _clearance(row)
    yield clearance, clearance.kind is ReasonKind.CLEARANCE and clearance.met
    yield from _times(row)
    for place in row.held:
        yield _held(place, row), False


def _language(need: dict[str, Any]) -> Reason:
    return Reason(
        ReasonKind.LANGUAGE,
        needed=need["needed"],
        held=need["held"],
        language=Language(code=need["code"], **_names(need)),
        mode=need["mode"],
    )


def _skill(need: dict[str, Any]) -> Reason:
    skill = Skill(id=need["id"], **_names(need))
    reason = Reason(ReasonKind.SKILL, needed=need["needed"], held=need["held"], skill=skill)
    if reason.met or need["lapses"] is None:
        return reason
    until = date.fromisoformat(need["lapses"]) - ONE_DAY
    return Reason(
        ReasonKind.SKILL_LAPSES, needed=need["needed"], held=need["held"], skill=skill, until=until
    )


def _names(need: dict[str, Any]) -> dict[str, str]:
    return {name: need[name] for name in ("name_ko", "name_en", "name_uk")}


def _clearance(row: Row) -> Reason:
    """Return that the clearance holds, ends too early, has a gap, is too low, or is none."""
    enough = list(row.enough or [])
    first, until = bounds(row.days)
    for held_from, held_until in map(bounds, enough):
        if held_from <= first and until <= held_until:
            last = held_until - ONE_DAY
            held = row.best or row.needed
            return Reason(ReasonKind.CLEARANCE, needed=row.needed, held=held, until=last)
    if not any(
        held_from < until and first < held_until for held_from, held_until in map(bounds, enough)
    ):
        return _no_clearance_then(row, enough)
    missing = _missing(row.days, enough)
    if len(missing) == 1 and missing[0][1] == until:
        return Reason(ReasonKind.CLEARANCE_ENDS, needed=row.needed, until=missing[0][0] - ONE_DAY)
    days = tuple((start, end - ONE_DAY) for start, end in missing)
    return Reason(ReasonKind.CLEARANCE_GAP, needed=row.needed, days=days)


def _no_clearance_then(row: Row, enough: list[Range[date]]) -> Reason:
    """Return why no day is covered: a lower level then, an earlier end, a later begin, or none."""
    first, until = bounds(row.days)
    if row.lesser is not None or not enough:
        return Reason(ReasonKind.CLEARANCE, needed=row.needed, held=row.lesser)
    ends = [held_until for _, held_until in map(bounds, enough) if held_until <= first]
    if ends:
        return Reason(ReasonKind.CLEARANCE_ENDS, needed=row.needed, until=max(ends) - ONE_DAY)
    return Reason(ReasonKind.CLEARANCE_GAP, needed=row.needed, days=((first, until - ONE_DAY),))


def _missing(days: Range[date], covered: list[Range[date]]) -> list[tuple[date, date]]:
    """Return the half-open parts of `days` that no range covers; these are disjoint, in order."""
    at, until = bounds(days)
    missing = []
    for held_from, held_until in map(bounds, covered):
        if at < min(held_from, until):
            missing.append((at, min(held_from, until)))
        at = max(at, held_until)
    return [*missing, (at, until)] if at < until else missing


def _times(row: Row) -> Iterator[tuple[Reason, bool]]:
    if row.unavailable:
        days = inclusive_days(row.unavailable, row.zone)
        yield Reason(ReasonKind.UNAVAILABLE, days=days), False
    if row.unsaid:
        days = inclusive_days(row.unsaid, row.zone)
        yield Reason(ReasonKind.UNSAID, days=days, ever=row.ever), False
    if row.avoid:
        yield Reason(ReasonKind.AVOID, days=inclusive_days(row.avoid, row.zone)), True
    if not (row.unavailable or row.unsaid or row.avoid):
        yield Reason(ReasonKind.AVAILABLE), True


def _held(place: dict[str, Any], row: Row) -> Reason:
    if place["here"]:
        return Reason(ReasonKind.HOLDS_THIS)
    period = Range(datetime.fromisoformat(place["first"]), datetime.fromisoformat(place["until"]))
    days = inclusive_days(Multirange([period]), row.place_zone)
    return Reason(ReasonKind.HOLDS_ANOTHER, codename=place["codename"], days=days)


def inclusive_days(periods: Multirange[datetime], zone: str) -> tuple[Days, ...]:
    """Return the days, both included, that periods touch in a zone; days that touch are joined."""
    joined: list[Days] = []
    for period in periods:
        first, last = days_of_period(period, zone)
        if joined and first <= joined[-1][1] + ONE_DAY:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return tuple(joined)


def bounds(days: Range[date]) -> tuple[date, date]:
    """Return both ends of a half-open range that has both."""
    assert days.lower is not None
    assert days.upper is not None
    return days.lower, days.upper
