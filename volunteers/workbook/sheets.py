"""The sheets of a workbook as streams of rows; no formula is evaluated, no link followed."""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import IO, BinaryIO, Protocol
from xml.etree.ElementTree import Element, iterparse

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.xml.constants import SHEET_MAIN_NS

from volunteers.workbook.envelopes import NOT_A_WORKBOOK, measure
from volunteers.workbook.results import CellValue, Fault, Formula, WorkbookError

MAX_ROWS = 300_000
MAX_COLUMNS = 400
ROW_TAG, DATA_TAG, VALUE_TAG, FORMULA_TAG, INLINE_STRING, TEXT_TAG, RUN_TAG = (
    f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("row", "sheetData", "v", "f", "is", "t", "r")
)

warnings.filterwarnings("ignore", module=r"openpyxl(\.|$)")  # its warnings quote cells


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as it stands: its number from 1, its cells, and whether the sheet hides it."""

    number: int
    cells: tuple[CellValue, ...]
    hidden: bool = False


class Sheet(Protocol):
    """A table of cells that can be read from the top as often as needed."""

    name: str
    hidden: bool
    day_zero: date

    def rows(self) -> Iterator[SheetRow]:
        """Yield the rows that are in the file; empty ones may be left out."""
        ...


@contextmanager
def open_xlsx(source: BinaryIO) -> Iterator[list[Sheet]]:
    """Give the sheets of a workbook, in order. Raises WorkbookError and nothing else."""
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            measure(archive)
        source.seek(0)
        reader = _Book(source, read_only=True, keep_links=False)
        sheets = reader.sheets()
    except WorkbookError:
        raise
    except Exception:  # noqa: BLE001 - whatever this stumbles over, it is the file that is wrong
        raise WorkbookError("not a workbook", NOT_A_WORKBOOK) from None
    try:
        yield sheets
    finally:
        reader.archive.close()


class _Book(ExcelReader):
    """openpyxl's reader of a package, of which only texts, date formats and sheets are wanted."""

    date_styles: set[int]
    duration_styles: set[int]

    def sheets(self) -> list[Sheet]:
        """Return the sheets of cells; charts and sheets whose part is missing are left out."""
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        try:
            apply_stylesheet(self.archive, self.wb)
            self.date_styles = set(vars(self.wb)["_date_formats"])
            self.duration_styles = set(vars(self.wb)["_timedelta_formats"])
        except (ValueError, TypeError, KeyError, AttributeError):
            self.date_styles = self.duration_styles = set()  # dates then come as serial numbers
        return [
            XlsxSheet(self, sheet.name, sheet.state != "visible", relation.target)
            for sheet, relation in self.parser.find_sheets()
            if relation.target in self.valid_files and "chartsheet" not in relation.Type
        ]


