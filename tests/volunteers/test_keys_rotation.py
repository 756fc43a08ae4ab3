"""A rotation: what it leaves, what it tells, and going on after it was killed at any point."""

import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from corps.audit.models import Entry
from corps.vault import actions as vault
from corps.vault import rotation
from corps.vault.actions import check_keys, open_house_key
from corps.vault.keys import forget_keyring, new_key
from corps.vault.models import DataKey, KeyCheck
from tests.cast import NOW, a_coordinator, a_desk, a_volunteer
from tests.vault.rings import copy_keyring, environment, ids
from tests.volunteers.imports.registers import a_preview, person, workbook
from volunteers.actions import keys
from volunteers.actions.identity import search_identity
from volunteers.actions.imports import confirm_import
from volunteers.actions.imports_settle import settle_as_same
from volunteers.actions.imports_work import carry_out_import
from volunteers.identity import open_identity
from volunteers.models import Identity, IdentityMark, ImportRow, ImportRun, Volunteer


@pytest.fixture
def ring(committed_db: str, tmp_path: Path, settings: Settings) -> Path:
    """A keyring of the test's own, beside a database of its own."""
    return copy_keyring(tmp_path, settings)


def vault_says(*words: str) -> list[str]:
    """Run `vault …` and return what it prints."""
    told = StringIO()
    call_command("vault", *words, stdout=told)
    return told.getvalue().splitlines()


def test_a_rotation_leaves_the_new_key_alone(ring: Path) -> None:
    volunteer = a_volunteer("매")
    sessions = open_house_key("sessions")
    assert vault_says("rotate") == [
        "master-2 is the master key now; 2 were made again with it.",
        "Copy the keyring to a safe place, and destroy the copies of the old one.",
    ]
    assert (ids(ring, "master"), oct(ring.stat().st_mode & 0o777)) == (
        ("master-2", ["master-2"]),
        "0o600",
    )
    assert sorted(KeyCheck.objects.values_list("key_id", flat=True)) == [
        "index-1",
        "master-2",
        "pseudonym-1",
    ]
    assert open_identity(Volunteer.objects.get(pk=volunteer.pk)).phone
    vault._opened.clear()
    assert open_house_key("sessions") == sessions
    check_keys()


def test_a_rotation_is_entered_when_it_begins_and_when_it_ends(ring: Path) -> None:
    a_volunteer()
    vault_says("rotate", "--family", "index")
    entries = Entry.objects.filter(verb__startswith="vault.").order_by("number")
    assert [(one.verb, one.actor, one.facts) for one in entries] == [
        (
            "vault.rotation_begun",
            "command",
            {"family": "index", "old": "index-1", "new": "index-2"},
        ),
        (
            "vault.rotated",
            "command",
            {
                "family": "index",
                "old": ["index-1"],
                "new": "index-2",
                "made again": 1,
                "not opened": 0,
            },
        ),
    ]


def test_without_its_entry_a_rotation_does_not_happen(
    ring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_facts: Any) -> None:
        raise RuntimeError

    before = ring.read_text()
    monkeypatch.setattr(keys, "record", broken)
    with pytest.raises(RuntimeError):
        keys.rotate_keys(family="master")
    assert ring.read_text() == before


def test_status_tells_ids_and_numbers_and_no_key(ring: Path) -> None:
    a_volunteer()
    marks = IdentityMark.objects.count()
    told = vault_says("status")
    assert told == [
        "master-1: wraps 2 data keys; current",
        f"index-1: made {marks} blind indexes and those of 0 waiting rows; current",
        "pseudonym-1: is never rotated: agencies would lose the names they know people by; current",
        "Data keys of the installation: sessions",
        "Destroyed data keys: 0",
    ]
    every_key = [
        key for family in json.loads(ring.read_text()).values() for key in family["keys"].values()
    ]
    assert [key for key in every_key if key in "\n".join(told)] == []


def test_prepared_a_key_waits_for_its_copy(ring: Path) -> None:
    a_volunteer()
    assert vault_says("rotate", "--prepare") == [
        "master-2 is in the keyring, not yet in use. Copy the keyring to a safe place.",
        "Then run: vault rotate --family master",
    ]
    assert ids(ring, "master") == ("master-1", ["master-1", "master-2"])
    check_keys()
    vault_says("rotate")
    assert ids(ring, "master") == ("master-2", ["master-2"])
    assert Entry.objects.filter(verb="vault.rotation_begun").count() == 1


class Killed(BaseException):
    """Stands for the end of a process."""


STEPS = [
    (rotation, "add_key"),
    (rotation, "accept_key"),
    (rotation, "wait_for_holders"),
    (rotation, "make_current"),
    (keys, "_end"),
    (rotation, "accept_no_more"),
    (rotation, "drop_all_but"),
]


