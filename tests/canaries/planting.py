"""The control: a canary put into each kind of place, each time in another writing."""

import base64
from collections.abc import Callable
from unicodedata import normalize
from urllib.parse import quote

from tests.canaries import people, places
from tests.canaries.house import House


def plant(house: House, place: str) -> None:
    """Put a canary into a place."""
    PLANTED[place](house)


def _row(house: House) -> None:
    """As a row that says it decomposed."""
    name = normalize("NFD", people.hangul())
    with places.database(house) as connection:
        connection.execute("INSERT INTO accounts_desk (slug, name) VALUES ('dump', %s)", [name])


def _row_on_disk(house: House) -> None:
    """As a row that was taken away again, in hexadecimal."""
    name = people.hangul().encode().hex()
    with places.database(house) as connection:
        connection.execute("INSERT INTO accounts_desk (slug, name) VALUES ('data', %s)", [name])
        connection.execute("DELETE FROM accounts_desk WHERE slug = 'data'")
    places.settle_database(house)


def _row_undone(house: House) -> None:
    """As a row that was never committed."""
    with places.database(house) as connection, connection.transaction(force_rollback=True):
        statement = "INSERT INTO accounts_desk (slug, name) VALUES ('wal', %s)"
        connection.execute(statement, [people.phone()])
    places.settle_database(house)


def _key(house: House) -> None:
    """As a task whose arguments are base64."""
    places.broker(house).set("planted", base64.b64encode(people.hangul().encode()))


def _cached(house: House) -> None:
    """As an answer that was put into the cache."""
    places.broker(house, 1).set("planted", f"<li>{people.latin()}</li>")


def _line(house: House) -> None:
    """As a line of the web's log, with the address of a page."""
    with places.state_of(house).log("web").open("a", encoding="utf-8") as log:
        log.write(f'"GET /admin/?q={quote(people.hangul())}"\n')


def _file(house: House) -> None:
    """As a workbook that stayed behind."""
    folder = places.state_of(house).folder / "files"
    folder.mkdir()
    (folder / "planted.xlsx").write_bytes(people.workbook(people.rows(people.person())))


def _temporary(house: House) -> None:
    """As the name of a temporary file."""
    (house.temporary / f"{people.latin()}.part").touch()


def _printed(house: House) -> None:
    """As JSON that a command has printed."""
    text = people.hangul().encode("ascii", "backslashreplace").decode()
    house.printed.append(("planted", text))


PLANTED: dict[str, Callable[[House], None]] = {
    "dump": _row,
    "database files": _row_on_disk,
    "write-ahead log": _row_undone,
    "broker's snapshot": _key,
    "broker's keys": _cached,
    "logs": _line,
    "state folder": _file,
    "output of commands": _printed,
    "temporary files": _temporary,
}
"""By the same names as `PLACES`."""
