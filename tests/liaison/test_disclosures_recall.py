"""Asking back what was told of somebody who left, from every agency that holds it."""

from datetime import timedelta
from typing import Any

import pytest

from corps.audit.queries import entries_about
from corps.errors import NotFound, NotPermitted
from deployments.liaison.actions.cases import refer_case
from deployments.liaison.actions.letters import approve_letter, send_letter, submit_letter
from deployments.liaison.actions.recalls import NothingToRecall, recall_disclosures
from deployments.liaison.models import Disclosure, Letter
from deployments.liaison.queries.disclosures import own_disclosures, recalls_visible_to
from tests.cast import NOW, a_coordinator, a_stranger, an_agency
from tests.liaison.disclosing import Telling, a_telling
from volunteers.actions.consents import withdraw_consent
from volunteers.actions.people import change_standing

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def telling(db: None) -> Telling:
    """The office and two volunteers."""
    return a_telling()


def leave(volunteer: Any) -> None:
    """Let a volunteer leave."""
    change_standing(volunteer=volunteer, move_name="withdraw", by=volunteer.user, at=LATER)
    volunteer.refresh_from_db()


def recall(telling: Telling) -> list[Letter]:
    """Ask back what was told of the first."""
    return recall_disclosures(volunteer=telling.one, by=telling.office.officer, at=LATER)


def send(telling: Telling, letter: Letter) -> None:
    """Let a letter of withdrawal go its way."""
    submit_letter(letter=letter, by=telling.office.officer, at=LATER)
    approve_letter(letter=letter, version=1, by=telling.office.approver, at=LATER)
    send_letter(letter=letter, through="post", by=telling.office.officer, at=LATER)


def test_each_agency_that_holds_something_is_written_to_once(telling: Telling) -> None:
    first, second = telling.sent(), telling.sent(agency=an_agency("ministry"))
    telling.sent(agency=an_agency("ministry"))
    leave(telling.one)

    letters = recall(telling)

    assert sorted(letter.agency.slug for letter in letters) == ["embassy", "ministry"]
    assert {letter.agency for letter in letters} == {first.agency, second.agency}
    for letter in letters:
        assert (letter.kind, letter.state) == ("withdrawal", "draft")
        assert letter.case.kind == "withdrawal"
        assert [c.volunteer for c in letter.case.concerned.all()] == [telling.one]
        assert telling.one.callsign not in letter.case.subject
        assert not letter.discloses


def test_doing_it_again_adds_nothing(telling: Telling) -> None:
    telling.sent()
    leave(telling.one)
    recall(telling)

    with pytest.raises(NothingToRecall):
        recall(telling)
    assert Letter.objects.filter(kind="withdrawal").count() == 1


def test_an_agency_to_which_it_was_referred_is_asked_too(telling: Telling) -> None:
    letter = telling.sent()
    letter.case.refresh_from_db()
    refer_case(
        case=letter.case,
        to_agency=an_agency("unification"),
        on=NOW.date(),
        by=telling.office.officer,
        at=LATER,
    )
    leave(telling.one)

    assert [one.agency.slug for one in recall(telling)] == ["embassy", "unification"]


def test_a_sent_letter_marks_what_it_asks_back_and_the_volunteer_reads_it(
    telling: Telling,
) -> None:
    telling.sent(telling.one, telling.other)
    leave(telling.one)
    (letter,) = recall(telling)

    send(telling, letter)

    told = Disclosure.objects.get(volunteer=telling.one)
    assert (told.recalled_by, told.recalled_at) == (letter, LATER)
    assert Disclosure.objects.get(volunteer=telling.other).recalled_at is None
    assert own_disclosures(telling.one)[0].recalled_at == LATER
    entry = entries_about(telling.one).get(verb="disclosure.recalled")
    assert entry.facts == {"agency": "embassy"}


def test_the_board_counts_what_nobody_asks_back_yet(telling: Telling) -> None:
    telling.sent()
    assert recalls_visible_to(telling.office.officer).count() == 0

    withdraw_consent(volunteer=telling.one, purpose="permits", by=telling.one.user, at=LATER)
    assert recalls_visible_to(telling.office.officer).count() == 1
    assert recalls_visible_to(a_stranger()).count() == 0

    recall(telling)
    assert recalls_visible_to(telling.office.officer).count() == 0


def test_while_consent_holds_there_is_nothing_to_ask_back(telling: Telling) -> None:
    telling.sent()

    with pytest.raises(NothingToRecall):
        recall(telling)


def test_only_liaison_officers_of_the_desk_ask_back(telling: Telling) -> None:
    telling.sent()
    leave(telling.one)

    with pytest.raises(NotPermitted):
        recall_disclosures(volunteer=telling.one, by=a_coordinator(), at=LATER)
    with pytest.raises(NotFound):
        recall_disclosures(volunteer=telling.one, by=a_stranger(), at=LATER)
