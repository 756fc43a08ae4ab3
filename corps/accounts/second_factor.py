"""When and by what the person behind a request has proved who they are, beside a password."""

from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from corps.accounts.models import User

PHISHING_RESISTANT = "webauthn"
RECENT = timedelta(minutes=5)
"""How long a second factor counts for what asks for a recent one."""


def kinds_accepted(user: User) -> frozenset[str]:
    """Return the kinds of second factor that count for somebody: for staff a passkey, others only
    where an administrator has allowed it for the account; for volunteers any."""
    if user.is_staff and not user.totp_allowed:
        return frozenset({PHISHING_RESISTANT})
    return frozenset({PHISHING_RESISTANT, "totp", "recovery_codes"})


def factor_used_at(request: HttpRequest) -> datetime | None:
    """Return when this session last proved itself by a factor that counts, or None.

    With CORPS_REQUIRE_MFA=0, which only a demo honours, a password counts.
    """
    user = request.user
    if not isinstance(user, User):
        return None
    times = [one["at"] for one in _records(request, user) if _counts(one, user)]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def used_recently(request: HttpRequest, *, at: datetime | None = None) -> bool:
    """Whether a factor that counts was used in the last five minutes before `at` (now)."""
    used = factor_used_at(request)
    return used is not None and (at or timezone.now()) - used < RECENT


def _records(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    return list(get_authentication_records(request, user))


def _counts(record: dict[str, Any], user: User) -> bool:
    if not settings.REQUIRE_MFA:
        return True
    return record.get("method") == "mfa" and record.get("type") in kinds_accepted(user)
