"""The way through a whole file: every sheet, every table, every row."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import chain, islice
from typing import BinaryIO

from volunteers.workbook.blocks import blocks_of
from volunteers.workbook.cells import Known
from volunteers.workbook.comma_files import CsvSheet, count_csv_rows
from volunteers.workbook.dates import Calendar
from volunteers.workbook.envelopes import is_zip, refuse_foreign
from volunteers.workbook.headers import Header, HeaderFinder
from volunteers.workbook.lists import LevelList
from volunteers.workbook.results import Catalogue, Remark, RowResult, Warned, WorkbookError
from volunteers.workbook.rows import RowReader
from volunteers.workbook.sheets import Sheet, SheetRow, count_xlsx_rows, open_xlsx
from volunteers.workbook.tables import Kind, walk

_NO_TABLE = (
    "No table of people was found. One row must name the columns, for example 성명, 생년월일, "
    "연락처 or name, date of birth, phone."
)
_LOOKED_AT = 200
"""How many rows of a hidden sheet, or of one without a header, are looked at to tell what it is."""


def read_register(
    source: BinaryIO, filename: str, catalogue: Catalogue, today: date
) -> Iterator[RowResult]:
    """Stream the rows of a register, good and rejected, and the remarks on the way, sheet by sheet.

    `source` must be seekable and is left open. What the file is, its bytes tell, not its name.
    `today` is the day on which a date of birth must not lie in the future. Raises WorkbookError
    when the file cannot be read, is damaged, or holds no table of people; the last is known only at
    its end.
    """
    languages = LevelList(catalogue.languages, "language", frozenset())
    skills = LevelList(catalogue.skills, "skill", catalogue.licences)
    finder = HeaderFinder(languages, skills)
    found = False
    with _opened(source, finder) as sheets:
        for block in chain.from_iterable(blocks_of(sheet, finder) for sheet in sheets):
            known = Known(languages, skills, Calendar(today, day_zero=block.day_zero))
            for result in _read_sheet(block, finder, known):
                found = found or bool(result.headers)
                yield result
    if not found:
        raise WorkbookError("no table", _NO_TABLE)


def count_rows(source: BinaryIO) -> int:
    """Return an upper estimate of the rows in a file, to show progress. Raises WorkbookError."""
    if is_zip(source):
        return count_xlsx_rows(source)
    refuse_foreign(source)
    return count_csv_rows(source)


@contextmanager
def _opened(source: BinaryIO, finder: HeaderFinder) -> Iterator[Sequence[Sheet]]:
    if is_zip(source):
        with open_xlsx(source) as sheets:
            yield sheets
    else:
        refuse_foreign(source)
        yield [CsvSheet(source, lambda rows: _best_header(rows, finder))]


def _best_header(rows: Sequence[SheetRow], finder: HeaderFinder) -> int:
    """Return how many fields the best header among some rows has."""
    below = [row.cells for row in rows[1:]]
    headers = (
        finder.find(row.cells, under) for row, under in zip(rows, [*below, None], strict=True)
    )
    return max((len(header.fields) for header in headers if header), default=0)


def _read_sheet(sheet: Sheet, finder: HeaderFinder, known: Known) -> Iterator[RowResult]:
    if sheet.hidden:
        if _holds_people(islice(sheet.rows(), _LOOKED_AT), finder):
            yield _remark(sheet, 0, Remark.HIDDEN_SHEET)
        return
    reader: RowReader | None = None
    seen_header = said_hidden = False
    for found in walk(sheet.rows(), finder):
        number = found.row.number
        if found.header:
            seen_header = True
            named = found.header.names_people()
            reader = RowReader(sheet.name, found.header, known) if named else None
            yield _about_header(sheet, number, found.header)
        elif found.kind is Kind.STRAY:
            yield _remark(sheet, number, Remark.NOT_UNDERSTOOD)
        elif reader:
            result = reader.read(number, found.row.cells)
            if found.row.hidden and not said_hidden:
                said_hidden = True
                result.warnings = (*result.warnings, Warned(sheet.name, number, Remark.HIDDEN_ROW))
            yield result
    if not seen_header and _looks_like_a_table(islice(sheet.rows(), _LOOKED_AT)):
        yield _remark(sheet, 0, Remark.NO_HEADER)


def _about_header(sheet: Sheet, row: int, header: Header) -> RowResult:
    """Return the header line, with what there is to say about its columns."""
    if not header.names_people():
        return _remark(sheet, row, Remark.TABLE_WITHOUT_NAMES)
    remarks = tuple(Warned(sheet.name, row, remark, column) for remark, column in header.remarks)
    return RowResult(sheet.name, row, headers=header.headers, warnings=remarks)


def _remark(sheet: Sheet, row: int, remark: Remark) -> RowResult:
    return RowResult(sheet.name, row, warnings=(Warned(sheet.name, row, remark),))


def _holds_people(rows: Iterator[SheetRow], finder: HeaderFinder) -> bool:
    return any(found.header and found.header.names_people() for found in walk(rows, finder))


def _looks_like_a_table(rows: Iterator[SheetRow]) -> bool:
    """Whether at least three rows have at least three filled cells."""
    wide = (row for row in rows if sum(value not in (None, "") for value in row.cells) >= 3)
    return len(list(islice(wide, 3))) == 3
