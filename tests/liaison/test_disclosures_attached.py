"""A file that shows somebody's identity makes its letter one that discloses."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from corps.audit.models import Entry
from deployments.liaison.actions.disclosures import drop_disclosure
from deployments.liaison.actions.letters import (
    attach_file,
    drop_attachment,
    send_letter,
    submit_letter,
)
from deployments.liaison.models import Letter, LetterAttachment
from deployments.liaison.rules.disclosures import ConsentMissing, NobodyNamed
from deployments.liaison.rules.letters import NotEncrypted
from tests.admin.doors import as_, do_url
from tests.cast import NOW
from tests.liaison.disclosing import Telling
from tests.liaison.letter_scene import a_contact, approve
from volunteers.actions.consents import withdraw_consent


def with_scan(telling: Telling, letter: Letter, **changed: Any) -> LetterAttachment:
    """Attach the scan of a passport."""
    given: dict[str, Any] = {"content": b"a scan", "name": "a.txt", "discloses": True, **changed}
    made = attach_file(letter=letter, by=telling.office.officer, at=NOW, **given)
    letter.refresh_from_db()
    return made


def test_a_scan_makes_its_letter_one_that_discloses_until_it_is_off(telling: Telling) -> None:
    letter = telling.office.letter()
    scan = with_scan(telling, letter)
    assert letter.discloses
    entry = Entry.objects.get(verb="letter.attached")
    assert entry.facts["discloses"] is True

    drop_attachment(attachment=scan, by=telling.office.officer, at=NOW)

    assert not Letter.objects.get(pk=letter.pk).discloses


def test_it_still_does_when_the_text_tells_nothing_any_more(telling: Telling) -> None:
    letter = telling.letter()
    with_scan(telling, letter)

    drop_disclosure(letter=letter, volunteer=telling.one, by=telling.office.officer, at=NOW)

    assert Letter.objects.get(pk=letter.pk).discloses


def test_other_files_disclose_nothing(telling: Telling) -> None:
    letter = telling.office.letter()
    with_scan(telling, letter, discloses=False)

    assert not letter.discloses


def test_it_is_submitted_only_where_the_letter_says_of_whom_it_tells(telling: Telling) -> None:
    letter = telling.office.letter()
    with_scan(telling, letter)

    with pytest.raises(NobodyNamed):
        submit_letter(letter=letter, by=telling.office.officer, at=NOW)
    telling.plan(letter, telling.one)
    withdraw_consent(volunteer=telling.one, purpose="permits", by=telling.one.user, at=NOW)
    with pytest.raises(ConsentMissing):
        submit_letter(letter=letter, by=telling.office.officer, at=NOW)


def test_two_approve_it_and_no_e_mail_carries_it_in_the_clear(telling: Telling) -> None:
    letter = telling.letter(contact=a_contact())
    with_scan(telling, letter)
    submit_letter(letter=letter, by=telling.office.officer, at=NOW)

    approve(letter, telling.office.approver)
    letter.refresh_from_db()
    assert letter.state == "submitted"
    approve(letter, telling.office.second)
    with pytest.raises(NotEncrypted):
        send_letter(letter=letter, through="email", by=telling.office.officer, at=NOW)


def test_the_tick_in_the_form_says_so(telling: Telling) -> None:
    letter = telling.office.letter()
    sent = {"file": SimpleUploadedFile("scan.txt", b"a scan"), "discloses": "on"}

    as_(telling.office.officer).post(do_url(letter, "attach"), sent)

    assert letter.attachments.get().discloses
    assert Letter.objects.get(pk=letter.pk).discloses
