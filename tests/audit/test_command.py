"""`manage.py ledger`: what it prints, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections

from corps.audit import handing
from corps.audit.handing import HeadsDiverge, hand_also_to, hand_out_heads
from corps.audit.heads import KeyMissing, make_key_file
from corps.audit.models import Seal
from corps.audit.sealing import seal_ledger
from corps.audit.tasks import seal_ledger as seal_task
from tests.audit.ledgers import a_sealed_ledger, as_superuser, numbers, seal_all, settle, write
from tests.cast import NOW
from tests.conftest import as_admin

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def heads_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of heads of the test's own."""
    path = tmp_path / "heads" / "ledger-heads.jsonl"
    monkeypatch.setattr(settings, "LEDGER_HEADS_FILE", str(path))
    return path


@pytest.mark.parametrize("more", [[], ["--database"]])
def test_a_ledger_in_order(committed_db: str, capsys: Captured, more: list[str]) -> None:
    a_sealed_ledger(3, 2)
    write(1)
    call_command("ledger", "verify", *more)
    said = capsys.readouterr().out
    assert said.startswith("In order: 5 entries under 2 seals, 1 waiting for the next")


def test_a_changed_entry_ends_it_and_is_named(committed_db: str) -> None:
    a_sealed_ledger(3)
    with as_superuser() as cursor:
        cursor.execute("UPDATE ledger_entry SET desk = 'x' WHERE number = %s", [numbers()[1]])
    with pytest.raises(CommandError, match=f"entry {numbers()[1]}: it was altered"):
        call_command("ledger", "verify")


def test_heads_from_a_file_are_held_against_it(committed_db: str, heads_file: Path) -> None:
    a_sealed_ledger(3, 2)
    hand_out_heads(at=NOW)
    call_command("ledger", "verify", head=heads_file)
    with as_superuser() as cursor:
        cursor.execute("DELETE FROM ledger_seal WHERE number = 2")
        cursor.execute("DELETE FROM ledger_leaf WHERE position > 2")
        cursor.execute("DELETE FROM ledger_entry WHERE number > %s", [numbers()[2]])
    call_command("ledger", "verify")
    with pytest.raises(CommandError, match="holds less than a head"):
        call_command("ledger", "verify", head=heads_file)


def test_a_table_that_nobody_watches_ends_it(committed_db: str) -> None:
    a_sealed_ledger(1)
    as_admin("ALTER TABLE accounts_desk DISABLE TRIGGER USER", database=committed_db)
    with pytest.raises(CommandError, match=r"would not be entered: accounts_desk$"):
        call_command("ledger", "verify")


def test_seal_prints_the_head_and_hands_it_out(
    committed_db: str, heads_file: Path, capsys: Captured
) -> None:
    write(3)
    make_key_file()
    while not Seal.objects.exists():
        call_command("ledger", "seal")
    assert "Sealed 3 entries.\ncorps-ledger\n3\n" in capsys.readouterr().out
    handed = [json.loads(line) for line in heads_file.read_text().splitlines()]
    assert [one["head"] for one in handed] == [Seal.objects.get().head]
    call_command("ledger", "seal")
    assert capsys.readouterr().out == "Nothing new is settled.\n"


def test_heads_that_were_not_handed_out_follow(committed_db: str, heads_file: Path) -> None:
    a_sealed_ledger(1, 1)
    assert hand_out_heads(at=NOW) == 2
    assert hand_out_heads(at=NOW) == 0
    a_sealed_ledger(1, 1)
    with heads_file.open("a") as file:
        file.write('{"number": 3, "he')  # the machine went down in the middle of a line
    assert hand_out_heads(at=NOW) == 2
    handed = [json.loads(line)["number"] for line in heads_file.read_text().splitlines()]
    assert handed == [1, 2, 3, 4]
    assert heads_file.stat().st_mode & 0o777 == 0o640


def test_a_file_of_another_ledgers_heads_is_left_alone(committed_db: str, heads_file: Path) -> None:
    a_sealed_ledger(2)
    hand_out_heads(at=NOW)
    kept = heads_file.read_text()
    with as_superuser() as cursor:
        cursor.execute("TRUNCATE ledger_leaf, ledger_seal")
    write(1)
    seal_all()
    with pytest.raises(HeadsDiverge, match="none of this ledger's"):
        hand_out_heads(at=NOW)
    assert heads_file.read_text() == kept


def test_the_clock_seals_and_hands_out_and_tells_the_receivers(
    committed_db: str, heads_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(handing, "_receivers", [])
    hand_also_to(lambda seal, at: told.append(seal.number))
    make_key_file()
    write(2)
    while not Seal.objects.exists():
        seal_task()
    seal_task()
    assert told == [1]
    assert len(heads_file.read_text().splitlines()) == 1


def test_two_sealers_do_not_meet(committed_db: str) -> None:
    a_sealed_ledger(1)
    write(1)
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [0x5EA1])
        assert seal_ledger(at=NOW) is None
    other.close()
    seal_all()
    assert Seal.objects.count() == 2


def test_without_its_key_nothing_is_sealed(
    committed_db: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    a_sealed_ledger(1)
    write(1)
    settle()
    monkeypatch.setattr(settings, "LEDGER_KEY_FILE", str(tmp_path / "none.key"))
    with pytest.raises(KeyMissing, match="put it back"):
        seal_ledger(at=NOW)
    monkeypatch.setattr(settings, "LEDGER_KEY_FILE", str(tmp_path / "open.key"))
    make_key_file()
    (tmp_path / "open.key").chmod(0o644)
    with pytest.raises(KeyMissing, match="chmod 600"):
        seal_ledger(at=NOW)
    assert Seal.objects.count() == 1


def test_a_key_is_made_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ledger.key"
    monkeypatch.setattr(settings, "LEDGER_KEY_FILE", str(path))
    assert (make_key_file(), make_key_file()) == (True, False)
    assert path.stat().st_mode & 0o777 == 0o600
