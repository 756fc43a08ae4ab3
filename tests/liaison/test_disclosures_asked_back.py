"""Whom a letter of withdrawal asks back: those whom it names, of the desk that answers for them."""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from corps.accounts.models import User
from corps.accounts.roles import Role
from deployments.liaison.actions.cases import open_case
from deployments.liaison.actions.letters import (
    approve_letter,
    begin_letter,
    save_draft,
    send_letter,
    submit_letter,
)
from deployments.liaison.actions.letters.holding import hold_latest
from deployments.liaison.actions.links import link_volunteers
from deployments.liaison.actions.recalls import recall_disclosures
from deployments.liaison.letters import beside as beside_module
from deployments.liaison.letters.beside import asked_back, open_beside
from deployments.liaison.letters.persons import numbers_of
from deployments.liaison.letters.text import open_text
from deployments.liaison.letters.words import WORDS
from deployments.liaison.models import Case, Disclosure, Letter
from deployments.liaison.queries.disclosures import agencies_to_ask, recalls_visible_to
from tests.admin.doors import as_, page_url, text_of
from tests.cast import NOW, a_coordinator, a_desk, a_user, an_agency
from tests.liaison.disclosing import Telling
from volunteers.actions.consents import withdraw_consent
from volunteers.actions.sharing import share_volunteer
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

LATER = NOW + timedelta(hours=1)


def withdraw(*people: Volunteer) -> None:
    for one in people:
        withdraw_consent(volunteer=one, purpose="permits", by=one.user, at=LATER)


def begun(telling: Telling, case: Case | None = None, language: str = "en") -> Letter:
    """A letter of withdrawal in a case, in that about the permits unless told."""
    case, by = case or telling.office.case, telling.office.officer
    return begin_letter(case=case, kind="withdrawal", language=language, by=by, at=LATER)


def rewrite(telling: Telling, letter: Letter, body: str) -> None:
    given: dict[str, Any] = {"by": telling.office.officer, "at": LATER}
    save_draft(letter=letter, subject="Withdrawal", body=body, **given)


def approved(telling: Telling, letter: Letter) -> Letter:
    submit_letter(letter=letter, by=telling.office.officer, at=LATER)
    latest = hold_latest(letter).number
    approve_letter(letter=letter, version=latest, by=telling.office.approver, at=LATER)
    return letter


def post(telling: Telling, letter: Letter) -> None:
    send_letter(letter=letter, through="post", by=telling.office.officer, at=LATER)


def asked(telling: Telling) -> list[bool]:
    """Whether the first and the other were asked back."""
    rows = [Disclosure.objects.get(volunteer=one) for one in (telling.one, telling.other)]
    return [row.recalled_at is not None for row in rows]


def named(telling: Telling, told: Letter, *people: Volunteer, language: str = "en") -> str:
    """How a letter names people of an earlier one."""
    numbers = ", ".join(str(numbers_of(told)[one.pk]) for one in people)
    return WORDS[language].numbered.format(reference=told, numbers=numbers)


def a_recall(telling: Telling) -> Letter:
    """A draft that asks the first back, in a case of its own."""
    withdraw(telling.one)
    (letter,) = recall_disclosures(volunteer=telling.one, by=telling.office.officer, at=LATER)
    return letter


@pytest.mark.parametrize("language", ["ko", "en", "uk"])
def test_a_letter_edited_down_asks_back_whom_it_still_names(
    telling: Telling, language: str
) -> None:
    told = telling.sent(telling.one, telling.other)
    letter = begun(telling, language=language)
    whole = open_text(hold_latest(letter)).body
    both = sorted([telling.one, telling.other], key=lambda one: numbers_of(told)[one.pk])
    said = named(telling, told, *both, language=language)
    assert said in whole

    down = whole.replace(said, named(telling, told, telling.other, language=language))
    rewrite(telling, letter, down)
    post(telling, approved(telling, letter))

    assert asked(telling) == [False, True]


def test_unchanged_it_asks_back_everybody_whom_it_names(telling: Telling) -> None:
    telling.sent(telling.one, telling.other)

    post(telling, approved(telling, begun(telling)))

    assert asked(telling) == [True, True]


def test_one_that_names_nobody_by_number_asks_nobody_back(telling: Telling) -> None:
    telling.sent(telling.one, telling.other)
    withdraw(telling.one)
    letter = begun(telling)
    rewrite(telling, letter, "Please destroy what we told you.")

    post(telling, approved(telling, letter))

    assert asked(telling) == [False, False]
    assert recalls_visible_to(telling.office.officer).count() == 1


def test_the_numbers_of_another_letter_are_not_taken_for_those_of_this(telling: Telling) -> None:
    told = telling.sent(telling.one, telling.other)
    letter = begun(telling)
    rewrite(telling, letter, f"no. 1, 2 in our letter {told}1; no. 2 in our letter 1{told}")

    post(telling, approved(telling, letter))

    assert asked(telling) == [False, False]


def test_who_is_linked_once_it_was_submitted_is_not_asked_back(telling: Telling) -> None:
    telling.sent(telling.one, telling.other)
    letter = approved(telling, a_recall(telling))
    people = [telling.other]
    link_volunteers(case=letter.case, volunteers=people, by=telling.office.officer, at=LATER)

    post(telling, letter)

    assert asked(telling) == [True, False]


