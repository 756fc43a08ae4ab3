"""How fast the ledger is written, sealed and verified, each beside a hand-written floor.

    python -m corps.local bench -k ledger

Writing: fifty writers, one entry a transaction; the floor is an INSERT of the same values into a
table without indexes but its key, sent by hand over the same connections. The two take turns.
Afterwards no number is missing, and nothing stands there twice.
Verifying: the floor in Python fetches the same bytes and hashes them, in SQL it hashes them, each
without a tree, a leaf or a head to compare with. Rates are entries a second.
Two ratios are demanded, since they hold on any machine: writing at 0.65 of the floor or better, and
verifying in SQL faster than in Python. Rates are printed beside what is aimed at.
"""

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from statistics import median
from threading import Barrier
from time import perf_counter
from typing import Any

import pytest
from django.db import connection, connections, transaction
from psycopg.types.json import Jsonb

from corps.audit.actions import COMMAND, GIVEN, draft, record
from corps.audit.canonical import CANONICAL, HASH
from corps.audit.heads import make_key_file, public_key
from corps.audit.sealing import seal_ledger
from corps.audit.verifying import one_snapshot, verify_ledger
from tests.audit.ledgers import check_whole, seal_all
from tests.cast import NOW
from tests.conftest import as_admin

WRITERS = 50
APPENDED = int(os.environ.get("BENCH_APPENDED", "100000"))
VERIFIED = int(os.environ.get("BENCH_VERIFIED", "300000"))
TURNS, RUNS = 5, 5
SHARE = 0.65
"""At what part of the floor's rate the ledger is written, or better."""
AIM = 150_000
"""How many entries a second are to be verified in Python on a quiet machine with two cores."""

COLUMNS = ", ".join(GIVEN)
INSERT = f"INSERT INTO plain_entry ({COLUMNS}) VALUES ({', '.join(['%s'] * len(GIVEN))})"
FILL = f"""
    INSERT INTO ledger_entry ({COLUMNS})
    SELECT gen_random_uuid(), now(), 'person', gen_random_uuid()::text, 'coordinator.seoul',
        'admin', 'assignment.offered', '두루미-' || n,
        ARRAY['deployments.assignment:' || gen_random_uuid(),
              'volunteers.volunteer:' || gen_random_uuid()],
        'seoul', '', jsonb_build_object('from', 'proposed', 'to', 'offered'), md5(n::text)
    FROM generate_series(1, %s) AS n
"""
FLOOR_IN_PYTHON = (
    f"COPY (SELECT {CANONICAL} FROM ledger.ledger_entry AS e) TO STDOUT (FORMAT BINARY)"
)
FLOOR_IN_SQL = f"SELECT count({HASH}) FROM ledger.ledger_entry AS e"


