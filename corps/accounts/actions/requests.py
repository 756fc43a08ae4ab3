"""What an administrator asks of another one about accounts and desks.

Each returns the act that waits for the second person; or, while the one who asks is the only
administrator who may sign in, does it at once and returns None: an installation begins with one.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from corps.accounts.actions.desks import change_members, check_not_own_seat
from corps.accounts.actions.locks import hold_accounts
from corps.accounts.actions.staff import (
    allow_app,
    change_staff,
    check_name_is_free,
    close_account,
    make_staff,
    reopen_account,
    takes_two_to_close,
)
from corps.accounts.actions.two_person import ask_for
from corps.accounts.actions.two_person_effects import members_of, roles_and_desks
from corps.accounts.models import Desk, TwoPersonAct, User
from corps.accounts.rules.staff import (
    check_can_change_account,
    check_can_keep_accounts,
    check_somebody_may_grant,
    may_act_alone,
)
from corps.accounts.states import TwoPersonKind


@transaction.atomic
def ask_for_account(
    *,
    username: str,
    roles: Iterable[str],
    desks: Iterable[Desk],
    language: str,
    reason: str,
    by: User,
    at: datetime,
) -> TwoPersonAct | User:
    """Ask for a staff account; the account itself where it is made at once.

    Raises NotPermitted, NameTaken, ReasonMissing.
    """
    hold_accounts()
    check_can_keep_accounts(by)
    check_name_is_free(username)
    roles, desks = sorted(map(str, roles)), list(desks)
    given: dict[str, Any] = {"username": username, "language": language, "roles": roles}
    if may_act_alone(by):
        return make_staff(**given, desks=desks, by=by, at=at, reason=reason)
    facts = {**given, "desks": sorted(desk.slug for desk in desks)}
    return ask_for(kind=TwoPersonKind.ACCOUNT, reason=reason, by=by, at=at, facts=facts)


@transaction.atomic
def ask_for_roles(
    *,
    user: User,
    roles: Iterable[str],
    desks: Iterable[Desk],
    reason: str,
    by: User,
    at: datetime,
) -> TwoPersonAct | None:
    """Ask that a staff account has these roles and desks in place of its own.

    Raises NotPermitted, OwnAccount, NobodyElse, ReasonMissing.
    """
    roles, desks = sorted(map(str, roles)), list(desks)
    if _holds_at_once(by, user):
        change_staff(user=user, roles=roles, desks=desks, by=by, at=at, reason=reason)
        return None
    held, wanted = roles_and_desks(user), {"roles": roles, "desks": sorted(d.slug for d in desks)}
    facts = {name: {"from": held[name], "to": wanted[name]} for name in held}
    return _ask_about(user, TwoPersonKind.ROLES, facts, reason=reason, by=by, at=at)


@transaction.atomic
def ask_for_app(
    *, user: User, allowed: bool, reason: str, by: User, at: datetime
) -> TwoPersonAct | None:
    """Ask that an authenticator app counts, or no longer counts, for a staff account.

    Raises NotPermitted, OwnAccount, NobodyElse, ReasonMissing.
    """
    if _holds_at_once(by, user):
        allow_app(user=user, allowed=allowed, by=by, at=at, reason=reason)
        return None
    facts = {"app": allowed}
    return _ask_about(user, TwoPersonKind.APP, facts, reason=reason, by=by, at=at)


@transaction.atomic
def ask_for_closing(*, user: User, reason: str, by: User, at: datetime) -> TwoPersonAct | None:
    """Close a staff account at once, or ask for it where it is an administrator's.

    Raises NotPermitted, OwnAccount, LastAdministrator, NobodyElse, ReasonMissing.
    """
    if _holds_at_once(by, user) or not takes_two_to_close(user):
        close_account(user=user, by=by, at=at, reason=reason)
        return None
    return _ask_about(user, TwoPersonKind.CLOSING, {}, reason=reason, by=by, at=at)


@transaction.atomic
def ask_for_reopening(*, user: User, reason: str, by: User, at: datetime) -> TwoPersonAct | None:
    """Ask that a closed account may be signed in with again. Raises like `ask_for_app`."""
    if _holds_at_once(by, user):
        reopen_account(user=user, by=by, at=at, reason=reason)
        return None
    return _ask_about(user, TwoPersonKind.REOPENING, {}, reason=reason, by=by, at=at)


@transaction.atomic
def ask_for_members(
    *, desk: Desk, members: Iterable[User], reason: str, by: User, at: datetime
) -> TwoPersonAct | None:
    """Ask who sits at a desk.

    Raises NotPermitted, OwnAccount when `by` would come onto the desk or leave it, ReasonMissing.
    """
    hold_accounts()
    check_can_keep_accounts(by)
    members = list(members)
    check_not_own_seat(by, desk, members)
    if may_act_alone(by):
        change_members(desk=desk, members=members, by=by, at=at, reason=reason)
        return None
    wanted = sorted(user.username for user in members)
    facts = {"members": {"from": members_of(desk), "to": wanted}}
    kind = TwoPersonKind.MEMBERS
    return ask_for(kind=kind, reason=reason, by=by, at=at, subject=desk, desk=desk, facts=facts)


def _holds_at_once(by: User, user: User) -> bool:
    hold_accounts()
    check_can_change_account(by, user)
    return may_act_alone(by)


def _ask_about(
    user: User, kind: TwoPersonKind, facts: dict[str, Any], *, reason: str, by: User, at: datetime
) -> TwoPersonAct:
    check_somebody_may_grant(by, user)
    return ask_for(kind=kind, reason=reason, by=by, at=at, subject=user, facts=facts)
