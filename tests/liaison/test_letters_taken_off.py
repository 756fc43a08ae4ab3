"""Whoever is taken off the desk while they wait for their turn at a letter does nothing to it."""

from collections.abc import Callable
from typing import Any

import pytest

from corps.accounts.models import User
from corps.errors import NotFound
from deployments.liaison.actions import letters
from deployments.liaison.actions.letters import approving, drafts, holding, sending
from deployments.liaison.models import Letter
from tests.admin.doors import entries_since, last_number
from tests.cast import NOW
from tests.liaison.letter_scene import TEXT, Office, an_office

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

Act = Callable[..., Any]

BY_ITS_WRITER: dict[str, tuple[str, Act, dict[str, Any]]] = {
    "save": ("letter", letters.save_draft, {"subject": "New", "body": TEXT}),
    "address": ("letter", letters.address_letter, {"contact": None}),
    "attach": (
        "letter",
        letters.attach_file,
        {"content": b"%PDF-1.4", "name": "a.pdf", "discloses": False},
    ),
    "submit": ("letter", letters.submit_letter, {}),
    "discard": ("letter", letters.discard_letter, {"reason": "not needed"}),
    "send": ("approved", letters.send_letter, {"through": "post"}),
    "receipt": ("sent", letters.record_letter_receipt, {"received_by": "x", "on": NOW.date()}),
    "bounce": ("sent", letters.bounce_letter, {}),
}
BY_ITS_APPROVER: dict[str, tuple[str, Act, dict[str, Any]]] = {
    "approve": ("submitted", letters.approve_letter, {"version": 2}),
    "return": ("submitted", letters.return_letter, {"reason": "no"}),
}


def refused(
    office: Office, name: str, who: User, monkeypatch: pytest.MonkeyPatch, acts: dict[str, Any]
) -> None:
    """An act is refused, and leaves nothing."""
    state, act, given = acts[name]
    letter = getattr(office, state)()
    hold, before = holding.hold_letter, last_number()

    def waiting(letter: Letter) -> None:
        office.case.desk.members.remove(who)
        hold(letter)

    for module in (holding, approving):
        monkeypatch.setattr(module, "hold_letter", waiting)
    with pytest.raises(NotFound):
        act(letter=letter, by=who, at=NOW, **given)
    assert entries_since(before) == []


@pytest.mark.parametrize("name", BY_ITS_WRITER)
def test_a_writer_who_is_taken_off_meanwhile(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    office = an_office()
    monkeypatch.setattr(
        "deployments.liaison.actions.letters.attaching.inspect_upload", lambda *_given: None
    )
    refused(office, name, office.officer, monkeypatch, BY_ITS_WRITER)


@pytest.mark.parametrize("name", BY_ITS_APPROVER)
def test_an_approver_who_is_taken_off_meanwhile(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    office = an_office()
    refused(office, name, office.approver, monkeypatch, BY_ITS_APPROVER)


def test_a_writer_who_is_taken_off_before_a_letter_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    office = an_office()
    hold, before = drafts.hold_case, last_number()

    def waiting(case: Any) -> None:
        office.case.desk.members.remove(office.officer)
        hold(case)

    monkeypatch.setattr(drafts, "hold_case", waiting)
    with pytest.raises(NotFound):
        letters.begin_letter(
            case=office.case, kind="information", language="en", by=office.officer, at=NOW
        )
    assert entries_since(before) == []


def test_whoever_stays_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    office = an_office()
    letter, hold = office.submitted(), holding.hold_letter

    def waiting(letter: Letter) -> None:
        office.case.desk.members.remove(office.second)
        hold(letter)

    for module in (holding, approving, sending):
        monkeypatch.setattr(module, "hold_letter", waiting)
    letters.approve_letter(letter=letter, version=2, by=office.approver, at=NOW)
    letters.send_letter(letter=letter, through="post", by=office.officer, at=NOW)
    assert letter.state == "sent"
