"""What the worker and the command do with a workbook: read it for a preview, import it, resume.

A run is worked on by whoever has claimed it, and shows a sign of life with each batch. When the
worker dies, the clock finds the run silent and hands it out again: a preview starts anew, an
import goes on where it stopped, because every row that is dealt with has a row of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from corps.accounts.models import Desk
from corps.audit.actions import CLOCK, COMMAND, By, draft, record, record_many
from corps.vault.actions import draft_data_key, open_data_key
from corps.vault.models import DataKey
from corps.vault.sealing import SealBroken, unseal
from corps.workflow.moves import NotInThatState, move
from volunteers.actions.imports_plan import Planner, Reading
from volunteers.actions.imports_report import Report
from volunteers.actions.imports_sealed import seal_remarks, upload_place
from volunteers.actions.imports_write import acting, import_batch, preview_batch
from volunteers.actions.quotas import SEARCHED
from volunteers.models import ImportRun, Volunteer
from volunteers.queries.import_words import ALTERED, GAVE_UP, NOT_ALLOWED, STOPPED
from volunteers.queries.imports import BEAT_LASTS, catalogue, skill_ids
from volunteers.rules import can_register_on
from volunteers.states import IMPORT
from volunteers.workbook import count_rows, read_register
from volunteers.workbook.results import WorkbookError

Now = Callable[[], datetime]
Watch = Callable[[int, int], None]
"""Is told, after each batch, how many rows are done and how many are expected."""

ATTEMPTS = 5
"""A run is handed out so often; then it ends, since something about it stops every worker."""

WARNINGS_KEPT = 1000

ABOUT_AT_MOST = 500
"""How many volunteers one entry of the ledger names."""


def open_file(source: BinaryIO, name: str, *, at: datetime) -> Reading:
    """Return the reading of a workbook; nothing is read before its batches are asked for."""
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return Reading(read_register(source, name, catalogue(), today), skill_ids())


# -- for the worker


def read_import(*, run_id: UUID | str, now: Now = timezone.now) -> None:
    """Read an uploaded workbook and keep what would become of its rows: the preview.

    Effects: rejected and held rows kept (sealed), counts, one ledger entry for each step. Does
    nothing when somebody else works on the run or it is past that point.
    """
    run = _claim(run_id, ("waiting", "reading"), now())
    if run is None:
        return
    with _failing_in_words(run, now), _opened(run) as (key, source):
        _start_preview(run, at=now(), expected=count_rows(source))
        reading = open_file(source, f"upload.{run.kind}", at=run.started_at)
        planner = Planner(run.started_by)
        for lines in reading.batches():
            preview_batch(run, planner, lines, key=key, at=now())
        with transaction.atomic():
            _end(run, "show", reading, key=key, at=now())
            _note_known(run, at=now())


def carry_out_import(*, run_id: UUID | str, now: Now = timezone.now) -> None:
    """Import a confirmed workbook, batch by batch, each in a transaction of its own.

    Effects: people registered, what became of each row kept, counts, ledger entries; at the end
    the file is dropped. Does nothing when somebody else works on the run or it is not confirmed.
    """
    run = _claim(run_id, ("confirmed", "importing"), now())
    if run is None:
        return
    with _failing_in_words(run, now), _opened(run) as (key, source):
        _start_import(run, at=now())
        reading = open_file(source, f"upload.{run.kind}", at=run.started_at)
        for lines in reading.batches():
            import_batch(run, lines, key=key, at=now())
        _end(run, "finish", reading, key=key, at=now())


def _claim(run_id: UUID | str, states: tuple[str, ...], at: datetime) -> ImportRun | None:
    """Return the run if nobody works on it, and from now on the caller does."""
    silent = Q(beat_at=None) | Q(beat_at__lt=at - BEAT_LASTS)
    runs = ImportRun.objects.filter(silent, pk=run_id, state__in=states)
    if runs.update(beat_at=at, attempts=F("attempts") + 1) != 1:
        return None
    return ImportRun.objects.select_related("desk", "data_key", "started_by", "confirmed_by").get(
        pk=run_id
    )


@contextmanager
def _opened(run: ImportRun) -> Iterator[tuple[bytes, BinaryIO]]:
    """Give the run's opened data key and its file, which is never put on the disk in the clear."""
    viewer, _ = acting(run)
    if run.upload is None:
        raise WorkbookError(STOPPED, STOPPED)
    if run.attempts > ATTEMPTS:
        raise WorkbookError(GAVE_UP, GAVE_UP)
    if viewer is None or not can_register_on(viewer, run.desk):
        raise WorkbookError(NOT_ALLOWED, NOT_ALLOWED)
    key = open_data_key(run.data_key)
    with BytesIO(unseal(key, upload_place(run), bytes(run.upload))) as source:
        run.upload = None
        yield key, source


@contextmanager
def _failing_in_words(run: ImportRun, now: Now) -> Iterator[None]:
    """End the run with a sentence when the file cannot be read; leave one that somebody ended."""
    try:
        yield
    except NotInThatState:
        return
    except WorkbookError as error:
        fail_import(run, problem=error.code, by=CLOCK, at=now())
    except SealBroken:
        fail_import(run, problem=ALTERED, by=CLOCK, at=now())


