"""What happens to accounts: invitations made and used, sign-ins entered in the ledger."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, Invitation, User
from corps.accounts.queries import open_invitation, token_hash
from corps.accounts.roles import Role
from corps.accounts.rules import (
    OwnAccount,
    check_can_change_account,
    check_can_keep_accounts,
    check_not_last_administrator,
)
from corps.audit.actions import By, record
from corps.errors import Refusal

INVITATION_LASTS = timedelta(hours=72)


class NameTaken(Refusal):
    """Another account has this sign-in name."""

    message = _("This sign-in name is taken.")


class AccountClosed(Refusal):
    """The account may not sign in."""

    message = _("This account is closed: open it again first.")


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
def change_password(*, user: User, password: str, at: datetime) -> None:
    """Set the password that somebody chose for themselves; one ledger entry.

    Every other session of theirs ends, since sessions are bound to the password.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    record("account.password_changed", user, by=user, at=at)


@transaction.atomic
def make_staff(
    *,
    username: str,
    roles: Iterable[str],
    desks: Iterable[Desk] = (),
    language: str = settings.LANGUAGE_CODE,
    by: By,
    at: datetime,
) -> User:
    """Make a staff account in the given roles and on the given desks, without a password yet.

    Raises NotPermitted unless `by` keeps accounts, NameTaken for a sign-in name that is in use.
    """
    check_can_keep_accounts(by)
    roles, desks = sorted(roles), list(desks)
    if User.objects.filter(username__iexact=User.normalize_username(username)).exists():
        raise NameTaken
    user = User.objects.create_user(username, is_staff=True, language=language)
    user.groups.set(Group.objects.filter(name__in=roles))
    user.desks.set(desks)
    facts = {"roles": list(map(str, roles)), "desks": [desk.slug for desk in desks]}
    record("account.made", user, by=by, at=at, facts=facts)
    return user


@transaction.atomic
def invite_staff(*, user: User, by: By, at: datetime) -> Link:
    """Make a one-time link into a staff account; an entry. Raises NotPermitted or AccountClosed."""
    check_can_keep_accounts(by)
    if not user.is_active:
        raise AccountClosed
    return invite_user(user=user, by=by, at=at)


@transaction.atomic
def change_staff(
    *, user: User, roles: Iterable[str], desks: Iterable[Desk], by: By, at: datetime
) -> None:
    """Give a staff account these roles and desks in place of its own; one ledger entry.

    Raises NotPermitted, OwnAccount for one's own account, LastAdministrator where nobody who
    keeps accounts would be left.
    """
    check_can_change_account(by, user)
    roles, desks = sorted(roles), list(desks)
    if Role.ADMINISTRATOR not in roles:
        check_not_last_administrator(user)
    user.groups.set(Group.objects.filter(name__in=roles))
    user.desks.set(desks)
    user.__dict__.pop("role_names", None)
    facts = {"roles": list(map(str, roles)), "desks": [desk.slug for desk in desks]}
    record("account.changed", user, by=by, at=at, facts=facts)


@transaction.atomic
def close_account(*, user: User, by: By, at: datetime) -> None:
    """Let an account sign in no more, from its next page on; its open invitation ends. An entry.

    Raises NotPermitted, OwnAccount and LastAdministrator like `change_staff`.
    """
    check_can_change_account(by, user)
    check_not_last_administrator(user)
    _set_active(user, active=False)
    Invitation.objects.filter(user=user, used_at=None).delete()
    record("account.closed", user, by=by, at=at)


@transaction.atomic
def reopen_account(*, user: User, by: By, at: datetime) -> None:
    """Let a closed account sign in again; one ledger entry."""
    check_can_change_account(by, user)
    _set_active(user, active=True)
    record("account.reopened", user, by=by, at=at)


def _set_active(user: User, *, active: bool) -> None:
    user.is_active = active
    user.save(update_fields=["is_active"])


@transaction.atomic
def make_desk(*, slug: str, name: str, members: Iterable[User] = (), by: By, at: datetime) -> Desk:
    """Make a desk with its members; one ledger entry. Raises NotPermitted."""
    check_can_keep_accounts(by)
    desk = Desk.objects.create(slug=slug, name=name)
    members = list(members)
    desk.members.set(members)
    facts = {"members": sorted(user.username for user in members)}
    record("desk.made", desk, by=by, at=at, facts=facts)
    return desk


@transaction.atomic
def change_desk(*, desk: Desk, name: str, members: Iterable[User], by: By, at: datetime) -> None:
    """Name a desk and say who is on it; one ledger entry.

    Raises NotPermitted, and OwnAccount when `by` would come onto the desk or leave it.
    """
    check_can_keep_accounts(by)
    members = list(members)
    before = set(desk.members.all())
    if by in before ^ set(members):
        raise OwnAccount
    desk.name = name
    desk.save(update_fields=["name"])
    desk.members.set(members)
    facts = {"name": name, "members": sorted(user.username for user in members)}
    record("desk.changed", desk, by=by, at=at, facts=facts)


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
