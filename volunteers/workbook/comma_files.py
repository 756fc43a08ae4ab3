"""Text files with separated values: which encoding, which separator, and their rows as a stream."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import BinaryIO

from volunteers.workbook.envelopes import NOT_A_WORKBOOK
from volunteers.workbook.results import CellValue, WorkbookError
from volunteers.workbook.sheets import MAX_COLUMNS, MAX_ROWS, SheetRow

_SEPARATORS = ",;\t|"
_SAMPLE_ROWS = 60
_LONGEST_CELL = 100_000
_BLOCK = 256 * 1024
_LITERAL = re.compile(r'="([^"]*)"')
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(source: BinaryIO) -> str:
    """Return the encoding of a text file. Raises WorkbookError when it is none that is known.

    By its mark, by its zero bytes, UTF-8 where that holds, else CP949. Reads the file in blocks.
    """
    source.seek(0)
    start = source.read(4096)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if start.count(0) > len(start) // 8:
        even, odd = start[::2].count(0), start[1::2].count(0)
        candidates = ["utf-16-le" if odd >= even else "utf-16-be"]
    else:
        candidates = ["utf-8", "cp949"]
    for name in candidates:
        if _decodes(source, name):
            return name
    raise WorkbookError(
        "unknown encoding", "The text file is neither in UTF-8, UTF-16 nor CP949 (EUC-KR)."
    )


def _decodes(source: BinaryIO, encoding: str) -> bool:
    source.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := source.read(_BLOCK):
            text = decoder.decode(block)
            if "\x00" in text:
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class CsvSheet:
    """The one table of a text file, without a name; rows count as a spreadsheet shows them."""

    name = ""
    hidden = False
    day_zero = date(1899, 12, 30)

    def __init__(self, source: BinaryIO, knows: Callable[[Sequence[SheetRow]], int]) -> None:
        """Find out encoding and separator; `knows` says how well rows are understood with one."""
        self._source = source
        self._encoding = encoding_of(source)
        self._separator = ","
        self._separator = self._declared() or max(
            _SEPARATORS, key=lambda mark: self._fit(mark, knows)
        )

    def rows(self) -> Iterator[SheetRow]:
        """Yield every row. Raises WorkbookError when it is no table or too much."""
        yield from self._read(self._separator)

    def _declared(self) -> str:
        """Return the separator that a first line `sep=;` names, as Excel writes it, or nothing."""
        first = next(self._read("\x1f"), None)
        text = str(first.cells[0]) if first and first.cells else ""
        return (
            text[4]
            if len(text) == 5 and text.lower().startswith("sep=") and text[4] in _SEPARATORS
            else ""
        )

    def _fit(self, separator: str, knows: Callable[[Sequence[SheetRow]], int]) -> tuple[int, int]:
        try:
            sample = list(islice(self._read(separator), _SAMPLE_ROWS))
        except WorkbookError:
            return -1, 0
        return knows(sample), sum(len(row.cells) for row in sample)

    def _read(self, separator: str) -> Iterator[SheetRow]:
        self._source.seek(0)
        text = io.TextIOWrapper(self._source, self._encoding, newline="")
        csv.field_size_limit(_LONGEST_CELL)
        try:
            for number, cells in enumerate(csv.reader(text, delimiter=separator), 1):
                if number > MAX_ROWS or len(cells) > MAX_COLUMNS:
                    raise WorkbookError(
                        "too large",
                        f"More than {MAX_ROWS} rows or {MAX_COLUMNS} columns. Split it.",
                    )
                if not (
                    number == 1
                    and separator == self._separator
                    and cells[:1] == [f"sep={separator}"]
                ):
                    yield SheetRow(number, tuple(map(_cell, cells)))
        except (csv.Error, UnicodeError):
            raise WorkbookError("not a workbook", NOT_A_WORKBOOK) from None
        finally:
            text.detach()


def _cell(text: str) -> CellValue:
    """Return the text of a cell; ="0101" is how some keep leading zeros, and is that text."""
    if text.startswith('="') and (literal := _LITERAL.fullmatch(text)):
        return literal[1]
    return text or None


def count_csv_rows(source: BinaryIO) -> int:
    """Return the number of lines, which is at least the number of rows."""
    source.seek(0)
    lines = 0
    while block := source.read(_BLOCK):
        lines += block.count(b"\n") or block.count(b"\r")
    return lines + 1
