"""The embedded database: who may get in, who may do what, what its log never says."""

import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from corps.local.state import State

pytestmark = pytest.mark.real_processes


@pytest.fixture
def as_app() -> Iterator[psycopg.Connection]:
    """A connection as the application's role, to a database that holds one table of the owner's."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("CREATE TABLE front_door (id int)")
        owner.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON front_door TO corps_app")
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            yield connection
        owner.execute("DROP TABLE front_door")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "CREATE EXTENSION pg_trgm",
        "ALTER TABLE front_door ADD COLUMN more int",
        "ALTER TABLE front_door OWNER TO corps_app",
        "ALTER TABLE front_door DISABLE TRIGGER ALL",
        "DROP TABLE front_door",
        "TRUNCATE front_door",
        "SET ROLE corps_owner",
        "SET ROLE corps_ledger",
        "COPY front_door TO PROGRAM 'true'",
        "CREATE TEMPORARY TABLE front_door (id int)",
    ],
)
def test_the_application_is_refused(as_app: psycopg.Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        as_app.execute(sql.SQL(statement))


def test_the_application_owns_nothing(as_app: psycopg.Connection) -> None:
    owned = as_app.execute(
        "SELECT count(*) FROM pg_shdepend JOIN pg_roles ON pg_roles.oid = refobjid"
        " WHERE rolname = current_user AND deptype = 'o'"
    ).fetchone()
    assert owned == (0,)


def test_the_application_reads_and_writes(as_app: psycopg.Connection) -> None:
    as_app.execute("INSERT INTO front_door VALUES (1)")
    assert as_app.execute("SELECT id FROM front_door").fetchall() == [(1,)]


def test_the_owner_may_become_the_ledger_but_inherits_nothing_of_it() -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        inherits, may_set = owner.execute(
            "SELECT pg_has_role('corps_ledger', 'USAGE'), pg_has_role('corps_ledger', 'SET')"
        ).fetchone() or (None, None)
    assert (inherits, may_set) == (False, True)


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_wrong_password_is_refused(password: str) -> None:
    address = make_conninfo(os.environ["DATABASE_ADMIN_URL"], password=password)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(address)


def test_the_server_listens_nowhere_but_in_a_folder_of_its_own_account() -> None:
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"]) as admin:
        listens = admin.execute("SHOW listen_addresses").fetchone()
        folder = admin.execute("SHOW unix_socket_directories").fetchone()
    assert listens == ("",)
    assert folder is not None
    assert stat.S_IMODE(Path(folder[0]).stat().st_mode) == 0o700


def test_the_log_repeats_no_value() -> None:
    canary = secrets.token_hex(16)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE once (word text PRIMARY KEY)")
        connection.execute("INSERT INTO once VALUES (%s)", [canary])
        with pytest.raises(errors.UniqueViolation):
            connection.execute("INSERT INTO once VALUES (%s)", [canary])
        with pytest.raises(errors.InvalidTextRepresentation):
            connection.execute("SELECT %s::int", [canary])
        with pytest.raises(errors.SyntaxError):
            connection.execute(f"SELECT '{canary}' AND AND")
    log = State(Path(os.environ["CORPS_STATE"])).log("postgres").read_text(encoding="utf-8")
    assert canary not in log
