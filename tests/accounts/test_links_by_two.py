"""Nobody comes in as somebody else, and nobody becomes the only administrator, by links alone."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from corps.accounts.actions.invitations import accept_invitation, invite_user
from corps.accounts.actions.recovery import ask_recovery, recover_account
from corps.accounts.actions.requests import ask_for_account
from corps.accounts.actions.staff import invite_staff, make_staff
from corps.accounts.actions.two_person import grant_act
from corps.accounts.models import Invitation, TwoPersonAct, User
from corps.accounts.roles import Role
from corps.accounts.rules.staff import NobodyElse, TakesTwo, is_only_administrator
from corps.audit.actions import COMMAND
from tests.cast import NOW, PASSWORD, a_desk, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW)]


def administrators(*names: str) -> list[User]:
    """Administrators with a password."""
    return [a_user(name, Role.ADMINISTRATOR) for name in names]


def made_by_two() -> User:
    """A coordinator's account into which nobody has come."""
    return make_staff(
        username="new", roles=[Role.COORDINATOR], desks=[a_desk()], by=COMMAND, at=NOW
    )


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=4)])
def test_one_administrator_makes_no_second_link(later: timedelta) -> None:
    one, other = administrators("one", "other")
    new = made_by_two()
    link = invite_staff(user=new, by=other, at=NOW)
    for by in (one, other):
        with pytest.raises(TakesTwo):
            invite_staff(user=new, by=by, at=NOW + later)
    assert Invitation.objects.filter(user=new, ended_at=None).count() == 1
    answer = Client().post(link.path, {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 302


def test_a_second_link_is_a_recovery_that_another_grants() -> None:
    one, other = administrators("one", "other")
    new = made_by_two()
    first = invite_staff(user=new, by=one, at=NOW)
    act = ask_recovery(user=new, factors=False, reason="link lapsed", by=one, at=NOW)
    grant_act(act=act, by=other, at=NOW)
    second = recover_account(act=act, by=one, at=NOW)
    over = Client().get(first.path)
    assert (over.status_code, Client().get(second.path).status_code) == (404, 200)
    kept = Invitation.objects.filter(user=new).order_by("ended_at")
    assert [bool(row.ended_at) for row in kept] == [True, False]


def test_the_only_administrator_makes_another_link() -> None:
    (one,) = administrators("one")
    new = made_by_two()
    links = [invite_staff(user=new, by=one, at=NOW) for _ in range(2)]
    assert [Client().get(link.path).status_code for link in links] == [404, 200]


def test_the_database_keeps_one_open_link() -> None:
    new = made_by_two()
    invite_user(user=new, by=COMMAND, at=NOW)
    again = Invitation(user=new, token_hash=b"x" * 32, made_at=NOW, expires_at=NOW)
    with pytest.raises(IntegrityError, match="invitation_one_open"), transaction.atomic():
        again.save()


def come_in(user: User) -> None:
    """Set a password over a one-time link."""
    token = invite_user(user=user, by=COMMAND, at=NOW).path.rstrip("/").rsplit("/", 1)[-1]
    accept_invitation(token=token, password=PASSWORD, at=NOW)


def test_recovering_the_others_makes_nobody_the_only_administrator() -> None:
    one, second, third = administrators("one", "second", "third")
    for user in (second, third):
        come_in(user)
    both = [
        ask_recovery(user=user, factors=True, reason="lost", by=one, at=NOW)
        for user in (second, third)
    ]
    for act, by in zip(both, (third, second), strict=True):
        grant_act(act=act, by=by, at=NOW)
    recover_account(act=both[0], by=one, at=NOW)
    with pytest.raises(NobodyElse):
        recover_account(act=both[1], by=one, at=NOW)
    third.refresh_from_db()
    assert third.has_usable_password()
    asked = ask_for_account(
        username="mine",
        roles=["coordinator"],
        desks=[a_desk()],
        language="en",
        reason="why",
        by=one,
        at=NOW,
    )
    assert isinstance(asked, TwoPersonAct)


def test_who_came_in_once_counts_without_a_password() -> None:
    one, second = administrators("one", "second")
    come_in(second)
    User.objects.filter(pk=second.pk).update(password="!taken")
    assert not is_only_administrator(one)
    User.objects.filter(pk=second.pk).update(is_active=False)
    assert is_only_administrator(one)
