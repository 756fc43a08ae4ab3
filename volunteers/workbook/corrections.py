"""Writing rejected rows back as a workbook to be corrected and read again."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from volunteers.workbook.results import CellValue, RowResult

_HEADING = Font(bold=True)
_REASON = PatternFill("solid", fgColor="FFF3D6")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = dict.fromkeys(set(range(32)) - {9, 10, 13})
_LONGEST = 32_000


def write_corrections(
    rejected: Iterable[tuple[RowResult, str]], *, reason_header: str = "reason"
) -> bytes:
    """Return an .xlsx with the rejected rows as they were, and a reason before each.

    `rejected` pairs each row with the text that says why, in the reader's language; `reason_header`
    heads the new first column. Texts are stored as texts, so that nothing in them is ever run as a
    formula. Each table of the file has a sheet of its own.
    """
    book = Workbook(write_only=True)
    sheets: dict[tuple[str, tuple[str, ...]], Any] = {}
    for result, reason in rejected:
        key = (result.sheet, result.headers)
        if key not in sheets:
            sheets[key] = _new_sheet(
                book, result, reason_header, [sheet.title for sheet in sheets.values()]
            )
        cells = [*result.cells, *[None] * (len(result.headers) - len(result.cells))]
        sheets[key].append(
            [_reason(sheets[key], reason), *(_cell(sheets[key], value) for value in cells)]
        )
    if not sheets:
        _begin(book.create_sheet("1"))
    stream = io.BytesIO()
    archive = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
    _FromMemory(book, archive).save()
    return stream.getvalue()


class _FromMemory(ExcelWriter):
    """Takes each sheet from memory: openpyxl itself puts it into a file in the clear first."""

    _archive: zipfile.ZipFile

    def write_worksheet(self, ws: Any) -> None:
        """Write one sheet into the archive."""
        ws.close()
        ws._drawing = SpreadsheetDrawing()
        ws._rels = ws._writer._rels
        self._archive.writestr(ws.path[1:], ws._writer.out.getvalue())
        self.manifest.append(ws)


def _begin(sheet: Any) -> None:
    """Let a sheet be written into memory, now that its columns are set."""
    sheet._writer = WorksheetWriter(sheet, io.BytesIO())
    sheet._writer.write_top()


def _new_sheet(book: Workbook, result: RowResult, reason_header: str, titles: Sequence[str]) -> Any:
    sheet = book.create_sheet(_title(result.sheet, titles))
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 44
    for place, header in enumerate(result.headers, 2):
        wide = sum(1 if char.isascii() else 2 for char in header)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(wide + 4, 14), 40)
    headings = [_cell(sheet, text) for text in (reason_header, *result.headers)]
    for cell in headings:
        cell.font = _HEADING
    _begin(sheet)
    sheet.append(headings)
    return sheet


def _title(name: str, taken: Sequence[str]) -> str:
    plain = "".join(char for char in name if char not in "[]:*?/\\'")[:28].strip() or "1"
    title, number = plain, 2
    while title.casefold() in {other.casefold() for other in taken}:
        title, number = f"{plain} {number}", number + 1
    return title


def _reason(sheet: Any, text: str) -> Cell:
    cell = _cell(sheet, text)
    cell.fill, cell.alignment = _REASON, _WRAPPED
    return cell


def _cell(sheet: Any, value: CellValue) -> Cell:
    """Return a cell that holds the value as it was; a text stays a text whatever it begins with."""
    if isinstance(value, str):
        text = str(value).translate(_CONTROL)[:_LONGEST]
        cell: Cell = WriteOnlyCell(sheet)
        cell._value, cell.data_type = text, "s"  # type: ignore[attr-defined]  # no guessing
        cell.quotePrefix = text.startswith(_FORMULA_STARTS)
        return cell
    cell = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]  # it takes dates and times too
    if isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd" if value.time() == time() else "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, timedelta):
        cell.number_format = "[h]:mm"
    return cell
