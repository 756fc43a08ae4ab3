"""Dates in the ways people write them, and the ways spreadsheets store them.

Year, month, day is the order everywhere (1985. 10. 7., 1985년 10월 7일, 19851007, 85-10-07), as in
Korea. The other order is read where it cannot be mistaken: with dots (07.10.1985 is 7 October),
with a month in letters, or with a day above 12. 03/04/1985 is refused rather than guessed at.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from volunteers.workbook.results import CellValue, Why
from volunteers.workbook.text import plain

_MONTHS = {
    **dict.fromkeys(("jan", "січ"), 1),
    **dict.fromkeys(("feb", "лют"), 2),
    **dict.fromkeys(("mar", "бер"), 3),
    **dict.fromkeys(("apr", "кві"), 4),
    **dict.fromkeys(("may", "тра"), 5),
    **dict.fromkeys(("jun", "чер"), 6),
    **dict.fromkeys(("jul", "лип"), 7),
    **dict.fromkeys(("aug", "сер"), 8),
    **dict.fromkeys(("sep", "вер"), 9),
    **dict.fromkeys(("oct", "жов"), 10),
    **dict.fromkeys(("nov", "лис"), 11),
    **dict.fromkeys(("dec", "гру"), 12),
}
"""Months in English and Ukrainian, by their first three letters."""
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-zа-яіїє']*\.?"
_DAY_NAME = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?"
_WEEKDAY = (
    r"(?:\s*(?:\(\s*[월화수목금토일]\s*(?:요일)?\s*\)|[월화수목금토일]요일"
    rf"|\(?{_DAY_NAME}\)?,?(?![a-z])))?"
)
_LAST = r"(?!\d)"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"(?P<y>\d{4})\s*년\s*(?P<m>\d{1,2})\s*월\s*(?P<d>\d{1,2})\s*일?" + _LAST,
        r"(?P<y>\d{4})\s*(?P<sep>[./])\s*(?P<m>\d{1,2})\s*(?P=sep)\s*(?P<d>\d{1,2})(?:\.(?!\d)|\s*일)?"
        + _LAST,
        r"(?P<y>\d{4})\s*년\s*(?P<m>\d{1,2})\s*[./\-]\s*(?P<d>\d{1,2})(?:\.(?!\d)|\s*일)?" + _LAST,
        r"(?P<y>\d{4})(?P<sep>-)(?P<m>\d{1,2})-(?P<d>\d{1,2})" + _LAST,
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})" + _LAST,
        r"(?P<one>\d{1,2})\s*(?P<sep>[./\-])\s*(?P<two>\d{1,2})\s*(?P=sep)\s*(?P<y>\d{4})(?!\d)(?!\s*[./]\s*\d)",
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s\-./]*(?:of\s+)?"
        + _MONTH
        + r",?[\s\-./]*'?(?P<y>\d{4}|\d{2})"
        + _LAST,
        _MONTH + r"\s*(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:,\s*|\s+)'?(?P<y>\d{4})" + _LAST,
        r"'?(?P<y>\d{2})\s*년\s*(?P<m>\d{1,2})\s*월\s*(?P<d>\d{1,2})\s*일?" + _LAST,
        r"'?(?P<y>\d{2})\s*(?P<sep>[./])\s*(?P<m>\d{1,2})\s*(?P=sep)\s*(?P<d>\d{1,2})(?:\.(?!\d))?"
        + _LAST,
        r"'?(?P<y>\d{2})(?P<sep>-)(?P<m>\d{1,2})-(?P<d>\d{1,2})" + _LAST,
        r"(?P<one>\d{1,2})(?P<sep>[./\-])(?P<two>\d{1,2})(?P=sep)(?P<y>\d{2})" + _LAST,
        r"(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})" + _LAST,
    )
)
_PARTS = tuple(
    re.compile(shape)
    for shape in (
        r"(?P<y>\d{4})\s*(?:년\s*(?P<m1>\d{1,2})\s*월|[./]\s*(?P<m2>\d{1,2})\.?|-(?P<m3>\d{1,2}))"
        + _LAST,
        _MONTH + r",?\s*(?P<y>\d{4})" + _LAST,
        r"(?P<y>\d{4})(?!\d|\s*[./\-]?\s*\d{1,2}(?!\d))\s*년?(?!\s*\d)",
        r"(?P<m>\d{1,2})\s*월(?:\s*(?P<d>\d{1,2})\s*일?)?" + _LAST,
        r"(?P<m>\d{1,2})\s*(?P<sep>[./])\s*(?P<d>\d{1,2})(?:\.(?!\d)|\s*일)?" + _LAST,
        r"(?P<m>\d{1,2})-(?P<d>\d{1,2})" + _LAST,
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?\s*(?:of\s+)?" + _MONTH,
        _MONTH + r"\s*(?P<d>\d{1,2})(?:st|nd|rd|th)?" + _LAST,
        _MONTH,
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?\s*일?" + _LAST,
    )
)
_WEEKDAY_AFTER = re.compile(
    _WEEKDAY + r"(?:\s*t?\s*(?:오전|오후)?\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?!\d)z?)?"
)
_WEEKDAY_BEFORE = re.compile(
    r"(?:[월화수목금토일]요일|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?),?\s*"
)
_AROUND = re.compile(r"^(?:양력|\(양력?\)|solar)\s*:?\s*")
_AFTER = re.compile(
    r"[\s,]*(?:t?\s*(?:오전|오후|am|pm)?\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:am|pm)?\s*(?:z|[+\-]\d{2}:?\d{2})?"
    r"|(?:오전|오후)?\s*\d{1,2}\s*시(?:\s*\d{1,2}\s*분)?)?\s*"
    r"(?:생|출생|까지|만료|만료됨|기준|\(?양력?\)?)?\.?\s*"
)
_RESIDENT_NUMBER = re.compile(
    r"(\d{2})(\d{2})(\d{2})\s*-?\s*([0-9])[\d*x·]{6}|(\d{2})(\d{2})(\d{2})\s*-\s*([1-8])[*x·]*"
)
_LUNAR = re.compile(r"음력|\(\s*음\s*\)|lunar")
_FIRST_SERIAL, _LAST_SERIAL = 7306, 80_000
"""Bare numbers read as serial dates: 1 January 1920 to 2119. A smaller one is rather a year."""


class Unreadable(Exception):
    """What a parser cannot accept: `why` is the reason, `word` a word of a catalogue at most."""

    def __init__(self, why: Why, word: str = "") -> None:
        """Keep the reason; the message is the reason alone."""
        super().__init__(why.value)
        self.why = why
        self.word = word


@dataclass(frozen=True, slots=True)
class Calendar:
    """What reading a date depends on: today, whether births are meant, and day 0 of serials."""

    today: date
    births: bool = False
    day_zero: date = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Partial:
    """A date as far as it is written; two-digit years are already full ones."""

    year: int | None
    month: int | None
    day: int | None


def read_date(value: CellValue, calendar: Calendar) -> date:
    """Return the date in a cell. Raises Unreadable when it is none, lunar, or could be two."""
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = _from_number(value, calendar)
    elif isinstance(value, str):
        found = _from_text(plain(value).replace("\n", " "), calendar)
    else:
        raise Unreadable(Why.NOT_A_DATE)
    if not 1900 <= found.year < 2200:
        raise Unreadable(Why.NOT_A_DATE)
    return found


def read_birth_date(value: CellValue, calendar: Calendar) -> date:
    """Return the date of birth in a cell. Raises Unreadable also when it lies after today."""
    born = read_date(value, Calendar(calendar.today, births=True, day_zero=calendar.day_zero))
    if born > calendar.today:
        raise Unreadable(Why.IN_THE_FUTURE)
    return born


def scan(
    text: str, place: int, calendar: Calendar, parts: bool = False
) -> tuple[Partial, int] | None:
    """Find a date at `place` of a plain text; with `parts`, also one without a year or a day.

    Returns it and the place after it and a weekday, or None. Raises Unreadable for an ambiguous
    one.
    """
    if before := _WEEKDAY_BEFORE.match(text, place):
        place = before.end()
    for shape in _SHAPES + (_PARTS if parts else ()):
        if (match := shape.match(text, place)) and (found := _partial(match, calendar)):
            after = _WEEKDAY_AFTER.match(text, match.end())
            return found, after.end() if after else match.end()
    return None


def _partial(match: re.Match[str], calendar: Calendar) -> Partial | None:
    """Return what a shape matched, or None when its numbers fit it not, and another may."""
    groups = match.groupdict()
    year = _full_year(groups["y"], calendar) if groups.get("y") else None
    if groups.get("one"):
        first, second = _day_and_month(int(groups["one"]), int(groups["two"]), groups["sep"])
        return Partial(year, second, first)
    written = groups.get("m") or groups.get("m1") or groups.get("m2") or groups.get("m3")
    month = (
        _MONTHS[groups["month"][:3]] if groups.get("month") else int(written) if written else None
    )
    day = int(groups["d"]) if groups.get("d") else None
    short = len(groups.get("y") or "") == 2
    if short and not ((month or 1) <= 12 and 1 <= (day or 1) <= 31):
        return None
    return Partial(year, month, day)


def _full_year(written: str, calendar: Calendar) -> int:
    year = int(written)
    if len(written) > 2:
        return year
    return (
        2000 + year
        if not calendar.births or 2000 + year <= calendar.today.year - 10
        else 1900 + year
    )


def _day_and_month(one: int, two: int, separator: str) -> tuple[int, int]:
    if separator == "." or one == two or (one > 12 >= two):
        return one, two
    if two > 12 >= one:
        return two, one
    raise Unreadable(Why.AMBIGUOUS_DATE if one <= 12 and two <= 12 else Why.NOT_A_DATE)


def _from_number(number: float, calendar: Calendar) -> date:
    if not abs(number) < 1e9:  # infinity and "not a number" as well
        raise Unreadable(Why.NOT_A_DATE)
    whole = int(number)
    if number == whole and 100_000 <= whole <= 99_999_999:
        return _from_text(f"{whole:06d}", calendar)
    if not _FIRST_SERIAL <= number < _LAST_SERIAL:
        raise Unreadable(Why.NOT_A_DATE)
    return calendar.day_zero + timedelta(days=whole)


def _from_text(text: str, calendar: Calendar) -> date:
    if _LUNAR.search(text):
        raise Unreadable(Why.LUNAR_DATE)
    if calendar.births and (number := _RESIDENT_NUMBER.fullmatch(text)):
        return _from_resident_number([part for part in number.groups() if part])
    text = _AROUND.sub("", text)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _from_number(float(text), calendar)
    found = scan(text, 0, calendar)
    if not found:
        text = re.sub(r"\s*-\s*|\s+", "-", text)
        found = scan(text, 0, calendar)
    if not found:
        raise Unreadable(Why.NOT_A_DATE)
    partial, end = found
    if not _AFTER.fullmatch(text, end):
        raise Unreadable(Why.NOT_A_DATE)
    return whole_date(partial)


def _from_resident_number(parts: list[str]) -> date:
    """Return the birth date in a Korean resident number, whose seventh digit tells the century."""
    century = {"9": 1800, "0": 1800, "3": 2000, "4": 2000, "7": 2000, "8": 2000}.get(parts[3], 1900)
    return whole_date(Partial(century + int(parts[0]), int(parts[1]), int(parts[2])))


def whole_date(partial: Partial) -> date:
    """Return the date, all of it written. Raises Unreadable for a day no calendar has."""
    try:
        return date(partial.year or 0, partial.month or 0, partial.day or 0)
    except ValueError:
        raise Unreadable(Why.NOT_A_DATE) from None
