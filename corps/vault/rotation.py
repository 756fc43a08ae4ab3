"""Changing the key of a family while everything goes on.

A rotation goes forward in steps, and everybody who began to work before a step has ended before the
next one is taken:

1. The new key joins the keyring, not yet in use. From now on people are looked up under both keys.
2. The new key becomes the current one: from now on everything new is made with it.
3. What was made with the old key is made again with the new one, in batches, until none is left.
4. The old key leaves the keyring, and with its check gone no start accepts it.

No grace period stands between the steps, since none would be long enough for certain. Whoever works
under current keys holds a shared advisory lock until the end of the transaction, and asks for the
keyring after that (`corps.vault.actions.hold_keys`); between two steps the rotation takes the same
lock alone for an instant. Whoever gets it after that sees the keyring file as the step left it,
because a process reads the file anew whenever it is another. So after step 2 nobody can still write
with the old key, and the passes of step 3 come to an end; after step 1 nobody can still look for
the old index alone when the first one is made again. Who opens a data key needs no lock: the row
says which key wraps it, and where that key has just left the keyring the row is read once more.

Everything that a rotation has to know stands in the keyring and the database: one that was killed
at any point is begun again with the same command, and goes on where it stopped.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from corps.errors import Refusal
from corps.vault.actions import HOLD, enter_key_check, wrap_anew
from corps.vault.keys import KeyUnavailable, keyring, keyring_file, new_key, rewriting
from corps.vault.models import DataKey, KeyCheck
from corps.vault.sealing import SealBroken

ALONE = 0x726F7461  # "rota"
"""The advisory lock of which one rotation at a time has hold."""

OWNER = "owner"
"""The database connection that may change key checks: the application's role may not."""

BATCH = 250
"""Rows that are made again in one transaction."""

PAUSE = 0.05
"""Seconds until the rows that somebody else had locked are tried again."""


class RotationUnderWay(Refusal):
    """Two rotations would take each other's steps."""

    message = _("Keys are being rotated at this moment: wait until that has ended.")


@dataclass(slots=True)
class Remade:
    """How many were made again with the new key, and which could not be opened."""

    done: int = 0
    broken: set[Any] = field(default_factory=set)


@contextmanager
def alone() -> Iterator[None]:
    """Let nobody else rotate keys meanwhile. Raises RotationUnderWay."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ALONE])
        if not cursor.fetchone()[0]:
            raise RotationUnderWay
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ALONE])


@transaction.atomic
def wait_for_holders() -> None:
    """Return when everybody who held keys before has ended; later ones wait for that instant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [HOLD])


def is_ours_to_write() -> bool:
    """Whether the keyring is a file, which a rotation changes itself."""
    try:
        keyring_file()
    except KeyUnavailable:
        return False
    return True


def key_to_come(family: str) -> str:
    """Return the id of the key that a rotation brings or has brought, "" where none is begun.

    In a file it is the one numbered highest; elsewhere whoever keeps the keyring has said which
    one is current.
    """
    ring = keyring()
    held = ring.keys[family]
    if len(held) == 1:
        return ""
    return max(held, key=_number) if is_ours_to_write() else ring.current[family]


def next_key_id(family: str) -> str:
    """Return an id that no key of the family had: one up from the highest in sight."""
    known = {*keyring().keys[family], *KeyCheck.objects.values_list("key_id", flat=True)}
    return f"{family}-{1 + max(_number(name) for name in known if name.startswith(family))}"


def _number(key_id: str) -> int:
    digits = key_id.rpartition("-")[2]
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def add_key(family: str, key_id: str) -> None:
    """Put a fresh key into the keyring file, without using it yet. Raises KeyUnavailable."""
    with rewriting() as content:
        content[family]["keys"][key_id] = new_key()


def make_current(family: str, key_id: str) -> None:
    """Use a key of the keyring for new work from now on. Raises KeyUnavailable."""
    if keyring().current[family] != key_id:
        with rewriting() as content:
            content[family]["current"] = key_id


def drop_all_but(family: str, key_id: str) -> None:
    """Take the family's other keys out of the keyring file. Raises KeyUnavailable."""
    with rewriting() as content:
        content[family]["keys"] = {key_id: content[family]["keys"][key_id]}


def accept_key(family: str, key_id: str) -> None:
    """Let a start accept a key of the keyring."""
    if not KeyCheck.objects.filter(key_id=key_id).exists():
        enter_key_check(family, key_id)


def accept_no_more(key_ids: set[str]) -> None:
    """Let no start accept these keys."""
    KeyCheck.objects.using(OWNER).filter(key_id__in=key_ids).delete()


def wrapped_otherwise(key_id: str) -> QuerySet[DataKey]:
    """Return the data keys that another master key than this one wraps."""
    return DataKey.objects.filter(wrapped__isnull=False).exclude(wrapped_by=key_id)


def wrap_all_anew(key_id: str) -> Remade:
    """Wrap every data key under the current master key `key_id`, those of the installation too."""
    remade = Remade()
    while wrapped_otherwise(key_id).exclude(pk__in=remade.broken).exists():
        last: UUID | None = UUID(int=0)
        while last is not None:
            last = _wrap_batch(key_id, last, remade)
        time.sleep(PAUSE)
    return remade


@transaction.atomic
def _wrap_batch(key_id: str, after: UUID, remade: Remade) -> UUID | None:
    """Wrap the next data keys that nobody has locked; return the last one's id, None at the end."""
    waiting = wrapped_otherwise(key_id).filter(pk__gt=after).exclude(pk__in=remade.broken)
    keys = list(waiting.order_by("pk").select_for_update(skip_locked=True)[:BATCH])
    wrapped = []
    for key in keys:
        try:
            wrap_anew(key)
            wrapped.append(key)
        except (SealBroken, KeyUnavailable):
            remade.broken.add(key.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_datakey SET wrapped = one.wrapped, wrapped_by = %s"
            " FROM unnest(%s::uuid[], %s::bytea[]) AS one (id, wrapped)"
            " WHERE vault_datakey.id = one.id",
            [key_id, [key.pk for key in wrapped], [key.wrapped for key in wrapped]],
        )
    remade.done += len(wrapped)
    return keys[-1].pk if keys else None
