"""The ledger as a table for spreadsheets, in the reader's words and within their sight."""

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import StringIO
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from corps.audit.actions import By, record
from corps.audit.context import door, through
from corps.audit.models import Entry

AT_ONCE = 2000
"""How many entries are fetched at a time."""

Tell = Callable[[Entry], list[str]]

FORMULA = re.compile(r"(^|[;,\t\r\n])(?=\"*[=+\-@\t\r\n＝＋－＠])")
"""Where a formula may begin that a spreadsheet would execute (OWASP, CSV Injection): at the
beginning of a cell, or behind what some countries' spreadsheets take for the end of one; also
behind quotation marks there, which such a spreadsheet takes for its own."""


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe stands before one."""
    return FORMULA.sub(r"\1'", cell)


@transaction.atomic
def export_entries(
    entries: QuerySet[Entry],
    *,
    heading: list[str],
    tell: Tell,
    filters: dict[str, Any],
    by: By,
    at: datetime,
) -> Iterator[bytes]:
    """Return the table of `entries` as CSV in UTF-8, newest first, in pieces.

    `entries` are those that the reader may see and asked for; `tell` makes an entry's cells;
    `filters` say what was asked for, and hold nothing that was typed and fits no entry. It begins
    with a byte order mark, by which spreadsheets know that it is UTF-8. Effects: one entry, behind
    which the table ends, so that it is not in it.
    """
    own = record("ledger.exported", by=by, at=at, facts={"form": "csv", **filters})
    return _pieces(entries, own.number, heading, tell, _Asked())


class _Asked:
    """In which language, time zone and request the table was asked for: it is told as there, also
    when the request itself has been answered and the pieces follow."""

    def __init__(self) -> None:
        self.language, self.zone = translation.get_language(), timezone.get_current_timezone()
        self.door = door()

    @contextmanager
    def again(self) -> Iterator[None]:
        with (
            translation.override(self.language),
            timezone.override(self.zone),
            through(self.door.name, self.door.request_id),
        ):
            yield


def _pieces(
    entries: QuerySet[Entry], before: int, heading: list[str], tell: Tell, asked: _Asked
) -> Iterator[bytes]:
    """Give the table piece by piece; each asks the database anew, so that nothing is held open
    while the reader's machine takes its time."""
    yield "\ufeff".encode() + _rows([heading])
    while True:
        found = list(entries.filter(number__lt=before).order_by("-number")[:AT_ONCE])
        if not found:
            return
        with asked.again():
            told = [tell(entry) for entry in found]
        yield _rows(told)
        before = found[-1].number


def _rows(rows: list[list[str]]) -> bytes:
    page = StringIO(newline="")
    csv.writer(page, quoting=csv.QUOTE_ALL).writerows(
        [harmless(cell) for cell in row] for row in rows
    )
    return page.getvalue().encode()
