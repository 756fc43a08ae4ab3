"""The tree's leaves beside their entries, read in blocks: one message of the wire for hundreds.

The database joins leaves and entries by their keys, in the tree's order, and sends each block while
the one before is being hashed; nothing is sorted and nothing is kept.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

from django.db import connection
from psycopg import Cursor

from corps.audit.canonical import CANONICAL, HASH

SIZE = 512
"""How many leaves there are in a block."""

STRETCH = 128 * SIZE
"""How many leaves the database compares with their entries at once."""

ALTERED, REMOVED = "it was altered", "it was removed"
NO_LEAF = "an entry before it was taken out of the tree"


@dataclass(frozen=True, slots=True)
class Block:
    """`count` leaves from the position `start`: their hashes, and whether their entries fit."""

    start: int
    count: int
    hashes: bytes
    fits: bool

    def leaves(self) -> list[bytes]:
        """Return the hashes one by one."""
        hashes = self.hashes
        return [hashes[at : at + 32] for at in range(0, len(hashes), 32)]


def blocks(*, by_database: bool) -> Generator[Block, None, None]:
    """Give every block of the tree in order; the database or we hash the entries."""
    return _hashed_there() if by_database else _hashed_here()


def _hashed_here() -> Generator[Block, None, None]:
    digest = sha256
    for start, count, kept, content in _copied(_WITH_CONTENT, ["int8", "int8", "bytea", "bytea"]):
        made = b"".join([digest(b"\x00" + line).digest() for line in content.split(b"\n")])
        yield Block(start, count, kept, made == kept)


def _hashed_there() -> Generator[Block, None, None]:
    """The database compares one stretch, on all its processors, while the one before is added up
    here: it is asked ahead."""
    with closing(connection.cursor()) as cursor:
        cursor.execute("SELECT coalesce(max(position) + 1, 0) FROM ledger.ledger_leaf")
        [(end,)], raw = cursor.fetchall(), cast("Any", cursor.cursor).connection
        with raw.pipeline():
            told: list[Block] = []
            for start in range(0, end, STRETCH):
                leaves, unlike = _asked(raw, start)
                yield from told
                told = list(_told(leaves, unlike))
            yield from told


def _asked(raw: Any, start: int) -> tuple[Cursor[Any], Cursor[Any]]:
    """Ask for the leaves of a stretch, and for the first that does not fit its entry, and wait for
    neither."""
    leaves, unlike = Cursor(raw), Cursor(raw)
    leaves.execute(_HASHES, [start, start + STRETCH - 1], binary=True)
    unlike.execute(_FIRST_UNLIKE, [start, start + STRETCH])
    return leaves, unlike


def _told(leaves: Cursor[Any], unlike: Cursor[Any]) -> Iterator[Block]:
    [(first,)] = unlike.fetchall()
    for start, count, kept in leaves.fetchall():
        yield Block(start, count, kept, first is None or not start <= first < start + SIZE)


def first_wrong(start: int) -> tuple[int | None, str]:
    """Return the first entry that is wrong in the block from `start`, and what is."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_BY_ONE, [start, start + SIZE])
        rows = cursor.fetchall()
    for due, (position, entry, removed, fits) in enumerate(rows, start):
        if position != due:
            return entry, NO_LEAF
        if removed:
            return entry, REMOVED
        if not fits:
            return entry, ALTERED
    return None, f"the tree was cut at position {start + len(rows)}"


def _copied(select: str, types: list[str]) -> Generator[tuple[Any, ...], None, None]:
    with closing(connection.cursor()) as cursor:
        for name in ("hashjoin", "mergejoin", "bitmapscan", "seqscan"):
            cursor.execute(f"SET LOCAL enable_{name} = off")
        raw: Any = cursor.cursor
        with raw.copy(f"COPY ({select}) TO STDOUT (FORMAT BINARY)") as copy:
            copy.set_types(types)
            yield from copy.rows()


_BLOCKS = f"""
    SELECT part.start, block.*
    FROM generate_series({{first}}, {{last}}, {SIZE}) AS part (start)
    CROSS JOIN LATERAL (
        SELECT count(*), {{wanted}}
        FROM ledger.ledger_leaf AS l {{joined}}
        WHERE l.position >= part.start AND l.position < part.start + {SIZE}
    ) AS block
"""  # noqa: S608  (nothing of it comes from outside)
_JOINED = "LEFT JOIN ledger.ledger_entry AS e ON e.number = l.entry"

_HASHES = _BLOCKS.format(
    first="%s::bigint",
    last="least(%s, (SELECT max(position) FROM ledger.ledger_leaf))",
    wanted="coalesce(string_agg(l.hash, ''::bytea ORDER BY l.position), '')",
    joined="",
)
_WITH_CONTENT = _BLOCKS.format(
    first="0",
    last="(SELECT max(position) FROM ledger.ledger_leaf)",
    wanted=f"""
        coalesce(string_agg(l.hash, ''::bytea ORDER BY l.position), ''),
        coalesce(string_agg(
            CASE WHEN e.number IS NULL THEN ''::bytea ELSE {CANONICAL} END,
            '\\x0a'::bytea ORDER BY l.position
        ), '')""",
    joined=_JOINED,
)
_FIRST_UNLIKE = f"""
    SELECT min(l.position) FILTER (WHERE e.number IS NULL OR l.hash <> {HASH})
    FROM ledger.ledger_leaf AS l {_JOINED}
    WHERE l.position >= %s AND l.position < %s
"""  # noqa: S608
_ONE_BY_ONE = f"""
    SELECT l.position, l.entry, e.number IS NULL, e.number IS NOT NULL AND l.hash = {HASH}
    FROM ledger.ledger_leaf AS l {_JOINED}
    WHERE l.position >= %s AND l.position < %s ORDER BY l.position
"""  # noqa: S608
