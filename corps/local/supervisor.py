"""`make run`: everything started in order, watched, and stopped without a trace."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Mapping

from corps.local.address import Address
from corps.local.environment import for_commands, for_running, marked, public_url
from corps.local.errors import LocalError, StopRequested
from corps.local.processes import Child, finish, stop
from corps.local.programs import Program, beat, web, worker
from corps.local.services import Services
from corps.local.state import ROOT, Lock, Running, State
from corps.local.stopping import StopRequest
from corps.local.terminal import say
from corps.local.translations import compile_translations
from corps.local.welcome import welcome

READY_SECONDS = 120.0
STOP_SECONDS = 1.9  # a worker told to stop hands back what it had begun, which takes it up to 1.8 s
WATCH_SECONDS = 0.2
SERVICE_WAIT_SECONDS = 5.0


class Supervisor:
    """Runs one installation until it is told to stop."""

    def __init__(self, state: State, address: Address, request: StopRequest) -> None:
        self._state = state
        self._address = address
        self._request = request
        self._services = Services(state, throw_away=False, durable=True)
        self._programs: list[Program] = []

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
            stop([program.child for program in self._programs], within=STOP_SECONDS)
            self._services.stop()
            lock.release()
        return 0

    def _start(self) -> None:
        """Start everything and say who can sign in. Raises LocalError, StopRequested."""
        state = self._state
        state.turn_logs()
        self._services.clear()
        self._address.demand_free()
        compile_translations()
        self._services.start(self._request)
        environment = marked(for_running(state, self._services, self._address), state)
        self._set_up(for_commands(environment, self._services))
        self._programs.append(web(self._address, state=state, environment=environment))
        self._wait_for_page(self._programs[0])
        self._programs.append(worker(state=state, environment=environment))
        self._programs.append(beat(state=state, environment=environment))
        say(f"ready {self._address.url}")
        say(welcome(state))

    def _set_up(self, environment: Mapping[str, str]) -> None:
        """Migrate, make keys and seed, with its output on the terminal. Raises LocalError."""
        popen = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "set_up"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        if finish(Child("set_up", popen), self._request) != 0:
            raise LocalError("Corps could not be set up and does not start; the reason is above.")

    def _wait_for_page(self, program: Program) -> None:
        """Return once the web answers a request. Raises LocalError when it does not."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and program.child.alive:
            if self._page_answers():
                return
            self._request.pause(0.1)
        raise LocalError(f"The web did not start; its own words are in {program.log}.")

    def _page_answers(self) -> bool:
        host, port = self._address.reached_at, self._address.port
        connection = http.client.HTTPConnection(host, port, timeout=10)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _watch(self) -> None:
        """Start again what falls, until a stop is asked for. Raises StopRequested."""
        while True:
            self._request.pause(WATCH_SECONDS)
            self._keep_services_alive()
            for program in self._programs:
                if fallen := program.keep_alive():
                    say(fallen)

    def _keep_services_alive(self) -> None:
        try:
            for name in self._services.restart_dead(self._request):
                say(f"{name} fell and was started again; its log is {self._state.log(name)}")
        except LocalError as error:
            say(str(error))
            self._request.pause(SERVICE_WAIT_SECONDS)


def tell_already_running(state: State) -> int:
    """Say where the running installation is; return the exit code for "nothing to do"."""
    running = Lock(state).holder()
    if running is not None:
        say(f"already running at {Address(running.host, running.port).url} (state {state.folder})")
    return 0
