"""What people do with an import: upload a workbook, confirm, discard, fetch the rejected rows."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, User
from corps.audit.actions import By, record
from corps.celery import app
from corps.errors import Refusal
from corps.vault.actions import destroy_data_key, draft_data_key, open_data_key
from corps.vault.models import DataKey
from corps.vault.sealing import seal, unseal
from corps.workflow.moves import move
from volunteers.actions.imports_plan import Error
from volunteers.actions.imports_report import reasons_in_words
from volunteers.actions.imports_sealed import (
    content_place,
    result_from_bytes,
    unseal_remarks,
    upload_place,
)
from volunteers.actions.quotas import note_discarded_preview
from volunteers.models import ImportRow, ImportRun
from volunteers.queries.import_words import in_words
from volunteers.queries.imports import is_closed, rows_visible_to
from volunteers.rules import check_can_register_on
from volunteers.states import IMPORT
from volunteers.workbook import write_corrections
from volunteers.workbook.results import RowResult

READ, CARRY_OUT = "volunteers.tasks.read_import", "volunteers.tasks.carry_out_import"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A rejected row as it is shown: its sheet's number, its row, the column, why."""

    sheet: int
    row: int
    column: str
    why: str


class Gone(Refusal):
    """What the run kept sealed is destroyed."""

    message = _("The rejected rows of this import are gone: they are kept for one day.")


@transaction.atomic
def start_import(*, upload: bytes, kind: str, desk: Desk, by: User, at: datetime) -> ImportRun:
    """Take a workbook (`kind` "xlsx" or "csv") for a desk; the worker will read it.

    Effects: a run with its own data key, the file sealed under it, one ledger entry, and after the
    commit a message to the worker. Raises NotPermitted.
    """
    check_can_register_on(by, desk)
    data_key, key = draft_data_key()
    DataKey.objects.bulk_create([data_key])
    run = ImportRun(
        desk=desk, started_by=by, state_since=at, started_at=at, kind=kind, data_key=data_key
    )
    run.upload = seal(key, upload_place(run), upload)
    run.save(force_insert=True)
    record("import.started", run, by=by, at=at, facts={"kind": kind, "bytes": len(upload)})
    tell_worker_later(READ, run.pk)
    return run


@transaction.atomic
def confirm_import(*, run: ImportRun, by: User, at: datetime) -> None:
    """Let the worker import what the preview showed.

    The file is read again against the register as it then is, so what the preview kept of its rows
    goes. Effects: the state, one ledger entry, after the commit a message to the worker. Raises
    NotInThatState when it is not, or no longer, waiting to be confirmed.
    """
    check_can_register_on(by, run.desk)
    counters = ("rows_done", "imported", "rejected", "held", "attempts")
    nothing: dict[str, Any] = dict.fromkeys(counters, 0)
    move(run, IMPORT, "confirm", by=by, at=at, beat_at=None, confirmed_by=by, **nothing)
    run.rows.all().delete()
    tell_worker_later(CARRY_OUT, run.pk)


@transaction.atomic
def discard_import(*, run: ImportRun, by: By, at: datetime) -> None:
    """Give an import up before anybody is added.

    Effects: the state, all that the run kept destroyed, one ledger entry; a preview counts for
    whoever started it (note_discarded_preview).
    """
    check_can_register_on(by, run.desk)
    seen = run.state == "preview"
    move(run, IMPORT, "discard", by=by, at=at, ended_at=at, beat_at=None, upload=None)
    run.rows.all().delete()
    destroy_data_key(run.data_key, at=at)
    if seen and run.started_by is not None:
        note_discarded_preview(run, by=run.started_by, at=at)


def tell_worker_later(task: str, run_id: UUID) -> None:
    """Tell the worker after the commit; when no broker answers, the clock does it again."""
    transaction.on_commit(lambda: tell_worker(task, run_id), robust=True)


def tell_worker(task: str, run_id: UUID) -> None:
    """Send a message to the worker. Raises kombu's OperationalError when no broker answers."""
    app.send_task(task, [str(run_id)], retry=False)


@transaction.atomic
def download_corrections(*, run: ImportRun, by: User, at: datetime) -> bytes:
    """Return the rejected rows as a workbook with a reason for each, in the reader's language.

    Effects: one ledger entry. Raises Gone a day after the run's end; SealBroken.
    """
    check_can_register_on(by, run.desk)
    if is_closed(run):
        raise Gone
    rows = rows_visible_to(by, run).filter(outcome=ImportRow.Outcome.REJECTED)
    number = rows.count()
    record("import.corrections_downloaded", run, by=by, at=at, facts={"rows": number})
    key = open_data_key(run.data_key)
    each: Any = rows.iterator(chunk_size=500)
    with closing(each) as found:
        rejected = (_opened(run, key, row) for row in found)
        return write_corrections(
            ((result, reasons_in_words(errors)) for result, errors in rejected),
            reason_header=gettext("reason"),
        )


def _opened(run: ImportRun, key: bytes, row: ImportRow) -> tuple[RowResult, list[Error]]:
    content = unseal(key, content_place(run, row.sheet, row.row), bytes(row.content or b""))
    return result_from_bytes(row.row, content)


def remarks_of(run: ImportRun) -> dict[str, Any]:
    """Return the names of a run's sheets and its warnings; nothing once they are destroyed."""
    run.refresh_from_db(fields=["remarks"])
    return {} if is_closed(run) else unseal_remarks(open_data_key(run.data_key), run)


def rejected_in_words(run: ImportRun, rows: Iterable[ImportRow]) -> list[Rejected]:
    """Return rejected rows with columns and reasons in the reader's language, values nowhere.

    Once the run is closed, only row and first reason are left.
    """
    if is_closed(run):
        return [Rejected(row.sheet, row.row, "", in_words(row.why)) for row in rows]
    key = open_data_key(run.data_key)
    told = []
    for row in rows:
        _, errors = _opened(run, key, row)
        column, why, word = errors[0]
        told.append(Rejected(row.sheet, row.row, column, in_words(why, word)))
    return told
