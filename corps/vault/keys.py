"""Where the keys come from: never the database.

A keyring is a small JSON document with three families of keys: `master` wraps data keys, `index`
makes blind indexes, `pseudonym` makes pairwise pseudonyms. It comes from the variable
CORPS_MASTER_KEY, the file CORPS_MASTER_KEY_FILE (mode 0600) or the output of
CORPS_MASTER_KEY_COMMAND (a KMS client), in this order.
"""

import base64
import json
import os
import secrets
import shlex
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FAMILIES = ("master", "index", "pseudonym")
KEY_BYTES = 32


class KeyUnavailable(ImproperlyConfigured):
    """No keyring can be read, or it is not one; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of each family by their ids, and which one is used for new work."""

    keys: Mapping[str, Mapping[str, bytes]]
    current: Mapping[str, str]

    def key(self, family: str, key_id: str) -> bytes:
        """Return one key. Raises KeyUnavailable when the keyring does not hold it."""
        try:
            return self.keys[family][key_id]
        except KeyError:
            raise KeyUnavailable(f"The keyring holds no {family} key named {key_id}.") from None

    def current_key(self, family: str) -> bytes:
        """Return the family's key for new work."""
        return self.key(family, self.current[family])

    def derived(self, family: str, purpose: str) -> bytes:
        """Return a 32-byte key for one purpose, by HKDF-SHA256 (RFC 5869)."""
        hkdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
        return hkdf.derive(self.current_key(family))


def new_keyring() -> str:
    """Return a fresh keyring as the JSON text that `keyring()` reads."""
    families = {}
    for family in FAMILIES:
        key_id = f"{family}-1"
        key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        families[family] = {"current": key_id, "keys": {key_id: key}}
    return json.dumps(families, indent=1)


def make_keyring_file() -> bool:
    """Write a fresh keyring to CORPS_MASTER_KEY_FILE when no keyring is configured or present.

    Returns whether one was made. The file has mode 0600 and is never overwritten.
    """
    path = settings.MASTER_KEY_FILE
    if settings.MASTER_KEY or settings.MASTER_KEY_COMMAND or not path or Path(path).exists():
        return False
    Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(new_keyring())
    return True


@cache
def keyring() -> Keyring:
    """Return this installation's keyring. Raises KeyUnavailable, in a sentence."""
    try:
        families = json.loads(_source())
        keys = {
            family: {name: base64.b64decode(key) for name, key in families[family]["keys"].items()}
            for family in FAMILIES
        }
        current = {family: str(families[family]["current"]) for family in FAMILIES}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyUnavailable("The master key is not a Corps keyring.") from None
    if any(len(key) != KEY_BYTES for family in keys.values() for key in family.values()):
        raise KeyUnavailable("The master key is not a Corps keyring: a key has the wrong length.")
    return Keyring(keys, current)


def _source() -> str:
    if settings.MASTER_KEY:
        return str(settings.MASTER_KEY)
    if settings.MASTER_KEY_FILE and Path(settings.MASTER_KEY_FILE).exists():
        return _read_private(Path(settings.MASTER_KEY_FILE))
    if settings.MASTER_KEY_COMMAND:
        command = shlex.split(settings.MASTER_KEY_COMMAND)
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    raise KeyUnavailable(
        "There is no master key: set CORPS_MASTER_KEY_FILE to the keyring of this installation, "
        "for example var/keys/master.key."
    )


def _read_private(path: Path) -> str:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyUnavailable(f"The master key file may be read by others: chmod 600 {path}")
    return path.read_text()
