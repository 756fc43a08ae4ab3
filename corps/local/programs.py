"""Web, worker and clock: how each is started, and started again when it falls."""

import signal
import sys
import time
from collections.abc import Mapping, Sequence

from corps.local.address import Address
from corps.local.processes import Child, end_group, start
from corps.local.state import State

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 30.0
SETTLED_SECONDS = 60.0
CELERY = ("celery", "-A", "corps")


class Program:
    """A Python program to keep running; its output goes to the log of its name."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        state: State,
        environment: Mapping[str, str],
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.log = state.log(name)
        self._command = [sys.executable, "-m", *arguments]
        self._environment = environment
        self._stop_signal = stop_signal
        self._wait = FIRST_WAIT_SECONDS / 2
        self._not_before: float | None = None
        self.start()

    def start(self) -> None:
        """Start it, again or for the first time. Raises OSError."""
        self.child: Child = start(
            self.name,
            self._command,
            environment=self._environment,
            log=self.log,
            stop_signal=self._stop_signal,
        )
        self._started = time.monotonic()
        self._not_before = None

    def keep_alive(self) -> str | None:
        """Start it again once it has fallen, after a wait that doubles while it keeps falling.

        Returns a sentence when it has just been seen to have fallen. Raises OSError.
        """
        now = time.monotonic()
        if self.child.alive:
            return None
        if self._not_before is not None:
            if now >= self._not_before:
                self.start()
            return None
        end_group(self.child)
        settled = now - self._started > SETTLED_SECONDS
        self._wait = FIRST_WAIT_SECONDS if settled else min(self._wait * 2, LONGEST_WAIT_SECONDS)
        self._not_before = now + self._wait
        return f"{self.name} fell, starting it again in {self._wait:g} s; its log is {self.log}"


def web(address: Address, *, state: State, environment: Mapping[str, str]) -> Program:
    """Start the web on `address`."""
    gunicorn = ("gunicorn", "-c", "python:corps.web", "corps.wsgi")
    listening = (*gunicorn, "--bind", address.bind, "--no-control-socket")
    strength = ("--workers", "2", "--threads", "4", "--timeout", "120", "--graceful-timeout", "1")
    return Program("web", [*listening, *strength], state=state, environment=environment)


def worker(*, state: State, environment: Mapping[str, str]) -> Program:
    """Start the worker. Its stop signal makes it hand back what it has begun, not finish it."""
    lonely = ("--without-gossip", "--without-mingle")
    arguments = [*CELERY, "worker", "--concurrency", "2", *lonely, "--loglevel", "INFO"]
    return Program(
        "worker", arguments, state=state, environment=environment, stop_signal=signal.SIGQUIT
    )


def beat(*, state: State, environment: Mapping[str, str]) -> Program:
    """Start the clock; what it did last is remembered in the state folder."""
    remembered = ("-s", str(state.run / "beat-schedule"), "--pidfile=")
    arguments = [*CELERY, "beat", *remembered, "--loglevel", "INFO"]
    return Program("beat", arguments, state=state, environment=environment)
