"""What happens to desks."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from corps.accounts.models import Desk, User
from corps.accounts.rules.staff import OwnAccount, check_can_keep_accounts
from corps.audit.actions import By, record


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
