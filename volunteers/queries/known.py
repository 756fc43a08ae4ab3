"""Who is known already: volunteers and waiting rows by blind index, callsigns that are taken.

Every question is asked for a whole batch of rows at once, and among the volunteers of the
importing person's desks: everybody else is as absent. A command, which nobody signs in for, sees
everybody.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower

from corps.accounts.models import User
from volunteers.models import IdentityMark, ImportRow, ImportRun, Volunteer
from volunteers.queries.imports import imports_visible_to
from volunteers.queries.people import volunteers_on_own_desks

Mark = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Known:
    """Whom somebody is like: a volunteer, or with `place` the row (sheet, row) of the same file.

    A row that is not written yet has no volunteer.
    """

    id: UUID | None
    callsign: str
    place: tuple[int, int] | None = None


def known_by_marks(
    viewer: User | None, run: ImportRun | None, marks: Iterable[Mark]
) -> dict[Mark, list[Known]]:
    """Return the volunteers that carry any of the marks, those registered first before the others.

    Beside those of the viewer's desks, whoever `run` itself has registered counts.
    """
    carried = _carriers(marks)
    people = {
        one.id: one for one in _people(viewer, run, {pk for pks in carried.values() for pk in pks})
    }
    order = {pk: number for number, pk in enumerate(people)}
    return {
        mark: [people[pk] for pk in sorted(pks & order.keys(), key=order.__getitem__)]
        for mark, pks in carried.items()
    }


def _carriers(marks: Iterable[Mark]) -> dict[Mark, set[UUID]]:
    by_kind: dict[str, list[bytes]] = defaultdict(list)
    for kind, mark in marks:
        by_kind[kind].append(mark)
    carried: dict[Mark, set[UUID]] = defaultdict(set)
    for kind, values in by_kind.items():
        found = IdentityMark.objects.filter(kind=kind, mark__in=values)
        for value, volunteer in found.values_list("mark", "volunteer_id"):
            carried[kind, bytes(value)].add(volunteer)
    return carried


def _people(viewer: User | None, run: ImportRun | None, ids: set[UUID]) -> Iterable[Known]:
    if not ids:
        return []
    places = _places(run, ids)
    seen = Volunteer.objects.all() if viewer is None else volunteers_on_own_desks(viewer)
    rows = Volunteer.objects.filter(
        Q(pk__in=places) | Q(pk__in=seen.filter(pk__in=ids)), pk__in=ids
    )
    found = rows.order_by("registered_at", "callsign").values_list("pk", "callsign")
    return [Known(pk, callsign, places.get(pk)) for pk, callsign in found]


def _places(run: ImportRun | None, ids: set[UUID]) -> dict[UUID, tuple[int, int]]:
    if run is None:
        return {}
    rows = ImportRow.objects.filter(run=run, volunteer__in=ids, outcome=ImportRow.Outcome.IMPORTED)
    return {pk: (sheet, row) for pk, sheet, row in rows.values_list("volunteer_id", "sheet", "row")}


def rows_already_waiting(
    viewer: User | None, run: ImportRun | None, marks: Iterable[bytes]
) -> set[bytes]:
    """Return those marks of whole rows under which an earlier import's row waits for a decision."""
    runs: QuerySet[ImportRun] = (
        ImportRun.objects.all() if viewer is None else imports_visible_to(viewer)
    )
    rows = ImportRow.objects.filter(
        outcome=ImportRow.Outcome.HELD, mark__in=list(marks), run__in=runs
    )
    if run is not None:
        rows = rows.exclude(run=run)
    return {bytes(value) for value in rows.values_list("mark", flat=True) if value}


def callsigns_taken(callsigns: Iterable[str]) -> set[str]:
    """Return those callsigns that somebody has, whatever the case, in lower case.

    Callsigns are unique across the installation and no secret, so this looks beyond the viewer.
    """
    wanted = [Lower(Value(callsign)) for callsign in callsigns]
    if not wanted:
        return set()
    taken = Volunteer.objects.annotate(plain=Lower("callsign")).filter(plain__in=wanted)
    return {callsign.casefold() for callsign in taken.values_list("callsign", flat=True)}


def places_done(run: ImportRun, places: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return those places (sheet, row) of a run that are dealt with already."""
    places = list(places)
    rows = ImportRow.objects.filter(run=run, row__in={row for _, row in places})
    return set(rows.values_list("sheet", "row")) & set(places)
