"""From the cells of one row to one person, or to the reasons why not."""

import re
from collections.abc import Sequence
from contextlib import suppress

from corps.vault.spelling import name_keys
from volunteers.workbook import values
from volunteers.workbook.cells import Draft, Known, read_cell
from volunteers.workbook.dates import Unreadable
from volunteers.workbook.header_words import Field
from volunteers.workbook.headers import NAMES, Header
from volunteers.workbook.private import seal_address, tells_of
from volunteers.workbook.results import CellError, CellValue, Period, Remark, RowResult, Warned, Why
from volunteers.workbook.text import plain

_MAIN_NAMES = (
    Field.NAME,
    Field.GIVEN,
    Field.SURNAME,
    Field.LATIN_NAME,
    Field.LATIN_GIVEN,
    Field.LATIN_SURNAME,
)
"""Where the name must stand: in the first of these that the table has a column for."""
_TWO_COLUMNS = (
    ("available", Field.AVAILABLE_FROM, Field.AVAILABLE_UNTIL),
    ("unavailable", Field.UNAVAILABLE_FROM, Field.UNAVAILABLE_UNTIL),
)


class RowReader:
    """Reads the rows of one table of one sheet."""

    def __init__(self, sheet: str, header: Header, known: Known) -> None:
        """Bind the reader to a header, and to what is known of the catalogue and the day."""
        self._sheet = sheet
        self._header = header
        self._known = known
        self._columns = [c for c in header.columns if c.field is not Field.IGNORED]
        self._first = {column.field: column for column in reversed(self._columns)}

    def read(self, row: int, cells: Sequence[CellValue]) -> RowResult:
        """Return the row as a person, or with every reason why not, in the order of columns."""
        draft = Draft(self._known, cells)
        for column in self._columns:
            value = cells[column.place] if column.place < len(cells) else None
            if value is not None and value != "":
                read_cell(draft, column, value)
        self._settle_name(draft)
        self._settle_clearance(draft)
        self._settle_availability(draft)
        self._settle_service(draft)
        seal_address(draft.person)
        errors = sorted(draft.errors, key=lambda error: error[0].place)
        return RowResult(
            sheet=self._sheet,
            row=row,
            headers=self._header.headers,
            cells=tuple(cells),
            parsed=None if errors else draft.person,
            errors=tuple(
                CellError(self._sheet, row, c.header, why, self._named(draft, word))
                for c, why, word in errors
            ),
            warnings=tuple(
                Warned(self._sheet, row, Remark.FORMULA_KEPT, header) for header in draft.formulas
            ),
        )

    def _named(self, draft: Draft, word: str) -> str:
        """Return an unknown word for an error to name, unless it is the person's own."""
        return "" if word and tells_of(draft.person, word) else word

    def _settle_name(self, draft: Draft) -> None:
        """Put the name together; it is required in the main name column or what stands for it."""
        parts, person = draft.names, draft.person
        latin = parts.get(Field.LATIN_NAME) or _joined(
            parts, Field.LATIN_SURNAME, Field.LATIN_GIVEN
        )
        latin = latin or draft.latin_beside
        if Field.NAME in self._first:
            full = parts.get(Field.NAME, "")
        elif Field.GIVEN in self._first or Field.SURNAME in self._first:
            full = _joined(parts, Field.SURNAME, Field.GIVEN)
        else:
            full = latin
        person.name = full
        person.latin_name = latin or (full if full.isascii() else "")
        place = next(self._first[field] for field in _MAIN_NAMES if field in self._first)
        if not full and not draft.failed(*(self._first.get(field) for field in NAMES)):
            draft.fail(place, Why.MISSING_NAME)
        elif full and not draft.filled.keys() - NAMES:
            draft.fail(place, Why.ONLY_A_NAME)
        if person.callsign and full and _gives_away(person.callsign, full, latin):
            draft.fail(draft.filled[Field.CALLSIGN], Why.CALLSIGN_IS_NAME)

    def _settle_clearance(self, draft: Draft) -> None:
        """A level needs the day until which it holds, and such a day needs a level."""
        level, until = draft.person.clearance_level, draft.person.clearance_until
        column, end = self._first.get(Field.CLEARANCE), self._first.get(Field.CLEARANCE_UNTIL)
        place = column or end
        if place is None or draft.failed(column, end):
            return
        if level and not until:
            draft.fail(end or place, Why.MISSING_DATE)
        elif until and not level and Field.CLEARANCE not in draft.filled:
            draft.fail(place, Why.MISSING_LEVEL)
        elif not level:
            draft.person.clearance_until = None

    def _settle_availability(self, draft: Draft) -> None:
        """Join the two columns in which some write the first and the last day."""
        for attribute, start, end in _TWO_COLUMNS:
            first, last = draft.ends.get(start), draft.ends.get(end)
            if first and last and first <= last:
                before = getattr(draft.person, attribute)
                setattr(draft.person, attribute, (*before, Period(first, last)))
            elif first and last:
                draft.fail(draft.filled[end], Why.ENDS_BEFORE_START)
            elif first and end not in draft.filled:
                draft.fail(self._first.get(end, draft.filled[start]), Why.MISSING_END)
            elif last and start not in draft.filled:
                draft.fail(self._first.get(start, draft.filled[end]), Why.MISSING_START)

    def _settle_service(self, draft: Draft) -> None:
        if draft.person.service_years is None and draft.person.service_period:
            with suppress(Unreadable):
                draft.person.service_years = values.read_years(draft.person.service_period)


def _joined(parts: dict[Field, str], surname: Field, given: Field) -> str:
    """Join surname and given name, in Hangul without a space; without either there is no name."""
    one, other = parts.get(surname, ""), parts.get(given, "")
    if not (one and other):
        return ""
    return one + other if re.fullmatch("[가-힣]+", one + other) else f"{one} {other}"


def _gives_away(callsign: str, name: str, latin: str) -> bool:
    """Return whether a callsign is the name, or a spelling of it in Latin letters."""
    key = plain(callsign).replace(" ", "")
    if key in {plain(text).replace(" ", "") for text in (name, latin) if text}:
        return True
    spelled = key.isascii() and len(key) > 5
    return spelled and not name_keys(callsign).isdisjoint(name_keys(name))
