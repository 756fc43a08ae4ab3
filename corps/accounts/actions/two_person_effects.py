"""What a grant does at once, by kind of act.

Each looks again whether what was asked for still fits: an account or a desk that has changed since
is left as it is (NotInThatState), so that what the second person read is what happens.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.apps import apps

from corps.accounts.actions.desks import change_members
from corps.accounts.actions.factors import remove_factors
from corps.accounts.actions.staff import (
    allow_app,
    change_staff,
    close_account,
    make_staff,
    reopen_account,
)
from corps.accounts.models import Desk, TwoPersonAct, User
from corps.accounts.states import TwoPersonKind
from corps.audit.actions import record
from corps.workflow.moves import NotInThatState

Effect = Callable[[TwoPersonAct, User, datetime], None]


def staff_account_of(act: TwoPersonAct) -> User:
    """Return the staff account an act is about, as it is now. Raises NotInThatState."""
    label, _, pk = act.subject.partition(":")
    user = User.objects.filter(pk=pk, is_staff=True).first() if label == "accounts.user" else None
    if user is None:
        raise NotInThatState
    return user


def roles_and_desks(user: User) -> dict[str, list[str]]:
    """Return the roles and the desks (short names) an account holds, in order."""
    return {
        "roles": sorted(user.groups.values_list("name", flat=True)),
        "desks": sorted(user.desks.values_list("slug", flat=True)),
    }


def _desks(slugs: Iterable[str]) -> list[Desk]:
    return list(Desk.objects.filter(slug__in=list(slugs)))


def _make(act: TwoPersonAct, by: User, at: datetime) -> None:
    given: dict[str, Any] = {**act.facts, "desks": _desks(act.facts["desks"])}
    make_staff(**given, by=by, at=at, granted=act)


def _change(act: TwoPersonAct, by: User, at: datetime) -> None:
    user = staff_account_of(act)
    if any(act.facts[name]["from"] != held for name, held in roles_and_desks(user).items()):
        raise NotInThatState
    roles, desks = act.facts["roles"]["to"], _desks(act.facts["desks"]["to"])
    change_staff(user=user, roles=roles, desks=desks, by=by, at=at, granted=act)


def _app(act: TwoPersonAct, by: User, at: datetime) -> None:
    user, allowed = staff_account_of(act), act.facts["app"]
    if user.totp_allowed == allowed:
        raise NotInThatState
    allow_app(user=user, allowed=allowed, by=by, at=at, granted=act)


def _close(act: TwoPersonAct, by: User, at: datetime) -> None:
    user = staff_account_of(act)
    if not user.is_active:
        raise NotInThatState
    close_account(user=user, by=by, at=at, granted=act)


def _reopen(act: TwoPersonAct, by: User, at: datetime) -> None:
    user = staff_account_of(act)
    if user.is_active:
        raise NotInThatState
    reopen_account(user=user, by=by, at=at, granted=act)


def _seat(act: TwoPersonAct, by: User, at: datetime) -> None:
    desk, asked = act.desk, act.facts["members"]
    if desk is None or asked["from"] != members_of(desk):
        raise NotInThatState
    members = User.objects.filter(username__in=asked["to"], is_staff=True)
    change_members(desk=desk, members=members, by=by, at=at, granted=act)


def members_of(desk: Desk) -> list[str]:
    """Return the sign-in names of those who sit at a desk, in order."""
    return sorted(desk.members.values_list("username", flat=True))


def _remove_volunteers_factors(act: TwoPersonAct, by: User, at: datetime) -> None:
    label, _, pk = act.subject.partition(":")
    person: Any = apps.get_model(label)._default_manager.filter(pk=pk).first()
    if person is None or person.desk_id != act.desk_id or person.user is None:
        raise NotInThatState
    removed = remove_factors(user=person.user, by=by, at=at)
    facts = {"removed": removed, "asked_by": act.asked_by.username}
    record("account.factors_removed", person.user, person, by=by, at=at, facts=facts)


EFFECTS: dict[TwoPersonKind, Effect] = {
    TwoPersonKind.ACCOUNT: _make,
    TwoPersonKind.ROLES: _change,
    TwoPersonKind.APP: _app,
    TwoPersonKind.CLOSING: _close,
    TwoPersonKind.REOPENING: _reopen,
    TwoPersonKind.MEMBERS: _seat,
    TwoPersonKind.VOLUNTEER_RECOVERY: _remove_volunteers_factors,
}
