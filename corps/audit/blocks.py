"""The tree's leaves beside their entries, read in blocks: one message of the wire for hundreds.

Where we hash, the database joins leaves and entries by their keys, in the tree's order, and sends
each block while the one before is being hashed; nothing is sorted and nothing is kept. Where the
database hashes, the leaves of one stretch are kept here until it has compared their entries.
"""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import connection

from corps.audit.canonical import CANONICAL, HASH
from corps.audit.merkle import HASH_BYTES

SIZE = 512
"""How many leaves there are in a block."""

STRETCH = 1024 * SIZE
"""How many leaves the database compares with their entries at once."""

ALTERED, REMOVED = "it was altered", "it was removed"
NO_LEAF = "an entry before it was taken out of the tree"


@dataclass(frozen=True, slots=True)
class Block:
    """`count` leaves from the position `start`: their hashes, end to end, and whether all entries
    fit."""

    start: int
    count: int
    hashes: bytes
    fits: bool


def blocks(*, by_database: bool) -> Generator[Block, None, None]:
    """Give every block of the tree in order; the database or we hash the entries."""
    return _hashed_there() if by_database else _hashed_here()


def _hashed_here() -> Generator[Block, None, None]:
    digest = sha256
    types = ["int8", "int8", "bool", "bytea", "bytea"]
    for start, count, whole, kept, content in _copied(_WITH_CONTENT, types):
        made = b"".join([digest(b"\x00" + line).digest() for line in content.split(b"\n")])
        yield Block(start, count, kept, whole and made == kept)


def _hashed_there() -> Generator[Block, None, None]:
    """The database compares a stretch on all its processors, before it is added up here. Told
    between which numbers its entries stand, it reads each of them once, and no others."""
    with closing(connection.cursor()) as cursor:
        start = 0
        while leaves := _asked(cursor, _HASHES, [start, start + STRETCH - 1]):
            numbers = [number for _start, _count, _kept, *ends in leaves for number in ends]
            within = [min(numbers), max(numbers), start, start + STRETCH]
            [(first,)] = _asked(cursor, _FIRST_UNLIKE, within)
            for at, count, kept, _least, _most in leaves:
                yield Block(at, count, kept, first is None or not at <= first < at + SIZE)
            start += STRETCH


def _asked(cursor: Any, query: str, given: list[int]) -> list[tuple[Any, ...]]:
    cursor.execute(query, given)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


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
    last="least(%s, (SELECT coalesce(max(position), -1) FROM ledger.ledger_leaf))",
    wanted="""
        coalesce(string_agg(l.hash, ''::bytea ORDER BY l.position), ''),
        coalesce(min(l.entry), 0), coalesce(max(l.entry), 0)""",
    joined="",
)
_WITH_CONTENT = _BLOCKS.format(
    first="0",
    last="(SELECT max(position) FROM ledger.ledger_leaf)",
    wanted=f"""
        bool_and(octet_length(l.hash) = {HASH_BYTES}),
        coalesce(string_agg(l.hash, ''::bytea ORDER BY l.position), ''),
        coalesce(string_agg(
            CASE WHEN e.number IS NULL THEN ''::bytea ELSE {CANONICAL} END,
            '\\x0a'::bytea ORDER BY l.position
        ), '')""",
    joined=_JOINED,
)
_FIRST_UNLIKE = f"""
    SELECT min(l.position) FILTER (
        WHERE e.number IS NULL OR (l.hash = {HASH}) IS NOT TRUE
    )
    FROM ledger.ledger_leaf AS l {_JOINED} AND e.number BETWEEN %s AND %s
    WHERE l.position >= %s AND l.position < %s
"""  # noqa: S608
_ONE_BY_ONE = f"""
    SELECT l.position, l.entry, e.number IS NULL, (l.hash = {HASH}) IS TRUE
    FROM ledger.ledger_leaf AS l {_JOINED}
    WHERE l.position >= %s AND l.position < %s ORDER BY l.position
"""  # noqa: S608