@pytest.mark.parametrize("family", ["master", "index"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("module", "step"), STEPS, ids=[step for _module, step in STEPS])
def test_killed_at_any_step_it_goes_on(
    ring: Path, monkeypatch: pytest.MonkeyPatch, module: Any, step: str, after: bool, family: str
) -> None:
    volunteer = a_volunteer()
    take = getattr(module, step)

    def dying(*args: Any, **named: Any) -> None:
        if after:
            take(*args, **named)
        raise Killed

    with monkeypatch.context() as dying_there:
        dying_there.setattr(module, step, dying)
        with pytest.raises(Killed):
            keys.rotate_keys(family=family)
    forget_keyring()
    check_keys()
    _still_there(volunteer)
    keys.rotate_keys(family=family)
    current, held = ids(ring, family)
    assert held == [current]
    _still_there(volunteer)
    assert set(IdentityMark.objects.values_list("key_id", flat=True)) == {ids(ring, "index")[0]}
    assert set(DataKey.objects.values_list("wrapped_by", flat=True)) == {ids(ring, "master")[0]}


def _still_there(volunteer: Volunteer) -> None:
    fresh = Volunteer.objects.get(pk=volunteer.pk)
    phone = open_identity(fresh).phone
    by = a_coordinator(a_desk(), f"coordinator-{Entry.objects.count()}")
    assert list(search_identity(kind="phone", text=phone, by=by, at=NOW)) == [fresh]


def test_killed_for_good_it_goes_on(ring: Path, committed_db: str) -> None:
    people = [a_volunteer() for _ in range(5)]
    wanted = environment(committed_db, ring)
    for seconds in (2.0, 3.0):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "vault", "rotate", "--family", "index"],
            env=wanted,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(seconds)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        _its_session_ended()
    vault_says("rotate", "--family", "index")
    for volunteer in people:
        _still_there(volunteer)
    current, held = ids(ring, "index")
    assert held == [current]


def _its_session_ended() -> None:
    """Wait until the server has noticed that a process is gone: its locks go with its session."""
    until = time.monotonic() + 60
    held = """
        SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE locktype = 'advisory' AND datname = current_database()
    """
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(held)
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.1)
    pytest.fail("the session of a killed process still holds its lock")


def test_a_second_rotation_at_the_same_time_is_refused(ring: Path, committed_db: str) -> None:
    with rotation.alone():
        done = subprocess.run(
            [sys.executable, "manage.py", "vault", "rotate"],
            env=environment(committed_db, ring),
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, "Keys are being rotated at this moment" in done.stderr) == (1, True)


def test_what_cannot_be_opened_keeps_the_old_key(ring: Path) -> None:
    volunteer = a_volunteer()
    good = Identity.objects.get(pk=volunteer.pk).document
    Identity.objects.filter(pk=volunteer.pk).update(document=b"\x01" + bytes(40))
    with pytest.raises(CommandError, match="1 could not be opened"):
        vault_says("rotate", "--family", "index")
    assert ids(ring, "index") == ("index-2", ["index-1", "index-2"])
    entry = Entry.objects.get(verb="vault.seal_broken")
    assert (entry.object, entry.facts["table"]) == (volunteer.callsign, "volunteers_identity")

    Identity.objects.filter(pk=volunteer.pk).update(document=good)
    vault_says("rotate", "--family", "index")
    _still_there(volunteer)


def test_what_cannot_be_opened_can_be_given_up(ring: Path) -> None:
    volunteer = a_volunteer()
    DataKey.objects.filter(pk=volunteer.data_key_id).update(wrapped=b"\x01" + bytes(60))
    told = vault_says("rotate", "--leave-broken")
    assert told[0] == "master-2 is the master key now; 1 were made again with it."
    assert ids(ring, "master") == ("master-2", ["master-2"])


def test_the_owner_address_is_asked_for(
    ring: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(settings.DATABASES, "owner")
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        vault_says("rotate")


# -- keyrings that are not ours to write


def test_a_keyring_in_a_variable_is_rotated_in_steps(ring: Path, settings: Settings) -> None:
    volunteer = a_volunteer()
    content = json.loads(ring.read_text())
    settings.MASTER_KEY = json.dumps(content)
    with pytest.raises(CommandError, match="does not come from a file"):
        vault_says("rotate", "--family", "index")

    content["index"]["keys"]["index-of-may"] = new_key()
    settings.MASTER_KEY = json.dumps(content)
    check_keys()
    content["index"]["current"] = "index-of-may"
    settings.MASTER_KEY = json.dumps(content)
    check_keys()
    assert vault_says("rotate", "--family", "index") == [
        "index-of-may is the index key now; 1 were made again with it.",
        "Nothing needs index-1 any more: take it out of the keyring.",
    ]
    _still_there(volunteer)

    del content["index"]["keys"]["index-1"]
    settings.MASTER_KEY = json.dumps(content)
    check_keys()
    _still_there(volunteer)
    settings.MASTER_KEY = ring.read_text()
    with pytest.raises(SystemExit, match="not the one this database was sealed with"):
        check_keys()


# -- imports


def an_import(content: bytes, by: Any) -> ImportRun:
    """Import a workbook, and return the run."""
    run = a_preview(content, by)
    confirm_import(run=run, by=by, at=NOW)
    carry_out_import(run_id=run.pk, now=lambda: NOW)
    run.refresh_from_db()
    return run


def test_rows_of_workbooks_are_known_again_after_a_rotation(ring: Path) -> None:
    by = a_coordinator()
    one, other, third = (person(number) for number in range(3))
    an_import(workbook(one, other), by)
    held = an_import(workbook({**third, "연락처": one["연락처"]}), by)
    vault_says("rotate", "--family", "index")

    again = an_import(workbook(one, other), by)
    assert [row.outcome for row in again.rows.all()] == ["same", "same"]
    waiting = an_import(workbook({**third, "연락처": one["연락처"]}), by)
    assert [(row.outcome, row.why) for row in waiting.rows.all()] == [
        ("same", "already waiting for a decision")
    ]

    settle_as_same(row=held.rows.select_related("data_key", "like").get(), by=by, at=NOW)
    vault_says("rotate", "--family", "index")
    known = an_import(workbook({**third, "연락처": one["연락처"]}), by)
    assert [row.why for row in known.rows.all()] == ["already in the register, nothing new"]
    assert ImportRow.objects.filter(mark__isnull=False).count() == 0