@pytest.mark.slow
def test_ledger_is_written_near_the_rate_of_a_plain_insert(committed_db: str) -> None:
    as_admin(f"CREATE TABLE plain_entry ({_plain()})", database=committed_db)
    as_admin("GRANT ALL ON ALL TABLES IN SCHEMA public TO corps_app", database=committed_db)
    as_admin("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO corps_app", database=committed_db)
    rates: dict[str, list[float]] = {"plain": [], "ledger": []}
    for turn in range(TURNS):
        rates["plain"].append(appended(by_hand, turn, APPENDED // TURNS))
        rates["ledger"].append(appended(by_record, turn, APPENDED // TURNS))
    seal_all()
    check_whole(APPENDED // TURNS // WRITERS * WRITERS * TURNS)
    plain_rate, ledger_rate = median(rates["plain"]), median(rates["ledger"])
    show(
        {
            "writers": WRITERS,
            "entries": APPENDED,
            "plain inserts/s": round(plain_rate),
            "ledger entries/s": round(ledger_rate),
            "share": round(ledger_rate / plain_rate, 2),
        }
    )
    assert ledger_rate >= SHARE * plain_rate


def _plain() -> str:
    kinds = {"id": "uuid", "at": "timestamptz", "about": "varchar[]", "facts": "jsonb"}
    columns = [f"{name} {kinds.get(name, 'varchar')} NOT NULL" for name in GIVEN]
    return ", ".join(["number bigserial PRIMARY KEY", *columns])


def by_hand(facts: dict[str, int]) -> None:
    """Write the values of an entry into the plain table."""
    entry = draft("test.act", by=COMMAND, at=NOW, facts=facts)
    values = [getattr(entry, name) for name in GIVEN]
    values[GIVEN.index("facts")] = Jsonb(entry.facts)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, values)


def by_record(facts: dict[str, int]) -> None:
    """Write an entry."""
    with transaction.atomic():
        record("test.act", by=COMMAND, at=NOW, facts=facts)


def appended(write: Callable[[dict[str, int]], None], turn: int, count: int) -> float:
    """Return how many a second fifty writers manage, once all are connected."""
    begin = Barrier(WRITERS + 1)

    def one(writer: int) -> None:
        connection.ensure_connection()
        begin.wait(60)
        for step in range(count // WRITERS):
            write({"turn": turn, "writer": writer, "step": step})
        connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(one, number) for number in range(WRITERS)]
        begin.wait(60)
        begun = perf_counter()
        for writer in writers:
            writer.result()
    return count / (perf_counter() - begun)


@pytest.mark.slow
def test_ledger_is_verified_near_the_floor(committed_db: str) -> None:
    make_key_file()
    with connection.cursor() as cursor:
        cursor.execute(FILL, [VERIFIED])
    as_admin("ANALYZE", database=committed_db)
    begun = perf_counter()
    assert seal_ledger(at=NOW) is not None
    figures: dict[str, Any] = {
        "entries": VERIFIED,
        "sealed/s": round(VERIFIED / (perf_counter() - begun)),
    }
    as_admin("VACUUM ANALYZE", database=committed_db)
    arms: dict[str, Callable[[], object]] = {
        "floor in Python": floor_in_python,
        "in Python": lambda: verified(by_database=False),
        "floor in SQL": floor_in_sql,
        "in SQL": lambda: verified(by_database=True),
    }
    taken: dict[str, list[float]] = {name: [] for name in arms}
    for _ in range(RUNS):
        for name, act in arms.items():
            begun = perf_counter()
            act()
            taken[name].append(perf_counter() - begun)
    rates = {name: VERIFIED / median(seconds) for name, seconds in taken.items()}
    figures |= {f"{name}, /s": round(rate) for name, rate in rates.items()}
    figures["aim in Python, /s"] = AIM
    figures["share in Python"] = round(rates["in Python"] / rates["floor in Python"], 2)
    figures["share in SQL"] = round(rates["in SQL"] / rates["floor in SQL"], 2)
    figures["SQL to Python"] = round(rates["in SQL"] / rates["in Python"], 2)
    show(figures)
    assert rates["in SQL"] > rates["in Python"]


def verified(*, by_database: bool) -> None:
    """Verify as the command does."""
    with one_snapshot():
        found = verify_ledger(public_key=public_key(), by_database=by_database)
    assert (found.entries, found.waiting) == (VERIFIED, 0)


def floor_in_python() -> None:
    """Fetch every entry's bytes and hash them."""
    with connection.cursor() as cursor:
        raw: Any = cursor.cursor
        with raw.copy(FLOOR_IN_PYTHON) as copy:
            copy.set_types(["bytea"])
            count = len([sha256(b"\x00" + content).digest() for (content,) in copy.rows()])
    assert count == VERIFIED


def floor_in_sql() -> None:
    """Let the database hash every entry."""
    with connection.cursor() as cursor:
        cursor.execute(FLOOR_IN_SQL)
        assert cursor.fetchone() == (VERIFIED,)


def show(figures: dict[str, Any]) -> None:
    """Print the figures as a table and as JSON."""
    width = max(map(len, figures))
    lines = [f"{name:<{width}}  {value:>12,}" for name, value in figures.items()]
    sys.stdout.write("\n" + "\n".join(lines) + "\n" + json.dumps(figures) + "\n")
