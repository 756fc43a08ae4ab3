"""What happens to desks. Who sits at one decides what is seen, so that takes two administrators."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.locks import hold_accounts
from corps.accounts.actions.staff import enter
from corps.accounts.models import Desk, TwoPersonAct, User
from corps.accounts.rules.staff import OwnAccount, check_can_keep_accounts, check_two
from corps.audit.actions import By, record
from corps.errors import Refusal


class DeskTaken(Refusal):
    """Another desk has this short name."""

    message = _("Another desk has this short name.")


@transaction.atomic
def make_desk(*, slug: str, name: str, members: Iterable[User] = (), by: By, at: datetime) -> Desk:
    """Make a desk; one ledger entry. With members it takes two, unless `by` may act alone.

    Raises NotPermitted, TakesTwo, DeskTaken.
    """
    check_can_keep_accounts(by)
    members = list(members)
    if members:
        check_two(by, None)
    try:
        with transaction.atomic():
            desk = Desk.objects.create(slug=slug, name=name)
    except IntegrityError as taken:
        raise DeskTaken from taken
    desk.members.set(members)
    facts = {"members": sorted(user.username for user in members)}
    record("desk.made", desk, by=by, at=at, facts=facts)
    return desk


@transaction.atomic
def name_desk(*, desk: Desk, name: str, by: By, at: datetime) -> None:
    """Give a desk another name; one ledger entry. Raises NotPermitted."""
    check_can_keep_accounts(by)
    desk.name = name
    desk.save(update_fields=["name"])
    record("desk.changed", desk, by=by, at=at, facts={"name": name})


@transaction.atomic
def change_members(
    *,
    desk: Desk,
    members: Iterable[User],
    by: By,
    at: datetime,
    reason: str = "",
    granted: TwoPersonAct | None = None,
) -> None:
    """Say who sits at a desk; one ledger entry.

    Raises NotPermitted, TakesTwo, and OwnAccount when `by` would come onto the desk or leave it.
    """
    hold_accounts()
    check_can_keep_accounts(by)
    check_two(by, granted)
    members = list(members)
    check_not_own_seat(by, desk, members)
    desk.members.set(members)
    facts = {"members": sorted(user.username for user in members)}
    same: Any = {"by": by, "at": at, "granted": granted, "reason": reason}
    enter("desk.members_changed", desk, facts=facts, **same)


def check_not_own_seat(by: By, desk: Desk, members: Iterable[User]) -> None:
    """Raise OwnAccount when `by` would come onto the desk or leave it."""
    if by in set(desk.members.all()) ^ set(members):
        raise OwnAccount
