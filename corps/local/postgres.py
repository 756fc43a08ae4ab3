"""The embedded PostgreSQL: its data, its process and its addresses."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from corps.local.account import Account, binaries_for, database_account
from corps.local.errors import LocalError
from corps.local.processes import Child, finish, start
from corps.local.state import State
from corps.local.stopping import StopRequest

ADMIN, OWNER, APP, LEDGER = "corps_admin", "corps_owner", "corps_app", "corps_ledger"
DATABASE = "corps"
START_SECONDS = 120.0  # after a crash a long log may have to be replayed

# Errors are kept out of the log, and details out of what is left: both repeat values.
DISCREET = {
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_min_messages": "log",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
}
ALWAYS = {
    **DISCREET,
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "max_connections": "200",
}
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "300",
}
"""For a server that tests use and leave. Their rows are rolled back: whoever counted them between
two tests would tell the planner of empty tables, and it would join the next test's by nested loops
for minutes."""
INITDB = (
    f"--username={ADMIN}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)


def plain_environment() -> dict[str, str]:
    """Return this process's environment without what would steer PostgreSQL's programs."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "LC_", "LANG"))
    }
    return kept | {"LC_ALL": "C"}


class Postgres:
    """One installation's database server.

    `durable` False gives up crash safety for speed, for data that is thrown away.
    """

    def __init__(self, state: State, *, durable: bool) -> None:
        self._state = state
        self._durable = durable
        self.folder = state.postgres
        self.sockets = state.sockets("pg")
        self.child: Child | None = None
        self._bin = Path()
        self._account: Account | None = None

    def start(self, request: StopRequest) -> None:
        """Start the server, making its data directory first where there is none.

        Raises LocalError when it does not come up, StopRequested when a stop is asked for.
        """
        self._account = database_account(self.folder)
        self._bin = binaries_for(self._account)
        self._state.make_sockets("pg")
        self._own(self.sockets)
        if not self.folder.exists():
            self._make_data(request)
        self._check_version()
        (self.folder / "postmaster.pid").unlink(missing_ok=True)  # processes were cleared before
        self.child = self._launch()
        self._wait_until_ready(self.child, request)

    def url(self, role: str, *, database: str = DATABASE) -> str:
        """Return the address of `database` for one role, its password included."""
        folder = quote(str(self.sockets), safe="")
        return f"postgres://{role}:{quote(self.password(role), safe='')}@/{database}?host={folder}"

    def password(self, role: str) -> str:
        """Return a role's password in this installation."""
        return self._state.secret(f"{role}.password")

    def run_sql(self, sql: str, *, database: str) -> None:
        """Run statements as the superuser. Raises LocalError when one fails."""
        environment = plain_environment() | {"PGPASSWORD": self.password(ADMIN)}
        done = subprocess.run(
            [
                self._bin / "psql",
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                str(self.sockets),
                "-U",
                ADMIN,
                "-d",
                database,
                "-f",
                "-",
            ],
            input=sql,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise LocalError(f"Preparing the database failed: {done.stderr.strip()}")

    def _own(self, folder: Path) -> None:
        """Give a folder to the account that the server runs as."""
        if self._account is not None:
            os.chown(folder, self._account.uid, self._account.gid)

    def _reachable(self, folder: Path) -> str:
        """Return a path by which a process working in `folder` reaches it, whatever lies above."""
        return str(folder) if self._account is None else "/proc/self/cwd"

    def _make_data(self, request: StopRequest) -> None:
        """Make the data directory beside its place and move it there once it is whole."""
        part = self.folder.with_name("postgres.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        self._own(part)
        log = self._state.log("postgres")
        where = ("-D", self._reachable(part), f"--pwfile={self._password_file()}")
        child = start(
            "initdb",
            [self._bin / "initdb", *where, *INITDB, *(() if self._durable else ("--no-sync",))],
            environment=plain_environment(),
            log=log,
            folder=part,
            account=self._account,
        )
        if finish(child, request) != 0:
            raise LocalError(f"The database could not be made; its own words are in {log}.")
        self._password_file().unlink()
        part.rename(self.folder)

    def _password_file(self) -> Path:
        """Return the file from which `initdb` reads the superuser's password, there and 0600."""
        path = self.sockets / "password"
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(self.password(ADMIN))
            self._own(path)
        return path

    def _check_version(self) -> None:
        """Raise LocalError when the data were written by another major version."""
        written = (self.folder / "PG_VERSION").read_text(encoding="ascii").strip()
        told = subprocess.run(
            [self._bin / "postgres", "--version"],
            cwd="/",
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        current = told.split()[-1].split(".")[0]
        if written != current:
            raise LocalError(
                f"The data in {self.folder} were written by PostgreSQL {written}, and this "
                f"is PostgreSQL {current}: dump them with the version of Corps that wrote them."
            )

    def _launch(self) -> Child:
        chosen = ALWAYS | ({} if self._durable else THROW_AWAY)
        options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        return start(
            "postgres",
            [
                self._bin / "postgres",
                "-D",
                self._reachable(self.folder),
                "-c",
                f"unix_socket_directories={self.sockets}",
                *options,
            ],
            environment=plain_environment(),
            log=self._state.log("postgres"),
            folder=self.folder,
            account=self._account,
            stop_signal=signal.SIGINT,
        )

    def _wait_until_ready(self, child: Child, request: StopRequest) -> None:
        asked: list[str | Path] = [
            self._bin / "pg_isready",
            "-q",
            "-h",
            str(self.sockets),
            "-t",
            "5",
        ]
        for _ in range(int(START_SECONDS / 0.05)):
            if not child.alive:
                break
            if subprocess.run(asked, env=plain_environment(), check=False).returncode == 0:
                return
            request.pause(0.05)
        raise LocalError(
            f"The database did not start; its own words are in {self._state.log('postgres')}."
        )
