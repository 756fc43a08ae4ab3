"""Verifying the ledger: its entries against the tree, the tree against the signed heads."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from corps.audit.blocks import SIZE, Block, blocks, first_wrong
from corps.audit.guards import own_names, replaced
from corps.audit.heads import (
    FIRST,
    Head,
    HeadWrong,
    SignedHead,
    check_signature,
    hash_of,
    head_of,
)
from corps.audit.merkle import HASH_BYTES, Frontier

Progress = Callable[[int], None]


class Wrong(Exception):
    """The ledger is not what it was. `entry` is the number of the first entry that is wrong, where
    one can be named; `seal` the number of the seal; the text says what is wrong with it."""

    def __init__(self, why: str, *, entry: int | None = None, seal: int | None = None) -> None:
        self.why, self.entry, self.seal = why, entry, seal
        named = f"entry {entry}: " if entry is not None else f"seal {seal}: " if seal else ""
        super().__init__(f"{named}{why}")


class Unguarded(Wrong):
    """What guards the ledger was replaced: what was done meanwhile may not have been entered. The
    text names the functions, triggers and tables that are not as they were put there."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found in order: how many entries, how many seals, how many wait for the next."""

    entries: int
    seals: int
    waiting: int


@dataclass(frozen=True, slots=True)
class _Due:
    """What the tree must be at a size: by a seal of ours (`seal`), or by a head from outside."""

    root: bytes
    seal: int | None = None
    frontier: bytes = b""


@contextmanager
def one_snapshot() -> Iterator[None]:
    """See the database as it is now, until the end; nothing is written."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def verify_ledger(
    *,
    public_key: bytes,
    outside: Sequence[SignedHead] = (),
    by_database: bool = False,
    progress: Progress = lambda done: None,
) -> Verified:
    """Go through the whole ledger; return what was found in order.

    Each entry is hashed again and compared with its leaf, the leaves are added up, and at the size
    of each seal the root, the signature and the chain of heads are checked. `outside` are heads
    that were kept elsewhere: the ledger must begin with what they say. With `by_database`
    PostgreSQL hashes the entries. `progress` is told how many are done. Raises Unguarded where the
    ledger's functions, triggers or tables are not those that were put there; then Wrong for the
    first thing that is wrong. Nothing may be sealed meanwhile: call it in `one_snapshot()`.
    """
    with own_names(connection) as cursor:
        if others := replaced(cursor):
            raise Unguarded(", ".join(others))
        return _gone_through(public_key, outside, by_database=by_database, progress=progress)


def _gone_through(
    public_key: bytes, outside: Sequence[SignedHead], *, by_database: bool, progress: Progress
) -> Verified:
    last, seals, due = _seals(public_key)
    held = [_signed(head, public_key, None) for head in outside]
    for head in held:
        due.setdefault(head.size, []).append(_Due(head.root))
    entries, leaves, end = _counted()
    if entries != leaves and last is not None:
        _check_intruders(last, entries - leaves)
    frontier = _grown(due, end, by_database=by_database, progress=progress)
    if leaves != frontier.size:
        raise _astray()
    _check_end(last, frontier.size, entries)
    if any(head.size > frontier.size for head in held):
        raise Wrong("the ledger holds less than a head that was kept outside")
    return Verified(frontier.size, seals, entries - frontier.size)


def _seals(public_key: bytes) -> tuple[Head | None, int, dict[int, list[_Due]]]:
    """Return the last head, their number, and what is due at the size of each; every head is
    signed and names the one before, and none is missing."""
    head: Head | None = None
    previous, count = FIRST, 0
    due: dict[int, list[_Due]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SEALS)
        for number, text, signature, frontier, *columns in cursor:
            before, count = head, count + 1
            head = _signed(SignedHead(text, bytes(signature)), public_key, number)
            if not head.number == number == count:
                raise Wrong("a seal is missing, or stands in another's place", seal=count)
            if head.previous != previous or (before and head.size <= before.size):
                raise Wrong("it does not follow the seal before it", seal=number)
            if columns != [head.size, head.at, head.horizon, head.ceiling, head.top]:
                raise Wrong("its row says something else than its head", seal=number)
            nodes = sha256(b"".join(map(bytes, frontier))).digest()
            due[head.size] = [_Due(head.root, number, nodes)]
            previous = hash_of(text)
    return head, count, due


_SEALS = """
    SELECT number, head, signature, frontier,
        size, at, horizon::text::bigint, ceiling::text::bigint, top
    FROM ledger.ledger_seal ORDER BY number
"""


def _signed(head: SignedHead, public_key: bytes, seal: int | None) -> Head:
    try:
        check_signature(head.text, head.signature, public_key)
        return head_of(head.text)
    except HeadWrong:
        where = "" if seal else "the head from outside: "
        raise Wrong(f"{where}its signature is not the ledger's", seal=seal) from None


def _counted() -> tuple[int, int, int]:
    """Return how many entries and leaves there are, and the position behind the last leaf.

    Raises Wrong for an entry that another role wrote than the application's, unless it says so.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE ours), min(number) FILTER (WHERE NOT ours)"
            " FROM ledger.ledger_entry CROSS JOIN LATERAL (SELECT (written_by = ANY (%s::name[])"
            " OR starts_with(verb, 'outside.')) IS TRUE AS ours) AS told",
            [["", *settings.LEDGER_WRITERS]],
        )
        entries, ours, foreign = cursor.fetchone()
        cursor.execute("SELECT count(*), coalesce(max(position) + 1, 0) FROM ledger.ledger_leaf")
        leaves, end = cursor.fetchone()
    if entries != ours:
        raise Wrong("it was written around the application", entry=foreign)
    return entries, leaves, end


