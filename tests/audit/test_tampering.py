"""Whatever somebody changes in the ledger past its triggers is found, and named."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from django.db import connection, connections, transaction

from corps.audit import verifying
from corps.audit.canonical import HASH
from corps.audit.heads import public_key
from corps.audit.proving import signed_head
from corps.audit.verifying import Unguarded, Verified, Wrong, verify_ledger
from tests.audit.flips import Cell, drawn_from, flip_and_miss
from tests.audit.ledgers import (
    FREE,
    TIED,
    as_superuser,
    forge_seal,
    numbers,
    seal_all,
    verified,
    write,
)
from tests.conftest import as_admin, drop, leave, point_at

BOTH = pytest.mark.parametrize("by_database", [False, True], ids=["python", "sql"])


@dataclass(frozen=True)
class Tampering:
    """What somebody does, and which of the entries (counted from 0, in order) is named for it."""

    name: str
    act: Callable[[Any, list[int]], None]
    named: int | None = None
    seal: int | None = None


def do(*statements: str) -> Callable[[Any, list[int]], None]:
    """Run statements; `{3}` stands for the number of the fourth entry."""

    def act(cursor: Any, entries: list[int]) -> None:
        for statement in statements:
            cursor.execute(statement.format(*entries))

    return act


def renumber(*statements: str) -> Callable[[Any, list[int]], None]:
    """Run statements that change numbers."""
    return do(FREE, *statements, TIED)


COPY = (
    "INSERT INTO ledger_entry OVERRIDING SYSTEM VALUE"
    " SELECT {number}, gen_random_uuid(), at, actor_kind, actor_id, actor,"
    " door, verb, object, about, desk, reason, facts, request_id, written_at, {xact}, written_by"
    " FROM ledger_entry WHERE number = {{4}}"
)
REMADE = f"UPDATE ledger_leaf SET hash = {HASH}"
TAMPERINGS = [
    Tampering("altered", do("UPDATE ledger_entry SET reason = 'x' WHERE number = {4}"), 4),
    Tampering("two altered", do("UPDATE ledger_entry SET desk = 'x' WHERE number >= {6}"), 6),
    Tampering("another fact", do("UPDATE ledger_entry SET facts = '{{}}' WHERE number = {1}"), 1),
    Tampering("deleted", do("DELETE FROM ledger_entry WHERE number = {4}"), 4),
    Tampering("first deleted", do("DELETE FROM ledger_entry WHERE number = {0}"), 0),
    Tampering(
        "deleted with its leaf",
        do(
            "DELETE FROM ledger_entry WHERE number = {4}",
            "DELETE FROM ledger_leaf WHERE entry = {4}",
        ),
        5,
    ),
    Tampering(
        "deleted, and the others moved up",
        do(
            "DELETE FROM ledger_entry WHERE number = {4}",
            "DELETE FROM ledger_leaf WHERE entry = {4}",
            "UPDATE ledger_leaf SET position = position + 100 WHERE position > 4",
            "UPDATE ledger_leaf SET position = position - 101 WHERE position > 99",
        ),
        seal=2,
    ),
    Tampering("leaf deleted", do("DELETE FROM ledger_leaf WHERE entry = {4}"), 4),
    Tampering("inserted below", do(COPY.format(number="{0} - 1", xact="xact")), None),
    Tampering(
        "inserted in place of another",
        do(
            "DELETE FROM ledger_entry WHERE number = {5}",
            COPY.format(number="{5}", xact="xact"),
        ),
        5,
    ),
    Tampering(
        "swapped",
        renumber(
            "UPDATE ledger_entry SET number = 0 WHERE number = {3}",
            "UPDATE ledger_entry SET number = {3} WHERE number = {7}",
            "UPDATE ledger_entry SET number = {7} WHERE number = 0",
        ),
        3,
    ),
    Tampering(
        "swapped in the tree",
        do(
            "UPDATE ledger_leaf SET position = 900 WHERE entry = {3}",
            "UPDATE ledger_leaf SET position = 3 WHERE entry = {4}",
            "UPDATE ledger_leaf SET position = 4 WHERE entry = {3}",
        ),
        seal=2,
    ),
    Tampering("renumbered", renumber("UPDATE ledger_entry SET number = 900 WHERE number = {4}"), 4),
    Tampering(
        "renumbered from there on",
        renumber("UPDATE ledger_entry SET number = number + 500 WHERE number >= {4}"),
        4,
    ),
    Tampering(
        "renumbered with its leaf",
        renumber(
            "UPDATE ledger_entry SET number = 900 WHERE number = {4}",
            "UPDATE ledger_leaf SET entry = 900 WHERE entry = {4}",
        ),
    ),
    Tampering(
        "altered with its leaf",
        do(
            "UPDATE ledger_entry SET reason = 'x' WHERE number = {4}",
            REMADE + " FROM ledger_entry AS e WHERE e.number = entry",
        ),
        seal=2,
    ),
    Tampering("leaf altered", do("UPDATE ledger_leaf SET hash = sha256('') WHERE entry = {4}"), 4),
    Tampering("leaf made up", do("INSERT INTO ledger_leaf VALUES (10, 901, sha256(''))"), None),
    Tampering("tail of entries cut", do("DELETE FROM ledger_entry WHERE number >= {8}"), 8),
    Tampering(
        "tail cut",
        do(
            "DELETE FROM ledger_entry WHERE number >= {8}",
            "DELETE FROM ledger_leaf WHERE position >= 8",
        ),
        seal=3,
    ),
    Tampering("entries truncated", do("TRUNCATE ledger_entry"), 0),
    Tampering("all truncated", do("TRUNCATE ledger_entry, ledger_leaf"), seal=3),
    Tampering("all and seals truncated", do("TRUNCATE ledger_entry, ledger_leaf, ledger_seal")),
    Tampering("seals truncated", do("TRUNCATE ledger_seal")),
    Tampering("last seal removed", do("DELETE FROM ledger_seal WHERE number = 3")),
    Tampering("a seal removed", do("DELETE FROM ledger_seal WHERE number = 2"), seal=2),
    Tampering("signature", do("UPDATE ledger_seal SET signature = 'x' WHERE number = 2"), seal=2),
    Tampering("seal's size", do("UPDATE ledger_seal SET size = 9 WHERE number = 2"), seal=2),
    Tampering("seal's frontier", do("UPDATE ledger_seal SET frontier[1] = 'x'"), seal=1),
    Tampering("forged root", lambda cursor, _: forge_seal(cursor, 3, root=bytes(32)), seal=3),
    Tampering("forged chain", lambda cursor, _: forge_seal(cursor, 2, top=0), seal=2),
]


@BOTH
@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda one: one.name)
def test_what_was_changed_is_found_and_named(
    tampered_db: list[int], tampering: Tampering, *, by_database: bool
) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            tampering.act(cursor, tampered_db)
        with pytest.raises(Wrong) as wrong:
            verify_ledger(public_key=public_key(), by_database=by_database)
        transaction.set_rollback(True)
    if tampering.named is not None:
        assert wrong.value.entry == tampered_db[tampering.named]
    if tampering.seal is not None:
        assert wrong.value.seal == tampering.seal
    assert verified(by_database=by_database).entries == 10


NO_KEY = "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_pkey"
NO_PLACE = "ALTER TABLE ledger_leaf DROP CONSTRAINT ledger_leaf_position_check"
ANY_PLACE = "ALTER TABLE ledger_leaf DROP CONSTRAINT ledger_leaf_pkey, ALTER position DROP NOT NULL"
ANY_LENGTH = "ALTER TABLE ledger_leaf DROP CONSTRAINT ledger_leaf_hash_check"
SLIPPED_IN = COPY.format(number="{0} - 1", xact="xact")
UNCONSTRAINED = [
    Tampering(
        "a leaf below the tree hides an entry",
        do(NO_PLACE, SLIPPED_IN, "INSERT INTO ledger_leaf VALUES (-1, {0} - 1, sha256(''))"),
        named=-1,
    ),
    Tampering(
        "a leaf without a place hides an entry",
        do(ANY_PLACE, SLIPPED_IN, "INSERT INTO ledger_leaf VALUES (NULL, {0} - 1, sha256(''))"),
        named=-1,
    ),
    Tampering(
        "slipped in by no transaction",
        do(
            "ALTER TABLE ledger_entry ALTER xact DROP NOT NULL",
            COPY.format(number="{0} - 1", xact="NULL"),
        ),
        named=-1,
    ),
    Tampering(
        "slipped in without a number",
        do(
            NO_KEY,
            "ALTER TABLE ledger_entry ALTER number DROP IDENTITY, ALTER number DROP NOT NULL",
            COPY.format(number="NULL", xact="xact"),
        ),
    ),
    Tampering(
        "written by nobody",
        do(
            "ALTER TABLE ledger_entry ALTER written_by DROP NOT NULL",
            "UPDATE ledger_entry SET written_by = NULL WHERE number = {4}",
        ),
        named=4,
    ),
    Tampering("twice", do(NO_KEY, COPY.format(number="{4}", xact="xact")), named=4),
    Tampering(
        "no hash",
        do(
            "ALTER TABLE ledger_leaf ALTER hash DROP NOT NULL",
            "UPDATE ledger_entry SET reason = 'x' WHERE number = {4}",
            "UPDATE ledger_leaf SET hash = NULL WHERE entry = {4}",
        ),
        named=4,
    ),
    Tampering(
        "hashes that are one byte longer and shorter",
        do(
            ANY_LENGTH,
            "UPDATE ledger_leaf SET hash = hash || (SELECT substr(l.hash, 1, 1)"
            " FROM ledger_leaf AS l WHERE l.entry = {5}) WHERE entry = {4}",
            "UPDATE ledger_leaf SET hash = substr(hash, 2) WHERE entry = {5}",
        ),
        named=4,
    ),
]


@BOTH
@pytest.mark.parametrize("tampering", UNCONSTRAINED, ids=lambda one: one.name)
def test_what_a_table_without_its_constraints_let_in_is_found(
    tampered_db: list[int],
    monkeypatch: pytest.MonkeyPatch,
    tampering: Tampering,
    *,
    by_database: bool,
) -> None:
    """That they are gone is said first; and were they put back, the entry is named all the same."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            tampering.act(cursor, tampered_db)
        with pytest.raises(Unguarded, match=r"the (column|constraint) ledger_"):
            verify_ledger(public_key=public_key(), by_database=by_database)
        monkeypatch.setattr(verifying, "replaced", lambda _cursor: [])
        with pytest.raises(Wrong) as wrong:
            verify_ledger(public_key=public_key(), by_database=by_database)
        transaction.set_rollback(True)
    if tampering.named is not None:
        before = [*tampered_db, tampered_db[0] - 1]
        assert wrong.value.entry == before[tampering.named]
    monkeypatch.undo()
    assert verified(by_database=by_database).entries == 10


