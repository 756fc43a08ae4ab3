"""Deciding about a row that was held: the same person as somebody known, or somebody new."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from corps.accounts.models import User
from corps.audit.actions import record
from corps.vault.actions import destroy_data_key, hold_keys, seal_under, unseal_under
from corps.vault.marks import NAME, ROW, index_key_id, mark
from corps.workflow.moves import NotInThatState
from volunteers.actions.imports_plan import new_volunteer
from volunteers.actions.imports_sealed import content_place, person_from_bytes
from volunteers.actions.imports_write import take_turn
from volunteers.actions.people import CallsignTaken, check_callsign, register_volunteers
from volunteers.identity import marks_of, row_digest, source_place
from volunteers.models import IdentityMark, ImportRow, ImportRun, Volunteer
from volunteers.queries.imports import skill_ids
from volunteers.queries.known import callsigns_taken
from volunteers.rules import check_can_change_volunteer, check_can_register_on
from volunteers.workbook.results import ParsedRow

HELD, SAME, IMPORTED = (
    ImportRow.Outcome.HELD,
    ImportRow.Outcome.SAME,
    ImportRow.Outcome.IMPORTED,
)


@transaction.atomic
def settle_as_same(*, row: ImportRow, by: User, at: datetime) -> None:
    """Say that a held row is the person it is like: nobody is added, nothing is changed.

    Effects: the row settled and what it kept destroyed; the known volunteer carries the mark of
    the whole row, so that the same row counts as known from now on; one ledger entry. Raises
    NotInThatState when somebody has decided meanwhile, NotFound or NotPermitted for one who may
    not change the known volunteer.
    """
    check_can_register_on(by, row.run.desk)
    if row.like is not None:
        check_can_change_volunteer(by, row.like)
    _settle(row, SAME, by=by, at=at)
    if row.like is not None and row.mark is not None:
        _carry_mark(row.like, row_digest(held_content(row)))
    _forget(row, at=at)
    _note(row, "same", row.like, by=by, at=at)


@transaction.atomic
def settle_as_new(*, row: ImportRow, callsign: str = "", by: User, at: datetime) -> Volunteer:
    """Register the person of a held row as somebody new; without a callsign one is made.

    Effects: the volunteer with all that belongs to one (register_volunteers), the row settled and
    what it kept destroyed, one ledger entry. Raises CallsignTaken, NotInThatState.
    """
    check_can_register_on(by, row.run.desk)
    take_turn()
    hold_keys()
    content = held_content(row)
    volunteer = _register(row, content, callsign, by=by, at=at)
    _settle(row, IMPORTED, by=by, at=at, volunteer=volunteer)
    ImportRun.objects.filter(pk=row.run_id).update(imported=F("imported") + 1, held=F("held") - 1)
    _forget(row, at=at)
    _note(row, "new", volunteer, by=by, at=at)
    return volunteer


def held_person(row: ImportRow) -> ParsedRow:
    """Return what a held row tells. Raises NotInThatState once it is settled, SealBroken."""
    return person_from_bytes(held_content(row))


def held_content(row: ImportRow) -> bytes:
    """Return what a held row keeps, opened. Raises like `held_person`, and Erased."""
    if row.data_key is None or row.content is None:
        raise NotInThatState
    place = content_place(row.run, row.sheet, row.row)
    return unseal_under(row.data_key, place, bytes(row.content))


def _carry_mark(volunteer: Volunteer, digest: str) -> None:
    """Let a volunteer carry the mark of one more row."""
    hold_keys()
    key_id = index_key_id()
    source = seal_under(volunteer.data_key, source_place(volunteer), digest.encode())
    IdentityMark.objects.get_or_create(
        volunteer=volunteer,
        kind=ROW,
        mark=mark(ROW, digest, key_id),
        defaults={"key_id": key_id, "source": source},
    )


def callsign_given(row: ImportRow) -> str:
    """Return the callsign that a held row gives, empty when it gives none or it is taken."""
    callsign = held_person(row).callsign
    return "" if callsign and callsigns_taken([callsign]) else callsign


def _register(
    row: ImportRow, content: bytes, callsign: str, *, by: User, at: datetime
) -> Volunteer:
    person = new_volunteer(person_from_bytes(content), skill_ids())
    person.callsign, person.row = callsign, row_digest(content)
    person.marked_with = index_key_id()
    person.marks = marks_of(person.identity, person.marked_with)
    check_callsign(callsign, [value for kind, value in person.marks if kind == NAME])
    if callsign and callsigns_taken([callsign]):
        raise CallsignTaken
    try:
        with transaction.atomic():
            made = register_volunteers(
                [person], desk=row.run.desk, by=by, at=at, verb="register.imported"
            )
    except IntegrityError:
        raise CallsignTaken from None
    return made[0]


def _settle(
    row: ImportRow,
    outcome: ImportRow.Outcome,
    *,
    by: User,
    at: datetime,
    volunteer: Volunteer | None = None,
) -> None:
    waiting = ImportRow.objects.filter(pk=row.pk, outcome=HELD)
    settled = {"outcome": outcome, "settled_by": by, "settled_at": at, "volunteer": volunteer}
    if waiting.update(**settled) != 1:
        raise NotInThatState


def _forget(row: ImportRow, *, at: datetime) -> None:
    """Destroy what a held row kept."""
    ImportRow.objects.filter(pk=row.pk).update(content=None, mark=None)
    if row.data_key is not None:
        destroy_data_key(row.data_key, at=at)


def _note(
    row: ImportRow, decision: str, volunteer: Volunteer | None, *, by: User, at: datetime
) -> None:
    about = [volunteer] if volunteer is not None else []
    facts = {"row": row.row, "as": decision}
    record("import.row_settled", row.run, *about, by=by, at=at, facts=facts)
