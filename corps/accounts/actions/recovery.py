"""The way back into an account: one person asks, another grants, and no exception for anybody."""

from datetime import datetime
from typing import Protocol, cast

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.factors import forget_password, remove_factors
from corps.accounts.actions.invitations import Link, invite_user
from corps.accounts.actions.locks import hold_accounts
from corps.accounts.actions.notices import notify_administrators
from corps.accounts.actions.two_person import ask_for, use_act
from corps.accounts.actions.two_person_effects import staff_account_of
from corps.accounts.models import Desk, TwoPersonAct, User
from corps.accounts.models.notices import NoticeKind
from corps.accounts.queries.staff import administrators, factors_of, was_entered, was_invited
from corps.accounts.rules.staff import (
    AccountClosed,
    check_can_change_account,
    check_somebody_may_grant,
)
from corps.accounts.states import TwoPersonKind
from corps.audit.actions import COMMAND, record
from corps.errors import Refusal


class NeverEntered(Refusal):
    """Nobody has ever come into the account, and no link was made: nothing is to be recovered."""

    message = _("Nobody has come into this account yet: make its first one-time link.")


class NothingToRemove(Refusal):
    """There is no account, or no second factor."""

    message = _("There is no second factor to remove.")


class OrdinaryWayIsOpen(Refusal):
    """Two other administrators can recover the account."""

    message = _("Two other administrators may sign in: one of them asks, the other one grants.")


class Person(Protocol):
    """Somebody with an account who stands on a desk (a volunteer)."""

    user: User | None
    desk: Desk


@transaction.atomic
def ask_recovery(*, user: User, factors: bool, reason: str, by: User, at: datetime) -> TwoPersonAct:
    """Ask for a one-time link into a staff account that is in use or had a link; one entry.

    `factors`: its second factors are removed as well. Raises NotPermitted, OwnAccount for one's
    own, AccountClosed, NeverEntered, NobodyElse where no second administrator could grant it.
    """
    check_can_change_account(by, user)
    if not user.is_active:
        raise AccountClosed
    if not (was_entered(user) or was_invited(user)):
        raise NeverEntered
    check_somebody_may_grant(by, user)
    kind, facts = TwoPersonKind.RECOVERY, {"factors": factors}
    return ask_for(kind=kind, reason=reason, by=by, at=at, subject=user, facts=facts)


@transaction.atomic
def recover_account(*, act: TwoPersonAct, by: User, at: datetime) -> Link:
    """Use a granted recovery, once and within its hour: make the link, to be shown to `by` now.

    Effects: the account's password opens nothing any more, its sessions end, its second factors go
    if that was asked for; an entry for the use, the recovery and the link. Raises NotFound,
    NotInThatState, AccountClosed, OwnAccount, NobodyElse where no other administrator would be left
    who can sign in.
    """
    hold_accounts()
    use_act(act=act, by=by, at=at)
    user = staff_account_of(act)
    check_can_change_account(by, user)
    if not user.is_active:
        raise AccountClosed
    removed: list[str] = []
    if act.facts.get("factors"):
        removed = remove_factors(user=user, by=by, at=at)
    else:
        forget_password(user=user, by=by, at=at)
    granted_by = cast("User", act.decided_by).username
    facts = {"removed": removed, "granted_by": granted_by}
    record("account.recovered", user, act, by=by, at=at, reason=act.reason, facts=facts)
    check_somebody_may_grant(by)
    return invite_user(user=user, by=by, at=at)


@transaction.atomic
def ask_factor_removal(*, person: Person, reason: str, by: User, at: datetime) -> TwoPersonAct:
    """Ask for the second factors of a volunteer's account to be removed; one ledger entry.

    A coordinator of the volunteer's desk asks, an approver of the desk grants; with the grant the
    factors and the password are gone and the sessions end. The coordinator's one-time link is the
    way back in. Raises NotPermitted, ReasonMissing, NothingToRemove.
    """
    kind, subject = TwoPersonKind.VOLUNTEER_RECOVERY, cast("models.Model", person)
    given = {"subject": subject, "desk": person.desk, "reason": reason}
    act = ask_for(kind=kind, by=by, at=at, **given)  # type: ignore[arg-type]
    if person.user is None or not factors_of(person.user).exists():
        raise NothingToRemove
    return act


@transaction.atomic
def recover_on_the_machine(*, user: User, at: datetime) -> Link:
    """Make a link into an administrator's account for somebody who has the machine.

    It is for an installation whose administrators are locked out: refused (OrdinaryWayIsOpen) while
    two others may sign in. Effects like `recover_account`, second factors removed, a notice to the
    administrators.
    """
    hold_accounts()
    if administrators().exclude(pk=user.pk).count() > 1:
        raise OrdinaryWayIsOpen
    if not user.is_active:
        raise AccountClosed
    removed = remove_factors(user=user, by=COMMAND, at=at)
    record("account.recovered", user, by=COMMAND, at=at, facts={"removed": removed})
    notify_administrators(kind=NoticeKind.MACHINE, at=at, about=user)
    return invite_user(user=user, by=COMMAND, at=at)
