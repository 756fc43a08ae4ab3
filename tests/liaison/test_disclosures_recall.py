"""Asking back what was told of somebody who left, from every agency that holds it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from corps.audit.actions import CLOCK
from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.errors import NotFound, NotPermitted
from corps.outbox.actions.outcomes import shift
from deployments.liaison.actions import recalls
from deployments.liaison.actions.asking_back import mark_recalled
from deployments.liaison.actions.cases import open_case, refer_case
from deployments.liaison.actions.letters import (
    address_letter,
    approve_letter,
    bounce_letter,
    send_letter,
    submit_letter,
)
from deployments.liaison.actions.recalls import NothingToRecall, recall_disclosures
from deployments.liaison.models import Disclosure, Letter
from deployments.liaison.queries.disclosures import own_disclosures, recalls_visible_to
from tests.cast import NOW, a_coordinator, a_stranger, an_agency
from tests.liaison.disclosing import Telling
from tests.liaison.letter_scene import a_contact
from volunteers.actions.consents import withdraw_consent
from volunteers.actions.people import change_standing
from volunteers.actions.quotas import note_search

LATER = NOW + timedelta(hours=1)


def leave(volunteer: Any) -> None:
    """Let a volunteer leave."""
    change_standing(volunteer=volunteer, move_name="withdraw", by=volunteer.user, at=LATER)
    volunteer.refresh_from_db()


def recall(telling: Telling) -> list[Letter]:
    """Ask back what was told of the first."""
    return recall_disclosures(volunteer=telling.one, by=telling.office.officer, at=LATER)


def send(telling: Telling, letter: Letter, through: str = "post") -> None:
    """Let a letter of withdrawal go its way."""
    submit_letter(letter=letter, by=telling.office.officer, at=LATER)
    latest = letter.versions.count()
    approve_letter(letter=letter, version=latest, by=telling.office.approver, at=LATER)
    send_letter(letter=letter, through=through, by=telling.office.officer, at=LATER)


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


def test_a_case_in_which_nothing_is_written_asks_for_nothing_yet(telling: Telling) -> None:
    told = telling.sent()
    leave(telling.one)
    case = open_case(
        desk=telling.one.desk,
        kind="withdrawal",
        subject="Begun by hand",
        agency=told.agency,
        volunteers=[telling.one],
        by=telling.office.officer,
        at=LATER,
    )
    assert held(telling)[1] == 1

    (letter,) = recall(telling)

    assert (letter.case, letter.agency) == (case, told.agency)
    assert held(telling)[1] == 0


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


def held(telling: Telling) -> tuple[bool, int, list[str]]:
    """Whether the first reads that it was asked back, how much is to be asked back by the board,
    and what was entered of it."""
    told = own_disclosures(telling.one)[0]
    due = recalls_visible_to(telling.office.officer).count()
    verbs = [e.verb for e in reversed(entries_about(telling.one)) if "recall" in e.verb]
    return told.recalled_at is not None, due, verbs


def test_a_letter_that_came_back_asked_for_nothing(telling: Telling) -> None:
    telling.sent(telling.one, telling.other)
    leave(telling.one)
    (letter,) = recall(telling)
    send(telling, letter)
    assert held(telling) == (True, 0, ["disclosure.recalled"])

    bounce_letter(letter=letter, by=telling.office.officer, at=LATER)

    entered = ["disclosure.recalled", "disclosure.recall_came_back"]
    assert held(telling) == (False, 1, entered)
    assert entries_about(telling.one).get(verb=entered[1]).facts == {"agency": "embassy"}
    (other,) = recall(telling)
    assert (other.case == letter.case, other.agency) == (False, letter.agency)
    with pytest.raises(NothingToRecall):
        recall(telling)


def test_sent_again_it_asks_again(telling: Telling) -> None:
    telling.sent()
    leave(telling.one)
    (letter,) = recall(telling)
    send(telling, letter)
    bounce_letter(letter=letter, by=telling.office.officer, at=LATER)

    send_letter(letter=letter, through="hand", by=telling.office.officer, at=LATER)

    verbs = ["disclosure.recalled", "disclosure.recall_came_back", "disclosure.recalled"]
    assert held(telling) == (True, 0, verbs)


def test_what_is_told_again_after_it_was_asked_back_is_to_be_asked_back_again(
    telling: Telling,
) -> None:
    letter = telling.sent()
    bounce_letter(letter=letter, by=telling.office.officer, at=LATER)
    Disclosure.objects.update(recalled_by=letter, recalled_at=LATER)

    send_letter(letter=letter, through="hand", by=telling.office.officer, at=LATER)
    leave(telling.one)

    assert own_disclosures(telling.one)[0].recalled_at is None
    assert len(recall(telling)) == 1


def test_a_withdrawal_follows_the_e_mail_that_carries_it(telling: Telling) -> None:
    telling.sent()
    leave(telling.one)
    (letter,) = recall(telling)
    address_letter(letter=letter, contact=a_contact(), by=telling.office.officer, at=LATER)
    send(telling, letter, through="email")
    assert letter.message is not None

    found = []
    for move in ("claim", "doubt", "bounce", "try_again", "claim", "deliver"):
        more = {"sent_at": LATER} if move == "deliver" else {}
        shift(letter.message, move, by=CLOCK, at=LATER, **more)
        found.append(held(telling)[:2])

    gone, asked = (False, 1), (True, 0)
    assert found == [asked, asked, gone, gone, gone, asked]


def test_a_letter_that_tells_and_came_back_recalls_nothing(telling: Telling) -> None:
    bounce_letter(letter=telling.sent(), by=telling.office.officer, at=LATER)
    assert held(telling) == (False, 0, [])


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


def test_data_are_asked_back_once_searches_are_spent(telling: Telling, settings: Settings) -> None:
    telling.sent()
    leave(telling.one)
    settings.SEARCHES_A_DAY = 1
    note_search("name", by=telling.office.officer, at=LATER)

    (letter,) = recall(telling)
    send(telling, letter)

    assert held(telling) == (True, 0, ["disclosure.recalled"])
    assert not Entry.objects.filter(verb="identity.over_quota").exists()


def test_the_subject_of_a_recall_is_the_houses_and_not_looked_through(
    telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalls, "SUBJECT", "M76543210")
    telling.sent()
    leave(telling.one)

    assert [letter.case.subject for letter in recall(telling)] == ["M76543210"]


def test_the_rows_that_are_asked_back_are_locked_and_read_once(telling: Telling) -> None:
    telling.sent(telling.one, telling.other)
    leave(telling.one)
    (letter,) = recall(telling)

    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        mark_recalled(letter, by=telling.office.officer, at=LATER)

    touching = [q["sql"] for q in asked if 'liaison_disclosure"' in q["sql"]]
    assert [("FOR NO KEY UPDATE" in sql, sql[:6]) for sql in touching] == [
        (True, "SELECT"),
        (False, "UPDATE"),
    ]
