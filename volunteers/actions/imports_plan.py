"""Deciding row by row what is to become of a file, the same way for a preview and an import."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.exceptions import ValidationError

from corps.accounts.models import User
from corps.vault.actions import hold_keys
from corps.vault.marks import ROW, index_key_id, index_key_ids, mark, marks_to_look_for
from volunteers.actions.imports_sealed import person_to_bytes
from volunteers.actions.people import NewVolunteer
from volunteers.identity import IdentityDocument, normal_forms, row_digest
from volunteers.models import DayKind, ImportRow, ImportRun, Level, Volunteer
from volunteers.queries.import_words import (
    CALLSIGN_TAKEN,
    KINDS,
    NOTHING_NEW,
    WAITING_ALREADY,
    same_plainly,
)
from volunteers.queries.known import (
    Known,
    Mark,
    callsigns_taken,
    known_by_marks,
    rows_already_waiting,
)
from volunteers.workbook.dates import Unreadable
from volunteers.workbook.results import ParsedRow, Period, RowResult, Why
from volunteers.workbook.values import read_callsign

IMPORTED, REJECTED = ImportRow.Outcome.IMPORTED, ImportRow.Outcome.REJECTED
HELD, SAME = ImportRow.Outcome.HELD, ImportRow.Outcome.SAME

BATCH = 250
"""Rows that are looked up and written together."""

Place = tuple[int, int]
"""Where a row stands: the number of its sheet among those that hold a table, and its row number."""

Error = tuple[str, str, str]
"""Why a row is rejected: the column as written, the reason, the catalogue word nobody knows."""


@dataclass(slots=True, repr=False)
class Line:
    """One row of the file, with the person it would add and their blind indexes.

    `alike` and `whole` are those that somebody known, or a row that waits, may carry: under every
    key there is. `keys` are the keys they were made by.
    """

    place: Place
    result: RowResult
    person: NewVolunteer | None = None
    alike: Sequence[Mark] = ()
    whole: frozenset[bytes] = frozenset()
    keys: Sequence[str] = ()

    def mark(self) -> None:
        """Make the blind indexes, again where the keys have changed since."""
        keys = (index_key_id(), *index_key_ids())
        if self.person is None or self.keys == keys:
            return
        self.keys, forms = keys, normal_forms(self.person.identity)
        self.person.marked_with = keys[0]
        self.person.marks = sorted((kind, mark(kind, form, keys[0])) for kind, form in forms)
        telling = [form for form in forms if form[0] in KINDS]
        self.alike = marks_to_look_for([*telling, (ROW, self.person.row)])
        self.whole = frozenset(value for kind, value in self.alike if kind == ROW)


@dataclass(slots=True, repr=False)
class Decision:
    """What is to become of a row. A held row is like `like`, maybe a row of the same file."""

    line: Line
    outcome: ImportRow.Outcome
    errors: Sequence[Error] = ()
    why: str = ""
    same: Sequence[str] = ()
    like: Known | None = None
    callsign: str = ""

    @property
    def reason(self) -> str:
        """Why the row is held, in English."""
        return self.why or same_plainly(self.same)


@dataclass(slots=True)
class Reading:
    """A file as it is read: the names of its sheets and its warnings (sheet, row, column, why)."""

    results: Iterable[RowResult]
    skills: dict[str, int]
    sheets: list[str] = field(default_factory=list)
    warnings: list[tuple[int, int, str, str]] = field(default_factory=list)

    def batches(self, size: int = BATCH) -> Iterator[list[Line]]:
        """Give the rows that stand for people, `size` at a time."""
        batch: list[Line] = []
        for result in self.results:
            self._note(result)
            if not result.is_person:
                continue
            batch.append(self._line(result))
            if len(batch) == size:
                yield batch
                batch = []
        if batch:
            yield batch

    def _note(self, result: RowResult) -> None:
        for warned in result.warnings:
            self.warnings.append(
                (self._sheet(warned.sheet), warned.row, warned.column, warned.remark)
            )

    def _sheet(self, name: str) -> int:
        if name not in self.sheets:
            self.sheets.append(name)
        return self.sheets.index(name) + 1

    def _line(self, result: RowResult) -> Line:
        place = (self._sheet(result.sheet), result.row)
        if result.parsed is None:
            return Line(place, result)
        person = new_volunteer(result.parsed, self.skills)
        person.row = row_digest(person_to_bytes(result.parsed))
        line = Line(place, result, person)
        line.mark()
        return line


class Planner:
    """Decides for one file: remembers the people and callsigns of the rows that go in.

    `viewer` is who imports (None for a command, which sees everybody); `run` is the import whose
    earlier rows are in the register already.
    """

    def __init__(self, viewer: User | None, run: ImportRun | None = None) -> None:
        self._viewer, self._run = viewer, run
        self._seen: dict[int, Place] = {}
        self._callsigns: set[str] = set()

    def decide(self, lines: Sequence[Line]) -> list[Decision]:
        """Return what is to become of each row, in a fixed number of queries.

        Raises OutsideTransaction: keys must not rotate between this and the writing of the rows.
        """
        hold_keys()
        for line in lines:
            line.mark()
        known = known_by_marks(
            self._viewer, self._run, {one for line in lines for one in line.alike}
        )
        marks = {value for line in lines for value in line.whole}
        waiting = rows_already_waiting(self._viewer, self._run, marks)
        given = {line.person.callsign for line in lines if line.person and line.person.callsign}
        taken = callsigns_taken(given)
        return [self._decide(line, known, waiting, taken) for line in lines]

    def _decide(
        self, line: Line, known: dict[Mark, list[Known]], waiting: set[bytes], taken: set[str]
    ) -> Decision:
        if line.person is None:
            return Decision(line, REJECTED, errors=_errors(line.result))
        like, same = self._alike(line, known)
        if ROW in same:
            return Decision(line, SAME, why=NOTHING_NEW, like=like)
        if not waiting.isdisjoint(line.whole):
            return Decision(line, SAME, why=WAITING_ALREADY, like=like)
        if like:
            return Decision(line, HELD, same=same, like=like)
        error = self._callsign_error(line.person.callsign, taken)
        if error:
            return Decision(line, REJECTED, errors=[(callsign_column(line.result), error, "")])
        self._remember(line)
        return Decision(line, IMPORTED, callsign=line.person.callsign)

    def _alike(self, line: Line, known: dict[Mark, list[Known]]) -> tuple[Known | None, list[str]]:
        """Return whom a row is like in most, a row of the same file before others, and in what."""
        found: dict[Known, set[str]] = {}
        for kind, value in line.alike:
            place = self._seen.get(_short(value))
            nearby = [Known(None, "", place)] if place else []
            for one in (*nearby, *known.get((kind, value), ())):
                found.setdefault(one, set()).add(kind)
        if not found:
            return None, []
        best = max(
            found, key=lambda one: (ROW in found[one], len(found[one]), one.place is not None)
        )
        return best, [kind for kind in (*KINDS, ROW) if kind in found[best]]

    def _callsign_error(self, callsign: str, taken: set[str]) -> str:
        if not callsign:
            return ""
        try:
            Volunteer._meta.get_field("callsign").run_validators(callsign)
        except ValidationError:
            return Why.NOT_A_CALLSIGN
        plain = callsign.casefold()
        return CALLSIGN_TAKEN if plain in taken or plain in self._callsigns else ""

    def _remember(self, line: Line) -> None:
        for _, value in line.alike:
            self._seen.setdefault(_short(value), line.place)
        if line.person and line.person.callsign:
            self._callsigns.add(line.person.callsign.casefold())


def _short(value: bytes) -> int:
    """Return 64 bits of a mark: enough to tell a file's rows apart, in little memory.

    Among 200,000 rows with eight marks each two different ones meet with a chance below 1e-7, and
    then a person decides.
    """
    return int.from_bytes(value[:8])


def _errors(result: RowResult) -> list[Error]:
    return [(error.column, str(error.why), error.word) for error in result.errors]


def callsign_column(result: RowResult) -> str:
    """Return the header of the column from which a row's callsign came."""
    wanted = result.parsed.callsign if result.parsed else ""
    for header, cell in zip(result.headers, result.cells, strict=False):
        try:
            if cell is not None and read_callsign(cell) == wanted:
                return header
        except Unreadable:
            continue
    return ""


