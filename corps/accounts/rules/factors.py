"""Which second factors count for whom, and that staff never remove their last one."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.queries.factors import Factor, factors_of, kinds_enrolled
from corps.errors import Refusal

PASSKEY, APP, CODES = "webauthn", "totp", "recovery_codes"
FIRST_KINDS = frozenset({PASSKEY, APP})
"""What can be the only factor of an account; recovery codes come beside one of these."""


class LastFactor(Refusal):
    """Somebody of the staff would be left without a second factor."""

    message = _("This is the last one that opens the admin for you: add another one first.")


class CountsNoMore(Refusal):
    """All that somebody of the staff has is a factor that no longer counts for the account."""

    message = _(
        "Your second factor does not count any more, so it cannot add another one. Ask an "
        "administrator to recover your account with its second factors removed; a second "
        "administrator grants it."
    )


def kinds_accepted(user: User) -> frozenset[str]:
    """Return the kinds of second factor that count for somebody: for staff a passkey, others only
    where an administrator has allowed it for the account; for volunteers any."""
    if user.is_staff and not user.totp_allowed:
        return frozenset({PASSKEY})
    return frozenset({PASSKEY, APP, CODES})


def has_accepted_factor(user: User) -> bool:
    """Whether an account has added a second factor that counts for it."""
    return bool(kinds_enrolled(user) & kinds_accepted(user) & FIRST_KINDS)


def kinds_to_prove_by(user: User) -> frozenset[str]:
    """Return by which kinds somebody proves who they are beside a password: those that count, or
    what they have where none counts; nothing for an account without a second factor."""
    enrolled = kinds_enrolled(user)
    return enrolled & kinds_accepted(user) or enrolled


def counts_no_more(user: User) -> bool:
    """Whether somebody of the staff has second factors, and none of them counts: a code that may
    be asked for by a false page must not open the way to a passkey."""
    return user.is_staff and bool(kinds_enrolled(user)) and not has_accepted_factor(user)


def check_can_change_factors(user: User) -> None:
    """Raise CountsNoMore for whom only a recovery by two people helps."""
    if counts_no_more(user):
        raise CountsNoMore


def can_remove_factor(user: User, pk: int) -> bool:
    """Whether somebody may remove one of their factors: staff keep one that counts."""
    left = [factor for factor in factors_of(user) if factor.pk != pk]
    return not user.is_staff or _any_counts(left, user)


def check_can_remove_factor(user: User, pk: int) -> None:
    """Raise LastFactor unless `user` may remove the factor `pk`."""
    if not can_remove_factor(user, pk):
        raise LastFactor


def _any_counts(factors: Iterable[Factor], user: User) -> bool:
    return any(factor.kind in kinds_accepted(user) & FIRST_KINDS for factor in factors)