def test_who_is_linked_after_it_was_sent_is_still_to_be_asked_back(telling: Telling) -> None:
    told = telling.sent(telling.one, telling.other)
    letter = a_recall(telling)
    post(telling, approved(telling, letter))
    people = [telling.other]
    link_volunteers(case=letter.case, volunteers=people, by=telling.office.officer, at=LATER)
    withdraw(telling.other)

    assert list(agencies_to_ask(telling.other)) == [told.agency]
    assert [row.volunteer for row in recalls_visible_to(telling.office.officer)] == [telling.other]


def test_a_draft_to_another_agency_hides_nothing(telling: Telling) -> None:
    told = telling.sent()
    withdraw(telling.one)
    by, given = telling.office.officer, {"kind": "withdrawal", "desk": telling.one.desk}
    case = open_case(
        **given, subject="x", agency=told.agency, volunteers=[telling.one], by=by, at=LATER
    )
    other = an_agency("ministry")
    begin_letter(case=case, kind="withdrawal", agency=other, language="en", by=by, at=LATER)

    assert list(agencies_to_ask(telling.one)) == [told.agency]
    assert recalls_visible_to(by).count() == 1


def elsewhere(telling: Telling) -> tuple[User, User, Case]:
    """A liaison officer and an approver of another desk, with whom the first is shared, and their
    case of withdrawal about that one."""
    desk = a_desk("elsewhere")
    officer = a_user("elsewhere-officer", Role.LIAISON, desk=desk)
    approver = a_user("elsewhere-approver", Role.APPROVER, desk=desk)
    until, by = NOW + timedelta(days=3), a_coordinator()
    share_volunteer(volunteer=telling.one, person=officer, until=until, by=by, at=NOW)
    case = open_case(
        desk=desk,
        kind="withdrawal",
        subject="x",
        agency=an_agency(),
        volunteers=[telling.one],
        by=officer,
        at=LATER,
    )
    return officer, approver, case


def test_another_desk_neither_hides_what_is_to_be_asked_back_nor_asks_it(telling: Telling) -> None:
    told = telling.sent()
    withdraw(telling.one)
    officer, approver, case = elsewhere(telling)
    letter = begin_letter(case=case, kind="withdrawal", language="en", by=officer, at=LATER)
    assert list(agencies_to_ask(telling.one)) == [told.agency]
    assert recalls_visible_to(telling.office.officer).count() == 1

    said = named(telling, told, telling.one)
    save_draft(letter=letter, subject="x", body=said, by=officer, at=LATER)
    submit_letter(letter=letter, by=officer, at=LATER)
    latest = hold_latest(letter).number
    approve_letter(letter=letter, version=latest, by=approver, at=LATER)
    send_letter(letter=letter, through="post", by=officer, at=LATER)

    assert Disclosure.objects.get().recalled_at is None
    assert recalls_visible_to(telling.office.officer).count() == 1


@pytest.mark.parametrize("language", ["ko", "en", "uk"])
def test_a_share_shows_nothing_of_what_was_told(telling: Telling, language: str) -> None:
    told = telling.sent()
    officer, _approver, case = elsewhere(telling)

    letter = begin_letter(case=case, kind="withdrawal", language=language, by=officer, at=LATER)
    bare = Disclosure.objects.filter(letter=told)
    text = open_text(hold_latest(letter))
    bare.update(disclosed_at=None)
    same = begin_letter(case=case, kind="withdrawal", language=language, by=officer, at=LATER)

    assert str(told) not in text.body
    assert open_text(hold_latest(same)).body == text.body


def test_a_version_from_before_this_was_kept_opens_and_asks_whom_its_text_names(
    telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(said: Any) -> dict[str, Any]:
        return {name: value for name, value in asdict(said).items() if name != "asked"}

    telling.sent(telling.one, telling.other)
    with monkeypatch.context() as before:
        before.setattr(beside_module, "asdict", without)
        letter = approved(telling, begun(telling))
        kept = hold_latest(letter)
    assert open_beside(kept).asked is None
    assert asked_back(kept) == sorted([str(telling.one.pk), str(telling.other.pk)])

    post(telling, letter)

    assert asked(telling) == [True, True]


def test_a_draft_from_before_this_was_kept_keeps_it_when_it_is_submitted(
    telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling.sent()
    with monkeypatch.context() as before:
        before.setattr(beside_module, "asdict", lambda said: asdict(replace(said, asked=None)))
        letter = begun(telling)

    submit_letter(letter=letter, by=telling.office.officer, at=LATER)

    assert open_beside(hold_latest(letter)).asked == [str(telling.one.pk)]


def test_the_page_says_whom_a_letter_asks_back(telling: Telling) -> None:
    telling.sent()
    letter = begun(telling)

    with override("en"):
        shown = text_of(as_(telling.office.approver).get(page_url(letter)))
        rewrite(telling, letter, "Please destroy what we told you.")
        lacking = text_of(as_(telling.office.officer).get(page_url(letter)))

    assert "to destroy what it was told of: 매-말0." in shown
    assert "so nobody counts as asked back" in lacking
