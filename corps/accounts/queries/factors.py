"""What is asked about second factors."""

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


def kinds_enrolled(user: User) -> frozenset[str]:
    """Return the kinds of second factor an account has, whether they count for it or not."""
    rows = Authenticator.objects.filter(user_id=user.pk)
    return frozenset(rows.values_list("type", flat=True))