@transaction.atomic
def fail_import(run: ImportRun, *, problem: str, by: By, at: datetime) -> None:
    """End a run that cannot go on, for a problem of PROBLEMS.

    Effects: its state, its file dropped, one ledger entry.
    """
    ended: dict[str, Any] = {"ended_at": at, "beat_at": None, "upload": None, "problem": problem}
    move(run, IMPORT, "fail", by=by, at=at, facts={"why": problem}, **ended)


@transaction.atomic
def _start_preview(run: ImportRun, *, at: datetime, expected: int) -> None:
    run.rows.all().delete()
    nothing = {"rows_done": 0, "imported": 0, "rejected": 0, "held": 0, "rows_expected": expected}
    ImportRun.objects.filter(pk=run.pk).update(**nothing)
    if run.state == "waiting":
        move(run, IMPORT, "read", by=CLOCK, at=at)


@transaction.atomic
def _start_import(run: ImportRun, *, at: datetime) -> None:
    if run.state == "confirmed":
        move(run, IMPORT, "begin", by=CLOCK, at=at)


def _note_known(run: ImportRun, *, at: datetime) -> None:
    """Enter whom a preview has told to be known, as a search of who started it; with many, an
    entry for every ABOUT_AT_MOST of them."""
    alike = run.rows.filter(like__isnull=False).values("like")
    found = list(Volunteer.objects.filter(pk__in=alike).select_related("desk").order_by("callsign"))
    facts = {"kind": "import", "found": len(found)}
    record_many(
        draft(SEARCHED, *some, by=run.started_by or CLOCK, at=at, facts=facts)
        for some in _pieces(found)
    )


def _pieces(found: list[Volunteer]) -> Iterator[list[Volunteer]]:
    for begin in range(0, len(found), ABOUT_AT_MOST):
        yield found[begin : begin + ABOUT_AT_MOST]


@transaction.atomic
def _end(
    run: ImportRun, step: str, reading: Reading, *, key: bytes, at: datetime, by: By = CLOCK
) -> None:
    """Take the run out of the worker's hands: to be confirmed, or done."""
    fresh = ImportRun.objects.defer("upload", "remarks").get(pk=run.pk)
    told = {"sheets": reading.sheets, "warnings": reading.warnings[:WARNINGS_KEPT]}
    changes: dict[str, Any] = {
        "beat_at": None,
        "attempts": 0,
        "rows_expected": fresh.rows_done,
        "remarks": seal_remarks(key, run, told),
    }
    if step == "finish":
        changes |= {"ended_at": at, "upload": None}
    counts = {
        "rows": fresh.rows_done,
        "imported": fresh.imported,
        "rejected": fresh.rejected,
        "held": fresh.held,
    }
    move(run, IMPORT, step, by=by, at=at, facts=counts, **changes)


# -- for the command


def plan_file(
    *, source: BinaryIO, name: str, desk: Desk, report: Report, watch: Watch, at: datetime
) -> None:
    """Tell in `report` what would become of each row of a workbook, and write no row anywhere.

    Effects: one ledger entry, since a workbook is compared with everybody. Raises WorkbookError.
    """
    expected = count_rows(source)
    reading, planner = open_file(source, name, at=at), Planner(None)
    for lines in reading.batches():
        with transaction.atomic():
            decisions = planner.decide(lines)
        report.add(decisions)
        watch(report.rows, expected)
    report.close(reading)
    with transaction.atomic():
        record("import.previewed", desk, by=COMMAND, at=at, facts=report.counts())


def import_file(
    *,
    source: BinaryIO,
    name: str,
    desk: Desk,
    report: Report,
    watch: Watch,
    now: Now = timezone.now,
) -> None:
    """Import a workbook at once, for the command, and tell in `report` what became of each row.

    Effects: as those of `carry_out_import`; the file itself is not kept, so that a run which is
    stopped cannot be resumed, only begun again. Raises WorkbookError.
    """
    expected = count_rows(source)
    at = now()
    reading = open_file(source, name, at=at)
    batches = reading.batches()
    lines = next(batches, [])
    run, key = _start_at_once(desk, kind=_kind(name), expected=expected, at=at)
    try:
        while lines:
            report.add(import_batch(run, lines, key=key, at=now()))
            watch(report.rows, expected)
            lines = next(batches, [])
        _end(run, "finish", reading, key=key, at=now(), by=COMMAND)
    except NotInThatState:
        raise
    except BaseException as error:
        problem = error.code if isinstance(error, WorkbookError) else STOPPED
        fail_import(run, problem=problem, by=COMMAND, at=now())
        raise
    report.close(reading)


def _kind(name: str) -> str:
    return "csv" if name.lower().endswith(".csv") else "xlsx"


@transaction.atomic
def _start_at_once(
    desk: Desk, *, kind: str, expected: int, at: datetime
) -> tuple[ImportRun, bytes]:
    data_key, key = draft_data_key()
    DataKey.objects.bulk_create([data_key])
    run = ImportRun.objects.create(
        desk=desk,
        state="confirmed",
        state_since=at,
        started_at=at,
        beat_at=at,
        kind=kind,
        data_key=data_key,
        rows_expected=expected,
    )
    record("import.started", run, by=COMMAND, at=at, facts={"kind": kind})
    move(run, IMPORT, "begin", by=COMMAND, at=at)
    return run, key


@transaction.atomic
def note_corrections(*, desk: Desk, rows: int, at: datetime) -> None:
    """Enter in the ledger that the command wrote the rejected rows into a file."""
    record("import.corrections_downloaded", desk, by=COMMAND, at=at, facts={"rows": rows})
