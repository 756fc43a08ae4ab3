"""Writing an export of identities, marked all over with who fetched it and when."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from volunteers.workbook.results import CellValue
from volunteers.workbook.writing import as_bytes, begin, cell_of

_HEADING = Font(bold=True)
_MARK = PatternFill("solid", fgColor="FFF3D6")
_NO_TIME = datetime(2000, 1, 1)  # noqa: DTZ001  (the format has no zone, and it is no time)
_HEADER_LONGEST = 200
"""What spreadsheets print of a header or footer ends at 255 characters."""


def write_export(
    headers: Sequence[str],
    rows: Iterable[Sequence[CellValue]],
    *,
    watermark: Sequence[str],
    mark_header: str,
    mark: str,
) -> bytes:
    """Return an .xlsx of `rows` under `headers`, made in memory.

    `watermark` are the lines above the table; the first also stands in the header and footer of
    each printed page. `mark` (who, when) ends each row, under `mark_header`, so that it goes along
    when rows are copied. Texts stay texts, so that nothing in them is run as a formula. The
    document's properties tell nothing.
    """
    book = Workbook(write_only=True)
    _clear_properties(book)
    sheet: Any = book.create_sheet("1")
    printed = watermark[0].replace("&", "&&")[:_HEADER_LONGEST]
    sheet.oddHeader.center.text = sheet.oddFooter.center.text = printed
    sheet.freeze_panes = f"B{len(watermark) + 2}"
    for place in range(1, len(headers) + 2):
        sheet.column_dimensions[get_column_letter(place)].width = 24
    begin(sheet)
    for line in watermark:
        sheet.append([_styled(sheet, line, fill=_MARK)])
    sheet.append([_styled(sheet, text, font=_HEADING) for text in (*headers, mark_header)])
    for row in rows:
        sheet.append([cell_of(sheet, value) for value in (*row, mark)])
    return as_bytes(book)


def _clear_properties(book: Workbook) -> None:
    told: Any = book.properties
    told.creator, told.created, told.modified = None, _NO_TIME, _NO_TIME


def _styled(sheet: Any, text: str, **styles: Any) -> Any:
    cell = cell_of(sheet, text)
    for name, value in styles.items():
        setattr(cell, name, value)
    return cell
