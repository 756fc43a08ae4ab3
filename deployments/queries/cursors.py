"""Cursors: where a list goes on, in a form that tells its reader nothing and cannot be made up."""

import base64
import binascii
from datetime import datetime
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.utils.translation import gettext_lazy as _

from corps.errors import Refusal
from corps.vault.keys import keyring

Position = tuple[datetime, UUID]
"""The instant and the id of the last row that was answered."""


class CursorBroken(Refusal):
    """The cursor was not given for this list with these filters."""

    message = _("Not a cursor of this list with these filters: take it from `next` as it is.")


@cache
def _cipher() -> AESSIV:
    halves = (keyring().derived("pseudonym", f"cursor {half}") for half in (1, 2))
    return AESSIV(b"".join(halves))


def cursor_at(position: Position, *, bound_to: str) -> str:
    """Return the cursor of a position, good only with the same `bound_to` (reader and filters).

    AES-SIV (RFC 5297): the same position gives the same cursor, so that an unchanged page keeps
    its bytes, and the row's id, the same for every agency, cannot be read from it.
    """
    at, pk = position
    sealed = _cipher().encrypt(f"{at.isoformat()} {pk}".encode(), [bound_to.encode()])
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def position_of(cursor: str, *, bound_to: str) -> Position:
    """Return the position a cursor stands for. Raises CursorBroken."""
    try:
        sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        at, _space, pk = _cipher().decrypt(sealed, [bound_to.encode()]).decode().partition(" ")
    except (binascii.Error, InvalidTag, ValueError):
        raise CursorBroken from None
    return datetime.fromisoformat(at), UUID(pk)
