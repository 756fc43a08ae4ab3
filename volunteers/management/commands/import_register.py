"""The register, out of the workbook the organisation keeps it in."""

import json
import os
import time
from pathlib import Path
from tempfile import mkstemp
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from corps.accounts.models import Desk
from corps.accounts.queries.sight import find_desk
from corps.errors import NotFound
from volunteers.actions.imports_report import Report
from volunteers.actions.imports_work import import_file, note_corrections, plan_file
from volunteers.queries.import_words import problem_in_words
from volunteers.queries.imports import sole_desk
from volunteers.workbook import WorkbookError, write_corrections

SECONDS_BETWEEN_LINES = 2.0
SHOWN = 50


class Command(BaseCommand):
    """Import a workbook, or tell what importing it would do."""

    help = (
        "Import a register from an .xlsx or .csv file onto a desk. Good rows go in, bad ones are "
        "told with row, column and reason, people already known wait for a decision in the admin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, the desk, and how to tell what happened."""
        parser.add_argument("file", help="an .xlsx or .csv file")
        parser.add_argument(
            "--desk", help="the short name of the desk (needed when there are several)"
        )
        parser.add_argument("--dry-run", action="store_true", help="only tell what would happen")
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument(
            "--rejected", metavar="PATH", help="write the rejected rows into this .xlsx"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file and tell; raises CommandError with a sentence when it cannot be read."""
        desk = _desk(options["desk"])
        report = Report(keep_rejected=bool(options["rejected"]))
        started = time.monotonic()
        try:
            with Path(options["file"]).open("rb") as source:
                self._run(source, options, desk, report)
        except OSError as error:
            raise CommandError(f"The file cannot be opened: {error.strerror}.") from None
        except WorkbookError as error:
            raise CommandError(problem_in_words(error.code)) from None
        if options["rejected"]:
            self._write_rejected(Path(options["rejected"]), report, desk)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            self._tell(report, time.monotonic() - started, dry_run=options["dry_run"])

    def _run(self, source: BinaryIO, options: dict[str, Any], desk: Desk, report: Report) -> None:
        given: dict[str, Any] = {
            "source": source,
            "name": options["file"],
            "desk": desk,
            "report": report,
            "watch": self._progress(),
        }
        if options["dry_run"]:
            plan_file(**given, at=timezone.now())
        else:
            import_file(**given)

    def _progress(self) -> Any:
        told = time.monotonic()

        def watch(done: int, expected: int) -> None:
            nonlocal told
            if time.monotonic() - told >= SECONDS_BETWEEN_LINES:
                told = time.monotonic()
                self.stderr.write(f"{done} of about {max(done, expected)} rows")

        return watch

    def _write_rejected(self, path: Path, report: Report, desk: Desk) -> None:
        content = write_corrections(report.to_correct, reason_header=_("reason"))
        note_corrections(desk=desk, rows=len(report.to_correct), at=timezone.now())
        try:
            _write_private(path, content)
        except OSError as error:
            raise CommandError(f"The rejected rows cannot be written: {error.strerror}.") from None

    def _tell(self, report: Report, seconds: float, *, dry_run: bool) -> None:
        found = report.as_json()
        done = "would be imported" if dry_run else "imported"
        self.stdout.write(f"{report.rows} rows in {seconds:.1f} s")
        self.stdout.write(f"{len(report.imported):>7} {done}")
        self.stdout.write(f"{len(report.rejected):>7} rejected")
        self._list(found["rejected"], lambda one: f"{one['column']}: {_named(one)}")
        self.stdout.write(f"{len(report.held):>7} held, to be decided in the admin")
        self._list(found["held"], lambda one: f"like {_like(one)}: {one['why']}")
        self.stdout.write(f"{len(report.warnings):>7} warnings")
        self._list(found["warnings"], lambda one: f"{one['column']}: {one['why']}")

    def _list(self, entries: list[dict[str, Any]], words: Any) -> None:
        for one in entries[:SHOWN]:
            where = f"{one['sheet']} " if "sheet" in one else ""
            self.stdout.write(f"{'':>8}{where}row {one['row']}: {words(one)}")
        if len(entries) > SHOWN:
            self.stdout.write(f"{'':>8}… and {len(entries) - SHOWN} more (--json tells all)")


def _like(one: dict[str, Any]) -> str:
    return f"{one['like_sheet']} row {one['like']}" if "like_sheet" in one else str(one["like"])


def _named(one: dict[str, Any]) -> str:
    return f"{one['why']} ({one['word']})" if "word" in one else str(one["why"])


def _desk(slug: str | None) -> Desk:
    try:
        return find_desk(slug) if slug else sole_desk()
    except NotFound:
        names = ", ".join(Desk.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"Say which desk: --desk SLUG. The desks are: {names}.") from None


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, in place of one that may be there."""
    handle, name = mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
