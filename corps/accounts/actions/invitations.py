"""One-time links into an account: made, and used."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.urls import reverse

from corps.accounts.models import Invitation, User
from corps.accounts.queries.invitations import open_invitation, token_hash
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
    end_invitations(user=user, at=at)
    invitation = Invitation.objects.create(
        user=user, token_hash=token_hash(token), made_at=at, expires_at=at + INVITATION_LASTS
    )
    record("account.invited", user, by=by, at=at)
    return Link(reverse("join", args=[token]), invitation.expires_at)


def end_invitations(*, user: User, at: datetime) -> None:
    """Let the account's open link open nothing any more. The caller holds the transaction."""
    Invitation.objects.filter(user=user, used_at=None, ended_at=None).update(ended_at=at)


@transaction.atomic
def accept_invitation(*, token: str, password: str, at: datetime) -> User:
    """Set the password of the account the token opens, and use the invitation up.

    Raises NotFound for a token that is unknown, used or over; ValidationError for a weak password.
    """
    invitation = open_invitation(token, at=at)
    user = invitation.user
    validate_password(password, user)
    still = Invitation.objects.filter(pk=invitation.pk, used_at=None, ended_at=None)
    if still.update(used_at=at) != 1:
        open_invitation(token, at=at)
    user.set_password(password)
    user.save(update_fields=["password"])
    record("account.joined", user, by=user, at=at)
    return user
