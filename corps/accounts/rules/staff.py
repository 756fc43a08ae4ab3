"""Who may keep accounts and desks."""

from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
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


def check_not_last_administrator(user: User) -> None:
    """Raise LastAdministrator when `user` is the only administrator who may sign in."""
    administrators = User.objects.filter(
        is_active=True, is_staff=True, groups__name=Role.ADMINISTRATOR
    )
    if user.has_role(Role.ADMINISTRATOR) and not administrators.exclude(pk=user.pk).exists():
        raise LastAdministrator
