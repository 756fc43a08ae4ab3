"""Workbooks and text files made for a test, and reading them against a small catalogue."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook

from volunteers.workbook import Catalogue, ParsedRow, RowResult, read_register
from volunteers.workbook.dates import Unreadable

TODAY = date(2026, 11, 22)

CATALOGUE = Catalogue(
    languages={
        "한국어": "kor",
        "Korean": "kor",
        "корейська": "kor",
        "우크라이나어": "ukr",
        "Ukrainian": "ukr",
        "українська": "ukr",
        "러시아어": "rus",
        "Russian": "rus",
        "російська": "rus",
        "영어": "eng",
        "English": "eng",
        "англійська": "eng",
        "중국어": "zho",
        "Chinese": "zho",
        "китайська": "zho",
    },
    skills={
        "통역(순차)": "interpreting",
        "Interpreting (consecutive)": "interpreting",
        "방송 진행": "presenting",
        "Presenting": "presenting",
        "원고 작성": "scriptwriting",
        "Scriptwriting": "scriptwriting",
        "음향 장비": "audio",
        "Audio equipment": "audio",
        "전단 편집": "leaflets",
        "Leaflet editing": "leaflets",
        "무전": "radio",
        "Radio": "radio",
        "응급처치": "first-aid",
        "First aid": "first-aid",
        "지뢰 위험 교육": "mines",
        "Mine awareness": "mines",
        "운전": "driving",
        "Driving": "driving",
        "운전면허": "driving",
        "드론 조종": "drone",
        "Drone piloting": "drone",
    },
    licences=frozenset({"driving"}),
)

Rows = Sequence[Sequence[Any]]
Table = list[list[Any]]


def workbook(
    *tables: Rows, names: Sequence[str] = (), change: Callable[[Workbook], None] | None = None
) -> bytes:
    """Return an .xlsx with one sheet for each table; `change` may do more to it."""
    book = Workbook()
    del book[book.sheetnames[0]]
    for number, rows in enumerate(tables):
        sheet = book.create_sheet(names[number] if names else f"Sheet{number + 1}")
        for row in rows:
            sheet.append(list(row))
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text_file(rows: Rows, encoding: str = "utf-8", separator: str = ",") -> bytes:
    """Return a file of separated values."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows(rows)
    return stream.getvalue().encode(encoding)


def moment(text: str) -> datetime:
    """Return a date and time as spreadsheets keep them, without a zone."""
    return datetime.fromisoformat(text)


def refusal(read: Callable[[str], object], text: str) -> Unreadable | None:
    """Return how a parser refuses a text, or None when it accepts it; any other error is a bug."""
    try:
        read(text)
    except Unreadable as refused:
        return refused
    return None


def read(content: bytes, today: date = TODAY) -> list[RowResult]:
    """Return everything that reading a file gives."""
    return list(read_register(io.BytesIO(content), "", CATALOGUE, today))


def people(results: Iterable[RowResult]) -> dict[int, ParsedRow]:
    """Return the good rows by number."""
    return {result.row: result.parsed for result in results if result.parsed}


def reasons(results: Iterable[RowResult]) -> dict[int, list[tuple[str, str]]]:
    """Return column and reason of the rejected rows by number."""
    return {
        result.row: [(error.column, error.why.value) for error in result.errors]
        for result in results
        if result.errors
    }


def remarks(results: Iterable[RowResult]) -> list[tuple[str, int, str, str]]:
    """Return sheet, row, remark and column of every warning."""
    return [
        (warned.sheet, warned.row, warned.remark.value, warned.column)
        for result in results
        for warned in result.warnings
    ]
