"""What is asked about one-time links, and whether anybody has an account yet."""

from datetime import datetime
from hashlib import sha256

from django.db.models import Max

from corps.accounts.models import Invitation, User
from corps.errors import NotFound


def open_invitation(token: str, *, at: datetime) -> Invitation:
    """Return the unused invitation a token opens at the instant `at`. Raises NotFound."""
    found = Invitation.objects.select_related("user").filter(
        token_hash=token_hash(token),
        used_at=None,
        ended_at=None,
        expires_at__gt=at,
        user__is_active=True,
    )
    invitation = found.first()
    if invitation is None:
        raise NotFound
    return invitation


def last_joined_at(user: User) -> datetime | None:
    """Return when an account was last entered by a one-time link; None if it never was."""
    used = Invitation.objects.filter(user=user, used_at__isnull=False)
    latest: datetime | None = used.aggregate(latest=Max("used_at"))["latest"]
    return latest


def token_hash(token: str) -> bytes:
    """Return the SHA-256 of a token of 256 random bits: such a token needs no slow hash."""
    return sha256(token.encode()).digest()


def anybody_has_an_account() -> bool:
    """Return whether this installation has any account at all."""
    return User.objects.exists()
