"""Verifying the ledger: its entries against the tree, the tree against the signed heads."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import connection

from corps.audit.heads import FIRST, Head, HeadWrong, check_signature, hash_of, head_of
from corps.audit.merkle import Frontier

Progress = Callable[[int], None]
EACH = 50_000
"""After how many entries progress is told."""


class Wrong(Exception):
    """The ledger is not what it was. `entry` is the number of the first entry that is wrong, where
    one can be named; `seal` the number of the seal; the text says what is wrong with it."""

    def __init__(self, why: str, *, entry: int | None = None, seal: int | None = None) -> None:
        self.why, self.entry, self.seal = why, entry, seal
        named = f"entry {entry}: " if entry is not None else f"seal {seal}: " if seal else ""
        super().__init__(f"{named}{why}")


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found in order: how many entries, how many seals, how many wait for the next."""

    entries: int
    seals: int
    waiting: int


def verify_ledger(
    *,
    public_key: bytes,
    outside: tuple[str, bytes] | None = None,
    by_database: bool = False,
    progress: Progress = lambda done: None,
) -> Verified:
    """Go through the whole ledger; return what was found in order.

    Each entry is hashed again and compared with its leaf, the leaves are added up, and at the size
    of each seal the root, the signature and the chain of heads are checked. `outside` is a head
    that was kept elsewhere, with its signature: the ledger must hold at least as much. With
    `by_database` PostgreSQL hashes the entries. Raises Wrong for the first thing that is wrong.
    Nothing else may seal at the same time: call it in one snapshot (`REPEATABLE READ`).
    """
    heads = _seals(public_key)
    held = _held_outside(outside, public_key)
    _check_intruders(heads)
    frontier, waiting = Frontier(), 0
    due = {head.size: head for head in heads}
    roots: dict[int, bytes] = {}
    for position, entry, kept, made in _leaves(by_database=by_database):
        if position is None:
            waiting += 1
            continue
        _check_leaf(frontier.size, position, entry, kept, made)
        frontier.append(kept)
        if frontier.size in due:
            _check_root(due[frontier.size], frontier, entry)
        if held is not None and frontier.size == held.size:
            roots[held.size] = frontier.root()
        if frontier.size % EACH == 0:
            progress(frontier.size)
    _check_end(heads, frontier, waiting)
    if held is not None and roots.get(held.size) != held.root:
        why = "the ledger holds less than the head that was kept outside, or something else"
        raise Wrong(why, seal=held.number)
    return Verified(frontier.size, len(heads), waiting)


def _seals(public_key: bytes) -> list[Head]:
    """Return the heads in order, each signed, each naming the one before, none missing."""
    heads, previous, size = [], FIRST, -1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, size, head, signature FROM ledger.ledger_seal ORDER BY number"
        )
        for number, rows_size, text, signature in cursor.fetchall():
            head = _signed(text, bytes(signature), public_key, number)
            expected = len(heads) + 1
            if head.number != expected or number != expected or head.size != rows_size:
                raise Wrong("a seal is missing, or stands in another's place", seal=expected)
            if head.previous != previous or head.size <= size:
                raise Wrong("it does not follow the seal before it", seal=number)
            heads.append(head)
            previous, size = hash_of(text), head.size
    return heads


def _signed(text: str, signature: bytes, public_key: bytes, number: int) -> Head:
    try:
        check_signature(text, signature, public_key)
        return head_of(text)
    except HeadWrong:
        raise Wrong("its signature is not the ledger's", seal=number) from None


def _held_outside(outside: tuple[str, bytes] | None, public_key: bytes) -> Head | None:
    if outside is None:
        return None
    try:
        check_signature(*outside, public_key)
        return head_of(outside[0])
    except HeadWrong:
        raise Wrong("the head that was kept outside is not the ledger's") from None


def _check_leaf(due: int, position: int, entry: int, kept: bytes, made: bytes | None) -> None:
    if position != due:
        raise Wrong("an entry before it was removed from the tree", entry=entry)
    if made is None:
        raise Wrong("it was removed", entry=entry)
    if made != kept:
        raise Wrong("it was altered", entry=entry)


def _check_root(head: Head, frontier: Frontier, entry: int) -> None:
    if head.root != frontier.root():
        why = f"the tree was changed between the seal before and this one, up to entry {entry}"
        raise Wrong(why, seal=head.number)


def _check_end(heads: list[Head], frontier: Frontier, waiting: int) -> None:
    sealed = heads[-1].size if heads else 0
    if frontier.size < sealed:
        raise Wrong(f"{sealed - frontier.size} entries at the end were removed", seal=len(heads))
    if frontier.size > sealed:
        raise Wrong("the tree holds more than was ever sealed")
    if not heads and not waiting and _numbers_given():
        raise Wrong("the ledger is empty, and was not always")


def _numbers_given() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_sequence_last_value('ledger.ledger_entry_number_seq') IS NOT NULL"
        )
        return bool(cursor.fetchone()[0])


def _check_intruders(heads: list[Head]) -> None:
    """Find entries that were slipped in below what a seal had reached already.

    An entry whose number is below a seal's `top`, and which is not among the sealed, was under way
    when the seal was made: its transaction began before the seal's `ceiling`. One that began later
    took a number that was not its to take. And one below `horizon` was settled: it would have been
    sealed.
    """
    if not heads:
        return
    last = heads[-1]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(number) FROM ledger.ledger_entry AS e"
            " WHERE NOT EXISTS (SELECT FROM ledger.ledger_leaf AS l WHERE l.entry = e.number)"
            " AND (e.xact < %s::xid8 OR e.number < %s AND e.xact >= %s::xid8)",
            [str(last.horizon), last.top, str(last.ceiling)],
        )
        found = cursor.fetchone()[0]
    if found is not None:
        raise Wrong("it was slipped in", entry=found)


Row = tuple[int | None, int, bytes, bytes | None]


def _leaves(*, by_database: bool) -> Iterator[Row]:
    """Give `(position, entry, hash kept, hash made)` in the tree's order, then what waits."""
    made = "sha256('\\x00'::bytea || ledger.canonical(e))" if by_database else "ledger.canonical(e)"
    statement = f"""
        COPY (
            SELECT l.position, coalesce(l.entry, e.number), l.hash,
                CASE WHEN e.number IS NOT NULL THEN {made} END
            FROM ledger.ledger_leaf AS l FULL JOIN ledger.ledger_entry AS e ON e.number = l.entry
            ORDER BY l.position NULLS LAST
        ) TO STDOUT (FORMAT BINARY)
    """  # noqa: S608  (nothing of it comes from outside)
    with closing(connection.cursor()) as cursor:
        raw: Any = cursor.cursor
        with raw.copy(statement) as copy:
            copy.set_types(["int8", "int8", "bytea", "bytea"])
            if by_database:
                yield from copy.rows()
                return
            for position, entry, kept, content in copy.rows():
                made_here = None if content is None else sha256(b"\x00" + content).digest()
                yield position, entry, kept, made_here
