"""Whole installations for the tests: a supervisor of its own, in a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from corps.local.processes import MARK, left_over
from corps.local.state import ROOT, State

NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "var", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache"
)
# What a test run sets for itself and no installation should inherit.
OF_THE_TEST_RUN = ("CORPS_", "DATABASE_", "BROKER_", "CACHE_", "SECRET_KEY", "ALLOWED_HOSTS")
READY_SECONDS = 240.0
OWNER = b"DATABASE_OWNER_URL="


def free_port() -> int:
    """Return a TCP port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment_with(**chosen: str) -> dict[str, str]:
    """Return this process's environment as a person's shell would have it, with `chosen` added.

    Only the mark stays, by which an interrupted test run finds what it has started.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name == MARK or not name.startswith(OF_THE_TEST_RUN)
    }
    return {**inherited, "CORPS_DEMO": "0", **chosen}


def copy_checkout(target: Path) -> Path:
    """Copy the checkout to `target`, as a clone would stand there after its first `make`."""
    shutil.copytree(ROOT, target, ignore=NOT_COPIED)
    (target / ".venv").symlink_to(sys.prefix)
    return target


@dataclass
class Installation:
    """A checkout, the state folder it uses and the port it is to listen on."""

    checkout: Path
    state: State
    port: int
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> Mapping[str, str]:
        """What a person would have exported before `make run`."""
        own = {"CORPS_STATE": str(self.state.folder), "BIND": f"127.0.0.1:{self.port}"}
        return environment_with(**{**own, **self.chosen})

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://localhost:{self.port}"

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run one command of the front door to its end."""
        return subprocess.run(
            [sys.executable, "-m", "corps.local", *arguments],
            cwd=self.checkout,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=READY_SECONDS,
        )

    def processes(self) -> set[int]:
        """Return every process the supervisor has started, and theirs."""
        return left_over(self.state.marker, [self.state.postgres, self.state.valkey])

    def another(self, folder: Path) -> "Installation":
        """Return a second installation with a copy of this one's state; this one must be down."""
        subprocess.run(["cp", "-a", self.state.folder, folder], check=True)
        return Installation(self.checkout, State(folder), free_port())

    def start(self, *command: str) -> "Supervised":
        """Start it and return at once."""
        output = self.state.folder.with_name(f"{self.state.folder.name}.out")
        with output.open("wb") as file:
            popen = subprocess.Popen(
                command or [sys.executable, "-m", "corps.local", "run"],
                cwd=self.checkout,
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return Supervised(self, popen, output)

    @contextmanager
    def running(self, *command: str) -> Iterator["Supervised"]:
        """Start it, wait until it is ready, and leave nothing of it behind."""
        supervised = self.start(*command)
        try:
            supervised.wait_for("ready ")
            yield supervised
        finally:
            supervised.end()


@dataclass
class Supervised:
    """A supervisor that was started, and what it has printed."""

    installation: Installation
    popen: "subprocess.Popen[bytes]"
    output: Path

    @property
    def told(self) -> str:
        """What it has printed so far."""
        return self.output.read_text(encoding="utf-8")

    def wait_for(self, words: str) -> None:
        """Return once it has printed `words`. Raises AssertionError when it ends without."""
        until = time.monotonic() + READY_SECONDS
        while words not in self.told:
            assert self.popen.poll() is None, f"it ended: {self.told}"
            assert time.monotonic() < until, f"not within {READY_SECONDS} s: {self.told}"
            time.sleep(0.05)

    def stop(self, number: signal.Signals) -> float:
        """Signal it, wait for its end and return how long that took, in seconds."""
        began = time.monotonic()
        self.popen.send_signal(number)
        self.popen.wait(timeout=60)
        return time.monotonic() - began

    def kill_all(self) -> None:
        """Do what a power cut does: end supervisor and all processes at once."""
        self.popen.send_signal(signal.SIGSTOP)  # so that it revives nothing meanwhile
        for pid in self.installation.processes() | {self.popen.pid}:
            with suppress(ProcessLookupError):  # one of them has just ended by itself
                os.kill(pid, signal.SIGKILL)
        self.popen.wait(timeout=60)

    def end(self) -> None:
        """Stop it if it still runs, and end whatever it should have ended itself."""
        if self.popen.poll() is None:
            self.stop(signal.SIGTERM)
        for pid in self.installation.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
