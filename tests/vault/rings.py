"""A keyring of a test's own: a copy of the run's, which other tests go on using."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings

from corps.vault.keys import Keyring, KeyUnavailable, forget_keyring, keyring
from corps.vault.models import DataKey
from corps.vault.sealing import Place, unseal


def copy_keyring(folder: Path, chosen: Any) -> Path:
    """Let this process use a copy of the keyring in `folder`; `chosen` is pytest's `settings`."""
    text = Path(settings.MASTER_KEY_FILE).read_text()
    path = folder / "master.key"
    path.touch(mode=0o600)
    path.write_text(text)
    chosen.MASTER_KEY, chosen.MASTER_KEY_FILE, chosen.MASTER_KEY_COMMAND = "", str(path), ""
    forget_keyring()
    return path


def ids(path: Path, family: str) -> tuple[str, list[str]]:
    """Return the current key's id of a family in a keyring file, and the ids of all its keys."""
    found = json.loads(path.read_text())[family]
    return found["current"], sorted(found["keys"])


def opened_by(ring: Keyring) -> int:
    """Return how many data keys any master key of a ring opens, whatever the rows say."""
    return sum(_opens(ring, key) for key in DataKey.objects.filter(wrapped__isnull=False))


def _opens(ring: Keyring, key: DataKey) -> bool:
    place = Place("vault_datakey", "wrapped", str(key.pk))
    for one in ring.keys["master"].values():
        try:
            unseal(one, place, bytes(key.wrapped or b""))
        except Exception:  # noqa: BLE001  (whatever it says, it does not open)
            continue
        return True
    return False


def ring_at(path: Path, chosen: Any) -> Keyring:
    """Return the keyring of a file, and go on with the one before."""
    before, chosen.MASTER_KEY_FILE = settings.MASTER_KEY_FILE, str(path)
    try:
        return keyring()
    finally:
        chosen.MASTER_KEY_FILE = before


def environment(database: str, path: Path, **more: str) -> dict[str, str]:
    """Return the environment of a process that works on `database` with the keyring at `path`."""
    urls = {
        name: os.environ[name].replace("/corps?", f"/{database}?")
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    return {**os.environ, **urls, "CORPS_MASTER_KEY_FILE": str(path), **more}


__all__ = ["KeyUnavailable", "copy_keyring", "environment", "ids", "opened_by", "ring_at"]
