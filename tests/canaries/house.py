"""A whole installation for the canaries: started, its cast made, everybody with a browser."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.canaries.browser import Answer, Browser
from tests.local.installations import Supervised

STAFF = (
    "coordinator",
    "administrator",
    "approver",
    "auditor",
    "vetting",
    "liaison",
    "editor",
    "second",
    "stranger",
    "administrator2",
)
"""In the order in which they walk: those first who find most."""


@dataclass
class House:
    """The running installation and who walks through it."""

    running: Supervised
    temporary: Path
    files: Path
    answers: list[Answer] = field(default_factory=list)
    printed: list[tuple[str, str]] = field(default_factory=list)
    browsers: dict[str, Browser] = field(default_factory=dict)
    shown: list[bytes] = field(default_factory=list)
    routes: list[str] = field(default_factory=list)
    client: tuple[str, str] = ("", "")

    def inside(self, call: str) -> dict[str, Any]:
        """Run one function of `tests.canaries.inside` there, and return what it tells."""
        told = self.manage(
            "shell", "-v0", "-c", f"from tests.canaries import inside; inside.{call}"
        )
        found: dict[str, Any] = json.loads(told.strip().splitlines()[-1])
        return found

    def manage(self, *arguments: str) -> str:
        """Run a command and return what it prints."""
        done = self.running.installation.command("manage", *arguments)
        self.printed.append((" ".join(arguments[:2]), done.stdout + done.stderr))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def make_cast(self) -> None:
        """Make accounts, an agency's client, and a signed-in browser for everybody of the staff."""
        made = self.inside("make_cast()")
        self.client, self.routes = (made["client"], made["secret"]), made["routes"]
        self._take(made["sessions"])

    def sign_in_again(self) -> None:
        """Give everybody of the staff a fresh session, in which a passkey was used just now."""
        self._take(self.inside(f"sign_in(*{STAFF!r})"))

    def _take(self, sessions: dict[str, str]) -> None:
        for name, key in sessions.items():
            self.browser(name).cookies["session"] = key

    def browser(self, name: str = "nobody") -> Browser:
        """The browser of one person, kept."""
        port = self.running.installation.port
        return self.browsers.setdefault(name, Browser(name, port, self.answers))
