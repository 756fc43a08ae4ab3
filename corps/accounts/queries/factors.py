"""What is asked about second factors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator

from corps.accounts.models import User


@dataclass(frozen=True, slots=True)
class Factor:
    """A second factor somebody has added: its kind is `webauthn`, `totp` or `recovery_codes`."""

    pk: int
    kind: str
    added_at: datetime
    used_at: datetime | None


def factors_of(user: User) -> list[Factor]:
    """Return the second factors of an account, oldest first."""
    rows = Authenticator.objects.filter(user_id=user.pk).order_by("pk")
    return [Factor(*row) for row in rows.values_list("pk", "type", "created_at", "last_used_at")]


def oldest_added_at(user: User, pks: Iterable[int]) -> datetime | None:
    """Return when the oldest of these factors of an account was added; None for none."""
    added = [factor.added_at for factor in factors_of(user) if factor.pk in set(pks)]
    return min(added, default=None)


def kinds_enrolled(user: User) -> frozenset[str]:
    """Return the kinds of second factor an account has, whether they count for it or not."""
    rows = Authenticator.objects.filter(user_id=user.pk)
    return frozenset(rows.values_list("type", flat=True))
