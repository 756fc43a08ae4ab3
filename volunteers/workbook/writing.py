"""Writing a workbook in memory: nothing of it is ever a file in the clear."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from volunteers.workbook.results import CellValue

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = dict.fromkeys(set(range(32)) - {9, 10, 13})
_LONGEST = 32_000


def begin(sheet: Any) -> None:
    """Let a write-only sheet be written into memory, now that its columns are set."""
    sheet._writer = WorksheetWriter(sheet, io.BytesIO())
    sheet._writer.write_top()


def as_bytes(book: Workbook) -> bytes:
    """Return a write-only workbook, each sheet of which was begun, as an .xlsx."""
    stream = io.BytesIO()
    _FromMemory(book, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)).save()
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


def cell_of(sheet: Any, value: CellValue) -> Cell:
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
