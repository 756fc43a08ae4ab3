"""Erasing a volunteer: what was sealed can be read by nobody any more, here or in a backup."""

from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.staff import close_account
from corps.audit.actions import By, record
from corps.errors import Refusal
from corps.vault.actions import destroy_data_key
from volunteers.models import Identity, IdentityMark, ImportRow, Volunteer
from volunteers.rules import GONE, check_can_erase


class StillServing(Refusal):
    """Erasure is for somebody who has left."""

    message = _("This volunteer is neither released nor withdrawn: that comes first.")


class AlreadyErased(Refusal):
    """There is nothing left to erase."""

    message = _("This volunteer is erased already.")


class Erasing(Protocol):
    """A part of an erasure that another room does."""

    def __call__(self, *, volunteer: Volunteer, reason: str, by: By, at: datetime) -> None:
        """Destroy the keys of what tells of a volunteer, each act with its entry."""


_also: list[Erasing] = []


def also_erase(step: Erasing) -> None:
    """Let an erasure take this step too, in its transaction: for what is kept above this room."""
    if step not in _also:
        _also.append(step)


@transaction.atomic
def erase_volunteer(*, volunteer: Volunteer, reason: str, by: By, at: datetime) -> None:
    """Destroy a volunteer's data key, and with it whatever it sealed, also in backups.

    Effects: the key destroyed; the sealed document and its blind indexes removed; rows of imports
    that wait because they are like this person given up, with their keys; the account closed, its
    sessions ended and its second factor's key destroyed; whatever `also_erase` named; one ledger
    entry beside those. The callsign, the plain facts, the work done and the ledger stand. Raises
    StillServing, AlreadyErased, NotPermitted.
    """
    check_can_erase(by)
    volunteer = Volunteer.objects.select_for_update(of=("self",)).get(pk=volunteer.pk)
    if volunteer.standing not in GONE:
        raise StillServing
    if volunteer.data_key.wrapped is None:
        raise AlreadyErased
    Identity.objects.filter(volunteer=volunteer).update(document=b"", sealed_at=at)
    marks, _each = IdentityMark.objects.filter(volunteer=volunteer).delete()
    facts = {"blind indexes": marks, "waiting rows": _give_up_rows(volunteer, at=at)}
    destroy_data_key(volunteer.data_key, at=at)
    for step in _also:
        step(volunteer=volunteer, reason=reason, by=by, at=at)
    _close_account(volunteer, reason=reason, by=by, at=at)
    record("identity.erased", volunteer, by=by, at=at, reason=reason, facts=facts)


def _give_up_rows(volunteer: Volunteer, *, at: datetime) -> int:
    """Destroy what waiting rows keep of the same person; return how many there were."""
    waiting = ImportRow.objects.filter(like=volunteer, outcome=ImportRow.Outcome.HELD)
    rows = list(waiting.select_for_update(of=("self",)).select_related("data_key"))
    for row in rows:
        row.outcome, row.settled_at = ImportRow.Outcome.UNDECIDED, at
        row.content, row.mark = None, None
        row.save(update_fields=["outcome", "settled_at", "content", "mark"])
        if row.data_key is not None:
            destroy_data_key(row.data_key, at=at)
    return len(rows)


def _close_account(volunteer: Volunteer, *, reason: str, by: By, at: datetime) -> None:
    user = volunteer.user
    if user is None:
        return
    if user.is_active:
        close_account(user=user, by=by, at=at, reason=reason)
    if user.data_key is not None and user.data_key.wrapped is not None:
        destroy_data_key(user.data_key, at=at)
