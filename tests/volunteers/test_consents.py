"""Consent: texts that never change, given and withdrawn by their own word, and asked for anew."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.utils import translation

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.errors import NotFound, NotPermitted
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user, a_volunteer
from volunteers.actions.consents import (
    FreshConsentNeeded,
    TermReplaced,
    TextMissing,
    enter_consents,
    give_consent,
    publish_term,
    withdraw_consent,
)
from volunteers.actions.people import change_standing
from volunteers.models import Consent, ConsentTerm, Purpose, Volunteer
from volunteers.queries.consents import (
    consent_in_force,
    lacks_consent,
    standings_of,
    term_in_force,
    terms_in_force,
)

TEXTS = {"ko": "동의합니다", "en": "I agree", "uk": "Я згоден"}
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def admin(db: None) -> User:
    """An administrator."""
    return a_user("admin", Role.ADMINISTRATOR)


@pytest.fixture
def volunteer(db: None) -> Volunteer:
    """A volunteer with an account."""
    return a_volunteer("매", account=True)


def publish(by: Any, purpose: str = "service", role: str = "") -> ConsentTerm:
    """Publish one more version."""
    return publish_term(purpose=purpose, role=role, texts=TEXTS, by=by, at=LATER)


@pytest.mark.usefixtures("db")
def test_an_installation_begins_with_a_text_in_three_languages_for_each_purpose() -> None:
    found = {term.purpose: term for term in terms_in_force()}

    assert set(found) == set(Purpose.values)
    for term in found.values():
        assert "이유를 말하지 않고" in term.text_ko
        assert "without giving a reason" in term.text_en
        assert "без пояснення причин" in term.text_uk
        assert all(len(text.split("\n\n")) >= 5 for text in (term.text_ko, term.text_uk))
        assert "북에 있는 가족" in term.text_ko
        assert "family in the North" in term.text_en
        assert "на Півночі" in term.text_uk


def test_a_new_version_asks_everybody_again(admin: User, volunteer: Volunteer) -> None:
    before = consent_in_force(volunteer, "service")
    assert before is not None

    term = publish(admin)

    assert term.version == 2
    assert consent_in_force(volunteer, "service") is None
    assert lacks_consent(volunteer, "service")
    assert [one.earlier for one in standings_of(volunteer) if one.term == term] == [True]
    given = give_consent(volunteer=volunteer, term=term, by=volunteer.user, at=LATER)
    assert consent_in_force(volunteer, "service") == given
    assert Entry.objects.filter(verb="consent.term_published").get().facts == {
        "purpose": "service",
        "version": 2,
    }


def test_a_role_with_a_text_of_its_own_asks_for_that_one(admin: User, volunteer: Volunteer) -> None:
    general = term_in_force("service")
    own = publish(admin, role="broadcaster")

    assert own.version == 1
    assert term_in_force("service", "broadcaster") == own
    assert term_in_force("service", "interpreter") == general
    assert lacks_consent(volunteer, "service", "broadcaster")
    assert not lacks_consent(volunteer, "service", "interpreter")


def test_a_text_is_published_by_an_administrator_in_all_languages(admin: User) -> None:
    with pytest.raises(NotPermitted):
        publish(a_coordinator())
    with pytest.raises(TextMissing):
        publish_term(purpose="host", texts={**TEXTS, "uk": "  "}, by=admin, at=NOW)


def test_an_old_text_is_not_consented_to(admin: User, volunteer: Volunteer) -> None:
    old = term_in_force("service")
    assert old is not None
    publish(admin)

    with pytest.raises(TermReplaced):
        give_consent(volunteer=volunteer, term=old, by=volunteer.user, at=LATER)


def test_withdrawing_needs_no_reason_and_holds_at_once(volunteer: Volunteer) -> None:
    ended = withdraw_consent(volunteer=volunteer, purpose="host", by=volunteer.user, at=LATER)

    assert ended == 1
    assert consent_in_force(volunteer, "host") is None
    entry = entries_about(volunteer).get(verb="consent.withdrawn")
    assert (entry.facts, entry.reason) == ({"purpose": "host"}, "")
    assert withdraw_consent(volunteer=volunteer, purpose="host", by=volunteer.user, at=LATER) == 0
    assert entries_about(volunteer).filter(verb="consent.withdrawn").count() == 1


def test_what_was_withdrawn_is_given_anew_in_a_row_of_its_own(volunteer: Volunteer) -> None:
    term = term_in_force("host")
    assert term is not None
    withdraw_consent(volunteer=volunteer, purpose="host", by=volunteer.user, at=LATER)

    again = give_consent(volunteer=volunteer, term=term, by=volunteer.user, at=LATER)
    twice = give_consent(volunteer=volunteer, term=term, by=volunteer.user, at=LATER)

    assert again == twice
    assert Consent.objects.filter(volunteer=volunteer, term=term).count() == 2
    assert again.given_by == volunteer.user


def test_a_coordinator_of_the_desk_enters_a_signed_paper_and_nobody_else(
    volunteer: Volunteer,
) -> None:
    coordinator = a_coordinator()
    vetting, stranger = a_user("vetting", Role.VETTING, desk=a_desk()), a_stranger()
    term = term_in_force("host")
    assert term is not None
    withdraw_consent(volunteer=volunteer, purpose="host", by=coordinator, at=LATER)

    with pytest.raises(NotPermitted):
        give_consent(volunteer=volunteer, term=term, by=vetting, at=LATER)
    with pytest.raises(NotFound):
        give_consent(volunteer=volunteer, term=term, by=stranger, at=LATER)
    with pytest.raises(NotFound):
        withdraw_consent(volunteer=volunteer, purpose="host", by=stranger, at=LATER)
    entered = give_consent(volunteer=volunteer, term=term, by=coordinator, at=LATER)

    assert entered.given_by == coordinator


def test_leaving_withdraws_every_consent_in_the_one_entry(volunteer: Volunteer) -> None:
    change_standing(volunteer=volunteer, move_name="withdraw", by=volunteer.user, at=LATER)

    assert not Consent.objects.filter(volunteer=volunteer, withdrawn_at=None).exists()
    entry = entries_about(volunteer).get(verb="standing.withdrawn")
    assert entry.facts["consents"] == sorted(Purpose.values)


def test_nobody_returns_without_a_fresh_consent_to_the_register(volunteer: Volunteer) -> None:
    coordinator, term = a_coordinator(), term_in_force("register")
    assert term is not None
    change_standing(volunteer=volunteer, move_name="withdraw", by=coordinator, at=LATER)

    with pytest.raises(FreshConsentNeeded):
        change_standing(volunteer=volunteer, move_name="return", by=coordinator, at=LATER)
    give_consent(volunteer=volunteer, term=term, by=volunteer.user, at=LATER)
    change_standing(volunteer=volunteer, move_name="return", by=coordinator, at=LATER)

    volunteer.refresh_from_db()
    assert volunteer.standing == "active"
    assert lacks_consent(volunteer, "host")


@pytest.mark.usefixtures("db")
def test_many_papers_are_entered_at_once() -> None:
    people = [a_volunteer() for _ in range(3)]
    Consent.objects.filter(volunteer__in=people).update(withdrawn_at=LATER)
    number = Entry.objects.count()

    enter_consents(volunteers=people, terms=list(terms_in_force()), by=COMMAND, at=LATER)

    assert all(not lacks_consent(one, "permits") for one in people)
    assert Entry.objects.count() == number + 12


CHANGES = {
    "the text": "UPDATE volunteers_consentterm SET text_ko = 'other'",
    "a term away": "DELETE FROM volunteers_consentterm WHERE purpose = 'host'",
    "another version": "UPDATE volunteers_consent SET term_id = term_id",
    "an earlier instant": "UPDATE volunteers_consent SET given_at = given_at - interval '1 day'",
    "a consent away": "DELETE FROM volunteers_consent",
}


@pytest.mark.usefixtures("volunteer")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_application_cannot_change_what_was_consented_to(change: str) -> None:
    with pytest.raises(DatabaseError, match="stays as it"), transaction.atomic():
        connections["default"].cursor().execute(change)


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("change", list(CHANGES.values())[:2], ids=list(CHANGES)[:2])
def test_nor_can_the_owner_of_the_database(change: str) -> None:
    with pytest.raises(DatabaseError, match="stays as it"):
        connections["owner"].cursor().execute(change)


def test_a_withdrawal_stays(volunteer: Volunteer) -> None:
    withdraw_consent(volunteer=volunteer, purpose="host", by=volunteer.user, at=LATER)

    with pytest.raises(DatabaseError, match="stays as it"), transaction.atomic():
        Consent.objects.filter(volunteer=volunteer).update(withdrawn_at=None)


def test_the_text_is_read_in_the_readers_language(volunteer: Volunteer) -> None:
    with translation.override("ko"):
        assert "동의는 전적으로 자유입니다" in standings_of(volunteer)[0].text
    with translation.override("uk"):
        assert "ваш вільний вибір" in standings_of(volunteer)[0].text
