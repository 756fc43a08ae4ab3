"""My consents: read in one's language, given and withdrawn by one press, asked for anew."""

from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.queries import entries_about
from tests.cast import NOW, a_coordinator, a_user, a_volunteer
from volunteers.actions.consents import publish_term
from volunteers.models import ConsentTerm, Volunteer
from volunteers.queries.consents import consent_in_force, term_in_force

pytestmark = pytest.mark.django_db

PAGE = "/portal/account/consents/"
TEXTS = {"ko": "새 글", "en": "A new text", "uk": "Новий текст"}


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(user: User, language: str = "en") -> Client:
    """A browser in which somebody has signed in."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(user)
    return client


def me(**fields: Any) -> tuple[Volunteer, Client]:
    """A volunteer with an account, at their browser."""
    volunteer = a_volunteer(account=True, **fields)
    return volunteer, signed_in(volunteer.user)


def term(purpose: str) -> ConsentTerm:
    """The text that holds for a purpose."""
    found = term_in_force(purpose)
    assert found is not None
    return found


def press(client: Client, purpose: str, answer: str) -> Any:
    """Press one of the buttons of a text."""
    return client.post(PAGE, {"term": term(purpose).pk, "answer": answer})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", "동의는 전적으로 자유입니다"),
        ("en", "It is your own\nfree choice"),
        ("uk", "Це ваш вільний вибір"),
    ],
)
def test_each_text_is_read_in_ones_language(language: str, words: str) -> None:
    volunteer, _client = me()

    page = signed_in(volunteer.user, language).get(PAGE).content.decode()

    assert page.count(words.replace("\n", " ")) == 4
    assert page.count('class="consent-text"') == 4


def test_consent_is_given_and_withdrawn_without_a_reason() -> None:
    volunteer, client = me(consents=False)

    assert press(client, "host", "give")["Location"] == PAGE
    given = consent_in_force(volunteer, "host")
    assert given is not None
    assert given.given_by == volunteer.user
    press(client, "host", "withdraw")
    assert consent_in_force(volunteer, "host") is None
    verbs = entries_about(volunteer).filter(verb__startswith="consent.")
    assert [entry.verb for entry in verbs] == ["consent.withdrawn", "consent.given"]


def test_to_withdraw_from_the_register_leads_to_leaving() -> None:
    volunteer, client = me()

    assert press(client, "register", "withdraw")["Location"] == "/portal/account/leave/"
    assert consent_in_force(volunteer, "register") is not None
    assert 'href="/portal/account/leave/"' in client.get(PAGE).content.decode()


def test_a_text_that_was_replaced_meanwhile_is_not_consented_to() -> None:
    volunteer, client = me(consents=False)
    old = term("host")
    admin = a_user("admin", Role.ADMINISTRATOR)
    publish_term(purpose="host", texts=TEXTS, by=admin, at=NOW)

    answer = client.post(PAGE, {"term": old.pk, "answer": "give"}, follow=True)

    assert [str(one) for one in answer.context["messages"]] == [
        "This text was replaced by a newer one meanwhile: please read that one."
    ]
    assert not volunteer.consents.exists()


def test_the_front_page_asks_anew_after_a_new_version_and_not_after_a_no() -> None:
    _volunteer, client = me()
    admin = a_user("admin", Role.ADMINISTRATOR)
    assert "A text to read" not in client.get("/portal/").content.decode()

    publish_term(purpose="host", texts=TEXTS, by=admin, at=NOW)
    assert "A text to read" in client.get("/portal/").content.decode()
    assert "New text" in client.get(PAGE).content.decode()
    press(client, "host", "withdraw")
    assert "A text to read" not in client.get("/portal/").content.decode()


@pytest.mark.parametrize("asked", [{}, {"term": "0", "answer": "give"}, {"answer": "withdraw"}])
def test_an_answer_to_no_text_finds_nothing(asked: dict[str, str]) -> None:
    _volunteer, client = me()

    assert client.post(PAGE, asked).status_code == 404


def test_staff_find_nothing() -> None:
    assert signed_in(a_coordinator()).get(PAGE).status_code == 404
