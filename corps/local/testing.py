"""`make test` and `make bench`: pytest on a database and a broker of its own, thrown away after.

Any number may run at the same time: each has its own folder, sockets and processes. So has each of
the test processes of one run, since what one holds open in a database is waited for on its whole
server (no entry of the ledger is sealed before every older transaction has ended).
"""

import fcntl
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from corps.local.environment import for_testing
from corps.local.errors import LocalError
from corps.local.processes import Child, clear_left_over, stop
from corps.local.services import Services
from corps.local.state import ROOT, State, remove_sockets
from corps.local.stopping import StopRequest
from corps.local.translations import compile_translations

PROCESSES = 2
SERVICES_OF_EACH = "CORPS_TEST_SERVICES"
"""The variable that holds, in JSON, the environment of each test process by its name."""
STOP_SECONDS = 5.0
CHOSEN_WORKERS = ("-n", "--numprocesses", "--pdb", "--trace", "--collect-only", "--co")
INTERRUPTED = 130


def run_tests(state: State, arguments: Sequence[str], request: StopRequest) -> int:
    """Run the tests, two at a time unless the arguments say otherwise; return the exit code."""
    if any(argument.startswith(CHOSEN_WORKERS) for argument in arguments):
        with throw_away(state, request, durable=False) as environment:
            return _pytest(arguments, environment, request)
    each = ["-p", "tests.own_services", "-n", str(PROCESSES), "--dist", "loadfile"]
    each.append("--no-loadscope-reorder")  # tests/conftest.py says in which order
    with ExitStack() as kept:
        environments = {
            f"gw{number}": kept.enter_context(throw_away(state, request, durable=False))
            for number in range(PROCESSES)
        }
        shared = {**environments["gw0"], SERVICES_OF_EACH: json.dumps(environments)}
        return _pytest([*each, *arguments], shared, request)


def run_benchmarks(state: State, arguments: Sequence[str], request: StopRequest) -> int:
    """Run the benchmarks one by one on a crash-safe database; return the exit code."""
    if not (ROOT / "tests" / "bench").is_dir():
        raise LocalError("There are no benchmarks in tests/bench.")
    plain = ["-p", "no:xdist", "-o", "norecursedirs=.*", "-s", "tests/bench"]
    with throw_away(state, request, durable=True) as environment:
        return _pytest([*plain, *arguments], environment, request)


def _pytest(arguments: Sequence[str], environment: Mapping[str, str], request: StopRequest) -> int:
    popen = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )
    child = Child("pytest", popen, signal.SIGINT)
    try:
        while child.alive:
            request.pause(0.05)
    finally:
        stop([child], within=STOP_SECONDS)
    return popen.returncode


@contextmanager
def throw_away(state: State, request: StopRequest, *, durable: bool) -> Iterator[Mapping[str, str]]:
    """Give the environment of a fresh database and broker, and remove all trace of them at the end.

    Raises LocalError when they do not start, StopRequested when a stop is asked for.
    """
    compile_translations()
    runs = state.folder / "test"
    State(runs).demand_writable()
    _sweep(runs)
    folder = Path(tempfile.mkdtemp(dir=runs))
    own = State(folder)
    services = Services(own, throw_away=True, durable=durable)
    with (folder / "alive").open("w") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        try:
            own.prepare()
            services.start(request)
            yield for_testing(own, services)
        finally:
            services.stop()
            _remove(own)


def _sweep(runs: Path) -> None:
    """Remove what killed runs left, and nothing of a living one."""
    for folder in runs.iterdir():
        try:
            with (folder / "alive").open("r+") as alive:
                fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(State(folder))
        except OSError:
            continue  # it lives, has just begun, or another run is removing it


def _remove(own: State) -> None:
    clear_left_over(own.marker, [own.postgres, own.valkey], within=0.5)
    for kind in ("pg", "kv"):
        remove_sockets(own.sockets(kind))
    shutil.rmtree(own.folder, ignore_errors=True)
