"""Where the keys come from: never the database.

A keyring is a small JSON document with three families of keys: `master` wraps data keys, `index`
makes blind indexes, `pseudonym` makes pairwise pseudonyms. It comes from the variable
CORPS_MASTER_KEY, the file CORPS_MASTER_KEY_FILE (mode 0600) or the output of
CORPS_MASTER_KEY_COMMAND (a KMS client), in this order.

A running process follows the file: each use asks for the file's state (one system call, about a
microsecond) and reads it anew when it is another. The output of a command is kept until a key is
asked for that it does not hold.
"""

import base64
import json
import os
import secrets
import shlex
import stat
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FAMILIES = ("master", "index", "pseudonym")
KEY_BYTES = 32


class KeyUnavailable(ImproperlyConfigured):
    """No keyring can be read, or it is not one; the text says what to do."""


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """The keys of each family by their ids, and which one is used for new work."""

    keys: Mapping[str, Mapping[str, bytes]]
    current: Mapping[str, str]
    _derived: dict[tuple[str, str, str], bytes] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Keyring(…)"

    def key(self, family: str, key_id: str) -> bytes:
        """Return one key. Raises KeyUnavailable when the keyring does not hold it."""
        try:
            return self.keys[family][key_id]
        except KeyError:
            raise KeyUnavailable(f"The keyring holds no {family} key named {key_id}.") from None

    def current_key(self, family: str) -> bytes:
        """Return the family's key for new work."""
        return self.key(family, self.current[family])

    def derived(self, family: str, purpose: str, key_id: str = "") -> bytes:
        """Return a 32-byte key for one purpose, by HKDF-SHA256 (RFC 5869), from the family's
        current key or the one named."""
        name = (family, key_id or self.current[family], purpose)
        if name not in self._derived:
            hkdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
            self._derived[name] = hkdf.derive(self.key(family, name[1]))
        return self._derived[name]


def new_keyring() -> str:
    """Return a fresh keyring as the JSON text that `keyring()` reads."""
    families = {}
    for family in FAMILIES:
        key_id = f"{family}-1"
        families[family] = {"current": key_id, "keys": {key_id: new_key()}}
    return json.dumps(families, indent=1)


def new_key() -> str:
    """Return a fresh key as a keyring writes it: 32 random bytes in Base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


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


_held: tuple[Any, Keyring] | None = None


def keyring() -> Keyring:
    """Return this installation's keyring as it is now. Raises KeyUnavailable, in a sentence."""
    global _held
    source, held = _source(), _held
    if held is None or held[0] != source:
        held = _held = (source, _parsed(_text(source)))
    return held[1]


def forget_keyring() -> None:
    """Let the next `keyring()` read it anew, also where nothing shows that it is another."""
    global _held
    _held = None


def keyring_file() -> Path:
    """Return the file the keyring is read from, links followed.

    Raises KeyUnavailable where it comes from a variable or a command.
    """
    source = _source()
    if source[0] != "file":
        raise KeyUnavailable("The keyring does not come from a file.")
    return Path(source[1]).resolve()


@contextmanager
def rewriting() -> Iterator[dict[str, Any]]:
    """Give the keyring file's content to be changed, and put the changed one in its place.

    A reader sees the old content or the new, and so does whoever comes after a power cut: the new
    file is written beside the old one, flushed, and renamed over it, with its owner and mode 0600.
    Only one may do so at a time (corps.vault.rotation.alone). Raises KeyUnavailable.
    """
    path = keyring_file()
    content: dict[str, Any] = json.loads(path.read_text())
    yield content
    _parsed(json.dumps(content))
    try:
        _replace(path, json.dumps(content, indent=1))
    except OSError as error:
        raise KeyUnavailable(f"The keyring cannot be written: {error.strerror}: {path}") from None


def _replace(path: Path, text: str) -> None:
    part, owner = path.with_name(f"{path.name}.new"), path.stat()
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        if (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _parsed(text: str) -> Keyring:
    try:
        families = json.loads(text)
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


def _source() -> tuple[Any, ...]:
    """Return where the keyring comes from, and what tells one state of it from another."""
    if settings.MASTER_KEY:
        return "text", str(settings.MASTER_KEY)
    if settings.MASTER_KEY_FILE:
        with suppress(FileNotFoundError):
            return _state(settings.MASTER_KEY_FILE, Path(settings.MASTER_KEY_FILE).stat())
    if settings.MASTER_KEY_COMMAND:
        return "command", str(settings.MASTER_KEY_COMMAND)
    raise KeyUnavailable(
        "There is no master key: set CORPS_MASTER_KEY_FILE to the keyring of this installation, "
        "for example var/keys/master.key."
    )


def _state(path: str, seen: os.stat_result) -> tuple[Any, ...]:
    when = (seen.st_mtime_ns, seen.st_ctime_ns)
    return "file", str(path), seen.st_dev, seen.st_ino, *when, seen.st_size, seen.st_mode


def _text(source: tuple[Any, ...]) -> str:
    kind, where = source[:2]
    if kind == "text":
        return str(where)
    if kind == "file":
        return _read_private(Path(where))
    try:
        return subprocess.run(shlex.split(where), check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        raise KeyUnavailable("CORPS_MASTER_KEY_COMMAND does not print a keyring.") from None


def _read_private(path: Path) -> str:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyUnavailable(f"The master key file may be read by others: chmod 600 {path}")
    try:
        return path.read_text()
    except OSError as error:
        raise KeyUnavailable(f"The master key cannot be read: {error.strerror}: {path}") from None
