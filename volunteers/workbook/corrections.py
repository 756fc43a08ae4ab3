"""Writing rejected rows back as a workbook to be corrected and read again."""

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from volunteers.workbook.results import RowResult
from volunteers.workbook.writing import as_bytes, begin, cell_of

_HEADING = Font(bold=True)
_REASON = PatternFill("solid", fgColor="FFF3D6")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


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
            [_reason(sheets[key], reason), *(cell_of(sheets[key], value) for value in cells)]
        )
    if not sheets:
        begin(book.create_sheet("1"))
    return as_bytes(book)


def _new_sheet(book: Workbook, result: RowResult, reason_header: str, titles: Sequence[str]) -> Any:
    sheet = book.create_sheet(_title(result.sheet, titles))
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 44
    for place, header in enumerate(result.headers, 2):
        wide = sum(1 if char.isascii() else 2 for char in header)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(wide + 4, 14), 40)
    headings = [cell_of(sheet, text) for text in (reason_header, *result.headers)]
    for cell in headings:
        cell.font = _HEADING
    begin(sheet)
    sheet.append(headings)
    return sheet


def _title(name: str, taken: Sequence[str]) -> str:
    plain = "".join(char for char in name if char not in "[]:*?/\\'")[:28].strip() or "1"
    title, number = plain, 2
    while title.casefold() in {other.casefold() for other in taken}:
        title, number = f"{plain} {number}", number + 1
    return title


def _reason(sheet: Any, text: str) -> Cell:
    cell = cell_of(sheet, text)
    cell.fill, cell.alignment = _REASON, _WRAPPED
    return cell
