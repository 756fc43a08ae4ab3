"""Keys of the installation: rotating them while people work, and destroying one person's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import sleep
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.seals import entering_broken_seals
from corps.audit.actions import COMMAND, By, record
from corps.errors import Refusal
from corps.vault import rotation
from corps.vault.actions import Erased, check_keys, unseal_under
from corps.vault.keys import KeyUnavailable, keyring
from corps.vault.marks import ROW, mark
from corps.vault.rotation import BATCH, PAUSE, Remade
from corps.vault.sealing import SealBroken
from corps.workflow.tables import Text
from volunteers.actions.imports_settle import held_content
from volunteers.identity import marks_of, open_identity, row_digest, source_place
from volunteers.models import Identity, IdentityMark, ImportRow, Volunteer
from volunteers.queries.keys import identities_marked_otherwise, rows_marked_otherwise

Now = Callable[[], datetime]


class NotRotated(Refusal):
    """A rotation cannot begin or go on; the sentence says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """How far a rotation has come. `done` is False while the new key is only prepared.

    `ours` says whether the old keys are out of the keyring; else whoever keeps it takes them out.
    """

    family: str
    old: tuple[str, ...]
    new: str
    remade: int
    done: bool
    ours: bool


def rotate_keys(
    *,
    family: str,
    prepare: bool = False,
    leave_broken: bool = False,
    by: By = COMMAND,
    now: Now = timezone.now,
) -> Rotation:
    """Change the key of a family, "master" or "index", while everything goes on.

    How, and why nothing is lost or fails, stands in `corps.vault.rotation`; a rotation that was
    interrupted goes on. With `prepare` it stops when the new key is in the keyring, not yet in use,
    so that the keyring can be copied to a safe place first. Effects: the keyring file, everything
    that was made with another key of the family made again, the old keys gone from keyring and key
    checks, one ledger entry when it begins and one before the old keys go.

    Raises NotRotated where there is nothing to rotate to, where the owner's address is missing, or
    where something could not be opened (which `leave_broken` gives up for good); RotationUnderWay,
    KeyUnavailable.
    """
    if rotation.OWNER not in settings.DATABASES:
        raise NotRotated(_("Set DATABASE_OWNER_URL for this command: it changes the key checks."))
    check_keys()
    with rotation.alone(), entering_broken_seals(lambda: by):
        new = _begin(family, by=by, at=now())
        old = tuple(sorted(keyring().keys[family].keys() - {new}))
        ours = rotation.is_ours_to_write()
        rotation.wait_for_holders()
        if prepare:
            return Rotation(family, old, new, 0, done=False, ours=ours)
        if ours:
            rotation.make_current(family, new)
            rotation.wait_for_holders()
        remade = REMAKERS[family](new)
        if remade.broken and not leave_broken:
            raise NotRotated(_still_broken(remade, old))
        _end(family, old, new, remade, by=by, at=now())
        return Rotation(family, old, new, remade.done, done=True, ours=ours)


def _begin(family: str, *, by: By, at: datetime) -> str:
    """Return the new key's id; without a rotation to go on with, add a new key first."""
    new = rotation.key_to_come(family)
    if not new:
        if not rotation.is_ours_to_write():
            raise NotRotated(_NOT_OURS)
        new = rotation.next_key_id(family)
        facts = {"family": family, "old": keyring().current[family], "new": new}
        with transaction.atomic():
            record("vault.rotation_begun", by=by, at=at, facts=facts)
        rotation.add_key(family, new)
    rotation.accept_key(family, new)
    return new


_NOT_OURS = _(
    "The keyring does not come from a file, so this command does not change it. Add a new key to "
    "the family and restart everything; make it the current one and restart everything; then run "
    "this command again, and at last take the old key out."
)


def _still_broken(remade: Remade, old: Sequence[str]) -> Text:
    return format_lazy(
        _(
            "{count} could not be opened and are noted in the ledger. The old key stays in the "
            "keyring ({old}). Put them back from a backup and run this again; or run it with "
            "--leave-broken: then nobody can ever read them."
        ),
        count=len(remade.broken),
        old=", ".join(old),
    )


def _end(
    family: str, old: Sequence[str], new: str, remade: Remade, *, by: By, at: datetime
) -> None:
    """Enter the rotation, then let go of the old keys: first of what accepts them, so that one
    which is interrupted here is seen to be unfinished and goes on."""
    facts = {
        "family": family,
        "old": list(old),
        "new": new,
        "made again": remade.done,
        "not opened": len(remade.broken),
    }
    with transaction.atomic():
        record("vault.rotated", by=by, at=at, facts=facts)
    rotation.accept_no_more(set(old))
    if rotation.is_ours_to_write():
        rotation.drop_all_but(family, new)


