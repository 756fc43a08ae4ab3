"""People who read, look up, change and register identities until they are told to stop.

`python -m tests.volunteers.people_at_work STOP RESULT [--blind]` works on the database and the
keyring of its environment until the file STOP is there, then writes to RESULT what went wrong and
whom it knows. With `--blind` it never looks at the keyring again.
"""

import json
import os
import random
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

THREADS = 2


class Worker:
    """One person at one desk, with volunteers of their own: callsigns and the phones they have."""

    def __init__(self, number: int) -> None:
        from django.utils import timezone

        from corps.accounts.models import Desk, User

        self.number, self.now = number, timezone.now
        self.desk = Desk.objects.get(slug="seoul")
        self.by = User.objects.get(username=f"coordinator-{number}")
        self.known: dict[str, str] = {}
        self.done = 0
        self.wrong: list[str] = []

    def work(self, stop: Path) -> None:
        """Act until told to stop; whatever fails is noted by its kind."""
        self.attempt(self.register)
        while not stop.exists():
            acts = [self.register, self.change, self.read, self.read, self.find, self.find]
            self.attempt(random.choice(acts))

    def attempt(self, act: Callable[[], None]) -> None:
        """Do one act, and count it or note how it failed."""
        try:
            act()
            self.done += 1
        except Exception as error:  # noqa: BLE001  (every failure counts)
            self.wrong.append(f"{act.__name__}: {type(error).__name__}")

    def register(self) -> None:
        """Register somebody new."""
        from volunteers.actions.identity import register_by_hand
        from volunteers.actions.people import NewVolunteer
        from volunteers.identity import IdentityDocument

        phone = _phone()
        person = NewVolunteer(identity=IdentityDocument(name="홍길동", phone=phone))
        made = register_by_hand(person=person, desk=self.desk, by=self.by, at=self.now())
        self.known[made.callsign] = phone

    def change(self) -> None:
        """Give somebody another phone."""
        from volunteers.actions.identity import change_identity

        callsign, phone = self._somebody()[0], _phone()
        volunteer = self._volunteer(callsign)
        change_identity(volunteer=volunteer, given={"phone": phone}, by=self.by, at=self.now())
        self.known[callsign] = phone

    def read(self) -> None:
        """Open somebody's identity."""
        from volunteers.identity import open_identity

        callsign, phone = self._somebody()
        assert open_identity(self._volunteer(callsign)).phone == phone

    def find(self) -> None:
        """Look somebody up by phone."""
        from volunteers.actions.identity import search_identity

        callsign, phone = self._somebody()
        found = search_identity(kind="phone", text=phone, by=self.by, at=self.now())
        assert [one.callsign for one in found] == [callsign]

    def _somebody(self) -> tuple[str, str]:
        return random.choice(list(self.known.items()))

    def _volunteer(self, callsign: str) -> Any:
        from volunteers.models import Volunteer

        return Volunteer.objects.get(callsign=callsign)


def _phone() -> str:
    return f"+8210{random.randrange(10**8):08}"


def _look_at_the_keyring_once() -> None:
    from corps.vault import actions, keys, marks

    ring = keys.keyring()
    for module in (actions, keys, marks):
        setattr(module, "keyring", lambda: ring)  # noqa: B010


def main(stop: str, result: str, *flags: str) -> None:
    """Work with several threads, and write down how it went."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corps.settings")
    django.setup()
    if "--blind" in flags:
        _look_at_the_keyring_once()
    workers = [Worker(number) for number in range(THREADS)]
    threads = [threading.Thread(target=one.work, args=(Path(stop),)) for one in workers]
    for thread in threads:
        thread.start()
    Path(f"{result}.begun").touch()
    for thread in threads:
        thread.join()
    told = {
        "done": sum(one.done for one in workers),
        "wrong": [wrong for one in workers for wrong in one.wrong],
        "known": {name: phone for one in workers for name, phone in one.known.items()},
    }
    Path(result).write_text(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
