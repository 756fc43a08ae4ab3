"""Periods in the ways people write them: "2027.1.5~3.2", "1월 5일부터 3월 2일까지".

A part that is not written is taken from the other end: the year, or the year and the month. An end
without a year that would come before the start is in the year after. A month alone is all of it. A
period without an end ("2027.1.5~", "상시") is refused: somebody has to say until when.
"""

import calendar as months
import re
from dataclasses import replace
from datetime import date

from volunteers.workbook.dates import Calendar, Partial, Unreadable, read_date, scan, whole_date
from volunteers.workbook.results import CellValue, Period, Why
from volunteers.workbook.text import plain

_BETWEEN = re.compile(
    r"\s*(?:(?:부터|에서)\s*[~\-]?|~+|-+>?|→|\.{2,}|(?:to|until|till|til|through|thru|до|по|bis)\b)\s*"
)
_OPENING = re.compile(r"(?:from|between|since|з|від|с|от)\s+")
_STARTS_OPEN = re.compile(r"\s*(?:이후|이후로|부터|onwards?|and after|\+)")
_ENDS_OPEN = re.compile(r"(?:~+|-+|→|until|till|by|до)\s*\d")
_UNTIL = re.compile(r"\s*(?:까지|이전)")
_AFTER = re.compile(r"\s*(?:\([^()\d]*\)|(?:동안|가능|불가|예정|inclusive|only|만)(?!\w))")
_BETWEEN_PERIODS = re.compile(
    r"[\s,;/&+·|\n]*(?:(?:및|and|그리고|또는|та|і|и)\s+|[*\-·]\s+|\d{1,2}\)\s*)?"
)
_MONTH_NAME = r"(?P<name>[a-zа-яіїє']{3,}\.?)"
_YEAR_ONCE = tuple(
    re.compile(shape)
    for shape in (
        r"(?P<y>\d{4})\s*년\s*(?P<one>\d{1,2})\s*[~\-]\s*(?P<two>\d{1,2})\s*월",
        r"(?P<one>\d{1,2})\s*[~\-]\s*(?P<two>\d{1,2})\s+"
        + _MONTH_NAME
        + r",?\s*(?P<y>\d{4})(?!\d)",
        _MONTH_NAME
        + r"\s*(?P<one>\d{1,2})\s*[~\-]\s*(?P<two>\d{1,2})(?:,\s*|\s+)(?P<y>\d{4})(?!\d)",
    )
)
"""Shapes that write the year, or the year and the month, once for both ends."""
_ISO_INTERVAL = re.compile(r"(\d{4}-\d{2}-\d{2})/(?=\d{4}-\d{2}-\d{2})")
_ALWAYS = re.compile(
    r"(?:상시|항상|언제나|연중|연중무휴|언제든지?|무기한|계속"
    r"|always|any ?time|open|indefinite\w*)(?:\s*가능)?"
)


def read_periods(value: CellValue, calendar: Calendar) -> tuple[Period, ...]:
    """Return the periods in a cell, as written. Raises Unreadable for the first that fails."""
    if not isinstance(value, str):
        day = read_date(value, calendar)
        return (Period(day, day),)
    text = _ISO_INTERVAL.sub(r"\1~", plain(value))
    if _ALWAYS.fullmatch(text):
        raise Unreadable(Why.MISSING_END)
    periods: list[Period] = []
    year: int | None = None
    place = _skip(text, 0)
    while place < len(text):
        period, after = _read_one(text, place, calendar, year)
        periods.append(period)
        place = _skip(text, after)
        year = period.last.year if text[after:place].strip() else None
    if not periods:
        raise Unreadable(Why.NOT_A_DATE)
    return tuple(periods)


def read_end(value: CellValue, calendar: Calendar) -> date:
    """Return the last day that a cell names; a month alone is all of it."""
    return _only_one(value, calendar).last


def read_start(value: CellValue, calendar: Calendar) -> date:
    """Return the first day named by a cell that holds only the start of a period."""
    return _only_one(value, calendar).first


