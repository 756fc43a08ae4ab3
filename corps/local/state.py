"""The state folder: everything an installation keeps, and the lock that makes it one."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from corps.local.errors import LocalError

ROOT = Path(__file__).resolve().parents[2]
MINIMUM_FREE_BYTES = 150 * 1024 * 1024
SOCKETS = Path("/tmp")  # noqa: S108  (short: an address holds 107 bytes; the owner is checked)
LOG_KEPT_BYTES = 20 * 1024 * 1024


def state_folder() -> Path:
    """Return the folder that CORPS_STATE names, `var` in the checkout when it names none."""
    named = os.environ.get("CORPS_STATE", "")
    return Path(named).expanduser().resolve() if named else ROOT / "var"


@dataclass(frozen=True)
class State:
    """One installation's folder. Paths only; nothing is made before `prepare`."""

    folder: Path

    @property
    def keys(self) -> Path:
        """Where the secrets of this installation lie, mode 0700."""
        return self.folder / "keys"

    @property
    def postgres(self) -> Path:
        """The database's data directory."""
        return self.folder / "postgres"

    @property
    def valkey(self) -> Path:
        """The broker's append-only file."""
        return self.folder / "valkey"

    @property
    def run(self) -> Path:
        """What only matters while Corps runs."""
        return self.folder / "run"

    @property
    def demo_accounts(self) -> Path:
        """Who can sign in to the demo, one account a line, tab-separated."""
        return self.folder / "demo-accounts.txt"

    @property
    def marker(self) -> str:
        """A short name of this folder, the same at every start, to know its processes by."""
        return hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]

    def log(self, name: str) -> Path:
        """Return the log file of one process."""
        return self.folder / "log" / f"{name}.log"

    def prepare(self) -> None:
        """Make the folders. Raises LocalError when they cannot be written or the disk is full."""
        self.demand_writable()
        for name in ("keys", "log", "run", "static", "valkey"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)

    def demand_writable(self) -> None:
        """Make the folder. Raises LocalError when it cannot be written or the disk is full."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder) as probe:
                probe.write(bytes(4096))
                probe.flush()
            free = shutil.disk_usage(self.folder).free
        except OSError as error:
            raise LocalError(
                f"Corps cannot write to its state folder {self.folder} ({error.strerror}): make it "
                "writable, or choose another with CORPS_STATE=/path/to/folder."
            ) from error
        if free < MINIMUM_FREE_BYTES:
            raise LocalError(
                f"Only {free // 2**20} MB are free where the state folder {self.folder} lies: make "
                f"room for {MINIMUM_FREE_BYTES // 2**20} MB, or choose another folder with "
                "CORPS_STATE=/path/to/folder."
            )

    def turn_logs(self) -> None:
        """Put logs that have grown long aside, keeping one older file of each."""
        for log in (self.folder / "log").glob("*.log"):
            if log.stat().st_size > LOG_KEPT_BYTES:
                log.replace(log.with_suffix(".log.1"))

    def secret(self, name: str) -> str:
        """Return the secret kept under `name`, made of 256 random bits when there is none yet."""
        path = self.keys / name
        if not path.exists():
            part = path.with_name(f"{name}.part")
            part.unlink(missing_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32))
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        return path.read_text(encoding="ascii")

    def sockets(self, kind: str) -> Path:
        """Return where one service's socket lies: short, and the same at every start."""
        return SOCKETS / f"corps-{self.marker}-{kind}"

    def make_sockets(self, kind: str) -> Path:
        """Return that folder, made anew with mode 0700.

        Raises LocalError when something of somebody else's stands at its place.
        """
        folder = self.sockets(kind)
        remove_sockets(folder)
        try:
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise LocalError(
                f"Corps cannot make the folder {folder} for its sockets ({error.strerror}): remove "
                "what stands there, or choose another state folder with CORPS_STATE=/path/to/it."
            ) from error
        return folder


def remove_sockets(folder: Path) -> None:
    """Remove a socket folder with what lies in it; leave a link or somebody else's alone."""
    if folder.is_symlink() or not folder.is_dir():
        return
    if os.geteuid() in {0, folder.stat().st_uid}:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Running:
    """A supervisor at work: its process, where it listens, how its links begin."""

    pid: int
    host: str
    port: int
    public_url: str


class Lock:
    """Held while a supervisor runs on a state folder; its file says where that one can be found."""

    def __init__(self, state: State) -> None:
        self._path = state.run / "lock"
        self._file: IO[str] | None = None

    def take(self, running: Running) -> bool:
        """Take the lock and leave `running` in it; False when a living process has it."""
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.seek(0)
        file.truncate()
        json.dump(asdict(running), file)
        file.flush()
        self._file = file
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None

    def holder(self) -> Running | None:
        """Return who has the lock, None when nobody has it.

        Raises LocalError in the instant between a start and its note of where it listens.
        """
        try:
            file = self._path.open("r+", encoding="utf-8")
        except OSError:
            return None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return self._read(file.read())
        return None

    def _read(self, text: str) -> Running:
        try:
            return Running(**json.loads(text))
        except (ValueError, TypeError):
            raise LocalError(
                f"Another start is just under way ({self._path}): try again."
            ) from None
