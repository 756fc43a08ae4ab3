"""What the clock does about imports: hands out again what lost its worker, closes what is over.

What an import keeps, and for how long: the file until the run ends; the rejected rows, the names of
sheets and the warnings until a day after, when the run's data key is destroyed. A run that nobody
confirms is discarded after a day. A held row has a data key of its own, which is destroyed when a
person has decided, or after thirty days. What stays is plain: row numbers, reasons, counts, and who
was added.
"""

from datetime import datetime

from django.db import transaction

from corps.audit.actions import CLOCK, record
from corps.vault.actions import destroy_data_key
from corps.workflow.moves import NotInThatState
from volunteers.actions.imports import CARRY_OUT, READ, discard_import, tell_worker
from volunteers.models import ImportRow, ImportRun
from volunteers.queries.imports import (
    imports_nobody_confirmed,
    imports_to_close,
    rows_nobody_decided,
    stalled_imports,
)


def hand_out_again(*, at: datetime) -> int:
    """Tell the worker again of every run at work that nobody works on; return how many.

    Raises kombu's OperationalError when no broker answers; the clock comes again in a minute.
    """
    runs = dict(ImportRun.objects.filter(pk__in=stalled_imports(at)).values_list("pk", "state"))
    for pk, state in runs.items():
        tell_worker(READ if state in ("waiting", "reading") else CARRY_OUT, pk)
    return len(runs)


def close_imports(*, at: datetime) -> None:
    """Destroy what is kept no longer, each run in a transaction of its own.

    Effects: runs nobody confirmed discarded, data keys destroyed, held rows that nobody decided
    about in time settled as such; one ledger entry for each run.
    """
    for run in imports_nobody_confirmed(at):
        _discard(run, at=at)
    for run in imports_to_close(at):
        _close(run, at=at)
    for run in ImportRun.objects.filter(pk__in=rows_nobody_decided(at).values("run")):
        _give_up_rows(run, at=at)


def _discard(run: ImportRun, *, at: datetime) -> None:
    try:
        discard_import(run=run, by=CLOCK, at=at)
    except NotInThatState:
        return


@transaction.atomic
def _close(run: ImportRun, *, at: datetime) -> None:
    rejected = run.rows.filter(outcome=ImportRow.Outcome.REJECTED)
    gone = rejected.exclude(content=None).update(content=None)
    ImportRun.objects.filter(pk=run.pk).update(upload=None, remarks=None)
    destroy_data_key(run.data_key, at=at)
    record("import.closed", run, by=CLOCK, at=at, facts={"rejected rows destroyed": gone})


@transaction.atomic
def _give_up_rows(run: ImportRun, *, at: datetime) -> None:
    rows = list(
        rows_nobody_decided(at).filter(run=run).select_for_update(of=("self",), skip_locked=True)
    )
    ended = {
        "outcome": ImportRow.Outcome.UNDECIDED,
        "settled_at": at,
        "content": None,
        "mark": None,
    }
    ImportRow.objects.filter(pk__in=[row.pk for row in rows]).update(**ended)
    for row in rows:
        if row.data_key is not None:
            destroy_data_key(row.data_key, at=at)
    record("import.rows_undecided", run, by=CLOCK, at=at, facts={"rows": len(rows)})
