"""Who may keep accounts and desks, and what stays true whoever does."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connections

from corps.accounts.actions.desks import DeskTaken, change_members, make_desk, name_desk
from corps.accounts.actions.requests import (
    ask_for_app,
    ask_for_closing,
    ask_for_members,
    ask_for_reopening,
    ask_for_roles,
)
from corps.accounts.actions.staff import (
    NameTaken,
    change_staff,
    close_account,
    invite_staff,
    make_staff,
    reopen_account,
)
from corps.accounts.actions.two_person import grant_act
from corps.accounts.models import Desk, Invitation, Session, TwoPersonAct, User
from corps.accounts.queries.sight import accounts_visible_to, desks_visible_to
from corps.accounts.roles import Role
from corps.accounts.rules.staff import (
    AccountClosed,
    LastAdministrator,
    NobodyElse,
    OwnAccount,
    TakesTwo,
)
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from corps.errors import NotPermitted, Refusal
from tests.admin.doors import as_
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user, a_volunteer


@pytest.fixture
def administrator(db: None) -> User:
    """Who keeps the accounts; the only one who may sign in."""
    return a_user("administrator", Role.ADMINISTRATOR)


@pytest.fixture
def second(administrator: User) -> User:
    """Another administrator."""
    return a_user("second", Role.ADMINISTRATOR)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_no_other_role_keeps_accounts(role: Role) -> None:
    user, other = a_user("somebody", role), a_coordinator()
    with pytest.raises(NotPermitted):
        make_staff(username="new", roles=[], by=user, at=NOW)
    with pytest.raises(NotPermitted):
        ask_for_roles(user=other, roles=[role], desks=[], reason="why", by=user, at=NOW)
    with pytest.raises(NotPermitted):
        make_desk(slug="new", name="New", by=user, at=NOW)


def test_an_installation_keeps_one_administrator(administrator: User) -> None:
    with pytest.raises(LastAdministrator):
        close_account(user=administrator, by=COMMAND, at=NOW)
    with pytest.raises(LastAdministrator):
        change_staff(user=administrator, roles=[Role.EDITOR], desks=[], by=COMMAND, at=NOW)
    invited = a_user("invited", Role.ADMINISTRATOR)
    invited.set_unusable_password()
    invited.save()
    with pytest.raises(LastAdministrator):
        close_account(user=administrator, by=COMMAND, at=NOW)
    a_user("second", Role.ADMINISTRATOR)
    close_account(user=administrator, by=COMMAND, at=NOW)
    assert not administrator.is_active


def test_nobody_changes_their_own(administrator: User, second: User) -> None:
    given: dict[str, Any] = {"reason": "why", "by": administrator, "at": NOW}
    with pytest.raises(OwnAccount):
        ask_for_roles(user=administrator, roles=[], desks=[], **given)
    with pytest.raises(OwnAccount):
        ask_for_app(user=administrator, allowed=True, **given)
    with pytest.raises(OwnAccount):
        ask_for_closing(user=administrator, **given)
    with pytest.raises(OwnAccount):
        ask_for_reopening(user=administrator, **given)
    with pytest.raises(OwnAccount):
        ask_for_members(desk=a_desk(), members=[administrator], **given)


def test_names_differ_by_more_than_case(administrator: User) -> None:
    with pytest.raises(NameTaken):
        make_staff(username="ADMINISTRATOR", roles=[], by=COMMAND, at=NOW)
    with pytest.raises(IntegrityError, match="user_one_name_in_any_case"):
        User.objects.create_user("ADMINISTRATOR")


def test_a_closed_account_has_no_link_and_no_session(administrator: User) -> None:
    other = make_staff(username="new", roles=[Role.EDITOR], by=COMMAND, at=NOW)
    invite_staff(user=other, by=administrator, at=NOW)
    as_(other)
    assert Session.objects.filter(user=other).count() == 1
    close_account(user=other, by=administrator, at=NOW)
    assert not Invitation.objects.filter(user=other, used_at=None, ended_at=None).exists()
    assert not Session.objects.filter(user=other).exists()
    with pytest.raises(AccountClosed):
        invite_staff(user=other, by=administrator, at=NOW)


def test_only_the_first_link_is_one_persons(administrator: User, second: User) -> None:
    made = make_staff(username="new", roles=[Role.EDITOR], by=COMMAND, at=NOW)
    invite_staff(user=made, by=second, at=NOW)
    with pytest.raises(TakesTwo):
        invite_staff(user=made, by=administrator, at=NOW)
    Invitation.objects.filter(user=made).update(used_at=NOW)
    with pytest.raises(TakesTwo):
        invite_staff(user=made, by=administrator, at=NOW)
    with pytest.raises(TakesTwo):
        invite_staff(user=a_coordinator(), by=administrator, at=NOW)


@pytest.mark.parametrize("name", ["make", "change", "reopen", "members", "close"])
def test_one_of_two_administrators_does_nothing_alone(
    administrator: User, second: User, name: str
) -> None:
    other, desk = a_coordinator(), a_desk()
    given: dict[str, Any] = {"by": administrator, "at": NOW}
    acts = {
        "make": lambda: make_staff(username="new", roles=[Role.EDITOR], **given),
        "change": lambda: change_staff(user=other, roles=[Role.EDITOR], desks=[], **given),
        "reopen": lambda: reopen_account(user=other, **given),
        "members": lambda: change_members(desk=desk, members=[], **given),
        "close": lambda: close_account(user=second, **given),
    }
    before = Entry.objects.count()
    with pytest.raises(TakesTwo):
        acts[name]()
    assert Entry.objects.count() == before


def test_another_ones_grant_opens_nothing_to_somebody_else(
    administrator: User, second: User
) -> None:
    other, third = a_coordinator(), a_user("third", Role.ADMINISTRATOR)
    act = ask_for_app(user=other, allowed=True, reason="why", by=administrator, at=NOW)
    assert act is not None
    grant_act(act=act, by=second, at=NOW)
    with pytest.raises(TakesTwo):
        change_staff(user=other, roles=[], desks=[], by=third, at=NOW, granted=act)


def test_closing_is_one_administrators_but_for_an_administrator(
    administrator: User, second: User
) -> None:
    other = a_coordinator()
    closed = ask_for_closing(user=other, reason="left", by=administrator, at=NOW)
    other.refresh_from_db()
    assert (closed, other.is_active) == (None, False)
    with pytest.raises(NobodyElse):
        ask_for_closing(user=second, reason="left", by=administrator, at=NOW)
    third = a_user("third", Role.ADMINISTRATOR)
    act = ask_for_closing(user=second, reason="left", by=administrator, at=NOW)
    assert act is not None
    grant_act(act=act, by=third, at=NOW)
    second.refresh_from_db()
    assert not second.is_active


def test_the_only_administrator_acts_alone_and_the_ledger_says_so(administrator: User) -> None:
    other = a_coordinator()
    act = ask_for_roles(
        user=other, roles=[Role.AUDITOR], desks=[], reason="why", by=administrator, at=NOW
    )
    entry = Entry.objects.first()
    assert entry is not None
    assert (act, sorted(User.objects.get(pk=other.pk).role_names)) == (None, ["auditor"])
    assert (entry.verb, entry.reason) == ("account.changed", "why")
    assert entry.facts == {"roles": ["auditor"], "desks": [], "alone": True}


def test_being_alone_ends_when_a_second_one_may_sign_in(administrator: User) -> None:
    other = a_coordinator()
    invited = make_staff(username="second", roles=[Role.ADMINISTRATOR], by=COMMAND, at=NOW)

    def ask(allowed: bool) -> TwoPersonAct | None:
        return ask_for_app(user=other, allowed=allowed, reason="why", by=administrator, at=NOW)

    assert ask(True) is None
    invited.set_password("correct horse battery staple")
    invited.save()
    act = ask(False)
    other.refresh_from_db()
    assert act is not None
    assert (act.state, other.totp_allowed) == ("asked", True)
    invited.is_active = False
    invited.save()
    assert ask(False) is None


def test_an_empty_desk_is_one_administrators(administrator: User, second: User) -> None:
    desk = make_desk(slug="kyiv", name="Kyiv", by=administrator, at=NOW)
    name_desk(desk=desk, name="Kyiv desk", by=administrator, at=NOW)
    desk.refresh_from_db()
    assert desk.name == "Kyiv desk"
    with pytest.raises(TakesTwo):
        make_desk(slug="lviv", name="Lviv", members=[a_coordinator()], by=administrator, at=NOW)
    assert not Desk.objects.filter(slug="lviv").exists()


def test_a_taken_short_name_is_a_sentence(administrator: User) -> None:
    make_desk(slug="kyiv", name="Kyiv", by=administrator, at=NOW)
    with pytest.raises(DeskTaken):
        make_desk(slug="kyiv", name="Kyiv", by=administrator, at=NOW)


def test_administrators_see_staff_and_every_desk_others_their_own(administrator: User) -> None:
    coordinator = a_coordinator()
    stranger = a_stranger()
    a_volunteer(account=True)
    assert set(accounts_visible_to(administrator)) == {administrator, coordinator, stranger}
    assert list(accounts_visible_to(coordinator)) == []
    assert [desk.slug for desk in desks_visible_to(administrator)] == ["elsewhere", "seoul"]
    assert [desk.slug for desk in desks_visible_to(coordinator)] == ["seoul"]


def at_once(*acts: Any) -> list[str]:
    """Run acts in threads of their own, all beginning at once; return how each came out."""
    barrier, outcomes = Barrier(len(acts)), []

    def run(act: Any) -> None:
        barrier.wait()
        try:
            act()
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_two_administrators_closed_at_once_leave_one(committed_db: str) -> None:
    one, other = a_user("one", Role.ADMINISTRATOR), a_user("other", Role.ADMINISTRATOR)
    outcomes = at_once(
        lambda: close_account(user=one, by=COMMAND, at=NOW),
        lambda: close_account(user=other, by=COMMAND, at=NOW),
    )
    assert outcomes == ["LastAdministrator", "done"]
    assert User.objects.filter(is_active=True).count() == 1


def test_without_the_lock_two_closed_at_once_leave_nobody(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the race above: who is counted has to hold still."""
    from corps.accounts.actions import staff

    one, other = a_user("one", Role.ADMINISTRATOR), a_user("other", Role.ADMINISTRATOR)
    between, check = Barrier(2), staff.check_not_last_administrator

    def check_together(user: User) -> None:
        check(user)
        between.wait()

    monkeypatch.setattr(staff, "hold_accounts", lambda: None)
    monkeypatch.setattr(staff, "check_not_last_administrator", check_together)
    outcomes = at_once(
        lambda: close_account(user=one, by=COMMAND, at=NOW),
        lambda: close_account(user=other, by=COMMAND, at=NOW),
    )
    assert outcomes == ["done", "done"]
    assert User.objects.filter(is_active=True).count() == 0


def test_two_desks_made_at_once_are_one_and_a_sentence(committed_db: str) -> None:
    def make() -> None:
        make_desk(slug="kyiv", name="Kyiv", by=COMMAND, at=NOW)

    assert at_once(make, make, make) == ["DeskTaken", "DeskTaken", "done"]
