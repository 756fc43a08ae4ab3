"""Heads: what the ledger held up to a point, in a few lines of text, signed.

A head is text in UTF-8, each line ended by a line feed, like the checkpoints of transparency logs
(C2SP tlog-checkpoint): the name of the log, the size of the tree, its root in base64; then lines of
our own, each a word and a value. `previous` is the SHA-256 of the head before, so that heads chain.
It is signed by Ed25519 (RFC 8032) over exactly these bytes. The private key stands in a file beside
the keyring, never in the database.
"""

import base64
import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

LOG = "corps-ledger"
FIRST = bytes(32)
"""What the first head has for its previous one."""

RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)


class KeyMissing(ImproperlyConfigured):
    """The key that signs heads cannot be read; the text says what to do."""


class HeadWrong(ValueError):
    """A head does not read as one, or its signature does not fit."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a head says. `at` is an aware instant in UTC; for `horizon`, `ceiling`, `top` see
    corps.audit.sealing."""

    number: int
    size: int
    root: bytes
    at: datetime
    previous: bytes
    horizon: int
    ceiling: int
    top: int

    def text(self) -> str:
        """Return the lines that are signed."""
        lines = [
            LOG,
            str(self.size),
            base64.b64encode(self.root).decode(),
            f"number {self.number}",
            f"at {self.at.astimezone(UTC).isoformat(timespec='microseconds')}",
            f"previous {base64.b64encode(self.previous).decode()}",
            f"horizon {self.horizon}",
            f"ceiling {self.ceiling}",
            f"top {self.top}",
        ]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The lines of a head, and the 64 bytes of its signature."""

    text: str
    signature: bytes


def head_of(text: str) -> Head:
    """Return what the lines of a head say. Raises HeadWrong."""
    try:
        log, size, root, *rest = text.removesuffix("\n").split("\n")
        own = dict(line.split(" ", 1) for line in rest)
        head = Head(
            number=int(own["number"]),
            size=int(size),
            root=base64.b64decode(root, validate=True),
            at=datetime.fromisoformat(own["at"]),
            previous=base64.b64decode(own["previous"], validate=True),
            horizon=int(own["horizon"]),
            ceiling=int(own["ceiling"]),
            top=int(own["top"]),
        )
    except (ValueError, KeyError):
        raise HeadWrong from None
    if log != LOG or head.text() != text:
        raise HeadWrong
    return head


def hash_of(text: str) -> bytes:
    """Return by what the next head names this one."""
    return sha256(text.encode()).digest()


def sign(text: str) -> bytes:
    """Return the signature of a head. Raises KeyMissing."""
    return _private_key().sign(text.encode())


def check_signature(text: str, signature: bytes, public_key: bytes) -> None:
    """Raise HeadWrong unless the signature is that key's."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        raise HeadWrong from None


def public_key() -> bytes:
    """Return the 32 bytes by which anybody checks the signatures. Raises KeyMissing."""
    return _private_key().public_key().public_bytes(*RAW)


def make_key_file() -> bool:
    """Write a new signing key to LEDGER_KEY_FILE where there is none; return whether one was made.

    The file has mode 0600 and is never overwritten.
    """
    path = Path(settings.LEDGER_KEY_FILE)
    if path.exists():
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(
            Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return True


def _private_key() -> Ed25519PrivateKey:
    return _read_key(settings.LEDGER_KEY_FILE)


@cache
def _read_key(path: str) -> Ed25519PrivateKey:
    try:
        if stat.S_IMODE(Path(path).stat().st_mode) & 0o077:
            raise KeyMissing(f"The ledger's key may be read by others: chmod 600 {path}")
        key = serialization.load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError):
        raise KeyMissing(
            f"The key that signs the ledger is missing: put it back at {path}, "
            "or run manage.py set_up on a new installation."
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyMissing(f"The ledger's key is not an Ed25519 key: {path}")
    return key
