"""Making, opening and destroying data keys; sealing and opening under them."""

import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from corps.errors import Refusal
from corps.vault.keys import (
    FAMILIES,
    KEY_BYTES,
    Keyring,
    KeyUnavailable,
    forget_keyring,
    keyring,
)
from corps.vault.models import DataKey, KeyCheck
from corps.vault.sealing import Place, SealBroken, seal, unseal

WORD = b"corps"
HOUSE_KEYS = ("sessions",)
"""What the installation seals under a key of its own."""

HOLD = 0x6B657973  # "keys"
"""The advisory lock that those who use current keys share, and a rotation takes alone."""

_opened: dict[str, bytes] = {}


class Erased(Refusal):
    """The data key was destroyed; what it sealed is gone."""

    message = _("This was erased for good: nobody can read it any more.")


class OutsideTransaction(RuntimeError):
    """Keys were taken for new work where no transaction tells a rotation when it is done."""


def hold_keys() -> None:
    """Keep the keyring's current keys in use until this transaction ends.

    Whoever writes under a current key, or looks somebody up, holds the keys first: a rotation
    takes its next step only when everybody who began before the last one is done. Holders do not
    wait for one another. Raises OutsideTransaction.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [HOLD])


def draft_data_key() -> tuple[DataKey, bytes]:
    """Return a new data key, wrapped but not yet saved, and the key itself.

    Save it in the same transaction. Raises OutsideTransaction.
    """
    return draft_data_keys(1)[0]


def draft_data_keys(number: int) -> list[tuple[DataKey, bytes]]:
    """Return so many new data keys, each as `draft_data_key()` does."""
    hold_keys()
    return [_draft() for _ in range(number)]


def _draft() -> tuple[DataKey, bytes]:
    ring, plain = keyring(), secrets.token_bytes(KEY_BYTES)
    key = DataKey(wrapped_by=ring.current["master"])
    key.wrapped = seal(ring.current_key("master"), _place(key), plain)
    return key, plain


@transaction.atomic
def new_data_key() -> DataKey:
    """Return a new data key, saved."""
    key, _ = draft_data_key()
    key.save(force_insert=True)
    return key


def open_house_key(purpose: str) -> bytes:
    """Return the installation's own data key for one of HOUSE_KEYS, opened.

    Raises KeyUnavailable where `register_keys()` has not made it. It is opened once a process: its
    bytes never change, only the master key that wraps it.
    """
    if purpose not in _opened:
        key = DataKey.objects.filter(purpose=purpose).first()
        if key is None:
            raise KeyUnavailable("A key of this installation is missing: run manage.py set_up.")
        _opened[purpose] = open_data_key(key)
    return _opened[purpose]


def seal_at_house(purpose: str, place: Place, plain: bytes) -> bytes:
    """Return `plain` sealed for `place` under a subkey of one of HOUSE_KEYS: salt, then `seal()`.

    A house key seals every save of every session, far more than the 2**32 messages that NIST SP
    800-38D section 8.3 allows one key with random nonces. So each message has a key of its own, by
    HKDF-SHA256 (RFC 5869) over the house key with a random 256-bit salt: two messages meet under
    one key and nonce with a chance of about 2**-170 after 2**90 messages.
    Raises KeyUnavailable.
    """
    salt = secrets.token_bytes(KEY_BYTES)
    return salt + seal(_house_subkey(purpose, salt), place, plain)


def unseal_at_house(purpose: str, place: Place, sealed: bytes) -> bytes:
    """Return what `seal_at_house()` was given. Raises SealBroken or KeyUnavailable."""
    salt, body = bytes(sealed[:KEY_BYTES]), bytes(sealed[KEY_BYTES:])
    return unseal(_house_subkey(purpose, salt), place, body)


def _house_subkey(purpose: str, salt: bytes) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=f"house: {purpose}".encode())
    return hkdf.derive(open_house_key(purpose))


def open_data_key(key: DataKey) -> bytes:
    """Return the 32 bytes of a data key. Raises Erased, SealBroken or KeyUnavailable."""
    try:
        return _unwrapped(key)
    except KeyUnavailable:  # a rotation wrapped it anew, or brought a key that we have not read
        forget_keyring()
        key.refresh_from_db(fields=["wrapped", "wrapped_by", "destroyed_at"])
        return _unwrapped(key)


def _unwrapped(key: DataKey) -> bytes:
    if key.wrapped is None:
        raise Erased
    return unseal(keyring().key("master", key.wrapped_by), _place(key), bytes(key.wrapped))


def wrap_anew(key: DataKey) -> None:
    """Wrap a data key under the current master key, without saving it; else like open_data_key."""
    plain, ring = open_data_key(key), keyring()
    key.wrapped_by = ring.current["master"]
    key.wrapped = seal(ring.current_key("master"), _place(key), plain)


def seal_under(key: DataKey, place: Place, plain: bytes) -> bytes:
    """Return `plain` sealed under a data key for `place`."""
    return seal(open_data_key(key), place, plain)


def unseal_under(key: DataKey, place: Place, sealed: bytes) -> bytes:
    """Return what `seal_under()` was given. Raises Erased or SealBroken."""
    return unseal(open_data_key(key), place, bytes(sealed))


def destroy_data_key(key: DataKey, *, at: datetime) -> None:
    """Destroy a data key: whatever it sealed, here or in a backup of it, can be read no more."""
    key.wrapped, key.destroyed_at = None, at
    key.save(update_fields=["wrapped", "destroyed_at"])


@transaction.atomic
def register_keys() -> None:
    """Make the installation's own keys, and seal the check word under each of the keyring's current
    keys, on a database that has none."""
    for purpose in HOUSE_KEYS:
        if not DataKey.objects.filter(purpose=purpose).exists():
            key, _plain = draft_data_key()
            key.purpose = purpose
            key.save(force_insert=True)
    if KeyCheck.objects.exists():
        return
    for family in FAMILIES:
        enter_key_check(family, keyring().current[family])


def enter_key_check(family: str, key_id: str) -> None:
    """Seal the check word under a key of the keyring: from now on a start with it is no mistake."""
    sealed = seal(keyring().key(family, key_id), _check_place(key_id), WORD)
    KeyCheck.objects.create(key_id=key_id, sealed=sealed)


def check_keys() -> None:
    """Refuse to start with the wrong keyring. Raises SystemExit with a sentence."""
    try:
        _open_checks(keyring())
    except (KeyUnavailable, SealBroken) as error:
        raise SystemExit(_sentence(error)) from None


def _sentence(error: Exception) -> str:
    if isinstance(error, KeyUnavailable):
        return f"Corps does not start. {error}"
    return (
        "Corps does not start: the master key is not the one this database was sealed with. "
        "Put back the keyring that belongs to it (CORPS_MASTER_KEY_FILE)."
    )


def _open_checks(ring: Keyring) -> None:
    """Open the check of each key that has one. Beside one that opens, a family may hold a new key
    that is not in use yet; without any it is another installation's."""
    checks = dict(KeyCheck.objects.values_list("key_id", "sealed"))
    if not checks:
        raise KeyUnavailable("The database holds no key check: run manage.py set_up first.")
    for family in FAMILIES:
        ring.current_key(family)
        known = ring.keys[family].keys() & checks.keys()
        if not known:
            raise SealBroken
        for key_id in known:
            unseal(ring.key(family, key_id), _check_place(key_id), bytes(checks[key_id]))


def _place(key: DataKey) -> Place:
    return Place("vault_datakey", "wrapped", str(key.pk))


def _check_place(key_id: str) -> Place:
    return Place("vault_keycheck", "sealed", key_id)