@pytest.fixture(scope="module")
def tampered_db(
    django_db_setup: None, django_db_blocker: Any, database_name: str
) -> Iterator[list[int]]:
    """Ten entries under three seals, in a database where the superuser works; their numbers."""
    clone = f"{database_name}_tampered"
    with django_db_blocker.unblock():
        connections.close_all()
        drop(clone)
        leave(database_name)
        as_admin("CREATE DATABASE {} TEMPLATE {}", clone, database_name)
        point_at(clone)
        for size in (3, 4, 3):
            write(size)
            seal_all()
        with as_superuser():
            yield numbers()
        connections.close_all()
        point_at(database_name)
    drop(clone)


def test_a_tail_cut_with_its_seal_is_found_against_a_head_from_outside(
    tampered_db: list[int],
) -> None:
    kept = signed_head()
    assert kept is not None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_seal WHERE number = 3")
        cursor.execute("DELETE FROM ledger_leaf WHERE position >= 7")
        cursor.execute("DELETE FROM ledger_entry WHERE number >= %s", [tampered_db[7]])
        assert verify_ledger(public_key=public_key()) == Verified(7, 2, 0)
        with pytest.raises(Wrong, match="holds less than a head that was kept outside"):
            verify_ledger(public_key=public_key(), outside=[kept])
        transaction.set_rollback(True)


TRIALS = int(os.environ.get("LEDGER_TRIALS", "10000"))
AT_ONCE = 250
"""After so many trials what they left behind is swept, or each would read what all before wrote."""


@pytest.mark.slow
def test_no_flipped_bit_goes_unseen(
    tampered_db: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the guards were replaced is asked before and after: no bit of a row changes that."""
    assert verified().entries == 10
    monkeypatch.setattr(verifying, "replaced", lambda _cursor: [])
    with connection.cursor() as cursor:
        cursor.execute(FREE)
    chance = Random(20261122)
    columns = drawn_from()
    missed: list[Cell] = []
    for begun in range(0, TRIALS, AT_ONCE):
        missed += flip_and_miss(columns, chance, min(AT_ONCE, TRIALS - begun))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ledger_entry, ledger_leaf, ledger_seal")
    with connection.cursor() as cursor:
        cursor.execute(TIED)
    monkeypatch.undo()
    assert missed == []
    assert verified().entries == 10
