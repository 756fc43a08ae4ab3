"""What happens to accounts: invitations made and used, sign-ins entered in the ledger."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.invitations import Link, invite_user
from corps.accounts.models import Desk, Invitation, User
from corps.accounts.roles import Role
from corps.accounts.rules.staff import (
    check_can_change_account,
    check_can_keep_accounts,
    check_not_last_administrator,
)
from corps.audit.actions import By, record
from corps.errors import Refusal


class NameTaken(Refusal):
    """Another account has this sign-in name."""

    message = _("This sign-in name is taken.")


class AccountClosed(Refusal):
    """The account may not sign in."""

    message = _("This account is closed: open it again first.")


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
