"""Writing the ledger: `record()` stands in the same transaction as the act it tells of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models
from django.utils import timezone
from psycopg.types.json import Jsonb

from corps.audit.context import door
from corps.audit.models import OBJECT, ActorKind, Entry


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts without being a row of ours: the clock, a command, a partner's client."""

    kind: str
    id: str
    name: str


CLOCK = Actor(ActorKind.SYSTEM, "clock", "clock")
AT_ONCE = 1000
"""How many entries one statement writes."""

GIVEN = (
    "id",
    "at",
    "actor_kind",
    "actor_id",
    "actor",
    "door",
    "verb",
    "object",
    "about",
    "desk",
    "reason",
    "facts",
    "request_id",
)
"""The columns that the application gives; the others are the database's own."""

_INSERT = f"INSERT INTO ledger.ledger_entry ({', '.join(GIVEN)}) VALUES {{}} RETURNING number"  # noqa: S608
_ROW = f"({', '.join('%s::varchar[]' if name == 'about' else '%s' for name in GIVEN)})"

COMMAND = Actor(ActorKind.SYSTEM, "command", "command")
NOBODY = Actor(ActorKind.NOBODY, "", "")

By = models.Model | Actor
"""Who acts: a user, or an Actor."""


class OutsideTransaction(RuntimeError):
    """`record()` was called where no transaction would undo it together with the act."""


def actor_of(by: By) -> Actor:
    """Return `by` as an Actor; a user is named by the name they sign in with."""
    if isinstance(by, Actor):
        return by
    return Actor(ActorKind.PERSON, str(by.pk), str(by))


def reference(obj: models.Model) -> str:
    """Return how the ledger names an object: `app.model:id`."""
    return f"{obj._meta.label_lower}:{obj.pk}"


def record(
    verb: str,
    *objects: models.Model,
    by: By,
    at: datetime | None = None,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> Entry:
    """Write one entry about `objects`, the object itself first.

    `at` is an aware instant, by default now. The desk is that of the first object that has one.
    Raises OutsideTransaction outside `transaction.atomic()`; any database error is left to undo
    the act together with the entry.
    """
    return record_many([draft(verb, *objects, by=by, at=at, reason=reason, facts=facts)])[0]


def record_many(entries: Iterable[Entry]) -> list[Entry]:
    """Write the entries of `draft()` in one statement. Raises OutsideTransaction likewise."""
    if not connection.in_atomic_block:
        raise OutsideTransaction
    drafts = list(entries)
    with connection.cursor() as cursor:
        for begun in range(0, len(drafts), AT_ONCE):
            _insert(cursor, drafts[begun : begun + AT_ONCE])
    return drafts


def _insert(cursor: Any, drafts: list[Entry]) -> None:
    """Write entries by hand: half of the time that the model's own way takes goes to building the
    statement, which is always the same."""
    rows = [
        value if name != "facts" else Jsonb(value)
        for entry in drafts
        for name in GIVEN
        for value in (getattr(entry, name),)
    ]
    cursor.execute(_INSERT.format(", ".join([_ROW] * len(drafts))), rows)
    for entry, (number,) in zip(drafts, cursor.fetchall(), strict=True):
        entry.number = number
        entry._state.adding, entry._state.db = False, connection.alias


def draft(
    verb: str,
    *objects: models.Model,
    by: By,
    at: datetime | None = None,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> Entry:
    """Return an entry that is not yet written, for acts that write many at once."""
    actor, place = actor_of(by), door()
    return Entry(
        at=(at or timezone.now()).astimezone(UTC),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor=actor.name,
        door=place.name,
        verb=verb,
        object=str(objects[0])[:OBJECT] if objects else "",
        about=[reference(obj) for obj in objects],
        desk=_desk_of(objects),
        reason=reason.strip(),
        facts=facts or {},
        request_id=place.request_id,
    )


def _desk_of(objects: Iterable[models.Model]) -> str:
    for obj in objects:
        desk = getattr(obj, "desk", None)
        if desk is not None:
            return str(desk.slug)
    return ""
