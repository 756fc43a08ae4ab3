"""Typing an identity: sealed, never shown again, found only by who may see the person."""

import re
from typing import Any

import pytest
from django.db import connection

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from tests.admin.doors import (
    as_,
    do_url,
    entries_since,
    last_number,
    list_do_url,
    text_of,
)
from tests.cast import a_coordinator, a_desk, a_stranger, a_user, a_volunteer
from volunteers.identity import IdentityDocument, open_identity
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db

NAME, PHONE, EMAIL, PASSPORT = "김철수", "010-8765-4321", "chulsoo@example.org", "M12345678"


@pytest.fixture
def coordinator() -> User:
    """The coordinator of Seoul."""
    return a_coordinator()


def register(user: User, **given: Any) -> Any:
    """Register somebody by hand."""
    return as_(user).post(list_do_url(Volunteer, "register"), {"desk": a_desk().pk, **given})


def find(user: User, kind: str, text: str) -> Any:
    """Look somebody up by an identity."""
    return as_(user).post(list_do_url(Volunteer, "find"), {"kind": kind, "text": text})


def test_somebody_is_registered_by_hand_as_an_applicant(coordinator: User) -> None:
    client = as_(coordinator)
    before = last_number()
    url = list_do_url(Volunteer, "register")
    answer = client.post(
        url, {"desk": a_desk().pk, "name": NAME, "phone": PHONE, "wishes": ["interpreter"]}
    )
    made = Volunteer.objects.get()
    assert (answer.status_code, made.standing, made.wishes) == (302, "applicant", ["interpreter"])
    assert (open_identity(made).name, open_identity(made).phone) == (NAME, "+821087654321")
    assert entries_since(before) == ["register.added"]


@pytest.mark.parametrize("home_base", ["인천 남동구 논현로 12", "010-8765-4321"])
def test_a_home_base_that_tells_too_much_is_refused(coordinator: User, home_base: str) -> None:
    page = text_of(register(coordinator, name=NAME, home_base=home_base))
    assert "A home base is a town or a district" in page
    assert (home_base in page, Volunteer.objects.count()) == (False, 0)


def test_nothing_typed_comes_back_into_the_page(coordinator: User) -> None:
    page = text_of(
        register(coordinator, name=NAME, phone="not-a-phone", email=EMAIL, passport=PASSPORT)
    )
    assert "This is not a phone number." in page
    assert [typed for typed in (NAME, EMAIL, PASSPORT, "not-a-phone") if typed in page] == []


def test_what_names_nobody_is_not_to_be_chosen_again_after_a_mistake(coordinator: User) -> None:
    page = text_of(register(coordinator, name=NAME, phone="not-a-phone", wishes=["broadcaster"]))
    assert "Please fill it in again" in page
    assert re.search(rf'<option value="{a_desk().pk}" selected', page)
    assert re.search(r'value="broadcaster"[^>]* checked', page)


def test_somebody_known_is_named_to_who_may_see_them(coordinator: User) -> None:
    a_volunteer("heron-1", identity=IdentityDocument(name=NAME, phone=PHONE))
    page = text_of(register(coordinator, name="이영희", phone="+82 10 8765 4321"))
    assert "Somebody like this is registered: heron-1" in page
    assert register(coordinator, name="이영희", phone=PHONE, anyway="on").status_code == 302


def test_somebody_hidden_is_not_told_of() -> None:
    known = IdentityDocument(name=NAME, phone=PHONE)
    a_volunteer("heron-1", desk=a_desk("elsewhere"), identity=known)
    assert register(a_coordinator(), name=NAME, phone=PHONE).status_code == 302


def test_a_desk_of_others_takes_nobody(coordinator: User) -> None:
    answer = register(coordinator, name=NAME, desk=a_desk("elsewhere").pk)
    assert (answer.status_code, Volunteer.objects.count()) == (200, 0)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("phone", "+82-10-8765-4321"),
        ("email", "ChulSoo@Example.org"),
        ("passport", "m 1234 5678"),
        ("name", "Kim Cheolsu"),
        ("name", NAME),
    ],
)
def test_somebody_is_found_in_any_spelling(coordinator: User, kind: str, text: str) -> None:
    document = IdentityDocument(name=NAME, phone=PHONE, email=EMAIL, passport=PASSPORT)
    there = a_volunteer("heron-1", identity=document)
    answer = find(coordinator, kind, text)
    assert list(answer.context["found"]) == [there]
    assert text not in text_of(answer)


def test_a_search_is_entered_without_what_was_typed(coordinator: User) -> None:
    a_volunteer("heron-1", identity=IdentityDocument(name=NAME, phone=PHONE))
    find(coordinator, "phone", PHONE)
    entry = Entry.objects.get(verb="identity.searched")
    assert (entry.facts, entry.object) == ({"kind": "phone", "found": 1}, "heron-1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry e WHERE e::text LIKE %s", ["%87654321%"])
        assert cursor.fetchone() == (0,)


def test_hidden_and_absent_answer_alike(coordinator: User) -> None:
    identity = IdentityDocument(name=NAME, phone=PHONE)
    a_volunteer("heron-1", desk=a_stranger().desks.get(), identity=identity)
    client = as_(coordinator)
    pages = [
        text_of(client.post(list_do_url(Volunteer, "find"), {"kind": "phone", "text": text}))
        for text in (PHONE, "010-1111-2222")
    ]
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert token.sub("", pages[0]) == token.sub("", pages[1])


def test_a_search_goes_by_post_alone(coordinator: User) -> None:
    there = a_volunteer("heron-1", identity=IdentityDocument(name=NAME, phone=PHONE))
    url = list_do_url(Volunteer, "find")
    page = text_of(as_(coordinator).get(url, {"kind": "phone", "text": PHONE}))
    assert str(there) not in page
    assert not Entry.objects.filter(verb="identity.searched").exists()


@pytest.mark.parametrize(
    ("role", "answer"),
    [(Role.VETTING, 200), (Role.LIAISON, 403), (Role.APPROVER, 403), (Role.AUDITOR, 403)],
)
def test_only_roles_that_may_reveal_may_search(role: Role, answer: int) -> None:
    user = a_user("somebody", role, desk=a_desk())
    assert as_(user).get(list_do_url(Volunteer, "find")).status_code == answer


def test_parts_of_an_identity_are_replaced_and_the_rest_stays(coordinator: User) -> None:
    document = IdentityDocument(name=NAME, phone=PHONE, email=EMAIL)
    there = a_volunteer("heron-1", identity=document)
    client = as_(coordinator)
    before = last_number()
    given = {"phone": "010-2222-3333", "clear": ["email"]}
    answer = client.post(do_url(there, "identity"), given)
    there = Volunteer.objects.get()
    kept = open_identity(there)
    assert (kept.name, kept.phone, kept.email) == (NAME, "+821022223333", "")
    assert (answer.status_code, entries_since(before)) == (302, ["identity.changed"])
    assert Entry.objects.first().facts == {"changed": ["email", "phone"]}  # type: ignore[union-attr]
    assert list(find(coordinator, "phone", "01022223333").context["found"]) == [there]
    assert list(find(coordinator, "phone", PHONE).context["found"]) == []


def test_the_identity_form_shows_nothing_of_what_is_kept(coordinator: User) -> None:
    document = IdentityDocument(name=NAME, email=EMAIL, passport=PASSPORT)
    there = a_volunteer("heron-1", identity=document)
    page = text_of(as_(coordinator).get(do_url(there, "identity")))
    assert [kept for kept in (NAME, EMAIL, PASSPORT) if kept in page] == []
