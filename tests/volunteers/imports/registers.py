"""Small registers for the tests of the import, as .xlsx bytes."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from corps.accounts.models import User
from tests.cast import NOW, a_desk
from volunteers.actions.imports import confirm_import, start_import
from volunteers.actions.imports_work import carry_out_import, read_import
from volunteers.models import ImportRun

DATA = Path(__file__).resolve().parents[2] / "data"
REGISTER = DATA / "register.xlsx"

HEADERS = ["호출명", "성명", "생년월일", "연락처", "이메일", "여권번호", "언어", "비고"]

Row = Mapping[str, Any]


def person(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A good row; the number makes it somebody of their own. `changes` go by header."""
    syllables = "가나다라마바사아자차카타파하"
    given = syllables[number % 14] + syllables[number // 14 % 14]
    return {
        "호출명": None,
        "성명": f"김{given}",
        "생년월일": f"19{60 + number % 40}-0{1 + number % 9}-{10 + number // 9 % 18}",
        "연락처": f"010-{2000 + number % 7000}-{1000 + number * 7 % 9000}",
        "이메일": f"v{number}@example.org",
        "여권번호": f"M{10_000_000 + number}",
        "언어": "한국어 N, 우크라이나어 B2",
        "비고": None,
        **changes,
    }


def workbook(
    *rows: Row, headers: Sequence[str] = HEADERS, sheets: Mapping[str, Sequence[Row]] = {}
) -> bytes:
    """A workbook: the rows on one sheet, or each of `sheets` on its own."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, lines in (sheets or {"명단": rows}).items():
        sheet = book.create_sheet(title)
        sheet.append(list(headers))
        for row in lines:
            sheet.append([row[header] for header in headers])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def a_preview(content: bytes, by: User, **at: Any) -> ImportRun:
    """An import that has been read and waits to be confirmed."""
    run = start_import(upload=content, kind="xlsx", desk=at.get("desk") or a_desk(), by=by, at=NOW)
    read_import(run_id=run.pk, now=lambda: NOW)
    run.refresh_from_db()
    return run


def an_import(content: bytes, by: User, **at: Any) -> ImportRun:
    """An import that is done."""
    run = a_preview(content, by, **at)
    confirm_import(run=run, by=by, at=NOW)
    carry_out_import(run_id=run.pk, now=lambda: NOW)
    run.refresh_from_db()
    return run
