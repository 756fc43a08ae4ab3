"""What people do with their own second factors: added and removed with an entry, secrets sealed."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from corps.accounts.actions.sessions import end_other_sessions
from corps.accounts.models import User
from corps.accounts.queries.factors import Factor, factors_of
from corps.accounts.rules.factors import CODES, kinds_accepted
from corps.audit.actions import record
from corps.vault.actions import new_data_key, seal_under, unseal_under
from corps.vault.models import DataKey
from corps.vault.sealing import Place, SealBroken


@transaction.atomic
def begin_factor_change(user: User) -> list[Factor]:
    """Return the factors of an account; nobody else changes them until the transaction ends."""
    User.objects.select_for_update().get(pk=user.pk)
    return factors_of(user)


@transaction.atomic
def note_factor_change(
    *, user: User, before: Sequence[Factor], keep: str, at: datetime
) -> list[Factor]:
    """Enter which factors were added and removed since `before`; return those that were added.

    Effects: recovery codes that do not count for the account removed; one entry for each change;
    where there was one, every session of the account ended but the one whose row's key is `keep`.
    New recovery codes in place of old ones are one entry.
    """
    if CODES not in kinds_accepted(user):
        Authenticator.objects.filter(user_id=user.pk, type=CODES).delete()
    after = factors_of(user)
    known, left = {factor.pk for factor in before}, {factor.pk for factor in after}
    added = [factor for factor in after if factor.pk not in known]
    renewed = {factor.kind for factor in added} & {CODES}
    gone = [one for one in before if one.pk not in left and one.kind not in renewed]
    for factor in added:
        record("account.factor_added", user, by=user, at=at, facts={"factor": factor.kind})
    for factor in gone:
        record("account.factor_removed", user, by=user, at=at, facts={"factor": factor.kind})
    if added or gone:
        end_other_sessions(user=user, keep=keep, at=at)
    return added


def seal_secret(user: User, text: str) -> str:
    """Return a secret of a second factor sealed under the account's own key, as base64."""
    sealed = seal_under(_key_of(user), _place(user), text.encode())
    return base64.b64encode(sealed).decode()


def open_secret(user: User, sealed: str) -> str:
    """Return what `seal_secret()` was given for this account. Raises SealBroken, also for what
    was sealed for another account."""
    if user.data_key is None:
        raise SealBroken
    try:
        body = base64.b64decode(sealed, validate=True)
    except binascii.Error:
        raise SealBroken from None
    return unseal_under(user.data_key, _place(user), body).decode()


@transaction.atomic
def _key_of(user: User) -> DataKey:
    kept = User.objects.select_for_update(of=["self"]).get(pk=user.pk)
    if kept.data_key is None:
        kept.data_key = new_data_key()
        kept.save(update_fields=["data_key"])
    user.data_key = kept.data_key
    return kept.data_key


def _place(user: User) -> Place:
    return Place("mfa_authenticator", "data", str(user.pk))
