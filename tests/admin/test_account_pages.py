"""Administrators keep accounts and desks, by actions alone, and not their own."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from corps.accounts.actions.staff import invite_staff
from corps.accounts.models import Desk, TwoPersonAct, User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from tests.admin.doors import (
    as_,
    do_url,
    entries_since,
    last_number,
    list_do_url,
    list_url,
    page_url,
    text_of,
)
from tests.cast import NOW, a_coordinator, a_desk, a_user, a_volunteer
from volunteers.models import Language, Skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    """Who keeps the accounts."""
    return a_user("administrator", Role.ADMINISTRATOR)


@pytest.fixture
def second(administrator: User) -> User:
    """Another administrator."""
    return a_user("second", Role.ADMINISTRATOR)


def press(user: User, url: str, **given: Any) -> tuple[Any, list[str]]:
    """Send a form; return the answer and the verbs it left in the ledger."""
    client = as_(user)
    before = last_number()
    return client.post(url, given), entries_since(before)


NEW = {"username": "coordinator.busan", "language": "ko", "reason": "a new colleague"}


def test_alone_an_account_is_made_with_its_roles_desks_and_link(administrator: User) -> None:
    given = {**NEW, "roles": ["coordinator", "editor"], "desks": [a_desk().pk]}
    answer, verbs = press(administrator, list_do_url(User, "make"), **given)
    made = User.objects.get(username="coordinator.busan")
    assert (sorted(made.role_names), made.is_staff) == (["coordinator", "editor"], True)
    assert (made.desks.get(), made.has_usable_password()) == (a_desk(), False)
    assert verbs == ["account.made", "account.invited"]
    assert ("/join/" in text_of(answer), "svg+xml" in text_of(answer)) == (True, True)
    assert "The ledger says that you did it alone." in text_of(answer)


def test_an_account_is_asked_for_by_one_and_granted_by_another(
    administrator: User, second: User
) -> None:
    given = {**NEW, "roles": ["coordinator"], "desks": [a_desk().pk]}
    answer, asked = press(administrator, list_do_url(User, "make"), **given)
    act = TwoPersonAct.objects.get()
    assert (answer.url, asked) == (page_url(act), ["two_person.asked"])
    assert not User.objects.filter(username="coordinator.busan").exists()
    _, granted = press(second, do_url(act, "grant"))
    made = User.objects.get(username="coordinator.busan")
    assert (made.role_names, made.desks.get()) == (frozenset({"coordinator"}), a_desk())
    assert granted == ["two_person.granted", "account.made", "two_person.used"]
    answer, link = press(administrator, do_url(made, "link"))
    assert (link, "/join/" in text_of(answer)) == (["account.invited"], True)


def test_a_taken_name_is_refused_in_the_form(administrator: User) -> None:
    given = {**NEW, "username": "Administrator", "roles": ["editor"]}
    answer, verbs = press(administrator, list_do_url(User, "make"), **given)
    assert (answer.status_code, verbs) == (200, ["access.refused"])
    assert "This sign-in name is taken." in text_of(answer)


def test_roles_and_desks_are_changed_with_the_grant(administrator: User, second: User) -> None:
    other = a_coordinator()
    given = {"roles": ["auditor"], "desks": [], "reason": "a new task"}
    _, asked = press(administrator, do_url(other, "roles"), **given)
    assert User.objects.get(pk=other.pk).role_names == {"coordinator"}
    act = TwoPersonAct.objects.get()
    page = text_of(as_(second).get(page_url(act)))
    assert "Coordinator → Auditor" in page
    assert "{" not in re.sub(r"<script.*?</script>", "", page)
    assert "Coordinator → Auditor" in text_of(as_(second).get(do_url(act, "grant")))
    _, granted = press(second, do_url(act, "grant"))
    other = User.objects.get(pk=other.pk)
    assert (sorted(other.role_names), other.desks.count()) == (["auditor"], 0)
    assert (asked, granted) == (
        ["two_person.asked"],
        ["two_person.granted", "account.changed", "two_person.used"],
    )
    told = Entry.objects.filter(verb="account.changed").latest("number")
    assert told.facts == {"roles": ["auditor"], "desks": [], "asked_by": "administrator"}
    assert (told.actor, told.reason) == ("second", "a new task")


@pytest.mark.parametrize("name", ["roles", "close", "recover", "app", "link"])
def test_nobody_keeps_their_own_account(administrator: User, second: User, name: str) -> None:
    given = {"roles": ["coordinator"], "desks": [], "reason": "why"}
    answer, verbs = press(administrator, do_url(administrator, name), **given)
    assert (answer.status_code, verbs) == (403, ["access.refused"])
    assert User.objects.get(pk=administrator.pk).role_names == {"administrator"}


def test_a_closed_account_is_out_at_once_and_takes_two_to_open(
    administrator: User, second: User
) -> None:
    other = a_coordinator()
    theirs = as_(other)
    _, closed = press(administrator, do_url(other, "close"), reason="left")
    assert theirs.get("/admin/").status_code == 302
    press(administrator, do_url(other, "reopen"), reason="back")
    assert not User.objects.get(pk=other.pk).is_active
    _, reopened = press(second, do_url(TwoPersonAct.objects.get(), "grant"))
    assert User.objects.get(pk=other.pk).is_active
    assert theirs.get("/admin/").status_code == 302
    assert closed == ["account.closed", "account.session_ended"]
    assert reopened == ["two_person.granted", "account.reopened", "two_person.used"]


def test_an_account_that_was_entered_has_no_link_but_a_recovery(
    administrator: User, second: User
) -> None:
    page = text_of(as_(administrator).get(page_url(a_coordinator())))
    assert ("/do/link/" in page, "/do/recover/" in page) == (False, True)
    made = a_user("new", Role.EDITOR)
    made.set_unusable_password()
    made.save()
    page = text_of(as_(administrator).get(page_url(made)))
    assert ("/do/link/" in page, "/do/recover/" in page) == (True, False)
    invite_staff(user=made, by=second, at=NOW)
    page = text_of(as_(administrator).get(page_url(made)))
    assert ("/do/link/" in page, "/do/recover/" in page) == (False, True)


def test_a_page_of_an_account_shows_second_factors_by_kind_alone(administrator: User) -> None:
    other = a_coordinator()
    Authenticator.objects.create(user=other, type="webauthn", data={"name": "MyKeyName"})
    Authenticator.objects.create(user=other, type="totp", data={"secret": "c2VjcmV0"})
    as_(other)
    page = text_of(as_(administrator).get(page_url(other)))
    assert [word for word in ("Passkey", "Authenticator app", "Open sessions") if word in page] == [
        "Passkey",
        "Authenticator app",
        "Open sessions",
    ]
    assert [secret for secret in ("MyKeyName", "c2VjcmV0") if secret in page] == []


def test_a_page_of_an_account_says_who_asked_what(administrator: User, second: User) -> None:
    other = a_coordinator()
    press(administrator, do_url(other, "app"), reason="no phone with passkeys")
    page = text_of(as_(second).get(page_url(other)))
    assert page_url(TwoPersonAct.objects.get()) in page
    assert "no phone with passkeys" in page


def test_the_only_administrator_is_told_so(administrator: User) -> None:
    other, words = a_coordinator(), "You are the only administrator who may sign in."
    assert words in text_of(as_(administrator).get(page_url(other)))
    a_user("second", Role.ADMINISTRATOR)
    assert words not in text_of(as_(administrator).get(page_url(other)))


def test_a_page_of_an_account_has_no_password(administrator: User) -> None:
    other = a_coordinator()
    page = text_of(as_(administrator).get(page_url(other)))
    assert [part for part in (other.password, "pbkdf2", 'type="password"') if part in page] == []


def test_accounts_of_volunteers_are_not_listed(administrator: User) -> None:
    account = a_volunteer("heron-1", account=True).user
    assert account is not None
    client = as_(administrator)
    assert "heron-1" not in text_of(client.get(list_url(User)))
    assert client.get(page_url(account)).status_code == 404


def test_a_desk_is_made_and_named_by_one_and_staffed_by_two(
    administrator: User, second: User
) -> None:
    other = a_coordinator()
    add = f"{list_url(Desk)}add/"
    _, made = press(administrator, add, name="Kyiv", slug="kyiv", members=[other.pk])
    desk = Desk.objects.get(slug="kyiv")
    _, changed = press(administrator, page_url(desk), name="Kyiv desk", members=[other.pk])
    desk.refresh_from_db()
    assert (desk.name, desk.members.count()) == ("Kyiv desk", 0)
    assert (made, changed) == (["desk.made"], ["desk.changed"])
    press(administrator, do_url(desk, "members"), members=[other.pk], reason="new desk")
    assert not desk.members.exists()
    _, granted = press(second, do_url(TwoPersonAct.objects.get(), "grant"))
    assert list(desk.members.all()) == [other]
    assert granted == ["two_person.granted", "desk.members_changed", "two_person.used"]


def test_nobody_sits_down_at_a_desk_by_themselves(administrator: User, second: User) -> None:
    desk = a_desk()
    given = {"members": [administrator.pk], "reason": "curious"}
    answer, verbs = press(administrator, do_url(desk, "members"), **given)
    assert (answer.status_code, verbs) == (200, ["access.refused"])
    assert "Nobody changes their own roles" in text_of(answer)
    press(second, do_url(desk, "members"), **given)
    answer, verbs = press(administrator, do_url(TwoPersonAct.objects.get(), "grant"))
    assert "Nobody changes their own roles" in text_of(answer)
    assert not desk.members.exists()


def test_a_taken_short_name_of_a_desk_is_told_in_the_form(administrator: User) -> None:
    a_desk()
    add = f"{list_url(Desk)}add/"
    answer, verbs = press(administrator, add, name="Seoul", slug="seoul")
    assert (answer.status_code, verbs) == (200, [])
    assert "already exists" in text_of(answer)


def test_administrators_keep_the_catalogue(administrator: User) -> None:
    names = {"name_ko": "가", "name_en": "b", "name_uk": "в", "also": "c, d"}
    first = Skill.objects.get(code="audio")
    add = f"{list_url(Skill)}add/"
    _, made = press(administrator, add, **names, code="new", kind="craft", implies=[first.pk])
    skill = Skill.objects.get(code="new")
    assert (list(skill.implies.all()), skill.also) == ([first], ["c", "d"])
    language = Language.objects.get(code="pol")
    _, changed = press(administrator, page_url(language), **names)
    language.refresh_from_db()
    assert (language.name_ko, made, changed) == ("가", ["catalogue.added"], ["catalogue.changed"])


def test_others_read_the_catalogue_and_change_nothing() -> None:
    coordinator, skill = a_coordinator(), Skill.objects.get(code="audio")
    answer, verbs = press(coordinator, page_url(skill), name_en="x")
    assert (answer.status_code, verbs) == (403, ["access.refused"])


def test_the_list_of_accounts_is_flat(administrator: User) -> None:
    client, costs = as_(administrator), []
    for count in (1, 3, 60):
        for number in range(count):
            a_user(f"editor-{count}-{number}", Role.EDITOR, desk=a_desk())
        with CaptureQueriesContext(connection) as asked:
            client.get(list_url(User))
        costs.append(len(asked))
    assert len(set(costs)) == 1, costs


def test_a_link_cannot_fill_in_the_roles_of_an_account() -> None:
    administrator = a_user("keeper", Role.ADMINISTRATOR)
    user = a_user("somebody", Role.EDITOR)
    client = Client()
    client.force_login(administrator)
    address = reverse("admin:accounts_user_do", args=[user.pk, "roles"])
    shown = [client.get(address + query).content.decode() for query in ("", "?roles=auditor")]
    ticked = [re.findall(r'value="([a-z ]+)"[^>]*checked', page) for page in shown]
    assert ticked == [["editor"], ["editor"]]