def _only_one(value: CellValue, calendar: Calendar) -> Period:
    if not isinstance(value, str) or re.fullmatch(r"\s*\d{5,8}(?:\.0)?\s*", value):
        day = read_date(value, calendar)
        return Period(day, day)
    text = re.sub(r"\s*(?:까지|부터|~|-)+$", "", plain(value))
    periods = read_periods(re.sub(r"^(?:~|-|until|till|from|до|з)\s*", "", text), calendar)
    if len(periods) != 1:
        raise Unreadable(Why.NOT_A_DATE)
    return periods[0]


def _skip(text: str, place: int) -> int:
    match = _BETWEEN_PERIODS.match(text, place)
    return match.end() if match else place


def _read_one(text: str, place: int, calendar: Calendar, year: int | None) -> tuple[Period, int]:
    """Read one period at `place`; `year` is that of the one before, for those who write it once."""
    if _ENDS_OPEN.match(text, place):
        raise Unreadable(Why.MISSING_START)
    if opening := _OPENING.match(text, place):
        place = opening.end()
    if match := next(filter(None, (shape.match(text, place) for shape in _YEAR_ONCE)), None):
        return _within(match, calendar), match.end()
    found = scan(text, place, calendar, parts=True)
    if not found:
        raise Unreadable(Why.NOT_A_DATE)
    first, place = found
    between = _BETWEEN.match(text, place) or (
        opening and re.compile(r"\s+and\s+").match(text, place)
    )
    last = scan(text, between.end(), calendar, parts=True) if between else None
    if last:
        period = _filled(first, last[0], year)
        place = last[1]
    elif between or _STARTS_OPEN.match(text, place):
        raise Unreadable(Why.MISSING_END)
    elif _UNTIL.match(text, place):
        raise Unreadable(Why.MISSING_START)
    else:
        period = _filled(first, first, year)
    for trailing in (_UNTIL, _AFTER):
        if match := trailing.match(text, place):
            place = match.end()
    return period, place


def _within(match: re.Match[str], calendar: Calendar) -> Period:
    """Return a period whose ends share the year, or the year and the month."""
    year, one, two = (int(match[group]) for group in ("y", "one", "two"))
    if "name" not in match.groupdict():
        return _filled(Partial(year, one, None), Partial(year, two, None), None)
    found = scan(f"{match['name']} {year}", 0, calendar, parts=True)
    if not found:
        raise Unreadable(Why.NOT_A_DATE)
    return _filled(replace(found[0], day=one), replace(found[0], day=two), None)


def _filled(first: Partial, last: Partial, year: int | None) -> Period:
    """Take from either end what the other leaves out, and put the two in order of the calendar."""
    if first.month is None and first.year is None and last.day is not None:
        first = replace(first, month=last.month)
    if last.month is None and last.year is None:
        last = _named_by_one_number(first, last)
    wrapped = last.year is None
    start_year = first.year or last.year or year
    if start_year is None:
        raise Unreadable(Why.MISSING_YEAR)
    start = _edge(replace(first, year=start_year), last=False)
    end = _edge(replace(last, year=last.year or start_year), last=True)
    if end < start and wrapped and last.month != first.month:
        end = _edge(replace(last, year=start_year + 1), last=True)
    elif end < start and first.year is None and last.year:
        start = _edge(replace(first, year=start_year - 1), last=False)
    if end < start:
        raise Unreadable(Why.ENDS_BEFORE_START)
    return Period(start, end)


def _named_by_one_number(first: Partial, last: Partial) -> Partial:
    """ "2027.3.5~20" ends on the 20th of March, "2027.3~5" at the end of May."""
    if first.day is None and first.month is not None:
        return Partial(None, last.day, None)
    return replace(last, month=first.month)


def _edge(partial: Partial, *, last: bool) -> date:
    """Return the first or last day that a date without a day, or without a month, stands for."""
    month = partial.month or (12 if last else 1)
    if not (partial.year and 1900 <= partial.year < 2200 and 1 <= month <= 12):
        raise Unreadable(Why.NOT_A_DATE)
    day = partial.day or (months.monthrange(partial.year, month)[1] if last else 1)
    return whole_date(Partial(partial.year, month, day))
