"""Consent texts and consents in the admin: published by administrators, entered by coordinators."""

from typing import Any

import pytest

from corps.accounts.models import User
from corps.accounts.roles import Role
from tests.admin.doors import as_, do_url, list_do_url, list_url, page_url, text_of
from tests.cast import a_coordinator, a_desk, a_user, a_volunteer
from volunteers.actions.consents import publish_term
from volunteers.models import ConsentTerm
from volunteers.queries.consents import consent_in_force, term_in_force

pytestmark = pytest.mark.django_db

TEXTS = {"text_ko": "새 글", "text_en": "A new text", "text_uk": "Новий текст"}


@pytest.fixture
def admin() -> User:
    """An administrator."""
    return a_user("admin", Role.ADMINISTRATOR)


def term(purpose: str = "host") -> ConsentTerm:
    """The text that holds."""
    found = term_in_force(purpose)
    assert found is not None
    return found


def test_an_administrator_publishes_the_next_version_from_the_last(admin: User) -> None:
    browser, old = as_(admin), term()

    form = text_of(browser.get(do_url(old, "next")))
    answer = browser.post(do_url(old, "next"), {**TEXTS, "text_en": "Second"})

    assert "family in the North" in form
    assert answer.status_code == 302
    assert (term().version, term().text_en) == (2, "Second")
    assert "Replaced" in text_of(browser.get(list_url(ConsentTerm)))


def test_a_text_for_a_role(admin: User) -> None:
    url = list_do_url(ConsentTerm, "publish")

    as_(admin).post(url, {**TEXTS, "purpose": "service", "role": "broadcaster"})

    found = ConsentTerm.objects.get(role="broadcaster")
    assert (found.purpose, found.version, found.text_ko) == ("service", 1, "새 글")


def test_others_read_and_do_not_publish() -> None:
    browser = as_(a_coordinator())

    assert browser.get(page_url(term())).status_code == 200
    assert browser.post(do_url(term(), "next"), TEXTS).status_code == 403
    assert browser.post(list_do_url(ConsentTerm, "publish"), TEXTS).status_code == 403
    assert ConsentTerm.objects.count() == 4


def test_a_coordinator_enters_a_paper_and_a_withdrawal() -> None:
    browser, volunteer = as_(a_coordinator()), a_volunteer(consents=False)
    both = [term("host").pk, term("permits").pk]

    browser.post(do_url(volunteer, "consent"), {"terms": both})
    assert consent_in_force(volunteer, "host") is not None
    assert consent_in_force(volunteer, "permits") is not None
    browser.post(do_url(volunteer, "withdraw-consent"), {"term": term("host").pk})
    assert consent_in_force(volunteer, "host") is None


def test_the_register_is_left_by_leaving_alone() -> None:
    browser, volunteer = as_(a_coordinator()), a_volunteer()

    form = text_of(browser.get(do_url(volunteer, "withdraw-consent")))

    assert "Being kept in the register" not in form
    assert "Identity told to the host agency" in form


def test_the_page_of_a_volunteer_says_how_they_stand() -> None:
    volunteer = a_volunteer()
    texts: Any = dict.fromkeys(("ko", "en", "uk"), "A")
    admin = a_user("admin", Role.ADMINISTRATOR)
    publish_term(purpose="permits", texts=texts, by=admin, at=term().published_at)

    page = text_of(as_(a_user("v", Role.VETTING, desk=a_desk())).get(page_url(volunteer)))

    assert "New text not answered yet" in page
    assert page.count("Given</span>") == 3