class _Cells:
    """Reads the cells of one sheet, row by row, and keeps nothing of the rows gone by."""

    def __init__(self, book: "_Book") -> None:
        """Take the texts and date formats of the workbook."""
        self._texts = book.shared_strings
        self._epoch = book.wb.epoch
        self._dates: set[int] = book.date_styles
        self._durations: set[int] = book.duration_styles

    def rows(self, stream: IO[bytes]) -> Iterator[SheetRow]:
        """Yield the rows of a sheet's part up to the end of its cells."""
        number = 0
        for _, element in iterparse(stream):  # noqa: S314 - no entities: refused before
            if element.tag == ROW_TAG:
                number = int(element.get("r") or number + 1)
                yield SheetRow(number, self._row(element), element.get("hidden") in ("1", "true"))
                element.clear()
            elif element.tag == DATA_TAG:
                return

    def _row(self, element: Element) -> tuple[CellValue, ...]:
        placed: dict[int, CellValue] = {}
        column = 0
        for cell in element:
            column = _column(cell.get("r") or "") or column + 1
            value = self._value(cell)
            if value is not None and value != "":
                placed[column] = value
        width = max(placed, default=0)
        if width > MAX_COLUMNS:
            raise WorkbookError("too large", f"The sheet has more than {MAX_COLUMNS} columns.")
        return tuple(placed.get(place) for place in range(1, width + 1))

    def _value(self, cell: Element) -> CellValue:
        """Return what a cell holds; one that no spreadsheet would write is a fault."""
        formula = cell.find(FORMULA_TAG)
        if formula is not None:
            return Formula("=" + (formula.text or ""))
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text_in(cell.find(INLINE_STRING))
        written = cell.findtext(VALUE_TAG)
        if not written:
            return None
        try:
            return self._typed(kind, written, int(cell.get("s") or 0))
        except (ValueError, IndexError, OverflowError, TypeError):
            return Fault("#VALUE!")

    def _typed(self, kind: str, written: str, style: int) -> CellValue:
        if kind == "s":
            return str(self._texts[int(written)])
        if kind == "n":
            number = int(written) if written.lstrip("-").isdecimal() else float(written)
            if style not in self._dates:
                return number
            found: CellValue = from_excel(number, self._epoch, timedelta=style in self._durations)
            return found
        if kind == "b":
            return written in ("1", "true")
        if kind == "e":
            return Fault(written)
        if kind == "d":
            moment: CellValue = from_ISO8601(written)  # type: ignore[no-untyped-call]
            return moment
        return written


def _column(reference: str) -> int:
    """Return the number of the column in a reference such as B7, or 0 when there is none."""
    number = 0
    for char in reference:
        if not "A" <= char <= "Z":
            break
        number = number * 26 + ord(char) - 64
    return number


def _text_in(element: Element | None) -> str | None:
    """Return a text with all its formatted runs, without the reading aids of East Asian text."""
    if element is None:
        return None
    plain = element.findtext(TEXT_TAG)
    runs = [run.findtext(TEXT_TAG) or "" for run in element.findall(RUN_TAG)]
    return (plain or "") + "".join(runs)


class XlsxSheet:
    """One sheet of an .xlsx."""

    def __init__(self, book: "_Book", name: str, hidden: bool, part: str) -> None:
        """Remember where in the package the cells are; nothing is read yet."""
        self._book = book
        self._part = part
        self.name = name
        self.hidden = hidden
        self.day_zero = date(1904, 1, 1) if book.wb.epoch.year == 1904 else date(1899, 12, 30)

    def rows(self) -> Iterator[SheetRow]:
        """Yield the rows in the file. Raises WorkbookError when it is damaged or has too many."""
        try:
            with self._book.archive.open(self._part) as stream:
                yield from _at_most(_Cells(self._book).rows(stream))
        except (WorkbookError, GeneratorExit):
            raise
        except Exception:  # noqa: BLE001 - as above
            raise WorkbookError(
                "damaged", "The workbook is damaged and cannot be read to its end."
            ) from None


def _at_most(rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
    for count, row in enumerate(rows):
        if count >= MAX_ROWS:
            raise WorkbookError("too large", f"The sheet has more than {MAX_ROWS} rows. Split it.")
        yield row


def count_xlsx_rows(source: BinaryIO) -> int:
    """Return how many row elements the sheets hold, by counting their opening tags."""
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            measure(archive)
            sheets = [
                part for part in archive.infolist() if part.filename.startswith("xl/worksheets/")
            ]
            return sum(
                _count(archive.open(part), (b"<row ", b"<row>", b":row ")) for part in sheets
            )
    except (zipfile.BadZipFile, OSError, EOFError):
        raise WorkbookError("not a workbook", NOT_A_WORKBOOK) from None


def _count(stream: IO[bytes], tags: tuple[bytes, ...]) -> int:
    """Count tags of five bytes in a stream, also where a block ends within one."""
    found, tail = 0, b""
    with stream:
        while block := stream.read(256 * 1024):
            window = tail + block
            found += sum(window.count(tag) for tag in tags)
            tail = window[-4:]
    return found
