"""The board of one deployment: its people, the permits it needs, and how each stands."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, When

from corps.accounts.models import User
from deployments.liaison.models import Case, CaseKind, Permit, PermitKind
from deployments.liaison.queries.cases import cases_visible_to, day_in_seoul
from deployments.liaison.queries.permits import (
    APPLIES,
    LISTED,
    holding_on,
    kinds_needed,
    permit_kinds,
    permits_visible_to,
    still_needed,
)
from deployments.liaison.states import PERMIT
from deployments.models import Assignment, Deployment
from deployments.queries.days import days_of_period
from deployments.queries.staffing import assignments_with_people

MISSING = "missing"
"""The choice of the board's filter that is no state: needed, and not holding today."""

PEOPLE_ON_A_PAGE = 100


@dataclass(slots=True)
class Cell:
    """One kind for one person. `needed` is whether the deployment needs it, `ends_early` whether it
    ends before the place does, `applies` whether it can be applied for; `case` is
    the one it was last put into, where the reader may see that."""

    kind: PermitKind
    permit: Permit | None
    needed: bool
    ends_early: bool = False
    applies: bool = False
    case: Case | None = None


@dataclass(slots=True)
class Row:
    """One person's place; `left` is whether they hold it no more."""

    assignment: Assignment
    left: bool
    cells: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class Board:
    """One page of people by kinds. `counts` gives for each choice of the filter its name, how many
    permits of people who hold their places are in it, and whether it is chosen."""

    kinds: list[PermitKind]
    rows: list[Row]
    page: Page[Any]
    counts: list[dict[str, Any]]


def board_of(
    viewer: User, deployment: Deployment, *, state: str = "", number: str = "1", at: datetime
) -> Board:
    """Return one page of a deployment's board, in a fixed number of queries.

    Those who hold their places come first, by callsign, then those who left and have permits; with
    `state` (of PERMIT, or MISSING) only those who have a permit in it.
    """
    permits = permits_visible_to(viewer).filter(assignment__slot__deployment=deployment)
    needed = set(kinds_needed(deployment).values_list("pk", flat=True))
    known = Q(pk__in=needed) | Exists(permits.filter(kind=OuterRef("pk")).order_by())
    kinds = list(permit_kinds().filter(known))
    page = Paginator(_people(viewer, deployment, permits, state, at), PEOPLE_ON_A_PAGE)
    shown = page.get_page(number)
    rows = [Row(person, person.state not in LISTED) for person in shown.object_list]
    _fill(rows, kinds, needed, permits, viewer, at)
    return Board(kinds, rows, shown, _counts(permits, state, at))


def permit_counts(viewer: User, deployment: Deployment, *, at: datetime) -> list[dict[str, Any]]:
    """Return how many permits are in each state, of people who hold places of the deployment."""
    permits = permits_visible_to(viewer).filter(assignment__slot__deployment=deployment)
    return _counts(permits, "", at)


def permits_of(viewer: User, assignment: Assignment) -> list[Permit]:
    """Return the permits of one assignment that the viewer may see, by kind."""
    own = permits_visible_to(viewer).filter(assignment=assignment)
    return list(own.order_by("kind__code"))


def cases_to_add_to(viewer: User, deployment: Deployment) -> QuerySet[Case]:
    """Return the cases about permits of a deployment that are open, as far as they are seen."""
    cases = cases_visible_to(viewer).filter(deployments=deployment, kind=CaseKind.PERMITS)
    return cases.exclude(state="closed")


def cases_seen(viewer: User, permits: list[Permit]) -> set[UUID]:
    """Return the ids of those cases of permits that the viewer may see."""
    wanted = {permit.case_id for permit in permits if permit.case_id}
    return set(cases_visible_to(viewer).filter(pk__in=wanted).values_list("pk", flat=True))


def _missing(permits: QuerySet[Permit], at: datetime) -> QuerySet[Permit]:
    here = still_needed(permits).filter(assignment__state__in=LISTED)
    return here.exclude(holding_on(day_in_seoul(at)))


def _people(
    viewer: User, deployment: Deployment, permits: QuerySet[Permit], state: str, at: datetime
) -> QuerySet[Assignment]:
    own = permits.filter(assignment=OuterRef("pk")).order_by()
    people = assignments_with_people(viewer).filter(slot__deployment=deployment)
    if state == MISSING:
        people = people.filter(Exists(_missing(own, at)))
    elif state in PERMIT.states:
        people = people.filter(Exists(own.filter(state=state)))
    else:
        people = people.filter(Q(state__in=LISTED) | Exists(own))
    first = models.Case(
        When(state__in=LISTED, then=0), default=1, output_field=models.IntegerField()
    )
    return people.order_by(first, "volunteer__callsign", "pk")


def _fill(
    rows: list[Row],
    kinds: list[PermitKind],
    needed: set[Any],
    permits: QuerySet[Permit],
    viewer: User,
    at: datetime,
) -> None:
    found = list(permits.filter(assignment__in=[row.assignment.pk for row in rows]))
    seen = cases_seen(viewer, found)
    by_place = {(permit.assignment_id, permit.kind_id): permit for permit in found}
    for row in rows:
        for kind in kinds:
            permit = by_place.get((row.assignment.pk, kind.pk))
            cell = Cell(kind, permit, kind.pk in needed)
            if permit is not None:
                cell.ends_early = ends_early(permit, at=at)
                cell.applies = not row.left and permit.state in APPLIES
                cell.case = permit.case if permit.case_id in seen else None
            row.cells.append(cell)


def ends_early(permit: Permit, *, at: datetime) -> bool:
    """Whether a granted permit ends before the place it is for does, or is over by now."""
    if permit.state != "granted" or permit.until is None:
        return False
    place = permit.assignment
    _first, last = days_of_period(place.period, place.slot.deployment.time_zone)
    return permit.until < last or permit.until < day_in_seoul(at)


def _counts(permits: QuerySet[Permit], state: str, at: datetime) -> list[dict[str, Any]]:
    here = permits.filter(assignment__state__in=LISTED).order_by()
    counted = here.aggregate(**{name: Count("pk", filter=Q(state=name)) for name in PERMIT.states})
    found = [
        {"value": name, "label": one.label, "count": counted[name], "chosen": name == state}
        for name, one in PERMIT.states.items()
    ]
    missing = _missing(permits, at).count()
    return [{"value": MISSING, "count": missing, "chosen": state == MISSING}, *found]
