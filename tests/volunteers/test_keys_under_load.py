"""Keys rotate while people work: nothing fails, nothing is lost, the old keys open nothing."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from corps.audit.actions import COMMAND
from corps.vault import actions as vault
from corps.vault.actions import check_keys, open_data_key
from corps.vault.keys import KeyUnavailable, forget_keyring
from corps.vault.models import DataKey
from tests.cast import NOW, a_coordinator, a_desk, a_volunteer
from tests.vault.rings import copy_keyring, environment, ids, opened_by, ring_at
from volunteers.actions.identity import search_identity
from volunteers.actions.people import NewVolunteer, register_volunteers
from volunteers.identity import IdentityDocument, open_identity
from volunteers.models import IdentityMark, Volunteer

PROCESSES = 2
ROTATIONS = ("master", "index", "master", "index")


class AtWork:
    """Processes of people at work on a database, until they are asked how it went."""

    def __init__(self, database: str, ring: Path, folder: Path, *flags: str) -> None:
        self.stop = folder / "stop"
        self.results = [folder / f"{number}.json" for number in range(PROCESSES)]
        wanted = environment(database, ring, CORPS_SEARCHES_A_DAY="1000000")
        self.processes = [
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.volunteers.people_at_work",
                    self.stop,
                    result,
                    *flags,
                ],
                env=wanted,
            )
            for result in self.results
        ]
        until(lambda: all(Path(f"{result}.begun").exists() for result in self.results))

    def told(self) -> list[dict[str, Any]]:
        """Let them stop, and return what each process tells."""
        self.stop.touch()
        for process in self.processes:
            process.wait(timeout=60)
        return [json.loads(result.read_text()) for result in self.results]


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def rotate_at_work(database: str, folder: Path, settings: Settings, *flags: str) -> Any:
    """Rotate both families twice while people work; return what they tell, and the keyring.

    What blind people make with a key that is gone stops a rotation: then it is over.
    """
    ring = copy_keyring(folder, settings)
    for number in range(2):
        a_coordinator(a_desk(), f"coordinator-{number}")
    for _ in range(100):
        a_volunteer()
    people = AtWork(database, ring, folder, *flags)
    try:
        for family in ROTATIONS:
            time.sleep(0.5)
            call_command("vault", "rotate", "--family", family, stdout=StringIO())
        time.sleep(0.5)
    except CommandError:
        assert "--blind" in flags
    finally:
        told = people.told()
    return told, ring


def test_nothing_fails_and_nothing_is_lost(
    committed_db: str, tmp_path: Path, settings: Settings
) -> None:
    first = tmp_path / "first"
    first.touch(mode=0o600)
    first.write_text(Path(settings.MASTER_KEY_FILE).read_text())
    told, ring = rotate_at_work(committed_db, tmp_path, settings)
    assert [one["wrong"] for one in told] == [[], []]
    assert min(one["done"] for one in told) > 20
    assert (ids(ring, "master"), ids(ring, "index")) == (
        ("master-3", ["master-3"]),
        ("index-3", ["index-3"]),
    )

    settings.SEARCHES_A_DAY = 10**6
    by = a_coordinator(a_desk(), "coordinator-after")
    for callsign, phone in [pair for one in told for pair in one["known"].items()]:
        volunteer = Volunteer.objects.get(callsign=callsign)
        assert open_identity(volunteer).phone == phone
        found = search_identity(kind="phone", text=phone, by=by, at=NOW)
        assert [one.callsign for one in found] == [callsign]

    assert set(IdentityMark.objects.values_list("key_id", flat=True)) == {"index-3"}
    assert set(DataKey.objects.values_list("wrapped_by", flat=True)) == {"master-3"}
    assert opened_by(ring_at(first, settings)) == 0
    settings.MASTER_KEY_FILE = str(first)
    with pytest.raises(SystemExit, match="not the one this database was sealed with"):
        check_keys()


def test_without_following_the_keyring_it_would_fail(
    committed_db: str, tmp_path: Path, settings: Settings
) -> None:
    told, _ring = rotate_at_work(committed_db, tmp_path, settings, "--blind")
    assert [one for one in told if not one["wrong"]] == []


def register_meanwhile(ring: Path) -> None:
    """Register somebody in a transaction that is open while the master key rotates."""
    begun, ended = threading.Event(), threading.Event()

    def register() -> None:
        with transaction.atomic():
            person = NewVolunteer(IdentityDocument(phone="+821012345678"), callsign="매")
            register_volunteers([person], desk=a_desk(), by=COMMAND, at=NOW)
            begun.set()
            time.sleep(1)
        ended.set()
        connection.close()

    thread = threading.Thread(target=register)
    thread.start()
    begun.wait()
    call_command("vault", "rotate", "--family", "master", stdout=StringIO())
    call_command("vault", "rotate", "--family", "index", stdout=StringIO())
    thread.join()
    assert ids(ring, "master")[1] == ["master-2"]


def test_a_rotation_waits_for_who_began_before_it(
    committed_db: str, tmp_path: Path, settings: Settings
) -> None:
    register_meanwhile(copy_keyring(tmp_path, settings))
    assert open_identity(Volunteer.objects.get()).phone == "+821012345678"
    found = search_identity(kind="phone", text="010-1234-5678", by=a_coordinator(a_desk()), at=NOW)
    assert [one.callsign for one in found] == ["매"]


def test_without_holding_the_keys_somebody_would_be_lost(
    committed_db: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = copy_keyring(tmp_path, settings)
    monkeypatch.setattr(vault, "hold_keys", lambda: None)
    register_meanwhile(ring)
    with pytest.raises(KeyUnavailable):
        open_identity(Volunteer.objects.get())


def test_a_data_key_read_before_it_was_wrapped_anew_opens(
    committed_db: str, tmp_path: Path, settings: Settings
) -> None:
    copy_keyring(tmp_path, settings)
    key = a_volunteer().data_key
    plain = open_data_key(key)
    call_command("vault", "rotate", "--family", "master", stdout=StringIO())
    forget_keyring()
    assert (key.wrapped_by, open_data_key(key) == plain) == ("master-1", True)
