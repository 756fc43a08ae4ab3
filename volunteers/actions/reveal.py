"""Showing one identity: to staff of the desk with a reason, and to the volunteer."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.queries.invitations import last_joined_at
from corps.audit.actions import record
from corps.errors import Refusal
from corps.vault.actions import Erased
from corps.workflow.moves import ReasonMissing
from corps.workflow.tables import Text
from volunteers.actions.quotas import QuotaSpent, note_quota_spent, spend_quota
from volunteers.identity import (
    PARTS,
    IdentityDocument,
    RevealReason,
    open_identity,
    part_in_words,
    parts_held,
)
from volunteers.models import Volunteer
from volunteers.queries.people import as_it_stands
from volunteers.rules import (
    check_can_reveal_identity,
    check_factor_recent,
    check_is_self,
    check_own_identity_opens,
)

REVEALED = "identity.revealed"


class IdentityErased(Refusal):
    """The data key is destroyed; not even a backup can be read."""

    message = _("The identity of this volunteer was erased. Nothing of it is left to be shown.")


def reveal_identity(
    *,
    volunteer: Volunteer,
    purpose: RevealReason,
    reason: str,
    by: User,
    proved_at: datetime | None,
    at: datetime,
) -> IdentityDocument:
    """Return the identity of one volunteer in the clear, to be shown once.

    `proved_at` is when `by` last used a second factor. Effects: one of the day's quota spent, one
    ledger entry with the purpose, the reason and the names of the parts, never a value; over the
    quota an entry of that and a notice to the administrators instead. Raises NotFound or
    NotPermitted, FactorNotRecent, ReasonMissing, QuotaSpent, IdentityErased, SealBroken.
    """
    try:
        return _reveal(volunteer, purpose, reason, by=by, proved_at=proved_at, at=at)
    except QuotaSpent:
        note_quota_spent(REVEALED, volunteer, by=by, limit=settings.REVEALS_A_DAY, at=at)
        raise


@transaction.atomic
def _reveal(
    volunteer: Volunteer,
    purpose: RevealReason,
    reason: str,
    *,
    by: User,
    proved_at: datetime | None,
    at: datetime,
) -> IdentityDocument:
    volunteer = as_it_stands(volunteer)
    check_can_reveal_identity(by, volunteer)
    check_factor_recent(proved_at, at=at)
    if not reason.strip():
        raise ReasonMissing
    spend_quota(REVEALED, by=by, limit=settings.REVEALS_A_DAY, at=at)
    document = _open(volunteer)
    facts = {"purpose": RevealReason(purpose).value, "fields": parts_held(document)}
    record(REVEALED, volunteer, by=by, at=at, reason=reason, facts=facts)
    return document


def reveal_parts(
    *,
    volunteer: Volunteer,
    parts: Sequence[str],
    about: Sequence[Model] = (),
    reason: str,
    by: User,
    proved_at: datetime | None,
    at: datetime,
) -> list[tuple[Text, str]]:
    """Return some parts of one identity as label and text, to be shown once, to somebody whose
    right to them the caller has checked: who writes a letter that tells them.

    Effects as those of `reveal_identity`, for the purpose "disclosure", the entry also about
    `about`. Raises FactorNotRecent, ReasonMissing, QuotaSpent, IdentityErased, SealBroken.
    """
    try:
        return _reveal_parts(volunteer, parts, about, reason, by=by, proved_at=proved_at, at=at)
    except QuotaSpent:
        note_quota_spent(REVEALED, volunteer, by=by, limit=settings.REVEALS_A_DAY, at=at)
        raise


@transaction.atomic
def _reveal_parts(
    volunteer: Volunteer,
    parts: Sequence[str],
    about: Sequence[Model],
    reason: str,
    *,
    by: User,
    proved_at: datetime | None,
    at: datetime,
) -> list[tuple[Text, str]]:
    check_factor_recent(proved_at, at=at)
    if not reason.strip():
        raise ReasonMissing
    spend_quota(REVEALED, by=by, limit=settings.REVEALS_A_DAY, at=at)
    document = _open(volunteer)
    shown = [part for part in parts_held(document) if part in parts]
    facts = {"purpose": RevealReason.DISCLOSURE.value, "fields": shown}
    record(REVEALED, volunteer, *about, by=by, at=at, reason=reason, facts=facts)
    return [(PARTS[part], part_in_words(document, part)) for part in shown]


@transaction.atomic
def see_own_identity(
    *,
    volunteer: Volunteer,
    by: User,
    proved_at: datetime | None,
    factor_added_at: datetime | None,
    at: datetime,
) -> IdentityDocument:
    """Return a volunteer's own identity in the clear, to be shown once.

    `proved_at` is when `by` last used a second factor, `factor_added_at` since when the account
    has it. Effects: one ledger entry with the names of the parts. Raises NotFound for anybody but
    the volunteer, FactorNotRecent, OwnIdentityTooSoon, IdentityErased, SealBroken.
    """
    check_is_self(by, volunteer)
    check_factor_recent(proved_at, at=at)
    check_own_identity_opens(factor_added_at, last_joined_at(by), at=at)
    document = _open(volunteer)
    facts = {"fields": parts_held(document)}
    record("identity.own_seen", volunteer, by=by, at=at, facts=facts)
    return document


def _open(volunteer: Volunteer) -> IdentityDocument:
    try:
        return open_identity(volunteer)
    except Erased:
        raise IdentityErased from None