def _check_intruders(last: Head, waiting: int) -> None:
    """Find entries that were slipped in below what a seal had reached already, or stand there
    twice; `waiting` is by how many the entries outnumber the leaves.

    An entry whose number is below a seal's `top`, and which is not among the sealed, was under way
    when the seal was made: its transaction began before the seal's `ceiling`. One that began later
    took a number that was not its to take. And one below `horizon` was settled: it would have been
    sealed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE due), min(number) FILTER (WHERE NOT due)"
            " FROM ledger.ledger_entry AS e CROSS JOIN LATERAL (SELECT (e.number IS NOT NULL"
            " AND e.xact >= %s::xid8 AND (e.number >= %s OR e.xact < %s::xid8)) IS TRUE AS due)"
            " AS told"
            " WHERE NOT EXISTS (SELECT FROM ledger.ledger_leaf AS l WHERE l.entry = e.number)",
            [str(last.horizon), last.top, str(last.ceiling)],
        )
        unsealed, due, found = cursor.fetchone()
    if unsealed != due:
        why = "it was slipped in, or taken out of the tree: it should be sealed, and is not"
        raise Wrong(why, entry=found)
    if unsealed < waiting:
        raise _double()


def _double() -> Wrong:
    """Return what is wrong where more entries stand for leaves than there are leaves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(number) FROM (SELECT number FROM ledger.ledger_entry"
            " GROUP BY number HAVING count(*) > 1) AS doubles"
        )
        return Wrong("it stands there more than once", entry=cursor.fetchone()[0])


def _astray() -> Wrong:
    """Return what is wrong where leaves stand at no position of the tree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(entry) FROM ledger.ledger_leaf WHERE (position >= 0) IS NOT TRUE"
        )
        return Wrong("its leaf stands outside the tree", entry=cursor.fetchone()[0])


def _grown(
    due: dict[int, list[_Due]], end: int, *, by_database: bool, progress: Progress
) -> Frontier:
    """Return the frontier of the whole tree; every entry fits its leaf, every head its size."""
    stops = sorted((size for size in due if size > 0), reverse=True)
    frontier = Frontier()
    try:
        with transaction.atomic(), closing(blocks(by_database=by_database)) as given:
            for block in given:
                _check_block(block, end)
                _grow(frontier, block.hashes, stops, due)
                progress(frontier.size)
    except _Stop as stop:
        raise stop.explain() from None
    return frontier


def _check_block(block: Block, end: int) -> None:
    if not block.fits or block.count != min(SIZE, end - block.start):
        raise _Stop(partial(_named, block.start))


def _grow(frontier: Frontier, hashes: bytes, stops: list[int], due: dict[int, list[_Due]]) -> None:
    begun = frontier.size
    while stops and stops[-1] <= begun + len(hashes) // HASH_BYTES:
        size = stops.pop()
        frontier.extend(hashes[(frontier.size - begun) * HASH_BYTES : (size - begun) * HASH_BYTES])
        _check_size(frontier, due[size])
    frontier.extend(hashes[(frontier.size - begun) * HASH_BYTES :])


class _Stop(Exception):
    """The reading ends here; afterwards, when the connection is free, `explain` says why."""

    def __init__(self, explain: Callable[[], Wrong]) -> None:
        self.explain = explain
        super().__init__()


def _named(start: int) -> Wrong:
    """Return what is wrong first in the block from `start`."""
    entry, why = first_wrong(start)
    return Wrong(why, entry=entry)


def _check_size(frontier: Frontier, due: list[_Due]) -> None:
    """Compare the tree as it is with what is said of this size: a seal of ours, a head outside."""
    root, nodes = frontier.root(), sha256(b"".join(frontier.nodes)).digest()
    for one in due:
        if one.root != root:
            raise _Stop(partial(_changed, frontier.size, one.seal))
        if one.seal is not None and one.frontier != nodes:
            raise _Stop(partial(Wrong, "its frontier was altered", seal=one.seal))


def _changed(size: int, seal: int | None) -> Wrong:
    """Return what is wrong with a tree whose leaves fit their entries and not the head."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT size FROM ledger.ledger_seal WHERE number = %s", [(seal or 0) - 1])
        before: Any = cursor.fetchone() or (0,)
        cursor.execute(
            "SELECT min(entry), max(entry) FROM ledger.ledger_leaf"
            " WHERE position >= %s AND position < %s",
            [before[0], size],
        )
        first, last = cursor.fetchone()
    whose = "this seal" if seal else "the head that was kept outside"
    why = f"entries and leaves were changed together, against {whose}, among {first} to {last}"
    return Wrong(why, seal=seal)


def _check_end(last: Head | None, size: int, entries: int) -> None:
    sealed = last.size if last else 0
    if last and size < sealed:
        raise Wrong(f"{sealed - size} entries at the end were removed", seal=last.number)
    if size > sealed:
        raise Wrong("the tree holds more than was ever sealed")
    if not last and not entries and _numbers_given():
        raise Wrong("the ledger is empty, and was not always")


def _numbers_given() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT numbers IS NULL OR pg_sequence_last_value(numbers) IS NOT NULL"
            " FROM to_regclass('ledger.ledger_entry_number_seq') AS numbers"
        )
        return bool(cursor.fetchone()[0])
