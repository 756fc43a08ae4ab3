"""No personal value of an imported workbook stands in the clear: in database, log or answer."""

import logging
import re
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from tests.cast import NOW, a_coordinator, a_desk
from tests.volunteers.imports.registers import REGISTER, a_preview, an_import
from volunteers.actions.imports import download_corrections
from volunteers.models import ImportRun

pytestmark = pytest.mark.django_db

PERSONAL = [
    "성명",
    "영문 성명",
    "생년월일",
    "연락처",
    "이메일",
    "주소",
    "여권번호",
    "비상연락처",
    "비고",
]


def personal_values() -> set[str]:
    """Every personal value of the shared register, phones, names and days in several spellings."""
    rows = list(
        openpyxl.load_workbook(REGISTER).worksheets[0].iter_rows(min_row=3, values_only=True)
    )
    headers = [str(header) for header in rows[0]]
    found: set[str] = set()
    for row in rows[1:]:
        cells = dict(zip(headers, row, strict=True))
        if cells["성명"] or cells["연락처"]:
            for header in PERSONAL:
                found |= set(spellings(header, cells[header]))
    return {value for value in found if len(value) > 2}


def spellings(header: str, value: Any) -> Iterator[str]:
    """The ways in which one value might turn up."""
    if value is None:
        return
    if isinstance(value, datetime):
        yield from days(value.date())
        return
    text = str(value)
    yield text
    yield text.casefold()
    if header == "연락처" and len(text) > 7:
        digits = re.sub(r"\D", "", text)[-8:]
        yield from (
            f"+8210{digits}",
            f"010{digits}",
            f"10{digits}",
            f"010-{digits[:4]}-{digits[4:]}",
        )
    elif header == "비상연락처":
        yield from text.split()
    elif header == "영문 성명":
        yield text.replace("-", " ").casefold()
    elif (
        header == "생년월일"
        and re.fullmatch(r"\d{4}-\d\d-\d\d", text)
        and not text.endswith("02-30")
    ):
        yield from days(date.fromisoformat(text))


def days(day: date) -> Iterator[str]:
    """A birth date as it might be written."""
    yield from (day.isoformat(), day.strftime("%Y.%m.%d"), day.strftime("%Y%m%d"))


def everything_stored() -> str:
    """Every value of every column of every table, bytes as whatever text they hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name, column_name, data_type"
            " FROM information_schema.columns WHERE table_schema IN ('public', 'ledger')"
        )
        found = []
        for schema, table, column, kind in cursor.fetchall():
            shown = f'"{column}"' if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT {shown} FROM "{schema}"."{table}" WHERE "{column}" IS NOT NULL')
            found += [_as_text(value) for (value,) in cursor.fetchall()]
    return "\n".join(found)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else bytes(value).decode(errors="ignore")


def values_in(text: str, values: set[str]) -> list[str]:
    """Return those values that stand in a text."""
    folded = text.casefold()
    return sorted(value for value in values if value.casefold() in folded)


@pytest.fixture
def stored_by_command(caplog: pytest.LogCaptureFixture) -> tuple[str, str, str]:
    """Database, log and printed answer after an import of the shared register by the command."""
    a_desk()
    out, err = StringIO(), StringIO()
    with time_machine.travel(NOW, tick=False), caplog.at_level(logging.DEBUG):
        call_command(
            "import_register", str(REGISTER), "--desk", "seoul", "--json", stdout=out, stderr=err
        )
    return everything_stored(), caplog.text, out.getvalue() + err.getvalue()


def test_no_personal_value_is_stored_logged_or_answered_by_the_command(
    stored_by_command: tuple[str, str, str],
) -> None:
    values = personal_values()
    assert len(values) > 3000
    assert [values_in(text, values) for text in stored_by_command] == [[], [], []]


def test_no_personal_value_is_stored_by_the_pages(caplog: pytest.LogCaptureFixture) -> None:
    coordinator = a_coordinator()
    with time_machine.travel(NOW, tick=False), caplog.at_level(logging.DEBUG):
        a_preview(REGISTER.read_bytes(), coordinator)
        run = an_import(REGISTER.read_bytes(), coordinator)
        download_corrections(run=run, by=coordinator, at=NOW)
    values = personal_values()
    assert [values_in(text, values) for text in (everything_stored(), caplog.text)] == [[], []]


def test_a_planted_value_is_found(stored_by_command: tuple[str, str, str]) -> None:
    run = ImportRun.objects.get()
    run.problem, run.upload = "M88590039", "리금수 010-6560-3181".encode()
    run.save()
    logging.getLogger("corps").warning("+821073320791")
    values = personal_values()
    found = values_in(everything_stored(), values)
    assert {"M88590039", "리금수", "010-6560-3181"} <= set(found)
    assert values_in("+821073320791", values) == ["+821073320791", "10" + "73320791"]


def test_the_rejected_rows_pass_through_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    coordinator = a_coordinator()
    with time_machine.travel(NOW, tick=False):
        run = an_import(REGISTER.read_bytes(), coordinator)

    def refused(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a file was opened")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp"):
        monkeypatch.setattr(f"tempfile.{name}", refused)
    monkeypatch.setattr("openpyxl.worksheet._writer.NamedTemporaryFile", refused)
    content = download_corrections(run=run, by=coordinator, at=NOW)
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    assert (sheet.max_row, sheet.freeze_panes, sheet.column_dimensions["A"].width) == (10, "B2", 44)
