"""Starting processes so that all can be found again, and stopping them so that none is left."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corps.local.account import Account
from corps.local.state import ROOT
from corps.local.stopping import StopRequest

MARK = "CORPS_SUPERVISED"
PR_SET_PDEATHSIG = 1  # prctl(2), Linux
POLL_SECONDS = 0.02
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Child:
    """A process this one started, the leader of a process group of its own."""

    name: str
    popen: "subprocess.Popen[bytes]"
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.popen.poll() is None


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return what a new process runs so that it gets `number` when the supervisor is killed."""
    if _libc is None:
        return None
    prctl = _libc.prctl
    return lambda: prctl(PR_SET_PDEATHSIG, int(number))


def start(
    name: str,
    arguments: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    log: Path,
    folder: Path = ROOT,
    account: Account | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Child:
    """Start a process in a group of its own, its output appended to `log`. Raises OSError."""
    with log.open("ab") as output:
        popen = subprocess.Popen(
            [os.fspath(argument) for argument in arguments],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent(stop_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    return Child(name, popen, stop_signal)


def finish(child: Child, request: StopRequest) -> int:
    """Wait for the end of a process and return its exit code.

    Raises StopRequested when a stop is asked for; then the process is ended at once.
    """
    try:
        while child.alive:
            request.pause(POLL_SECONDS)
    finally:
        end_group(child)
    return int(child.popen.returncode)


def stop(children: Iterable[Child], *, within: float) -> None:
    """Ask all to stop; after `within` seconds end them and whatever is left of their groups."""
    stopping = list(children)
    for child in stopping:
        if child.alive:
            child.popen.send_signal(child.stop_signal)
    until = time.monotonic() + within
    while any(child.alive for child in stopping) and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
    for child in stopping:
        end_group(child)


def end_group(child: Child) -> None:
    """End a process and everything still in its group at once."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.popen.pid, signal.SIGKILL)
    child.popen.wait()


def left_over(marker: str, folders: Iterable[Path]) -> set[int]:
    """Return the processes of an earlier supervisor that was killed before it could stop them.

    They carry the marker in their environment; database and broker, which overwrite theirs, are
    known by the folder they work in.
    """
    if not Path("/proc/self/environ").exists():
        return _left_over_by_ps(marker)
    wanted = {os.fspath(folder) for folder in folders}
    mark = f"{MARK}={marker}".encode()
    pids = {int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    return {pid for pid in pids - {os.getpid()} if _belongs(pid, mark, wanted)}


def _belongs(pid: int, mark: bytes, folders: set[str]) -> bool:
    try:
        if Path(f"/proc/{pid}/cwd").readlink().as_posix() in folders:
            return True
        return mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False  # gone meanwhile, a zombie, or another account's


def _left_over_by_ps(marker: str) -> set[int]:
    """Do the same where there is no /proc; `ps` of the BSDs and macOS shows environments."""
    listing = subprocess.run(
        ["ps", "axeww", "-o", "pid=,command="],  # noqa: S607
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    lines = [line.split(maxsplit=1) for line in listing.stdout.splitlines()]
    return {
        int(line[0])
        for line in lines
        if len(line) == 2 and f"{MARK}={marker}" in line[1].split() and int(line[0]) != os.getpid()
    }


def clear_left_over(marker: str, folders: Sequence[Path], *, within: float = 3.0) -> None:
    """End what an earlier supervisor left: politely first, then not."""
    until = time.monotonic() + within
    number = signal.SIGINT
    while pids := left_over(marker, folders):
        if time.monotonic() > until:
            number = signal.SIGKILL
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        time.sleep(0.1)
        if time.monotonic() > until + within:
            return
