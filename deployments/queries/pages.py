"""Pages of what an agency reads: the same order, cursors and filters for every resource."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from deployments.agencies.models import Agency
from deployments.agencies.queries import Partner
from deployments.queries.cursors import Position, cursor_at, position_of

DEFAULT_LIMIT, LONGEST_PAGE = 50, 200

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a partner asks of a list; empty means any. `updated_since` is in UTC.

    A resource's own question has a field more for each of its filters.
    """

    updated_since: datetime | None = None
    limit: int = DEFAULT_LIMIT
    cursor: str = ""

    def filters(self) -> dict[str, str]:
        """Return the filters of the resource that were used, with their values."""
        own = {item.name for item in fields(self)} - {"updated_since", "limit", "cursor"}
        return {name: getattr(self, name) for name in sorted(own) if getattr(self, name)}

    def used(self) -> list[str]:
        """Return the names of every filter that was used."""
        return [*self.filters(), *["updated_since"] * bool(self.updated_since)]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what the agency is shown, where the next begins, and what the ledger names."""

    results: list[Row]
    cursor: str | None
    references: list[str]


@dataclass(frozen=True, slots=True)
class Source:
    """A resource: its rows for an agency, and how one is shown.

    `rows(agency, with_shares)` gives rows with an `id` and a `changed_at`; with shares, one that
    was shared after it changed counts as changed then. `names` are the columns that are fetched,
    `lookups` what each filter narrows by, `refer` how the ledger names what a row shows.
    """

    name: str
    scope: str
    rows: Callable[[Agency, bool], QuerySet[Any]]
    names: tuple[str, ...]
    show: Callable[[Row, Agency], Row]
    refer: Callable[[Row], Iterable[str]]
    lookups: Mapping[str, str] = field(default_factory=dict)


def page_of(source: Source, partner: Partner, question: Question) -> Page:
    """Return one page of what the partner's agency may read, in one statement.

    Ordered by last change, then id: a row that appears or changes between two pages comes later,
    so none is missed. Raises CursorBroken.
    """
    agency = partner.agency
    bound_to = _bound_to(source.name, agency, question)
    found = source.rows(agency, False)
    for name, value in question.filters().items():
        found = found.filter(**{source.lookups[name]: value})
    if question.updated_since:
        found = found.filter(changed_at__gte=question.updated_since)
    if question.cursor:
        found = after(found, position_of(question.cursor, bound_to=bound_to))
    rows = in_order(source, found, question.limit + 1)
    shown, more = rows[: question.limit], len(rows) > question.limit
    cursor = cursor_at(place_of(shown[-1]), bound_to=bound_to) if more else None
    results = [source.show(row, agency) for row in shown]
    return Page(results, cursor, sorted({name for row in shown for name in source.refer(row)}))


def in_order(source: Source, found: QuerySet[Any], limit: int) -> list[Row]:
    """Return the first rows, those that changed longest ago first."""
    return list(found.values(*source.names).order_by("changed_at", "id")[:limit])


def place_of(row: Row) -> Position:
    """Return where a row stands in the order."""
    return row["changed_at"], row["id"]


def after(found: QuerySet[Any], position: Position) -> QuerySet[Any]:
    """Return the rows that come after a position."""
    changed_at, pk = position
    return found.filter(Q(changed_at__gte=changed_at) & ~Q(changed_at=changed_at, pk__lte=pk))


def _bound_to(name: str, agency: Agency, question: Question) -> str:
    since = question.updated_since.isoformat() if question.updated_since else ""
    filters = [f"{key}={value}" for key, value in question.filters().items()]
    return "\x1f".join([name, str(agency.pk), *filters, since])
