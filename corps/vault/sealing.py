"""AES-256-GCM over bytes, bound to the place where they are kept.

Nonces are random 96-bit values. NIST SP 800-38D section 8.3 allows 2**32 messages under one key
with random nonces; a data key here belongs to one volunteer (or one import) and seals a document
a few hundred times in its life, so that a repeated nonce has a chance below 2**-70.
"""

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from corps.errors import Refusal

VERSION = b"\x01"
NONCE_BYTES = 12
OVERHEAD = len(VERSION) + NONCE_BYTES + 16
"""By how many bytes sealing makes a message longer: version, nonce, tag."""


class SealBroken(Refusal):
    """Sealed bytes were altered, cut, or moved from the place they were sealed for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where sealed bytes are kept: table, column and the row's id, bound in as additional data."""

    table: str
    column: str
    row: str

    def __bytes__(self) -> bytes:
        return f"{self.table}\x1f{self.column}\x1f{self.row}".encode()


def seal(key: bytes, place: Place, plain: bytes) -> bytes:
    """Return `plain` sealed under a 32-byte key: version, nonce, ciphertext with tag."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, bytes(place))


def unseal(key: bytes, place: Place, sealed: bytes) -> bytes:
    """Return what `seal()` was given. Raises SealBroken when anything about it does not fit."""
    if sealed[:1] != VERSION:
        raise SealBroken
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, bytes(place))
    except (InvalidTag, ValueError):
        raise SealBroken from None
