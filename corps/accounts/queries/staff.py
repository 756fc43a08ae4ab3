"""Who keeps the accounts, and what an account has been used for."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q, QuerySet

from corps.accounts.models import Invitation, Session, User
from corps.accounts.roles import Role


def administrators() -> QuerySet[User]:
    """Return the administrators who can sign in as things are: open accounts with a password, or
    with a passkey, which opens an account by itself."""
    return _open_administrators().filter(_has_password() | _has_factor(Authenticator.Type.WEBAUTHN))


def administrators_known() -> QuerySet[User]:
    """Return the open accounts of administrators that somebody has ever come into, or can.

    One whose password a recovery has taken counts still: who recovers the others one by one does
    not become the only one there is.
    """
    entered = Exists(Invitation.objects.filter(user=OuterRef("pk"), used_at__isnull=False))
    counting = _has_factor(Authenticator.Type.WEBAUTHN)
    counting |= Q(totp_allowed=True) & _has_factor(Authenticator.Type.TOTP)
    known = _has_password() | counting | Q(last_login__isnull=False) | Q(entered)
    return _open_administrators().filter(known)


def every_administrator() -> QuerySet[User]:
    """Return every administrator's account, closed ones as well: for the machine's own command."""
    return User.objects.filter(groups__name=Role.ADMINISTRATOR)


def _open_administrators() -> QuerySet[User]:
    return every_administrator().filter(is_active=True, is_staff=True)


def _has_password() -> Q:
    return ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)


def _has_factor(kind: str) -> Q:
    return Q(Exists(Authenticator.objects.filter(user=OuterRef("pk"), type=kind)))


def was_entered(user: User) -> bool:
    """Whether somebody has ever come into the account: by a one-time link, or with a password."""
    used = Invitation.objects.filter(user=user, used_at__isnull=False)
    return user.has_usable_password() or user.last_login is not None or used.exists()


def was_invited(user: User) -> bool:
    """Whether a one-time link into the account was ever made, used or not."""
    return Invitation.objects.filter(user=user).exists()


def factors_of(user: User) -> QuerySet[Authenticator]:
    """Return the second factors enrolled for an account, the oldest first."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user).order_by("created_at")
    return found


def open_sessions(user: User, *, at: datetime) -> int:
    """Return how many sessions of an account are open at `at`."""
    return Session.objects.filter(user=user, expire_date__gt=at).count()
