"""Whoever loses desk or role while they wait for their turn at a letter does nothing to it."""

from collections.abc import Callable
from typing import Any

import pytest

from corps.accounts.models import User
from corps.errors import NotFound
from deployments.liaison.actions import letters
from deployments.liaison.actions.letters import drafts, holding
from deployments.liaison.models import Letter
from tests.admin.doors import entries_since, last_number
from tests.cast import NOW
from tests.liaison.letter_scene import TEXT, Office, an_office
from tests.liaison.scenes import LOSSES

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

Act = Callable[..., Any]
Patch = pytest.MonkeyPatch

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
    office: Office, who: User, how: str, doing: tuple[str, Act, dict[str, Any]], patch: Patch
) -> None:
    """An act is refused, and leaves nothing."""
    state, act, given = doing
    letter = getattr(office, state)()
    hold, before = holding.hold_letter, last_number()

    def waiting(letter: Letter) -> None:
        LOSSES[how](office.case.desk, who)
        hold(letter)

    patch.setattr(holding, "hold_letter", waiting)
    with pytest.raises(NotFound):
        act(letter=letter, by=who, at=NOW, **given)
    assert entries_since(before) == []


@pytest.mark.parametrize("how", LOSSES)
@pytest.mark.parametrize("name", BY_ITS_WRITER)
def test_a_writer_who_is_taken_off_meanwhile(name: str, how: str, monkeypatch: Patch) -> None:
    office = an_office()
    monkeypatch.setattr(
        "deployments.liaison.actions.letters.attaching.inspect_upload", lambda *_given: None
    )
    refused(office, office.officer, how, BY_ITS_WRITER[name], monkeypatch)


@pytest.mark.parametrize("how", LOSSES)
@pytest.mark.parametrize("name", BY_ITS_APPROVER)
def test_an_approver_who_is_taken_off_meanwhile(name: str, how: str, monkeypatch: Patch) -> None:
    office = an_office()
    refused(office, office.approver, how, BY_ITS_APPROVER[name], monkeypatch)


def test_a_writer_who_is_taken_off_before_a_letter_begins(monkeypatch: Patch) -> None:
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


def test_whoever_stays_goes_on(monkeypatch: Patch) -> None:
    office = an_office()
    letter, hold = office.submitted(), holding.hold_letter

    def waiting(letter: Letter) -> None:
        office.case.desk.members.remove(office.second)
        hold(letter)

    monkeypatch.setattr(holding, "hold_letter", waiting)
    letters.approve_letter(letter=letter, version=2, by=office.approver, at=NOW)
    letters.send_letter(letter=letter, through="post", by=office.officer, at=NOW)
    assert letter.state == "sent"
