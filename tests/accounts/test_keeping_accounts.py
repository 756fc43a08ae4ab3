"""Who may keep accounts and desks, and what stays true whoever does."""

import pytest

from corps.accounts.actions.desks import change_desk, make_desk
from corps.accounts.actions.staff import (
    AccountClosed,
    NameTaken,
    change_staff,
    close_account,
    invite_staff,
    make_staff,
)
from corps.accounts.models import Invitation, User
from corps.accounts.queries.sight import accounts_visible_to, desks_visible_to
from corps.accounts.roles import Role
from corps.accounts.rules.staff import LastAdministrator, OwnAccount
from corps.audit.actions import COMMAND
from corps.errors import NotPermitted
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user, a_volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    """Who keeps the accounts."""
    return a_user("administrator", Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_no_other_role_keeps_accounts(role: Role) -> None:
    user, other = a_user("somebody", role), a_coordinator()
    with pytest.raises(NotPermitted):
        make_staff(username="new", roles=[], by=user, at=NOW)
    with pytest.raises(NotPermitted):
        change_staff(user=other, roles=[role], desks=[], by=user, at=NOW)
    with pytest.raises(NotPermitted):
        make_desk(slug="new", name="New", by=user, at=NOW)


def test_an_installation_keeps_one_administrator(administrator: User) -> None:
    with pytest.raises(LastAdministrator):
        close_account(user=administrator, by=COMMAND, at=NOW)
    with pytest.raises(LastAdministrator):
        change_staff(user=administrator, roles=[Role.EDITOR], desks=[], by=COMMAND, at=NOW)
    a_user("second", Role.ADMINISTRATOR)
    close_account(user=administrator, by=COMMAND, at=NOW)
    assert not administrator.is_active


def test_nobody_changes_their_own(administrator: User) -> None:
    a_user("second", Role.ADMINISTRATOR)
    with pytest.raises(OwnAccount):
        change_staff(user=administrator, roles=[], desks=[], by=administrator, at=NOW)
    with pytest.raises(OwnAccount):
        close_account(user=administrator, by=administrator, at=NOW)
    with pytest.raises(OwnAccount):
        change_desk(desk=a_desk(), name="Seoul", members=[administrator], by=administrator, at=NOW)


def test_names_differ_by_more_than_case(administrator: User) -> None:
    with pytest.raises(NameTaken):
        make_staff(username="ADMINISTRATOR", roles=[], by=COMMAND, at=NOW)


def test_a_closed_account_has_no_link(administrator: User) -> None:
    other = a_coordinator()
    invite_staff(user=other, by=administrator, at=NOW)
    close_account(user=other, by=administrator, at=NOW)
    assert not Invitation.objects.filter(user=other).exists()
    with pytest.raises(AccountClosed):
        invite_staff(user=other, by=administrator, at=NOW)


def test_administrators_see_staff_and_every_desk_others_their_own(administrator: User) -> None:
    coordinator = a_coordinator()
    stranger = a_stranger()
    a_volunteer(account=True)
    assert set(accounts_visible_to(administrator)) == {administrator, coordinator, stranger}
    assert list(accounts_visible_to(coordinator)) == []
    assert [desk.slug for desk in desks_visible_to(administrator)] == ["elsewhere", "seoul"]
    assert [desk.slug for desk in desks_visible_to(coordinator)] == ["seoul"]
