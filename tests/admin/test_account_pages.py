"""Administrators keep accounts and desks, by actions alone, and not their own."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from corps.accounts.models import Desk, User
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
from tests.cast import a_coordinator, a_desk, a_user, a_volunteer
from volunteers.models import Language, Skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    """Who keeps the accounts."""
    return a_user("administrator", Role.ADMINISTRATOR)


def press(user: User, url: str, **given: Any) -> tuple[Any, list[str]]:
    """Send a form; return the answer and the verbs it left in the ledger."""
    client = as_(user)
    before = last_number()
    return client.post(url, given), entries_since(before)


def test_an_account_is_made_with_its_roles_desks_and_link(administrator: User) -> None:
    given = {
        "username": "coordinator.busan",
        "language": "ko",
        "roles": ["coordinator", "editor"],
        "desks": [a_desk().pk],
    }
    answer, verbs = press(administrator, list_do_url(User, "make"), **given)
    made = User.objects.get(username="coordinator.busan")
    assert (sorted(made.role_names), made.is_staff) == (["coordinator", "editor"], True)
    assert (made.desks.get(), made.has_usable_password()) == (a_desk(), False)
    assert verbs == ["account.made", "account.invited"]
    assert ("/join/" in text_of(answer), "svg+xml" in text_of(answer)) == (True, True)


def test_a_taken_name_is_refused_in_the_form(administrator: User) -> None:
    given = {"username": "Administrator", "language": "ko", "roles": ["editor"]}
    answer, verbs = press(administrator, list_do_url(User, "make"), **given)
    assert (answer.status_code, verbs) == (200, ["access.refused"])
    assert "This sign-in name is taken." in text_of(answer)


def test_roles_and_desks_are_changed_with_one_entry(administrator: User) -> None:
    other = a_coordinator()
    answer, verbs = press(administrator, do_url(other, "roles"), roles=["auditor"], desks=[])
    other = User.objects.get(pk=other.pk)
    assert (answer.status_code, verbs) == (302, ["account.changed"])
    assert (sorted(other.role_names), other.desks.count()) == (["auditor"], 0)
    assert Entry.objects.first().facts == {"roles": ["auditor"], "desks": []}  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["roles", "close"])
def test_nobody_keeps_their_own_account(administrator: User, name: str) -> None:
    given = {"roles": ["coordinator"], "desks": []}
    answer, verbs = press(administrator, do_url(administrator, name), **given)
    assert (answer.status_code, verbs) == (403, ["access.refused"])
    assert User.objects.get(pk=administrator.pk).role_names == {"administrator"}


def test_a_closed_account_is_out_at_once_and_may_be_opened_again(administrator: User) -> None:
    other = a_coordinator()
    theirs = as_(other)
    _, closed = press(administrator, do_url(other, "close"))
    assert theirs.get("/admin/").status_code == 302
    _, reopened = press(administrator, do_url(other, "reopen"))
    other.refresh_from_db()
    assert (other.is_active, closed, reopened) == (
        True,
        ["account.closed"],
        ["account.reopened"],
    )


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


def test_a_desk_is_made_named_and_staffed(administrator: User) -> None:
    other = a_coordinator()
    add = f"{list_url(Desk)}add/"
    _, made = press(administrator, add, name="Kyiv", slug="kyiv", members=[other.pk])
    desk = Desk.objects.get(slug="kyiv")
    assert list(desk.members.all()) == [other]
    _, changed = press(administrator, page_url(desk), name="Kyiv desk", members=[])
    desk.refresh_from_db()
    assert (desk.name, desk.members.count()) == ("Kyiv desk", 0)
    assert (made, changed) == (["desk.made"], ["desk.changed"])


def test_nobody_sits_down_at_a_desk_by_themselves(administrator: User) -> None:
    desk = a_desk()
    given = {"name": "Seoul", "members": [administrator.pk]}
    answer, verbs = press(administrator, page_url(desk), **given)
    assert (answer.status_code, verbs) == (200, ["access.refused"])
    assert "Nobody changes their own roles" in text_of(answer)
    assert not desk.members.exists()


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
