"""The way back into an account: two people, always; a reset alone never removes a factor."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from corps.accounts.actions.invitations import accept_invitation, invite_user
from corps.accounts.actions.recovery import (
    NeverEntered,
    NothingToRemove,
    ask_factor_removal,
    ask_recovery,
    recover_account,
)
from corps.accounts.actions.two_person import grant_act
from corps.accounts.models import Invitation, Notice, Session, TwoPersonAct, User
from corps.accounts.roles import Role
from corps.accounts.rules.staff import AccountClosed, NobodyElse, OwnAccount
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from corps.errors import NotFound, NotPermitted
from corps.workflow.moves import NotInThatState
from tests.admin.doors import as_
from tests.cast import NOW, PASSWORD, a_coordinator, a_desk, a_user, a_volunteer

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def asker() -> User:
    """The administrator who asks."""
    return a_user("asker", Role.ADMINISTRATOR)


@pytest.fixture
def second() -> User:
    """The administrator who grants."""
    return a_user("second", Role.ADMINISTRATOR)


@pytest.fixture
def lost() -> User:
    """Somebody with a passkey, an app and a session."""
    user = a_coordinator()
    Authenticator.objects.create(user=user, type="webauthn", data={})
    Authenticator.objects.create(user=user, type="recovery_codes", data={})
    as_(user)
    return user


def a_granted_recovery(lost: User, asker: User, second: User, *, factors: bool) -> TwoPersonAct:
    """A recovery that one asked for and another granted."""
    act = ask_recovery(user=lost, factors=factors, reason="lost phone", by=asker, at=NOW)
    grant_act(act=act, by=second, at=NOW)
    return act


@pytest.mark.parametrize("factors", [True, False])
def test_a_recovery_ends_password_and_sessions_and_factors_if_asked(
    lost: User, asker: User, second: User, factors: bool
) -> None:
    act = a_granted_recovery(lost, asker, second, factors=factors)
    lost.refresh_from_db()
    assert (lost.check_password(PASSWORD), lost.sessions.count()) == (True, 1)
    link = recover_account(act=act, by=asker, at=NOW)
    lost.refresh_from_db()
    left = Authenticator.objects.filter(user=lost).count()
    assert (lost.check_password(PASSWORD), left) == (False, 0 if factors else 2)
    assert not Session.objects.filter(user=lost).exists()
    told = Entry.objects.get(verb="account.recovered")
    removed = ["recovery_codes", "webauthn"] if factors else []
    assert told.facts == {"removed": removed, "granted_by": "second"}
    token = link.path.rstrip("/").rsplit("/", 1)[-1]
    accept_invitation(token=token, password="another battery staple", at=NOW)
    lost.refresh_from_db()
    assert lost.check_password("another battery staple")
    assert Authenticator.objects.filter(user=lost).count() == left


def test_a_link_is_made_once_within_the_hour_for_who_asked(
    lost: User, asker: User, second: User
) -> None:
    act = a_granted_recovery(lost, asker, second, factors=False)
    with pytest.raises(NotFound):
        recover_account(act=act, by=second, at=NOW)
    with pytest.raises(NotInThatState):
        recover_account(act=act, by=asker, at=NOW + HOUR)
    recover_account(act=act, by=asker, at=NOW)
    with pytest.raises(NotInThatState):
        recover_account(act=act, by=asker, at=NOW)
    assert Invitation.objects.filter(user=lost, used_at=None).count() == 1


def test_nothing_happens_before_the_grant(lost: User, asker: User, second: User) -> None:
    act = ask_recovery(user=lost, factors=True, reason="lost phone", by=asker, at=NOW)
    with pytest.raises(NotInThatState):
        recover_account(act=act, by=asker, at=NOW)
    lost.refresh_from_db()
    assert lost.check_password(PASSWORD)
    assert Authenticator.objects.filter(user=lost).count() == 2
    assert not Invitation.objects.filter(user=lost).exists()


def test_nobody_asks_for_their_own_nor_grants_it(asker: User, second: User) -> None:
    a_user("third", Role.ADMINISTRATOR)
    with pytest.raises(OwnAccount):
        ask_recovery(user=asker, factors=True, reason="why", by=asker, at=NOW)
    act = ask_recovery(user=second, factors=True, reason="why", by=asker, at=NOW)
    with pytest.raises(OwnAccount):
        grant_act(act=act, by=second, at=NOW)


def test_the_only_administrator_recovers_nobody(lost: User, asker: User) -> None:
    with pytest.raises(NobodyElse):
        ask_recovery(user=lost, factors=False, reason="why", by=asker, at=NOW)
    assert not TwoPersonAct.objects.exists()


def test_two_administrators_do_not_recover_one_another(asker: User, second: User) -> None:
    with pytest.raises(NobodyElse):
        ask_recovery(user=second, factors=False, reason="why", by=asker, at=NOW)


def test_what_was_never_entered_or_is_closed_is_not_recovered(
    lost: User, asker: User, second: User
) -> None:
    fresh = User.objects.create_user("fresh", is_staff=True)
    given: dict[str, Any] = {"factors": False, "reason": "why", "by": asker, "at": NOW}
    with pytest.raises(NeverEntered):
        ask_recovery(user=fresh, **given)
    act = a_granted_recovery(lost, asker, second, factors=True)
    User.objects.filter(pk=lost.pk).update(is_active=False)
    with pytest.raises(AccountClosed):
        recover_account(act=act, by=asker, at=NOW)
    lost.refresh_from_db()
    with pytest.raises(AccountClosed):
        ask_recovery(user=lost, **given)


def test_a_recovered_account_still_takes_two(lost: User, asker: User, second: User) -> None:
    act = a_granted_recovery(lost, asker, second, factors=True)
    recover_account(act=act, by=asker, at=NOW)
    page = as_(asker).get(f"/admin/accounts/user/{lost.pk}/change/").content.decode()
    assert ("/do/link/" in page, "/do/recover/" in page) == (False, True)


def test_a_volunteers_factors_take_coordinator_and_approver_of_the_desk() -> None:
    desk, person = a_desk(), a_volunteer(account=True)
    account = person.user
    assert account is not None
    Authenticator.objects.create(user=account, type="totp", data={})
    coordinator, elsewhere = a_coordinator(), a_coordinator(a_desk("elsewhere"), "stranger")
    approver = a_user("approver", Role.APPROVER, desk=desk)
    given: dict[str, Any] = {"person": person, "reason": "lost phone", "at": NOW}
    for other in (elsewhere, approver, a_user("administrator", Role.ADMINISTRATOR)):
        with pytest.raises(NotPermitted):
            ask_factor_removal(**given, by=other)
    act = ask_factor_removal(**given, by=coordinator)
    assert Authenticator.objects.filter(user=account).count() == 1
    grant_act(act=act, by=approver, at=NOW)
    account.refresh_from_db()
    assert not Authenticator.objects.filter(user=account).exists()
    assert (account.has_usable_password(), act.state) == (False, "used")
    told = Entry.objects.get(verb="account.factors_removed")
    assert (told.facts, told.desk) == ({"removed": ["totp"], "asked_by": "coordinator"}, "seoul")
    with pytest.raises(NothingToRemove):
        ask_factor_removal(**given, by=coordinator)


def test_a_volunteer_who_moved_desk_keeps_the_factors() -> None:
    desk, person = a_desk(), a_volunteer(account=True)
    assert person.user is not None
    Authenticator.objects.create(user=person.user, type="totp", data={})
    coordinator, approver = a_coordinator(), a_user("approver", Role.APPROVER, desk=desk)
    act = ask_factor_removal(person=person, reason="lost", by=coordinator, at=NOW)
    person.desk = a_desk("elsewhere")
    person.save(update_fields=["desk"])
    with pytest.raises(NotInThatState):
        grant_act(act=act, by=approver, at=NOW)
    assert Authenticator.objects.filter(user=person.user).count() == 1


def run(*options: str) -> str:
    """Run first_admin; return what it prints."""
    out = StringIO()
    call_command("first_admin", *options, stdout=out)
    return out.getvalue()


def test_the_first_administrator_may_be_allowed_an_app() -> None:
    assert "/join/" in run("--totp")
    made = User.objects.get(username="admin")
    assert (made.totp_allowed, made.role_names) == (True, frozenset({"administrator"}))
    assert "/join/" in run()


def test_the_machine_recovers_an_administrator_while_the_ordinary_way_is_shut(
    asker: User, second: User
) -> None:
    Authenticator.objects.create(user=second, type="webauthn", data={})
    assert "/join/" in run("--recover", "second")
    second.refresh_from_db()
    assert (second.has_usable_password(), Authenticator.objects.count()) == (False, 0)
    assert Notice.objects.get().kind == "machine"
    told = Entry.objects.get(verb="account.recovered")
    assert told.actor == "command"


def test_the_machine_recovers_nobody_while_two_others_may_sign_in(
    asker: User, second: User
) -> None:
    a_user("third", Role.ADMINISTRATOR)
    with pytest.raises(CommandError, match="Two other administrators"):
        run("--recover", "second")
    with pytest.raises(CommandError, match="no administrator of this name"):
        run("--recover", a_coordinator().username)


def test_the_machine_closes_an_administrator_but_the_last(asker: User, second: User) -> None:
    run("--close", "second")
    with pytest.raises(CommandError, match="last administrator"):
        run("--close", "asker")
    assert list(User.objects.filter(is_active=False)) == [second]


def test_who_came_in_once_has_no_first_link(asker: User) -> None:
    user = User.objects.create_user("admin2", is_staff=True)
    user.groups.set(asker.groups.all())
    link = invite_user(user=user, by=COMMAND, at=NOW)
    token = link.path.rstrip("/").rsplit("/", 1)[-1]
    accept_invitation(token=token, password="another battery staple", at=NOW)
    with pytest.raises(CommandError, match="has come in already"):
        run("--username", "admin2")
