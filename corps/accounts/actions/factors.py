"""Second factors taken from an account, always together with its password and its sessions."""

from datetime import datetime

from allauth.mfa.models import Authenticator

from corps.accounts.actions.sessions import end_all_sessions
from corps.accounts.models import User
from corps.audit.actions import By


def remove_factors(*, user: User, by: By, at: datetime) -> list[str]:
    """Remove every second factor of an account; return their kinds. The caller holds the
    transaction and writes the entry.

    The password goes with them, and every session ends: an account whose password somebody knows
    must not stand open without its second factor. The way back in is a one-time link.
    """
    factors = Authenticator.objects.filter(user=user)
    kinds = sorted(factors.values_list("type", flat=True))
    factors.delete()
    forget_password(user=user, by=by, at=at)
    return kinds


def forget_password(*, user: User, by: By, at: datetime) -> None:
    """Let the password of an account open nothing any more, and end its sessions."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    end_all_sessions(user=user, by=by, at=at)
