"""AES-256-GCM over bytes, bound to the place where they are kept.

Nonces are random 96-bit values. NIST SP 800-38D section 8.3 allows 2**32 messages under one key
with random nonces, where two of them meet with a chance of about 2**-33. How many each key seals:

- A data key belongs to one volunteer (an import, a held row, a person's second factor) and seals a
  few hundred messages in its life, 2**10 at most: two nonces meet with a chance below 2**-76. That
  of an import seals one message for each rejected row, 2**20 at most: 2**-57.
- A master key wraps each data key once, and again in each rotation to it: 2**18 for 200,000
  volunteers, 2**-61, and 2**24 before anybody need think of it, 2**-49.
- A house key seals without end (each save of each session), so every message has a key of its own,
  derived with a random salt: see `corps.vault.actions.seal_at_house`.

The chances are n * (n - 1) / 2**97 for n messages, the birthday bound.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext_lazy as _

from corps.errors import Refusal

VERSION = b"\x01"
NONCE_BYTES = 12
OVERHEAD = len(VERSION) + NONCE_BYTES + 16
"""By how many bytes sealing makes a message longer: version, nonce, tag."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where sealed bytes are kept: table, column and the row's id, bound in as additional data."""

    table: str
    column: str
    row: str

    def __bytes__(self) -> bytes:
        return f"{self.table}\x1f{self.column}\x1f{self.row}".encode()


class SealBroken(Refusal):
    """Sealed bytes were altered, cut, or moved from the `place` they were sealed for."""

    message = _(
        "What is kept here was altered or damaged, so it is not shown. It is noted in the ledger "
        "and the administrators are told: ask them before you go on."
    )

    def __init__(self, place: "Place | None" = None) -> None:
        super().__init__()
        self.place = place
        seen = _watched.get()
        if seen is not None:
            seen.append(self)


_watched: ContextVar[list[SealBroken] | None] = ContextVar("seals broken", default=None)


@contextmanager
def noticing_broken_seals() -> Iterator[list[SealBroken]]:
    """Collect every SealBroken that is raised inside, also one that somebody answers.

    What surrounds an act (a middleware, a task) enters them in the ledger once the act's own
    transaction has ended; so no door that turns a Refusal into a sentence can keep one quiet.
    """
    seen: list[SealBroken] = []
    token = _watched.set(seen)
    try:
        yield seen
    finally:
        _watched.reset(token)


def seal(key: bytes, place: Place, plain: bytes) -> bytes:
    """Return `plain` sealed under a 32-byte key: version, nonce, ciphertext with tag."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, bytes(place))


def unseal(key: bytes, place: Place, sealed: bytes) -> bytes:
    """Return what `seal()` was given. Raises SealBroken when anything about it does not fit."""
    if sealed[:1] != VERSION:
        raise SealBroken(place)
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, bytes(place))
    except (InvalidTag, ValueError):
        raise SealBroken(place) from None
