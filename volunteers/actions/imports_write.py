"""Writing one batch of rows: people, what became of each row, and the run's progress, at once.

Imports take turns batch by batch, under one advisory lock for the installation. Blind indexes are
not unique, since two desks that do not see each other may each know the same person; so no
constraint could refuse somebody whom two imports bring at the same time, and only the second of
two that take turns can see what the first has added. A turn lasts one batch, so that a long import
does not keep a short one waiting.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import F

from corps.accounts.models import User
from corps.audit.actions import COMMAND, By
from corps.vault.actions import draft_data_key
from corps.vault.marks import ROW, index_key_id, mark
from corps.vault.models import DataKey
from corps.vault.sealing import seal
from corps.workflow.moves import NotInThatState
from volunteers.actions.imports_plan import (
    HELD,
    IMPORTED,
    REJECTED,
    SAME,
    Decision,
    Line,
    Place,
    Planner,
    callsign_column,
)
from volunteers.actions.imports_sealed import content_place, person_to_bytes, result_to_bytes
from volunteers.actions.people import register_volunteers
from volunteers.models import ImportRow, ImportRun
from volunteers.queries.import_words import CALLSIGN_TAKEN, NOT_WRITTEN
from volunteers.queries.known import places_done

TURN = 0x636F727073  # "corps"
"""The advisory lock under which imports take turns."""


def take_turn() -> None:
    """Wait until no other import writes; the turn ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


def acting(run: ImportRun) -> tuple[User | None, By]:
    """Return within whose sight a run compares (None: everybody), and who acts."""
    user = run.confirmed_by or run.started_by
    return user, user or COMMAND


@transaction.atomic
def import_batch(
    run: ImportRun, lines: Sequence[Line], *, key: bytes, at: datetime
) -> list[Decision]:
    """Register the good rows of a batch and keep what became of every row; `key` is the run's.

    Rows that the run has dealt with already are passed over. When the batch cannot be written as a
    whole (somebody took a callsign meanwhile), each row is written by itself, and a row that
    cannot be is rejected.
    """
    take_turn()
    done = places_done(run, [line.place for line in lines])
    todo = [line for line in lines if line.place not in done]
    viewer, by = acting(run)
    try:
        with transaction.atomic():
            decisions = Planner(viewer, run).decide(todo)
            _write(run, decisions, key=key, by=by, at=at)
    except (IntegrityError, DataError):
        decisions = [_write_alone(run, line, key=key, at=at) for line in todo]
    count(run, lines=len(lines) - len(done), decisions=decisions, at=at)
    return decisions


def _write_alone(run: ImportRun, line: Line, *, key: bytes, at: datetime) -> Decision:
    viewer, by = acting(run)
    decision = Planner(viewer, run).decide([line])[0]
    try:
        with transaction.atomic():
            _write(run, [decision], key=key, by=by, at=at)
    except (IntegrityError, DataError) as error:
        taken = "volunteer_callsign" in _constraint(error)
        column = callsign_column(line.result) if taken else ""
        why = CALLSIGN_TAKEN if taken else NOT_WRITTEN
        decision = Decision(line, REJECTED, errors=[(column, why, "")])
        _write(run, [decision], key=key, by=by, at=at)
    return decision


def _constraint(error: Exception) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


@transaction.atomic
def preview_batch(
    run: ImportRun, planner: Planner, lines: Sequence[Line], *, key: bytes, at: datetime
) -> list[Decision]:
    """Keep what would become of each row of a batch, without registering anybody."""
    decisions = planner.decide(lines)
    _keep(run, [one for one in decisions if one.outcome != IMPORTED], {}, key=key, at=None)
    count(run, lines=len(lines), decisions=decisions, at=at)
    return decisions


def count(run: ImportRun, *, lines: int, decisions: Sequence[Decision], at: datetime) -> None:
    """Move a run's progress on by a batch, and show that its worker lives.

    Raises NotInThatState when somebody has ended the run meanwhile: the batch is undone.
    """
    ways = [decision.outcome for decision in decisions]
    moved = ImportRun.objects.filter(pk=run.pk, state=run.state).update(
        rows_done=F("rows_done") + lines,
        imported=F("imported") + ways.count(IMPORTED),
        rejected=F("rejected") + ways.count(REJECTED),
        held=F("held") + ways.count(HELD) + ways.count(SAME),
        beat_at=at,
    )
    if moved != 1:
        raise NotInThatState


def _write(
    run: ImportRun, decisions: Sequence[Decision], *, key: bytes, by: By, at: datetime
) -> None:
    going_in = [one for one in decisions if one.outcome == IMPORTED]
    people = [one.line.person for one in going_in if one.line.person]
    made = register_volunteers(people, desk=run.desk, by=by, at=at, verb="register.imported")
    ids: dict[Place, UUID] = {}
    for decision, volunteer in zip(going_in, made, strict=True):
        decision.callsign = volunteer.callsign
        ids[decision.line.place] = volunteer.pk
    _keep(run, decisions, ids, key=key, at=at)


def _keep(
    run: ImportRun,
    decisions: Sequence[Decision],
    ids: dict[Place, UUID],
    *,
    key: bytes,
    at: datetime | None,
) -> None:
    """Keep what became of rows. With `at`, held rows keep what is needed to register them later."""
    keys: list[DataKey] = []
    rows = [_row(run, decision, ids, key=key, at=at, keys=keys) for decision in decisions]
    DataKey.objects.bulk_create(keys)
    ImportRow.objects.bulk_create(rows)


def _row(
    run: ImportRun,
    decision: Decision,
    ids: dict[Place, UUID],
    *,
    key: bytes,
    at: datetime | None,
    keys: list[DataKey],
) -> ImportRow:
    sheet, number = decision.line.place
    row = ImportRow(
        run=run, sheet=sheet, row=number, outcome=decision.outcome, why=decision.why[:80]
    )
    row.same, row.volunteer_id = list(decision.same), ids.get(decision.line.place)
    if decision.like:
        _set_like(row, decision, ids)
    if decision.outcome == REJECTED:
        row.why = decision.errors[0][1]
        content = result_to_bytes(decision.line.result, list(decision.errors))
        row.content = seal(key, content_place(run, sheet, number), content)
    elif decision.outcome == SAME:
        row.settled_at = at
    elif decision.outcome == HELD and at and decision.line.result.parsed:
        row.data_key, own = draft_data_key()
        keys.append(row.data_key)
        content = person_to_bytes(decision.line.result.parsed)
        row.content = seal(own, content_place(run, sheet, number), content)
        key_id, person = index_key_id(), decision.line.person
        row.mark = mark(ROW, person.row, key_id) if person else None
        row.mark_key_id = key_id
    return row


def _set_like(row: ImportRow, decision: Decision, ids: dict[Place, UUID]) -> None:
    like = decision.like
    if like is None:
        return
    row.like_id = like.id
    if like.place:
        row.like_sheet, row.like_row = like.place
        row.like_id = like.id or ids.get(like.place)
