"""Everything an agency reads, in the order in which it changed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from uuid import UUID

from deployments.agencies.queries import Partner
from deployments.liaison.queries.partner import CASES, DELIVERIES, MATERIALS
from deployments.queries.cursors import Position, cursor_at, position_of
from deployments.queries.pages import Row, Source, after, in_order, place_of
from deployments.queries.partner import ASSIGNMENTS

SOURCES: tuple[Source, ...] = (ASSIGNMENTS, CASES, DELIVERIES, MATERIALS)

SETTLED = timedelta(seconds=60)
"""For how long a change is held back: until whatever began before it has ended, so that nothing is
written behind a cursor that was given out."""

BEGINNING: Position = (datetime(2000, 1, 1, tzinfo=UTC), UUID(int=0))


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed, the cursor from which the next question goes on, whether there is more now, and
    what the ledger names."""

    results: list[Row]
    cursor: str
    more: bool
    references: list[str]


def changes_since(partner: Partner, cursor: str, limit: int, *, at: datetime) -> Changes:
    """Return what the partner's agency reads and what changed after a cursor ("" for all of it),
    of the resources for which the token carries the scope; one statement for each.

    Raises CursorBroken.
    """
    agency = partner.agency
    sources = [source for source in SOURCES if source.scope in partner.scopes]
    bound_to = "\x1f".join(["changes", str(agency.pk), *(source.name for source in sources)])
    position = position_of(cursor, bound_to=bound_to) if cursor else BEGINNING
    found: list[tuple[Position, Source, Row]] = []
    for source in sources:
        rows = source.rows(agency, True).filter(changed_at__lte=at - SETTLED)
        read = in_order(source, after(rows, position), limit + 1)
        found += [(place_of(row), source, row) for row in read]
    found.sort(key=itemgetter(0))
    shown, more = found[:limit], len(found) > limit
    last = shown[-1][0] if shown else position
    results = [
        {"resource": source.name, "item": source.show(row, agency)} for _at, source, row in shown
    ]
    references = {name for _at, source, row in shown for name in source.refer(row)}
    return Changes(results, cursor_at(last, bound_to=bound_to), more, sorted(references))
