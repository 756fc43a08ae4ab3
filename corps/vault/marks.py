"""Blind indexes and pseudonyms: keyed hashes that answer "the same?" and tell nothing else."""

import base64
import hmac
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from uuid import UUID

from corps.vault.keys import keyring

PHONE, EMAIL, PASSPORT, NAME, NAME_AND_BIRTH = "phone", "email", "passport", "name", "name+birth"
ROW = "row"
"""The kinds of blind index; each has a key of its own."""


@cache
def _key(family: str, purpose: str) -> bytes:
    return keyring().derived(family, purpose)


def index_key_id() -> str:
    """Return the id of the key with which blind indexes are made at present."""
    return keyring().current["index"]


def mark(kind: str, normal: str) -> bytes:
    """Return the 32-byte blind index of a value in its normal form (see corps.vault.spelling)."""
    return hmac.digest(_key("index", f"blind index: {kind}"), normal.encode(), sha256)


def marks(kind: str, normals: Iterable[str | None]) -> list[tuple[str, bytes]]:
    """Return `(kind, mark)` for each value that has a normal form."""
    return [(kind, mark(kind, normal)) for normal in normals if normal]


def pseudonym(reader: UUID | str, subject: UUID | str) -> str:
    """Return the name under which `reader` (an agency) knows `subject` (a volunteer).

    80 bits of an HMAC over both ids, as 16 letters and digits in four groups: two agencies cannot
    join their lists, and the same agency always reads the same name.
    """
    digest = hmac.digest(_key("pseudonym", str(reader)), str(subject).encode(), sha256)
    text = base64.b32encode(digest[:10]).decode()
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))
