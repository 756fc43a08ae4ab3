"""Whatever was changed in the ledger is found, and the first entry that is wrong is named."""

import pytest
from django.db import connection, transaction

from corps.audit import blocks
from corps.audit.heads import SignedHead, head_of, public_key
from corps.audit.models import Entry, Leaf, Seal
from corps.audit.proving import signed_head
from corps.audit.verifying import Verified, Wrong, one_snapshot, verify_ledger
from tests.audit.ledgers import (
    a_sealed_ledger,
    as_superuser,
    numbers,
    seal_all,
    verified,
    write,
)

BOTH = pytest.mark.parametrize("by_database", [False, True], ids=["python", "sql"])


@BOTH
def test_a_ledger_in_order_is_verified(committed_db: str, *, by_database: bool) -> None:
    a_sealed_ledger(3, 600, 1, 520)
    write(2)
    told: list[int] = []
    found = verified(by_database=by_database, progress=told.append)
    assert found == Verified(1124, Seal.objects.count(), 2)
    assert told == [512, 1024, 1124]


def test_the_database_compares_one_stretch_after_the_other(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "STRETCH", blocks.SIZE)
    a_sealed_ledger(1030, 570)
    told: list[int] = []
    assert verified(by_database=True, progress=told.append) == Verified(1600, 2, 0)
    assert told == [512, 1024, 1536, 1600]
    wrong = numbers()[1100]
    with as_superuser() as cursor:
        cursor.execute("UPDATE ledger_entry SET reason = 'x' WHERE number >= %s", [wrong])
    with pytest.raises(Wrong, match=f"entry {wrong}: it was altered"):
        verified(by_database=True)


@BOTH
def test_a_block_that_was_taken_out_whole_is_found(
    committed_db: str, monkeypatch: pytest.MonkeyPatch, *, by_database: bool
) -> None:
    monkeypatch.setattr(blocks, "STRETCH", blocks.SIZE)
    a_sealed_ledger(1600)
    with as_superuser() as cursor:
        cursor.execute(
            "WITH cut AS (DELETE FROM ledger_leaf WHERE position BETWEEN 512 AND 1023"
            " RETURNING entry) DELETE FROM ledger_entry WHERE number IN (SELECT entry FROM cut)"
        )
    with pytest.raises(Wrong, match="the tree was cut at position 512"):
        verified(by_database=by_database)


@BOTH
def test_an_empty_ledger_is_in_order(committed_db: str, *, by_database: bool) -> None:
    seal_all()
    assert verified(by_database=by_database) == Verified(0, 0, 0)


def test_one_snapshot_sees_nothing_of_what_comes_after(committed_db: str) -> None:
    a_sealed_ledger(3)
    with one_snapshot(), connection.cursor() as cursor:
        assert verify_ledger(public_key=public_key()) == Verified(3, 1, 0)
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("on",)


def test_a_ledger_sealed_anew_is_found_against_a_head_from_outside(committed_db: str) -> None:
    a_sealed_ledger(3, 4)
    kept = [SignedHead(seal.head, bytes(seal.signature)) for seal in Seal.objects.all()]
    assert verified(outside=kept) == Verified(7, 2, 0)
    with as_superuser() as cursor:
        cursor.execute("UPDATE ledger_entry SET reason = 'x' WHERE number = %s", [numbers()[1]])
        cursor.execute("TRUNCATE ledger_leaf, ledger_seal")
    seal_all()
    assert verified() == Verified(7, 1, 0)
    with pytest.raises(Wrong, match=r"against the head that was kept outside, among \d+ to \d+"):
        verified(outside=kept)


def test_a_head_of_another_key_is_no_head(committed_db: str) -> None:
    a_sealed_ledger(2)
    kept = signed_head()
    assert kept is not None
    with pytest.raises(Wrong, match="the head from outside: its signature"):
        verified(outside=[SignedHead(kept.text, bytes(64))])
    with pytest.raises(Wrong, match="seal 1: its signature"), transaction.atomic():
        verify_ledger(public_key=bytes(32))


def test_an_entry_that_another_role_wrote_is_found_unless_it_says_so(committed_db: str) -> None:
    a_sealed_ledger(2)
    strange = numbers()[-1] + 1
    with as_superuser() as cursor:
        cursor.execute(
            "INSERT INTO ledger_entry OVERRIDING SYSTEM VALUE"
            " SELECT %s, gen_random_uuid(), at, actor_kind, actor_id,"
            " actor, door, 'outside.changed', object, about, desk, reason, facts, request_id"
            " FROM ledger_entry LIMIT 1",
            [strange],
        )
        assert verified() == Verified(2, 1, 1)
        cursor.execute("UPDATE ledger_entry SET verb = 'test.act' WHERE number = %s", [strange])
        with pytest.raises(Wrong, match=f"entry {strange}: it was written around the application"):
            verified()


def test_an_entry_slipped_in_below_the_top_is_named(committed_db: str) -> None:
    a_sealed_ledger(2)
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    a_sealed_ledger(2)
    first, second, *_, last = numbers()
    gap = second + 1
    assert numbers() == [first, second, gap + 1, last]
    with as_superuser() as cursor:
        cursor.execute(
            "INSERT INTO ledger_entry OVERRIDING SYSTEM VALUE"
            " SELECT %s, gen_random_uuid(), at, actor_kind, actor_id,"
            " actor, door, verb, object, about, desk, reason, facts, request_id, written_at,"
            " pg_current_xact_id(), written_by FROM ledger_entry WHERE number = %s",
            [gap, second],
        )
        with pytest.raises(Wrong, match=f"entry {gap}: it was slipped in"):
            verified()


def test_a_gap_that_a_rollback_left_is_none(committed_db: str) -> None:
    a_sealed_ledger(2)
    with transaction.atomic():
        write(3)
        transaction.set_rollback(True)
    a_sealed_ledger(2)
    assert verified() == Verified(4, 2, 0)
    assert head_of(Seal.objects.latest("number").head).top == Entry.objects.latest("number").pk
    assert Leaf.objects.count() == 4
