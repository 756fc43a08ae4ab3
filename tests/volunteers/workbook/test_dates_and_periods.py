"""Dates and periods in the ways people write them."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.volunteers.workbook.made import TODAY, moment, refusal
from volunteers.workbook.dates import Calendar, Unreadable, read_birth_date, read_date
from volunteers.workbook.periods import read_periods
from volunteers.workbook.results import CellValue, Period, Why

CALENDAR = Calendar(TODAY)
BORN = date(1985, 10, 7)


@pytest.mark.parametrize(
    "written",
    [
        "1985. 10. 7.",
        "1985.10.07",
        "1985.10. 7",
        "1985/10/7",
        "19851007",
        19851007,
        19851007.0,
        "1985년 10월 7일",
        "1985년10월07일",
        "1985-10-07",
        "1985 - 10 - 07",
        "1985 10 07",
        "7 Oct 1985",
        "7-Oct-1985",
        "07-Oct-85",
        "Oct 7, 1985",
        "October 7th 1985",
        "7th of October, 1985",
        "Mon, 7 Oct 1985",
        "07.10.1985",
        "7 жовтня 1985",
        moment("1985-10-07"),
        date(1985, 10, 7),
        31327,
        31327.5,
        "31327",
        "85-10-07",
        "85.10.7",
        "'85.10.7",
        "851007",
        851007,
        "85년 10월 7일생",
        "1985-10-07 00:00:00",
        "1985-10-07T00:00:00Z",
        "1985. 10. 7. 오전 12:00:00",
        "1985.10.07(월)",
        "1985년 10월 7일 월요일",
        "１９８５．１０．７",
        "1985\u201310\u201307",
        "(양) 1985.10.7",
        "851007-1234567",
        "851007-1******",
        "\u200b1985-10-07\u00a0",
    ],
)
def test_one_day_in_many_spellings(written: CellValue) -> None:
    assert read_birth_date(written, CALENDAR) == BORN


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("1979-02-30", Why.NOT_A_DATE),
        ("2001.2.29", Why.NOT_A_DATE),
        ("1985-13-01", Why.NOT_A_DATE),
        ("1985", Why.NOT_A_DATE),
        (1985, Why.NOT_A_DATE),
        (1985.1, Why.NOT_A_DATE),
        ("1985-10", Why.NOT_A_DATE),
        ("abc", Why.NOT_A_DATE),
        (True, Why.NOT_A_DATE),
        (time(1, 2), Why.NOT_A_DATE),
        (timedelta(1), Why.NOT_A_DATE),
        (float("nan"), Why.NOT_A_DATE),
        (1e300, Why.NOT_A_DATE),
        (0, Why.NOT_A_DATE),
        ("1985-10-07 and more", Why.NOT_A_DATE),
        ("03/04/1985", Why.AMBIGUOUS_DATE),
        ("03-04-1985", Why.AMBIGUOUS_DATE),
        ("음력 1985.10.7", Why.LUNAR_DATE),
        ("2031-05-05", Why.IN_THE_FUTURE),
        ("2026-11-23", Why.IN_THE_FUTURE),
    ],
)
def test_what_is_no_date_of_birth_is_refused_with_its_reason(written: CellValue, why: Why) -> None:
    with pytest.raises(Unreadable) as refused:
        read_birth_date(written, CALENDAR)
    assert refused.value.why is why


def test_the_other_order_is_read_where_it_cannot_be_mistaken() -> None:
    assert read_birth_date("13/10/1985", CALENDAR) == read_birth_date("10/13/1985", CALENDAR)
    assert read_birth_date("05/05/1985", CALENDAR) == date(1985, 5, 5)


def test_two_digit_years_are_births_in_the_past_and_other_dates_to_come() -> None:
    assert read_birth_date("05.03.02", CALENDAR) == date(2005, 3, 2)
    assert read_birth_date("31.03.02", CALENDAR) == date(1931, 3, 2)
    assert read_date("31.03.02", CALENDAR) == date(2031, 3, 2)


def test_serial_numbers_of_a_macintosh_workbook_begin_in_1904() -> None:
    assert read_date(31327 - 1462, Calendar(TODAY, day_zero=date(1904, 1, 1))) == BORN


SHAPES = [
    "{0.year}-{0.month:02}-{0.day:02}",
    "{0.year}. {0.month}. {0.day}.",
    "{0.year}/{0.month}/{0.day}",
    "{0.year}{0.month:02}{0.day:02}",
    "{0.year}년 {0.month}월 {0.day}일",
    "{0:%d %b %Y}",
    "{0:%B %d, %Y}",
    "{0:%d.%m.%Y}",
]
DAYS = st.dates(date(1930, 1, 1), date(2118, 12, 31))


@given(DAYS, st.sampled_from(SHAPES))
def test_every_day_comes_back_from_every_shape(day: date, shape: str) -> None:
    assert read_date(shape.format(day), CALENDAR) == day
    assert read_date((day - date(1899, 12, 30)).days, CALENDAR) == day


def birth_date(text: str) -> date:
    return read_birth_date(text, CALENDAR)


def periods(text: str) -> tuple[Period, ...]:
    return read_periods(text, CALENDAR)


@pytest.mark.parametrize("read", [birth_date, periods])
@given(text=st.text(max_size=30))
def test_any_text_is_read_or_refused_without_being_repeated(
    read: Callable[[str], object], text: str
) -> None:
    refused = refusal(read, text)
    assert refused is None or refused.why.value == str(refused)


JANUARY_TO_MARCH = (Period(date(2027, 1, 5), date(2027, 3, 2)),)


@pytest.mark.parametrize(
    "written",
    [
        "2027.1.5~3.2",
        "2027-01-05 ~ 2027-03-02",
        "2027/01/05–2027/03/02",
        "2027.01.05 - 2027.03.02",
        "2027-01-05-2027-03-02",
        "20270105-20270302",
        "20270105~20270302",
        "270105~270302",
        "27.1.5 ~ 3.2",
        "2027년 1월 5일부터 3월 2일까지",
        "2027년 1월 5일 ~ 2027년 3월 2일",
        "2027. 1. 5. ~ 3. 2.",
        "2027-1-5~3-2",
        "2027. 1. 5.(화) ~ 2027. 3. 2.(화)",
        "2027.1.5에서 2027.3.2까지",
        "2027.1.5〜3.2",
        "2027.1.5～3.2",
        "2027.1.5∼3.2",
        "from 5 Jan 2027 to 2 Mar 2027",
        "between 5 Jan 2027 and 2 Mar 2027",
        "5 January – 2 March 2027",
        "January 5 - March 2, 2027",
        "2027-01-05 until 2027-03-02",
        "05.01.2027 - 02.03.2027",
        "2027/1/5 ~ 3/2",
        "2027.1.5→2027.3.2",
        "2027-01-05...2027-03-02",
        "2027-01-05/2027-03-02",
        "з 05.01.2027 до 02.03.2027",
        "2027-01-05 — 2027-03-02 (협의 가능)",
        "2027-01-05 00:00 ~ 2027-03-02 00:00",
        "２０２７．１．５～３．２",
    ],
)
def test_one_period_in_many_spellings(written: str) -> None:
    assert read_periods(written, CALENDAR) == JANUARY_TO_MARCH


@pytest.mark.parametrize(
    "between",
    [", ", ",", "; ", " / ", "\n", " 및 ", " and ", " ", "\n- ", " + ", "·", " | ", " & "],
)
def test_lists_of_periods_with_any_separator(between: str) -> None:
    may = Period(date(2027, 5, 1), date(2027, 5, 20))
    for one, other in (
        ("2027.1.5~3.2", "2027.5.1~5.20"),
        ("2027-01-05~2027-03-02", "2027-05-01~2027-05-20"),
    ):
        assert read_periods(one + between + other, CALENDAR) == (*JANUARY_TO_MARCH, may)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2027-03-05", date(2027, 3, 5), date(2027, 3, 5)),
        (moment("2027-03-05"), date(2027, 3, 5), date(2027, 3, 5)),
        ("2027.12.20~1.15", date(2027, 12, 20), date(2028, 1, 15)),
        ("20 Dec – 5 Jan 2028", date(2027, 12, 20), date(2028, 1, 5)),
        ("2027.3.5~20", date(2027, 3, 5), date(2027, 3, 20)),
        ("5–9 March 2027", date(2027, 3, 5), date(2027, 3, 9)),
        ("March 5-9, 2027", date(2027, 3, 5), date(2027, 3, 9)),
        ("2027년 3월", date(2027, 3, 1), date(2027, 3, 31)),
        ("2027.3~5", date(2027, 3, 1), date(2027, 5, 31)),
        ("2027년 1~3월", date(2027, 1, 1), date(2027, 3, 31)),
        ("2027-03 ~ 2027-05", date(2027, 3, 1), date(2027, 5, 31)),
        ("2027~2028", date(2027, 1, 1), date(2028, 12, 31)),
    ],
)
def test_periods_that_leave_something_out(written: CellValue, first: date, last: date) -> None:
    assert read_periods(written, CALENDAR) == (Period(first, last),)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2027-05-01~2027-02-01", Why.ENDS_BEFORE_START),
        ("2027.1.28~3", Why.ENDS_BEFORE_START),
        ("2027.1.5~", Why.MISSING_END),
        ("2027.1.5부터", Why.MISSING_END),
        ("2027.1.5 이후", Why.MISSING_END),
        ("상시", Why.MISSING_END),
        ("always", Why.MISSING_END),
        ("~2027.3.2", Why.MISSING_START),
        ("2027.3.2까지", Why.MISSING_START),
        ("1.5~3.2", Why.MISSING_YEAR),
        ("12월", Why.MISSING_YEAR),
        ("2027.1.5 3.2", Why.MISSING_YEAR),
        ("2027.2.30~3.5", Why.NOT_A_DATE),
        ("매주 토요일", Why.NOT_A_DATE),
        ("협의", Why.NOT_A_DATE),
        ("2027.1.5~3.2 (2월 10일 제외)", Why.NOT_A_DATE),
    ],
)
def test_periods_that_cannot_be_accepted(written: str, why: Why) -> None:
    with pytest.raises(Unreadable) as refused:
        read_periods(written, CALENDAR)
    assert refused.value.why is why


@given(
    DAYS,
    st.integers(0, 400),
    st.sampled_from(SHAPES),
    st.sampled_from([" ~ ", "–", " to ", "〜", " - "]),
)
def test_every_period_comes_back_from_every_shape(
    day: date, days: int, shape: str, dash: str
) -> None:
    last = day + timedelta(days)
    written = shape.format(day) + dash + shape.format(last)
    assert read_periods(written, CALENDAR) == (Period(day, last),)
