"""Through which door the present act came, and in which request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Door:
    """Where an act comes from (admin, portal, api, clock, command), and the request's id."""

    name: str = "command"
    request_id: str = ""


_door: ContextVar[Door] = ContextVar("door", default=Door())


def door() -> Door:
    """Return the door of the present act; outside any request or task it is `command`."""
    return _door.get()


@contextmanager
def through(name: str, request_id: str = "") -> Iterator[None]:
    """Say that everything inside comes through the door `name`."""
    token = _door.set(Door(name, request_id))
    try:
        yield
    finally:
        _door.reset(token)