def new_volunteer(row: ParsedRow, skills: dict[str, int]) -> NewVolunteer:
    """Return the volunteer that a good row tells of; `skills` maps codes to ids.

    Callsign, home base, wishes, abilities, periods and clearance stay plain; everything else goes
    into the sealed identity.
    """
    cleared = row.clearance_level and row.clearance_until
    return NewVolunteer(
        identity=_identity(row),
        callsign=row.callsign,
        home_base=row.home_base,
        wishes=row.wishes,
        languages={one.code: _level(one.level) for one in row.languages},
        skills={skills[one.code]: one.level for one in row.skills},
        windows=[
            *((DayKind.AVAILABLE, *period) for period in merged(row.available)),
            *((DayKind.UNAVAILABLE, *period) for period in merged(row.unavailable)),
        ],
        clearance=(row.clearance_level, row.clearance_until) if cleared else None,  # type: ignore[arg-type]
    )


def _identity(row: ParsedRow) -> IdentityDocument:
    return IdentityDocument(
        name=row.name,
        latin_name=row.latin_name,
        former_names=row.former_names,
        birth_date=row.birth_date,
        sex=row.sex,
        phone=row.phone,
        other_phones=row.other_phones,
        email=row.email,
        other_emails=row.other_emails,
        address=row.address,
        passport=row.passport,
        passport_expires=row.passport_expiry,
        emergency_contact=row.emergency_contact,
        relatives_in_north=": ".join(filter(None, (row.relatives, row.relatives_note))),
        service_branch=row.service_branch,
        service_rank=row.rank,
        service_unit=row.unit,
        service_years="" if row.service_years is None else str(row.service_years),
        service_period=row.service_period,
        notes=row.notes,
    )


def _level(name: str) -> int:
    return int(Level.NATIVE if name == "native" else Level[name])


def merged(periods: Iterable[Period]) -> list[tuple[date, date]]:
    """Return periods of whole days, both ends included, with those that overlap or touch as one."""
    joined: list[tuple[date, date]] = []
    for period in sorted(periods):
        if joined and period.first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = (joined[-1][0], max(joined[-1][1], period.last))
        else:
            joined.append((period.first, period.last))
    return joined
