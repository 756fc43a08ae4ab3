"""Who may keep accounts and desks, and what of it takes two administrators."""

from django.utils.translation import gettext_lazy as _

from corps.accounts.models import TwoPersonAct, User
from corps.accounts.queries.staff import (
    administrators,
    administrators_known,
    was_entered,
    was_invited,
)
from corps.accounts.roles import Role
from corps.audit.actions import Actor, By
from corps.audit.models import ActorKind
from corps.errors import NotPermitted, Refusal


class OwnAccount(Refusal):
    """Somebody would change their own roles, desks or access."""

    message = _("Nobody changes their own roles, desks or access: ask another administrator.")


class LastAdministrator(Refusal):
    """Nobody would be left to keep accounts."""

    message = _("This is the last administrator who may sign in.")


class TakesTwo(Refusal):
    """One administrator would do alone what takes two."""

    message = _("This takes two administrators: one asks for it, another one grants it.")


class NobodyElse(Refusal):
    """There is no second administrator who could grant it."""

    message = _(
        "There is no other administrator who could grant this. An administrator who asked for it "
        "or whose own account it is about does not count."
    )


class AccountClosed(Refusal):
    """The account may not sign in."""

    message = _("This account is closed: open it again first.")


def can_keep_accounts(by: By) -> bool:
    """Whether `by` keeps accounts and desks: administrators, and commands on the machine."""
    if not isinstance(by, User):
        return isinstance(by, Actor) and by.kind == ActorKind.SYSTEM
    return by.is_staff and by.has_role(Role.ADMINISTRATOR)


def check_can_keep_accounts(by: By) -> None:
    """Raise NotPermitted unless `by` keeps accounts and desks."""
    if not can_keep_accounts(by):
        raise NotPermitted


def check_can_change_account(by: By, user: User) -> None:
    """Raise NotPermitted likewise, OwnAccount for one's own account."""
    check_can_keep_accounts(by)
    if isinstance(by, User) and by.pk == user.pk:
        raise OwnAccount


def is_only_administrator(by: By) -> bool:
    """Whether `by` is an administrator, and nobody has ever come in as another one.

    An installation begins so: there is nobody who could be the second person.
    """
    if not (isinstance(by, User) and can_keep_accounts(by)):
        return False
    return not administrators_known().exclude(pk=by.pk).exists()


def may_act_alone(by: By) -> bool:
    """Whether what takes two administrators holds at once: a command on the machine, or the only
    administrator there is."""
    return not isinstance(by, User) or is_only_administrator(by)


def check_two(by: By, granted: TwoPersonAct | None) -> None:
    """Raise TakesTwo unless `by` has just granted `granted`, or may act alone."""
    if granted is not None:
        fits = granted.state == "granted" and granted.decided_by_id is not None
        if fits and isinstance(by, User) and granted.decided_by_id == by.pk:
            return
    elif may_act_alone(by):
        return
    raise TakesTwo


def check_somebody_may_grant(by: User, about: User | None = None) -> None:
    """Raise NobodyElse unless there is a second administrator, other than whom it is about."""
    without = [by.pk] if about is None else [by.pk, about.pk]
    if not administrators().exclude(pk__in=without).exists():
        raise NobodyElse


def check_can_send_first_link(by: By, user: User) -> None:
    """Raise unless `by` may make a link into `user`'s account without asking anybody: an account
    into which nobody has ever come, and the first link of all, since whoever makes another could
    come in as somebody for whom two have vouched. Who may act alone makes a later one as well.
    NotPermitted, AccountClosed, TakesTwo."""
    check_can_keep_accounts(by)
    if not user.is_active:
        raise AccountClosed
    if takes_two_for_a_link(user, alone=may_act_alone(by)):
        raise TakesTwo


def takes_two_for_a_link(user: User, *, alone: bool) -> bool:
    """Whether a link into the account takes two; `alone`: there is nobody to be the second."""
    return was_entered(user) or (was_invited(user) and not alone)


def awaits_a_link(user: User) -> bool:
    """Whether one administrator may make a link into the account: an open one that nobody has come
    into, and the first link of all unless there is only one administrator."""
    alone = administrators_known().count() < 2
    return user.is_active and not takes_two_for_a_link(user, alone=alone)


def check_not_last_administrator(user: User) -> None:
    """Raise LastAdministrator when `user` is the only administrator who may sign in.

    The caller holds the accounts (corps.accounts.actions.locks), so that two at once cannot each
    count on the other.
    """
    keeps = user.is_active and user.groups.filter(name=Role.ADMINISTRATOR).exists()
    if keeps and not administrators().exclude(pk=user.pk).exists():
        raise LastAdministrator
