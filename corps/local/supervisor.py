"""`make run`: everything started in order, watched, and stopped without a trace."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from corps.local.address import Address
from corps.local.environment import for_commands, for_running, marked, public_url
from corps.local.errors import LocalError, StopRequested
from corps.local.processes import Child, end_group, start, stop
from corps.local.services import Services
from corps.local.state import ROOT, Lock, Running, State
from corps.local.stopping import StopRequest
from corps.local.terminal import say
from corps.local.translations import compile_translations
from corps.local.welcome import welcome

READY_SECONDS = 60.0
STOP_SECONDS = 1.0
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 30.0
SETTLED_SECONDS = 60.0
WATCH_SECONDS = 0.2


@dataclass
class Watched:
    """One of the programs to keep running, and how patiently it is started again."""

    name: str
    arguments: list[str]
    child: Child
    started: float
    wait: float = FIRST_WAIT_SECONDS
    not_before: float = 0.0


class Supervisor:
    """Runs one installation until it is told to stop."""

    def __init__(self, state: State, address: Address, request: StopRequest) -> None:
        self._state = state
        self._address = address
        self._request = request
        self._services = Services(state, throw_away=False, durable=True)
        self._watched: list[Watched] = []
        self._environment: Mapping[str, str] = {}

    def run(self) -> int:
        """Start, watch and stop; return the exit code. Raises LocalError when it cannot start."""
        lock = Lock(self._state)
        address = self._address
        if not lock.take(Running(os.getpid(), address.host, address.port, public_url(address))):
            return tell_already_running(self._state)
        try:
            self._start()
            self._watch()
        except StopRequested:
            say("Stopping Corps …")
        finally:
            stop([watched.child for watched in self._watched], within=STOP_SECONDS)
            self._services.stop()
            lock.release()
        return 0

    def _start(self) -> None:
        self._state.turn_logs()
        self._services.clear()
        self._address.demand_free()
        self._request.check()
        compile_translations()
        self._services.start(self._request)
        environment = marked(for_running(self._state, self._services, self._address), self._state)
        self._set_up(for_commands(environment, self._services))
        self._environment = environment
        self._launch("web", self._web())
        self._wait_for_page()
        self._launch(
            "worker",
            self._celery("worker", "--concurrency", "2", "--without-gossip", "--without-mingle"),
        )
        self._launch(
            "beat", self._celery("beat", "-s", str(self._state.run / "beat-schedule"), "--pidfile=")
        )
        say(f"ready {self._address.url}")
        say(welcome(self._state))

    def _set_up(self, environment: Mapping[str, str]) -> None:
        """Migrate, make keys and seed, with its output on the terminal. Raises LocalError."""
        popen = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "set_up"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            while popen.poll() is None:
                self._request.pause(0.05)
        finally:
            end_group(Child("set_up", popen))
        if popen.returncode != 0:
            raise LocalError(
                "Corps could not be set up, so it was not started; the reason stands above."
            )

    def _web(self) -> list[str]:
        return [
            *("gunicorn", "corps.wsgi", "--bind", self._address.bind, "--no-control-socket"),
            *("--workers", "2", "--threads", "4", "--timeout", "120", "--graceful-timeout", "1"),
        ]

    @staticmethod
    def _celery(*arguments: str) -> list[str]:
        return ["celery", "-A", "corps", *arguments, "--loglevel", "INFO"]

    def _launch(self, name: str, arguments: list[str]) -> None:
        self._watched.append(
            Watched(name, arguments, self._spawn(name, arguments), time.monotonic())
        )

    def _spawn(self, name: str, arguments: list[str]) -> Child:
        command = [sys.executable, "-m", *arguments]
        return start(name, command, environment=self._environment, log=self._state.log(name))

    def _wait_for_page(self) -> None:
        """Return once the web answers a request. Raises LocalError when it does not."""
        until = time.monotonic() + READY_SECONDS
        web = self._watched[0].child
        while time.monotonic() < until and web.alive:
            if self._page_answers():
                return
            self._request.pause(0.1)
        raise LocalError(f"The web did not start; its own words are in {self._state.log('web')}.")

    def _page_answers(self) -> bool:
        connection = http.client.HTTPConnection(
            self._address.reached_at, self._address.port, timeout=10
        )
        try:
            connection.request("GET", "/")
            return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _watch(self) -> None:
        """Start again what falls, until a stop is asked for. Raises StopRequested, LocalError."""
        while True:
            self._request.pause(WATCH_SECONDS)
            for name in self._services.restart_dead(self._request):
                say(f"{name} fell and was started again; its log: {self._state.log(name)}")
            for watched in self._watched:
                if not watched.child.alive:
                    self._revive(watched)

    def _revive(self, watched: Watched) -> None:
        """Start a fallen program again, after a wait that doubles while it keeps falling."""
        now = time.monotonic()
        if not watched.not_before:
            end_group(watched.child)
            settled = now - watched.started > SETTLED_SECONDS
            watched.wait = (
                FIRST_WAIT_SECONDS if settled else min(watched.wait * 2, LONGEST_WAIT_SECONDS)
            )
            watched.not_before = now + watched.wait
            say(
                f"{watched.name} fell; starting it again in {watched.wait:.0f} s; its log: "
                f"{self._state.log(watched.name)}"
            )
        elif now >= watched.not_before:
            watched.child = self._spawn(watched.name, watched.arguments)
            watched.started, watched.not_before = now, 0.0


def tell_already_running(state: State) -> int:
    """Say where the running installation is; return the exit code for "nothing to do"."""
    running = Lock(state).holder()
    if running is not None:
        say(f"already running at {Address(running.host, running.port).url} (state {state.folder})")
    return 0
