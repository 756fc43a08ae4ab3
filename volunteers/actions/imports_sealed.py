"""What an import keeps sealed: the file, what a row holds, remarks about the file.

Cells are written as JSON; what JSON has no form for stands in a list of its kind and its text.
"""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from corps.vault.sealing import Place, seal, unseal
from volunteers.models import ImportRun
from volunteers.workbook.results import (
    CellValue,
    Fault,
    Formula,
    LanguageLevel,
    ParsedRow,
    Period,
    RowResult,
    SkillLevel,
)

_READERS: dict[str, Callable[[Any], CellValue]] = {
    "formula": Formula,
    "fault": Fault,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
}


def upload_place(run: ImportRun) -> Place:
    """Return where a run's file is kept."""
    return Place("volunteers_importrun", "upload", str(run.pk))


def content_place(run: ImportRun, sheet: int, row: int) -> Place:
    """Return where a row's content is kept; a row is named by its run and its place in the file."""
    return Place("volunteers_importrow", "content", f"{run.pk}/{sheet}/{row}")


def seal_remarks(key: bytes, run: ImportRun, remarks: dict[str, Any]) -> bytes:
    """Return remarks about a file (names of sheets, warnings) sealed under the run's opened key."""
    return seal(key, _remarks_place(run), json.dumps(remarks, ensure_ascii=False).encode())


def unseal_remarks(key: bytes, run: ImportRun) -> dict[str, Any]:
    """Return what `seal_remarks()` was given, empty when there is nothing. Raises SealBroken."""
    if run.remarks is None:
        return {}
    found: dict[str, Any] = json.loads(unseal(key, _remarks_place(run), bytes(run.remarks)))
    return found


def _remarks_place(run: ImportRun) -> Place:
    return Place("volunteers_importrun", "remarks", str(run.pk))


def result_to_bytes(result: RowResult, errors: list[tuple[str, str, str]]) -> bytes:
    """Return a rejected row with its errors (column, why, word) as JSON."""
    content = {
        "sheet": result.sheet,
        "headers": result.headers,
        "cells": [_plain(cell) for cell in result.cells],
        "errors": errors,
    }
    return json.dumps(content, ensure_ascii=False).encode()


def result_from_bytes(row: int, content: bytes) -> tuple[RowResult, list[tuple[str, str, str]]]:
    """Return what `result_to_bytes()` was given, the row's own errors beside it."""
    found = json.loads(content)
    cells = tuple(_cell(cell) for cell in found["cells"])
    result = RowResult(found["sheet"], row, tuple(found["headers"]), cells)
    return result, [(column, why, word) for column, why, word in found["errors"]]


def _plain(cell: CellValue) -> Any:
    if isinstance(cell, Formula | Fault):
        return [type(cell).__name__.lower(), str(cell)]
    if isinstance(cell, timedelta):
        return ["timedelta", cell.total_seconds()]
    if isinstance(cell, datetime | date | time):
        return [type(cell).__name__, cell.isoformat()]
    return cell


def _cell(plain: Any) -> CellValue:
    if isinstance(plain, list):
        kind, text = plain
        return _READERS[kind](text)
    found: CellValue = plain
    return found


def person_to_bytes(parsed: ParsedRow) -> bytes:
    """Return a good row as JSON with sorted names: rows that say the same give the same bytes."""
    return json.dumps(parsed, ensure_ascii=False, sort_keys=True, default=_parts).encode()


def _parts(value: Any) -> Any:
    """Return what JSON has no form for: a day in ISO 8601, anything else by its fields."""
    if isinstance(value, date):
        return value.isoformat()
    return {name: getattr(value, name) for name in value.__slots__}


def person_from_bytes(content: bytes) -> ParsedRow:
    """Return the row that `person_to_bytes()` wrote."""
    found: dict[str, Any] = json.loads(content)
    for name in ("birth_date", "passport_expiry", "clearance_until"):
        found[name] = date.fromisoformat(found[name]) if found[name] else None
    for name in ("former_names", "other_phones", "other_emails", "wishes"):
        found[name] = tuple(found[name])
    for name in ("available", "unavailable"):
        found[name] = tuple(
            Period(date.fromisoformat(one["first"]), date.fromisoformat(one["last"]))
            for one in found[name]
        )
    found["languages"] = tuple(LanguageLevel(**one) for one in found["languages"])
    found["skills"] = tuple(SkillLevel(**one) for one in found["skills"])
    return ParsedRow(**found)
