"""The landing board: tiles that say what needs doing, each leading to the filtered list.

    @board.register
    def people(viewer: User) -> Iterable[Tile]:
        if viewer.may_see_kind("volunteers.vettingcase"):
            yield Tile(_("Vetting cases to decide"), waiting(viewer).count(), url)

A teller counts only what its viewer may see, and is asked on every visit of the board.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from corps.accounts.models import User


@dataclass(frozen=True, slots=True)
class Tile:
    """One thing to do: how often, and where. `look` is a state class of parts.css."""

    label: str | Promise
    count: int
    url: str
    note: str | Promise = ""
    look: str = "is-attention"

    @property
    def css(self) -> str:
        """The state class; a tile with nothing to do is quiet."""
        return self.look if self.count else "is-quiet"


Teller = Callable[[User], Iterable[Tile]]

_tellers: list[Teller] = []


def register(teller: Teller) -> Teller:
    """Let `teller` speak on the board; usable as a decorator."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def tiles_for(viewer: User) -> list[Tile]:
    """Return the tiles of one person, in the order in which the apps spoke up."""
    return [tile for teller in _tellers for tile in teller(viewer)]
