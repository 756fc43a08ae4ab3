"""Who could fill a place, ranked, and why everybody else could not: one query (candidates.sql)."""

from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from corps.accounts.models import User
from corps.accounts.queries.sight import Viewer
from corps.audit.actions import Actor, By
from corps.audit.models import ActorKind
from corps.errors import NotFound
from deployments.models import Deployment, Slot
from deployments.queries.deployments import deployments_visible_to
from deployments.roster.queries.reasons import Reason
from deployments.roster.queries.verdicts import Row, reasons_of
from deployments.states import HOLDING
from volunteers.models import Volunteer
from volunteers.queries.people import volunteers_visible_to

PAGE_SIZE = 50
STATEMENT = Path(__file__).with_name("candidates.sql").read_text(encoding="utf-8")
AMONG_MANY = "IN (SELECT id FROM visible) IS TRUE"
"""Looked up in a hash of the visible, never joined: right for hundreds, good for all."""
AMONG_ONE = "= (SELECT id FROM visible)"
"""Looked up by index, where at most one is visible."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One volunteer, judged for one place.

    `strengths` say what of the needs is met, `obstacles` everything that is not; somebody fits when
    there is no obstacle. `above` is the sum of levels of needed skills and languages above what is
    needed, `prefers_not` whether the period touches days to avoid, `load` the number of places held
    now or completed in the last 180 days, `last_asked` the instant of the last offer ever made.
    """

    volunteer_id: UUID
    callsign: str
    standing: str
    time_zone: str
    strengths: tuple[Reason, ...]
    obstacles: tuple[Reason, ...]
    above: int
    prefers_not: bool
    load: int
    last_asked: datetime | None

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.obstacles


@dataclass(frozen=True, slots=True)
class Candidates:
    """One page of the volunteers a viewer may see, those who fit first; `number` counts from 1."""

    page: tuple[Candidate, ...]
    number: int
    size: int
    fitting: int
    others: int
    shown: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.shown // self.size))

    @property
    def next_number(self) -> int | None:
        """The number of the next page, if there is one."""
        return self.number + 1 if self.number < self.pages else None

    @property
    def previous_number(self) -> int | None:
        """The number of the page before, if there is one."""
        return self.number - 1 if self.number > 1 else None


def candidates_for(
    slot: Slot,
    viewer: Viewer,
    *,
    at: datetime,
    page: int = 1,
    size: int = PAGE_SIZE,
    fitting: bool | None = None,
) -> Candidates:
    """Return one page of candidates for a place that the viewer may see, at the instant `at`.

    Those who fit come first: most above the needs, days available before days to avoid, least
    loaded, longest since last asked (never asked first), callsign. Then all others: fewest
    obstacles, callsign. `fitting` shows only the ones (True) or the others (False); the totals
    count both. One statement, whatever the number of volunteers.
    """
    sight = volunteers_visible_to(viewer), deployments_visible_to(viewer)
    rows = _rows(slot, sight, at=at, fitting=fitting, size=size, skipped=(page - 1) * size)
    fit, others = (rows[0]["fitting"], rows[0]["others"]) if rows else (0, 0)
    shown = {None: fit + others, True: fit, False: others}[fitting]
    found = tuple(_candidate(row) for row in rows if row["id"] is not None)
    return Candidates(found, number=page, size=size, fitting=fit, others=others, shown=shown)


def explain(slot: Slot, volunteer: Volunteer, viewer: Viewer, *, at: datetime) -> Candidate:
    """Return one volunteer judged for a place. Raises NotFound for one the viewer may not see."""
    return judge(slot, volunteer, viewer, at=at)


def judge(slot: Slot, volunteer: Volunteer, by: By | AnonymousUser, *, at: datetime) -> Candidate:
    """Return one volunteer judged for a place, for an action by a person or by the system.

    Raises NotFound for a volunteer that a person may not see.
    """
    if isinstance(by, Actor) and by.kind == ActorKind.SYSTEM:
        sight = Volunteer.objects.all(), Deployment.objects.all()
    else:
        viewer = by if isinstance(by, User) else AnonymousUser()
        sight = volunteers_visible_to(viewer), deployments_visible_to(viewer)
    one = sight[0].filter(pk=volunteer.pk), sight[1]
    rows = _rows(slot, one, at=at, fitting=None, size=1, skipped=0, among=AMONG_ONE)
    if not rows or rows[0]["id"] is None:
        raise NotFound
    return _candidate(rows[0])


Sight = tuple[QuerySet[Volunteer], QuerySet[Deployment]]
"""The volunteers and the deployments that a viewer may see."""


def _rows(
    slot: Slot,
    sight: Sight,
    *,
    at: datetime,
    fitting: bool | None,
    size: int,
    skipped: int,
    among: str = AMONG_MANY,
) -> list[dict[str, Any]]:
    """Return the rows of the page, or a single one without a volunteer that carries the totals."""
    volunteers = sight[0].order_by().values_list("pk", "callsign", "standing", "time_zone")
    deployments = sight[1].order_by().values_list("pk")
    try:
        seen, seen_values = volunteers.query.sql_with_params()
        known, known_values = deployments.query.sql_with_params()
    except EmptyResultSet:
        return []
    statement = STATEMENT.format(volunteers=seen, deployments=known, among=among)
    asked: list[Any] = [slot.pk, at, fitting, size, skipped, list(HOLDING)]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*asked, *seen_values, *known_values])
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _candidate(row: dict[str, Any]) -> Candidate:
    lists = {name: row[name] or [] for name in ("skills", "languages", "held")}
    values = {field.name: row[field.name] for field in fields(Row)} | lists
    strengths, obstacles = reasons_of(Row(**values))
    return Candidate(
        volunteer_id=row["id"],
        callsign=row["callsign"],
        standing=row["standing"],
        time_zone=row["zone"],
        strengths=strengths,
        obstacles=obstacles,
        above=int(row["above"]),
        prefers_not=row["prefers_not"],
        load=row["load"],
        last_asked=row["last_asked"],
    )
