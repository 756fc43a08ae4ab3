"""What an import tells in the end: every row with what became of it, in one plain document."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from volunteers.actions.imports_plan import (
    HELD,
    IMPORTED,
    REJECTED,
    SAME,
    Decision,
    Error,
    Place,
    Reading,
)
from volunteers.queries.import_words import in_words
from volunteers.queries.known import Known
from volunteers.workbook.results import RowResult


@dataclass(slots=True)
class Report:
    """The rows of one import in the order of the file; reasons are in English, values nowhere.

    With `keep_rejected`, rejected rows are kept as they were, with every reason in the reader's
    language, to be written into a workbook.
    """

    keep_rejected: bool = False
    imported: list[tuple[Place, str]] = field(default_factory=list)
    rejected: list[tuple[Place, Error]] = field(default_factory=list)
    held: list[tuple[Place, Known | None, str]] = field(default_factory=list)
    to_correct: list[tuple[RowResult, str]] = field(default_factory=list, repr=False)
    sheets: list[str] = field(default_factory=list)
    warnings: list[tuple[int, int, str, str]] = field(default_factory=list)
    _tables: set[int] = field(default_factory=set)

    @property
    def rows(self) -> int:
        """How many rows stood for people."""
        return len(self.imported) + len(self.rejected) + len(self.held)

    def add(self, decisions: Sequence[Decision]) -> None:
        """Take in what became of a batch."""
        for one in decisions:
            place = one.line.place
            self._tables.add(place[0])
            if one.outcome == IMPORTED:
                self.imported.append((place, one.callsign))
            elif one.outcome == REJECTED:
                self.rejected.append((place, one.errors[0]))
                if self.keep_rejected:
                    self.to_correct.append((one.line.result, reasons_in_words(one.errors)))
            elif one.outcome in (HELD, SAME):
                self.held.append((place, one.like, one.reason))

    def close(self, reading: Reading) -> None:
        """Take in the names of the sheets and the warnings, once the file is read."""
        self.sheets, self.warnings = reading.sheets, reading.warnings

    def counts(self) -> dict[str, int]:
        """Return how many rows went which way, for the ledger."""
        numbers = {"rows": self.rows, "imported": len(self.imported)}
        return {**numbers, "rejected": len(self.rejected), "held": len(self.held)}

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON takes it; `sheet` stands only where several hold a table."""
        return {
            "rows": self.rows,
            "imported": [
                {**self._at(place), "callsign": callsign or None}
                for place, callsign in self.imported
            ],
            "rejected": [
                {
                    **self._at(place),
                    "column": column,
                    "why": why,
                    **({"word": word} if word else {}),
                }
                for place, (column, why, word) in self.rejected
            ],
            "held": [
                {**self._at(place), **self._like(like), "why": why}
                for place, like, why in self.held
            ],
            "warnings": [
                {**self._at((sheet, row)), **({"column": column} if column else {}), "why": why}
                for sheet, row, column, why in self.warnings
            ],
        }

    def _at(self, place: Place) -> dict[str, Any]:
        sheet, row = place
        several = len(self._tables) > 1
        return {"sheet": self.sheets[sheet - 1], "row": row} if several else {"row": row}

    def _like(self, like: Known | None) -> dict[str, Any]:
        if like is None or like.place is None:
            return {"like": like.callsign if like else None}
        sheet, row = like.place
        if len(self._tables) > 1:
            return {"like": row, "like_sheet": self.sheets[sheet - 1]}
        return {"like": row}


def reasons_in_words(errors: Sequence[Error]) -> str:
    """Return all reasons of a rejected row, each with its column, in the reader's language."""
    said = [
        f"{column}: {in_words(why, word)}" if column else in_words(why, word)
        for column, why, word in errors
    ]
    return "; ".join(dict.fromkeys(said))
