"""Every place where an installation keeps something, read whole; and planting, for the control."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import valkey

from corps.local.account import installed_package
from corps.local.postgres import ADMIN, DATABASE, Postgres, plain_environment
from corps.local.state import State
from tests.canaries.house import House

Part = tuple[str, bytes]


def state_of(house: House) -> State:
    """The installation's state folder."""
    return house.running.installation.state


def database(house: House) -> psycopg.Connection:
    """A connection as the server's superuser."""
    address = Postgres(state_of(house), durable=True).url(ADMIN)
    return psycopg.connect(address, autocommit=True)


def broker(house: House, number: int = 0) -> valkey.Valkey:
    """A connection to the broker (0) or the cache (1)."""
    socket = state_of(house).sockets("kv") / "valkey.sock"
    return valkey.Valkey(unix_socket_path=str(socket), db=number)


def dump(house: House) -> Iterator[Part]:
    """A pg_dump, table by table: sessions, the ledger and Django's own log among them."""
    postgres = Postgres(state_of(house), durable=True)
    program = installed_package() / "pginstall" / "bin" / "pg_dump"
    done = subprocess.run(
        [program, "-h", str(postgres.sockets), "-U", ADMIN, "-d", DATABASE],
        env=plain_environment() | {"PGPASSWORD": postgres.password(ADMIN)},
        capture_output=True,
        check=True,
    )
    for part in done.stdout.split(b"\nCOPY "):
        yield f"dump of {part.split(b' ')[0].decode()}", part


def tables_of(house: House) -> set[str]:
    """The tables that a dump holds."""
    return {name.removeprefix("dump of ") for name, _content in dump(house)}


def settle_database(house: House) -> None:
    """Let the database write everything it holds to the disk, and begin a new file of its log."""
    with database(house) as connection:
        connection.execute("CHECKPOINT")
        connection.execute("SELECT pg_switch_wal()")
        connection.execute("CHECKPOINT")


def data(house: House, *, since: float) -> Iterator[Part]:
    """The database's files, its write-ahead log apart."""
    folder = state_of(house).postgres
    return (part for part in files(folder, since=since) if "/pg_wal/" not in part[0])


def wal(house: House) -> Iterator[Part]:
    """The write-ahead log."""
    return files(state_of(house).postgres / "pg_wal", since=0.0)


def snapshot(house: House) -> Iterator[Part]:
    """The broker's snapshot, unpacked, and its log of everything that was ever written."""
    server = broker(house)
    server.config_set("rdbcompression", "no")
    server.save()
    server.bgrewriteaof()
    return files(state_of(house).valkey, since=0.0)


def live_keys(house: House) -> Iterator[Part]:
    """Names and values of all keys that broker and cache hold now."""
    for number in (0, 1):
        server = broker(house, number)
        for key in server.scan_iter():
            yield f"key in broker {number}", key + b" " + (server.dump(key) or b"")


def logs(house: House) -> Iterator[Part]:
    """What web, worker, clock, database and broker have logged, and what the supervisor said."""
    yield from files(state_of(house).folder / "log", since=0.0)
    yield "supervisor", house.running.output.read_bytes()


def kept(house: House) -> Iterator[Part]:
    """Everything else under the state folder: media, mail, run-time files, keys."""
    own = ("postgres", "valkey", "log")
    for folder in sorted(state_of(house).folder.iterdir()):
        if folder.name not in own:
            yield from files(folder, since=0.0)


def temporary(house: House) -> Iterator[Part]:
    """What the programs have left where temporary files go."""
    return files(house.temporary, since=0.0)


def printed(house: House) -> Iterator[Part]:
    """What commands have printed."""
    return ((f"printed by {name}", text.encode()) for name, text in house.printed)


def files(folder: Path, *, since: float) -> Iterator[Part]:
    """Every file below a folder (or the one file) that was written to after `since`."""
    found = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
    for path in found:
        try:
            if path.is_file() and path.stat().st_mtime >= since:
                yield str(path), os.fsencode(path.name) + b"\n" + path.read_bytes()
        except FileNotFoundError:
            continue  # a program has just removed it
