"""What happens to staff accounts.

What takes two administrators is done by the one who grants it, within the grant: `granted` is the
act. Without one it is refused, but for commands on the machine and for the only administrator of an
installation; the entry then says so (`alone`). People ask through corps.accounts.actions.requests.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.invitations import Link, end_invitations, invite_user
from corps.accounts.actions.locks import hold_accounts
from corps.accounts.actions.sessions import end_all_sessions
from corps.accounts.models import Desk, TwoPersonAct, User
from corps.accounts.roles import Role
from corps.accounts.rules.staff import (
    check_can_change_account,
    check_can_keep_accounts,
    check_can_send_first_link,
    check_not_last_administrator,
    check_two,
)
from corps.audit.actions import By, record
from corps.errors import Refusal


class NameTaken(Refusal):
    """Another account has this sign-in name."""

    message = _("This sign-in name is taken.")


@transaction.atomic
def make_staff(
    *,
    username: str,
    roles: Iterable[str],
    desks: Iterable[Desk] = (),
    language: str = settings.LANGUAGE_CODE,
    by: By,
    at: datetime,
    reason: str = "",
    granted: TwoPersonAct | None = None,
) -> User:
    """Make a staff account in the given roles and on the given desks, without a password yet.

    Raises NotPermitted, TakesTwo, NameTaken for a sign-in name that is in use.
    """
    hold_accounts()
    check_can_keep_accounts(by)
    check_two(by, granted)
    check_name_is_free(username)
    roles, desks = sorted(roles), list(desks)
    user = User.objects.create_user(username, is_staff=True, language=language)
    user.groups.set(Group.objects.filter(name__in=roles))
    user.desks.set(desks)
    facts = {"roles": list(map(str, roles)), "desks": [desk.slug for desk in desks]}
    same: Any = {"by": by, "at": at, "granted": granted, "reason": reason}
    enter("account.made", user, facts=facts, **same)
    return user


def check_name_is_free(username: str) -> None:
    """Raise NameTaken for a sign-in name that is in use, in whatever case."""
    if User.objects.filter(username__iexact=User.normalize_username(username)).exists():
        raise NameTaken


def enter(
    verb: str,
    obj: models.Model,
    *,
    by: By,
    at: datetime,
    granted: TwoPersonAct | None,
    reason: str,
    facts: dict[str, Any],
) -> None:
    """Enter what takes two, with its second person: who asked for it, or that there was none."""
    if granted is not None:
        reason, facts = granted.reason, {**facts, "asked_by": granted.asked_by.username}
    elif isinstance(by, User):
        facts = {**facts, "alone": True}
    record(verb, obj, by=by, at=at, reason=reason, facts=facts)


@transaction.atomic
def invite_staff(*, user: User, by: By, at: datetime) -> Link:
    """Make the first one-time link into a staff account; an entry.

    Raises NotPermitted, AccountClosed, and TakesTwo once a link was made or somebody has come into
    the account: from then on a link is a recovery (corps.accounts.actions.recovery).
    """
    hold_accounts()
    user.refresh_from_db()
    check_can_send_first_link(by, user)
    return invite_user(user=user, by=by, at=at)


@transaction.atomic
def change_staff(
    *,
    user: User,
    roles: Iterable[str],
    desks: Iterable[Desk],
    by: By,
    at: datetime,
    reason: str = "",
    granted: TwoPersonAct | None = None,
) -> None:
    """Give a staff account these roles and desks in place of its own; one ledger entry.

    Raises NotPermitted, TakesTwo, OwnAccount for one's own account, LastAdministrator where nobody
    who keeps accounts would be left.
    """
    hold_accounts()
    check_can_change_account(by, user)
    check_two(by, granted)
    roles, desks = sorted(roles), list(desks)
    if Role.ADMINISTRATOR not in roles:
        check_not_last_administrator(user)
    user.groups.set(Group.objects.filter(name__in=roles))
    user.desks.set(desks)
    user.__dict__.pop("role_names", None)
    facts = {"roles": list(map(str, roles)), "desks": [desk.slug for desk in desks]}
    same: Any = {"by": by, "at": at, "granted": granted, "reason": reason}
    enter("account.changed", user, facts=facts, **same)


@transaction.atomic
def allow_app(
    *,
    user: User,
    allowed: bool,
    by: By,
    at: datetime,
    reason: str = "",
    granted: TwoPersonAct | None = None,
) -> None:
    """Say whether an authenticator app counts as the second factor of a staff account, from the
    next page on; one ledger entry. Raises NotPermitted, TakesTwo, OwnAccount."""
    hold_accounts()
    check_can_change_account(by, user)
    check_two(by, granted)
    user.totp_allowed = allowed
    user.save(update_fields=["totp_allowed"])
    verb = "account.app_allowed" if allowed else "account.app_ended"
    enter(verb, user, by=by, at=at, granted=granted, reason=reason, facts={})


@transaction.atomic
def close_account(
    *, user: User, by: By, at: datetime, reason: str = "", granted: TwoPersonAct | None = None
) -> None:
    """Let an account sign in no more, from its next page on; its open invitation and its sessions
    end. An entry, one more for the sessions.

    One administrator closes at once, the account of an administrator two. Raises NotPermitted,
    TakesTwo, OwnAccount and LastAdministrator like `change_staff`.
    """
    hold_accounts()
    check_can_change_account(by, user)
    two = takes_two_to_close(user)
    if two:
        check_two(by, granted)
    check_not_last_administrator(user)
    _set_active(user, active=False)
    end_invitations(user=user, at=at)
    if two:
        enter("account.closed", user, by=by, at=at, granted=granted, reason=reason, facts={})
    else:
        record("account.closed", user, by=by, at=at, reason=reason)
    end_all_sessions(user=user, by=by, at=at)


def takes_two_to_close(user: User) -> bool:
    """Whether closing the account takes two: an administrator's."""
    return user.groups.filter(name=Role.ADMINISTRATOR).exists()


@transaction.atomic
def reopen_account(
    *, user: User, by: By, at: datetime, reason: str = "", granted: TwoPersonAct | None = None
) -> None:
    """Let a closed account sign in again; one ledger entry.

    Raises NotPermitted, TakesTwo, OwnAccount.
    """
    hold_accounts()
    check_can_change_account(by, user)
    check_two(by, granted)
    _set_active(user, active=True)
    enter("account.reopened", user, by=by, at=at, granted=granted, reason=reason, facts={})


def _set_active(user: User, *, active: bool) -> None:
    user.is_active = active
    user.save(update_fields=["is_active"])
