"""Sealing: settled entries go into the tree in one order for ever, and its head is signed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from corps.audit.canonical import HASH
from corps.audit.heads import FIRST, Head, hash_of, sign
from corps.audit.merkle import Frontier

LOCK = 0x5EA1
"""The advisory lock under which one sealer works at a time; nobody who writes entries takes it."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was sealed: the head's text, its signature, and how many entries came in."""

    head: str
    signature: bytes
    added: int


@dataclass(frozen=True, slots=True)
class _Last:
    number: int = 0
    size: int = 0
    frontier: tuple[bytes, ...] = ()
    previous: bytes = FIRST
    horizon: int = 0
    top: int = 0


@transaction.atomic
def seal_ledger(*, at: datetime) -> Sealed | None:
    """Put the entries that are settled into the tree and sign its head; None where none are new.

    Settled are the entries of transactions below the oldest that is still running: no entry can
    come in below them any more. They go in by transaction, then by number. Effects: a leaf for each
    entry, one seal. One sealer works at a time, the other does nothing; no writer ever waits.
    Raises KeyMissing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        last = _last(cursor)
        cursor.execute(
            "SELECT pg_snapshot_xmin(seen)::text::bigint, pg_snapshot_xmax(seen)::text::bigint"
            " FROM pg_current_snapshot() AS seen"
        )
        horizon, ceiling = cursor.fetchone()
        leaves, top = _add_leaves(cursor, last, horizon)
        if not leaves:
            return None
        frontier = Frontier(last.size, last.frontier)
        frontier.extend(b"".join(leaves))
        head = Head(
            number=last.number + 1,
            size=frontier.size,
            root=frontier.root(),
            at=at.astimezone(UTC),
            previous=last.previous,
            horizon=horizon,
            ceiling=ceiling,
            top=max(last.top, top),
        )
        signature = sign(head.text())
        _write(cursor, head, signature, frontier.nodes)
    return Sealed(head.text(), signature, len(leaves))


def _last(cursor: Any) -> _Last:
    cursor.execute(
        "SELECT number, size, frontier, head, horizon::text::bigint, top"
        " FROM ledger.ledger_seal ORDER BY number DESC LIMIT 1"
    )
    row = cursor.fetchone()
    if row is None:
        return _Last()
    number, size, frontier, head, horizon, top = row
    return _Last(number, size, tuple(map(bytes, frontier)), hash_of(head), horizon, top)


def _add_leaves(cursor: Any, last: _Last, horizon: int) -> tuple[list[bytes], int]:
    """Write the leaves of what is newly settled; return their hashes in order, the largest number.

    A database that was restored counts its transactions anew, and lower. Then every entry without
    a leaf is looked at, also those of transactions that by the new count are yet to come.
    """
    since = last.horizon if horizon >= last.horizon else 0
    cursor.execute(_ADD, {"size": last.size, "since": str(since), "until": str(horizon)})
    rows = cursor.fetchall()
    return [bytes(hash_) for _, hash_, _ in rows], max((entry for _, _, entry in rows), default=0)


_ADD = f"""
    WITH settled AS (
        SELECT e.number, e.xact, {HASH} AS hash
        FROM ledger.ledger_entry AS e
        WHERE (
                e.xact >= %(since)s::xid8 AND e.xact < %(until)s::xid8
                OR e.xact >= pg_snapshot_xmax(pg_current_snapshot())
            )
            AND NOT EXISTS (SELECT FROM ledger.ledger_leaf AS l WHERE l.entry = e.number)
    ), added AS (
        INSERT INTO ledger.ledger_leaf (position, entry, hash)
        SELECT %(size)s + row_number() OVER (ORDER BY xact, number) - 1, number, hash FROM settled
        RETURNING position, hash, entry
    )
    SELECT position, hash, entry FROM added ORDER BY position
"""  # noqa: S608  (nothing of it comes from outside)


def _write(cursor: Any, head: Head, signature: bytes, frontier: list[bytes]) -> None:
    cursor.execute(
        "INSERT INTO ledger.ledger_seal"
        " (number, size, at, head, signature, horizon, ceiling, top, frontier)"
        " VALUES (%s, %s, %s, %s, %s, %s::xid8, %s::xid8, %s, %s)",
        [
            head.number,
            head.size,
            head.at,
            head.text(),
            signature,
            str(head.horizon),
            str(head.ceiling),
            head.top,
            frontier,
        ],
    )
