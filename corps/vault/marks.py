"""Blind indexes and pseudonyms: keyed hashes that answer "the same?" and tell nothing else."""

import base64
import hmac
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from corps.vault.keys import Keyring, keyring

PHONE, EMAIL, PASSPORT, NAME, NAME_AND_BIRTH = "phone", "email", "passport", "name", "name+birth"
ROW = "row"
"""The kinds of blind index; each has a key of its own."""


def index_key_id() -> str:
    """Return the id of the key with which blind indexes are made at present."""
    return keyring().current["index"]


def index_key_ids() -> tuple[str, ...]:
    """Return the ids of every key under which somebody may be found; two while keys rotate."""
    return tuple(sorted(keyring().keys["index"]))


def mark(kind: str, normal: str, key_id: str = "") -> bytes:
    """Return the 32-byte blind index of a value in its normal form (see corps.vault.spelling),
    under the present key or the one named."""
    return _mark(keyring(), kind, normal, key_id)


def _mark(ring: Keyring, kind: str, normal: str, key_id: str) -> bytes:
    key = ring.derived("index", f"blind index: {kind}", key_id)
    return hmac.digest(key, normal.encode(), sha256)


def marks_to_look_for(forms: Iterable[tuple[str, str]]) -> list[tuple[str, bytes]]:
    """Return `(kind, mark)` for each `(kind, normal form)`, under every index key there is.

    The keyring is asked once: a rotation that ends meanwhile takes a key out of it.
    """
    ring = keyring()
    keys = sorted(ring.keys["index"])
    return [(kind, _mark(ring, kind, normal, key)) for kind, normal in forms for key in keys]


def pseudonym(reader: UUID | str, subject: UUID | str) -> str:
    """Return the name under which `reader` (an agency) knows `subject` (a volunteer).

    80 bits of an HMAC over both ids, as 16 letters and digits in four groups: two agencies cannot
    join their lists, and the same agency always reads the same name.
    """
    digest = hmac.digest(keyring().derived("pseudonym", str(reader)), str(subject).encode(), sha256)
    text = base64.b32encode(digest[:10]).decode()
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))
