"""Fifty writers at once and a sealer: nothing is missing, nothing doubled, nobody waits."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, connections, transaction

from corps.audit.actions import COMMAND, record
from corps.audit.heads import make_key_file
from corps.audit.models import Entry, Seal
from corps.audit.sealing import LOCK, seal_ledger
from tests.audit.ledgers import check_whole, numbers, seal_all, verified
from tests.cast import NOW

WRITERS = 50
ENTRIES = int(os.environ.get("LEDGER_ENTRIES", "20000"))
"""The bench looks for gaps and doubles among 100,000."""

Lock = tuple[str, str, str | None]
"""What kind of lock, how strong, on which table."""

LOCKS_OF_WRITERS = """
    SELECT DISTINCT l.locktype, l.mode, c.relname
    FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
    LEFT JOIN pg_class AS c ON c.oid = l.relation
    WHERE a.datname = current_database() AND a.application_name LIKE 'writer %' AND l.granted
"""


def writer(number: int, count: int, begin: Barrier) -> None:
    """Write entries, one a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET application_name = %s", [f"writer {number}"])
    begin.wait(60)
    for step in range(count):
        with transaction.atomic():
            record("test.act", by=COMMAND, at=NOW, facts={"writer": number, "step": step})
    connections.close_all()


def sealing(over: Event) -> int:
    """Seal as fast as can be until it is over; return how many seals that made."""
    while not over.is_set():
        seal_ledger(at=NOW)
    connections.close_all()
    return Seal.objects.count()


def watching(over: Event) -> set[Lock]:
    """Return every lock that a writer was ever seen to hold, but on rows and its own number."""
    seen: set[Lock] = set()
    while not over.wait(0.01):
        with connection.cursor() as cursor:
            cursor.execute(LOCKS_OF_WRITERS)
            seen |= set(cursor.fetchall())
    connections.close_all()
    return seen


def at_once(entries: int, *others: Callable[[Event], Any]) -> list[Any]:
    """Let WRITERS write so many entries while the others run; return what those found."""
    over, begin = Event(), Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS + len(others)) as pool:
        beside = [pool.submit(other, over) for other in others]
        writers = [
            pool.submit(writer, number, entries // WRITERS, begin) for number in range(WRITERS)
        ]
        try:
            for one in writers:
                one.result()
        finally:
            over.set()
        return [one.result() for one in beside]


@pytest.mark.slow
def test_fifty_writers_leave_no_gap_and_no_double(committed_db: str) -> None:
    make_key_file()
    seals, locks = at_once(ENTRIES, sealing, watching)
    seal_all()
    check_whole(ENTRIES)
    assert seals > 1
    assert stronger_than_a_row(locks) == set()


def stronger_than_a_row(locks: set[Lock]) -> set[Lock]:
    """Return the locks by which one writer could stop another, or anybody."""
    own = {"virtualxid", "transactionid", "spectoken"}
    weak = {"AccessShareLock", "RowShareLock", "RowExclusiveLock"}
    return {
        lock
        for lock in locks
        if lock[0] not in own
        and not (lock[0] == "relation" and lock[1] in weak)
        and lock[0] not in ("extend", "page", "tuple")
    }


def test_the_watcher_sees_a_lock_that_is_held_on(committed_db: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL application_name = 'writer 0'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(LOCKS_OF_WRITERS)
        assert ("advisory", "ExclusiveLock", None) in stronger_than_a_row(set(cursor.fetchall()))


def test_what_is_under_way_is_sealed_later_and_in_its_place(committed_db: str) -> None:
    make_key_file()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            "INSERT INTO ledger_entry (id, at, actor_kind, actor_id, actor, door, verb, object,"
            " about, desk, reason, facts, request_id) VALUES (gen_random_uuid(), now(), 'system',"
            " '', '', 'command', 'test.slow', '', '{}', '', '', '{}', '')"
        )
        with transaction.atomic():
            record("test.fast", by=COMMAND, at=NOW)
        assert seal_ledger(at=NOW) is None
        cursor.execute("COMMIT")
    other.close()
    seal_all()
    in_order = list(Entry.objects.order_by("number").values_list("verb", "number"))
    assert [verb for verb, _ in in_order] == ["test.slow", "test.fast"]
    assert numbers() == [number for _, number in in_order]
    assert verified().entries == 2
