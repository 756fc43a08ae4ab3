"""An installation through which every canary has gone, and what was found in it afterwards."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pytest

from corps.local.state import ROOT, State
from tests.canaries import places
from tests.canaries.drive import drive
from tests.canaries.house import House
from tests.canaries.marks import search_all
from tests.canaries.places import Part
from tests.local.installations import Installation, free_port


@dataclass(frozen=True)
class Driven:
    """The installation afterwards, still running; `began` is when the first canary was typed."""

    house: House
    began: float


PLACES: dict[str, Callable[[Driven], Iterable[Part]]] = {
    "dump": lambda driven: places.dump(driven.house),
    "database files": lambda driven: places.data(driven.house, since=driven.began),
    "write-ahead log": lambda driven: places.wal(driven.house),
    "broker's snapshot": lambda driven: places.snapshot(driven.house),
    "broker's keys": lambda driven: places.live_keys(driven.house),
    "logs": lambda driven: places.logs(driven.house),
    "state folder": lambda driven: places.kept(driven.house),
    "output of commands": lambda driven: places.printed(driven.house),
    "temporary files": lambda driven: places.temporary(driven.house),
}


@dataclass
class Search:
    """What a search of one place has found, and how many bytes it read."""

    found: list[str] = field(default_factory=list)
    read: int = 0


def search_in(driven: Driven, place: str) -> Search:
    """Search one place of PLACES."""
    parts = list(PLACES[place](driven))
    found = sorted(str(hit) for hit in search_all(parts))
    return Search(found, sum(len(content) for _name, content in parts))


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    """Start an installation without demo, and do everything with the canaries."""
    folder = tmp_path_factory.mktemp("canaries")
    temporary, files = folder / "temporary", folder / "files"
    temporary.mkdir()
    files.mkdir()
    chosen = {"TMPDIR": str(temporary)}
    installation = Installation(ROOT, State(folder / "state"), free_port(), chosen)
    with installation.running() as running:
        house = House(running, temporary, files)
        began = time.time()
        drive(house)
        yield Driven(house, began)


@pytest.fixture(scope="module")
def searched(driven: Driven) -> dict[str, Search]:
    """What stands in each place after all that."""
    places.settle_database(driven.house)
    return {place: search_in(driven, place) for place in PLACES}
