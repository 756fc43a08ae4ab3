"""What happens to accounts: invitations made and used, sign-ins entered in the ledger."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.urls import reverse

from corps.accounts.models import Invitation, User
from corps.accounts.queries import open_invitation, token_hash
from corps.accounts.roles import Role
from corps.audit.actions import By, record

INVITATION_LASTS = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Link:
    """An invitation's one-time path; the token in it is nowhere else, so show it now."""

    path: str
    expires_at: datetime


@transaction.atomic
def invite_user(*, user: User, by: By, at: datetime) -> Link:
    """Make a one-time link into `user`'s account, good for 72 hours; an earlier one ends.

    Effects: the account's open invitation replaced, one ledger entry.
    """
    token = secrets.token_urlsafe(32)
    Invitation.objects.filter(user=user, used_at=None).delete()
    invitation = Invitation.objects.create(
        user=user, token_hash=token_hash(token), made_at=at, expires_at=at + INVITATION_LASTS
    )
    record("account.invited", user, by=by, at=at)
    return Link(reverse("join", args=[token]), invitation.expires_at)


@transaction.atomic
def accept_invitation(*, token: str, password: str, at: datetime) -> User:
    """Set the password of the account the token opens, and use the invitation up.

    Raises NotFound for a token that is unknown, used or over; ValidationError for a weak password.
    """
    invitation = open_invitation(token, at=at)
    user = invitation.user
    validate_password(password, user)
    used = Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=at)
    if used != 1:
        open_invitation(token, at=at)
    user.set_password(password)
    user.save(update_fields=["password"])
    record("account.joined", user, by=user, at=at)
    return user


@transaction.atomic
def make_staff(*, username: str, roles: list[Role], by: By, at: datetime) -> User:
    """Make a staff account in the given roles, without a password yet."""
    user = User.objects.create_user(username, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    record("account.made", user, by=by, at=at, facts={"roles": [str(role) for role in roles]})
    return user


@transaction.atomic
def note_sign_in(*, user: User, at: datetime) -> None:
    """Enter a sign-in in the ledger."""
    record("account.signed_in", user, by=user, at=at)


@transaction.atomic
def note_sign_out(*, user: User, at: datetime) -> None:
    """Enter a sign-out in the ledger."""
    record("account.signed_out", user, by=user, at=at)


@transaction.atomic
def note_failed_sign_in(*, by: By, at: datetime) -> None:
    """Enter a refused sign-in in the ledger; the name that was typed is not kept."""
    record("account.sign_in_refused", by=by, at=at)
