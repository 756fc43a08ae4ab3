"""Tables printed in blocks side by side, each read as if it were a sheet of its own."""

from collections.abc import Iterator, Sequence
from itertools import islice

from volunteers.workbook.headers import HeaderFinder
from volunteers.workbook.sheets import Sheet, SheetRow
from volunteers.workbook.tables import walk

_LOOKED_AT = 200
"""How many rows are looked at for a header with blocks."""


class Block:
    """The columns of a sheet from one place up to another, under a name that tells them apart."""

    def __init__(self, sheet: Sheet, number: int, first: int, end: int) -> None:
        """Cover the places from `first` up to but not including `end`."""
        self._sheet = sheet
        self._first, self._end = first, end
        self.name = f"{sheet.name} ({number})".strip()
        self.hidden = sheet.hidden
        self.day_zero = sheet.day_zero

    def rows(self) -> Iterator[SheetRow]:
        """Yield the rows of the sheet with every cell outside of the block empty."""
        for row in self._sheet.rows():
            inside = (None,) * self._first + row.cells[self._first : self._end]
            yield SheetRow(row.number, inside, row.hidden)


def blocks_of(sheet: Sheet, finder: HeaderFinder) -> Sequence[Sheet]:
    """Return a sheet as it is, or the blocks into which its first table of people is divided."""
    for found in walk(islice(sheet.rows(), _LOOKED_AT), finder):
        if found.header and found.header.names_people():
            width = found.header.width_of_block()
            if not width:
                break
            places = [column.place for column in found.header.columns]
            starts = range(places[0], places[-1] + 1, width)
            ends = [*starts[1:], places[-1] + 1_000]
            return [
                Block(sheet, number, 0 if number == 1 else start, end)
                for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
            ]
    return [sheet]
