"""Two people act on one letter at the same instant."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from corps.audit.models import Entry
from corps.errors import Refusal
from deployments.liaison.actions import letters as actions
from deployments.liaison.actions.letters import approving
from deployments.liaison.models import Letter, LetterApproval
from tests.cast import NOW
from tests.liaison.letter_scene import TEXT, Office, an_office

ROUNDS = 6

Act = Callable[[Letter], Any]


def at_once(letter: Letter, *acts: Act) -> list[str]:
    """What comes of acts that begin together: "done" or the name of the refusal."""
    start = Barrier(len(acts))

    def run(act: Act) -> str:
        own = Letter.objects.select_related("case__desk").get(pk=letter.pk)
        start.wait()
        try:
            act(own)
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def approving_as(who: Any) -> Act:
    return lambda letter: actions.approve_letter(letter=letter, version=2, by=who, at=NOW)


def disclosing(office: Office) -> Letter:
    """A submitted letter that is marked as one that discloses."""
    letter = office.letter()
    Letter.objects.filter(pk=letter.pk).update(discloses=True)
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    return letter


def test_two_approvals_at_once_of_a_letter_that_needs_one(committed_db: str) -> None:
    office = an_office()
    for _ in range(ROUNDS):
        letter = office.submitted()
        came = at_once(letter, approving_as(office.approver), approving_as(office.second))
        letter.refresh_from_db()
        given = LetterApproval.objects.filter(version__letter=letter).count()
        assert (sorted(came), letter.state, given) == (["NotInThatState", "done"], "approved", 1)


def test_two_approvals_at_once_of_a_letter_that_needs_two(committed_db: str) -> None:
    office = an_office()
    for _ in range(ROUNDS):
        letter = disclosing(office)
        came = at_once(letter, approving_as(office.approver), approving_as(office.second))
        letter.refresh_from_db()
        assert (came, letter.state) == (["done", "done"], "approved")
    verbs = Counter(Entry.objects.values_list("verb", flat=True))
    assert (verbs["letter.approval_given"], verbs["letter.approved"]) == (ROUNDS, ROUNDS)


def test_one_person_twice_at_once_is_one_approval(committed_db: str) -> None:
    office = an_office()
    letter = disclosing(office)
    came = at_once(letter, approving_as(office.approver), approving_as(office.approver))
    letter.refresh_from_db()
    assert (sorted(came), letter.state) == (["ApprovedAlready", "done"], "submitted")


def test_the_control_without_the_lock_two_approvals_leave_it_waiting(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = an_office()
    letter = disclosing(office)
    both_looked, look = Barrier(2), approving.check_disclosures

    def look_together(seen: Letter, **given: Any) -> Any:
        found = look(seen, **given)
        both_looked.wait(10)
        return found

    monkeypatch.setattr(approving, "hold_with_case", lambda letter: letter.refresh_from_db())
    monkeypatch.setattr(approving, "check_disclosures", look_together)
    at_once(letter, approving_as(office.approver), approving_as(office.second))
    letter.refresh_from_db()
    given = LetterApproval.objects.filter(version__letter=letter).count()
    assert (letter.state, given) == ("submitted", 2)


def test_an_approval_against_a_return(committed_db: str) -> None:
    office = an_office()

    def send_back(letter: Letter) -> None:
        actions.return_letter(letter=letter, by=office.second, at=NOW, reason="the day")

    for _ in range(ROUNDS):
        letter = office.submitted()
        came = at_once(letter, approving_as(office.approver), send_back)
        letter.refresh_from_db()
        winner = 0 if letter.state == "approved" else 1
        assert (sorted(came), came.index("done")) == (["NotInThatState", "done"], winner)


def test_an_approval_against_a_new_text(committed_db: str) -> None:
    """Whoever wins: what is approved is the text that the approver named."""
    office = an_office()

    def write_anew(letter: Letter) -> None:
        actions.return_letter(letter=letter, by=office.second, at=NOW, reason="anew")
        actions.save_draft(
            letter=letter, subject="Other", body=TEXT, after=2, by=office.officer, at=NOW
        )
        actions.submit_letter(letter=letter, by=office.officer, at=NOW)

    for _ in range(ROUNDS):
        letter = office.submitted()
        came = at_once(letter, approving_as(office.approver), write_anew)
        letter.refresh_from_db()
        hashes = {v.number: bytes(v.text_hash) for v in letter.versions.all()}
        kept = bytes(letter.text_hash) if letter.text_hash else None
        expected = {
            "approved": (["done", "NotInThatState"], hashes[2]),
            "submitted": (["NotInThatState", "done"], None),
        }
        other = (["OtherVersion", "done"], None)
        assert (came, kept) in (expected[letter.state], other)


def test_two_saves_at_once_are_one_version_after_the_other(committed_db: str) -> None:
    office = an_office()
    letter = office.letter()

    def saving(subject: str) -> Act:
        return lambda own: actions.save_draft(
            letter=own, subject=subject, body=TEXT, after=2, by=office.officer, at=NOW
        )

    came = at_once(letter, saving("One"), saving("Two"))
    numbers = sorted(letter.versions.values_list("number", flat=True))
    assert (sorted(came), numbers) == (["SavedMeanwhile", "done"], [1, 2, 3])


def test_sending_at_once_sends_once(committed_db: str) -> None:
    office = an_office()
    letter = office.approved()

    def post(own: Letter) -> None:
        actions.send_letter(letter=own, through="post", by=office.officer, at=NOW)

    assert sorted(at_once(letter, post, post)) == ["NotInThatState", "done"]