# -- blind indexes


_more: list[Callable[[str], Remade]] = []


def also_mark_anew(mark_anew: Callable[[str], Remade]) -> None:
    """Say what else is marked anew when the index key changes; an app that keeps blind indexes of
    its own says so when it is ready. It is given the id of the new key."""
    _more.append(mark_anew)


def mark_all_anew(key_id: str) -> Remade:
    """Make every blind index again with the current index key `key_id`: those of volunteers, those
    of rows that wait for a decision, and those that others keep (`also_mark_anew`).

    Counters of allowances are keyed by the index key too, and begin anew: none lasts over a day.
    """
    people, rows = Remade(), Remade()
    others = [mark_anew(key_id) for mark_anew in _more]
    in_passes(identities_marked_otherwise(key_id), _mark_people, key_id, people)
    in_passes(rows_marked_otherwise(key_id), _mark_rows, key_id, rows)
    every = [people, rows, *others]
    broken: set[Any] = set().union(*(one.broken for one in every))
    return Remade(sum(one.done for one in every), broken)


def in_passes(
    waiting: QuerySet[Any],
    mark_batch: Callable[[QuerySet[Any], str, Remade], Any],
    key_id: str,
    remade: Remade,
) -> None:
    """Go through what waits, batch by batch, until nothing is left but what cannot be opened. Rows
    that somebody has locked are passed over, and come again."""
    while (left := waiting.exclude(pk__in=remade.broken)).exists():
        last = mark_batch(left, key_id, remade)
        while last is not None:
            last = mark_batch(left.filter(pk__gt=last), key_id, remade)
        sleep(PAUSE)


@transaction.atomic
def _mark_people(waiting: QuerySet[Identity], key_id: str, remade: Remade) -> UUID | None:
    """Mark the next people, under the lock of their identity, which whoever changes it takes too.
    Return the last one's id, None at the end."""
    locked = waiting.select_for_update(of=("self",), skip_locked=True)
    people = list(locked.select_related("volunteer__data_key").order_by("pk")[:BATCH])
    made: list[IdentityMark] = []
    opened: list[UUID] = []
    for identity in people:
        try:
            made += _marks_again(identity, key_id)
            opened.append(identity.pk)
        except (SealBroken, KeyUnavailable):
            remade.broken.add(identity.pk)
    IdentityMark.objects.filter(volunteer__in=opened).exclude(key_id=key_id).delete()
    IdentityMark.objects.bulk_create(made, ignore_conflicts=True)
    remade.done += len(opened)
    return people[-1].pk if people else None


def _marks_again(identity: Identity, key_id: str) -> list[IdentityMark]:
    """Return all blind indexes of a person, made now; none of somebody erased."""
    volunteer = identity.volunteer
    volunteer.identity = identity
    sources = IdentityMark.objects.filter(volunteer=volunteer, kind=ROW, source__isnull=False)
    try:
        of_rows = [_row_again(volunteer, bytes(one.source or b""), key_id) for one in sources]
        own = marks_of(open_identity(volunteer), key_id)
        found = [*((*one, None) for one in own), *of_rows]
    except Erased:
        return []
    return [
        IdentityMark(volunteer=volunteer, kind=kind, mark=value, source=source, key_id=key_id)
        for kind, value, source in found
    ]


def _row_again(volunteer: Volunteer, source: bytes, key_id: str) -> tuple[str, bytes, bytes | None]:
    digest = unseal_under(volunteer.data_key, source_place(volunteer), source).decode()
    return ROW, mark(ROW, digest, key_id), source


@transaction.atomic
def _mark_rows(waiting: QuerySet[ImportRow], key_id: str, remade: Remade) -> int | None:
    """Mark the next rows that wait for a decision; return the last one's id, None at the end."""
    locked = waiting.select_for_update(of=("self",), skip_locked=True)
    rows = list(locked.select_related("run", "data_key").order_by("pk")[:BATCH])
    opened = []
    for row in rows:
        try:
            row.mark = mark(ROW, row_digest(held_content(row)), key_id)
            row.mark_key_id = key_id
            opened.append(row)
        except (SealBroken, KeyUnavailable):
            remade.broken.add(row.pk)
    ImportRow.objects.bulk_update(opened, ["mark", "mark_key_id"])
    remade.done += len(opened)
    return rows[-1].pk if rows else None


REMAKERS: dict[str, Callable[[str], Remade]] = {
    "master": rotation.wrap_all_anew,
    "index": mark_all_anew,
}
"""What makes everything of a family again; the pseudonym family is not rotated."""
