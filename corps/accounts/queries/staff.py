"""Who keeps the accounts, and what an account has been used for."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet

from corps.accounts.models import Invitation, Session, User
from corps.accounts.roles import Role


def administrators() -> QuerySet[User]:
    """Return the administrators who may sign in: open accounts with a password."""
    held = User.objects.filter(is_active=True, is_staff=True, groups__name=Role.ADMINISTRATOR)
    return held.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)


def was_entered(user: User) -> bool:
    """Whether somebody has ever come into the account: by a one-time link, or with a password."""
    used = Invitation.objects.filter(user=user, used_at__isnull=False)
    return user.has_usable_password() or user.last_login is not None or used.exists()


def factors_of(user: User) -> QuerySet[Authenticator]:
    """Return the second factors enrolled for an account, the oldest first."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user).order_by("created_at")
    return found


def open_sessions(user: User, *, at: datetime) -> int:
    """Return how many sessions of an account are open at `at`."""
    return Session.objects.filter(user=user, expire_date__gt=at).count()
