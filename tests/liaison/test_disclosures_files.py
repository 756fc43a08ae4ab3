"""Whoever is given a file that shows identity has looked at it: lately proved, for a reason, read
by those whom it shows."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.errors import NotPermitted
from corps.vault.actions import Erased, destroy_data_key
from corps.workflow.moves import ReasonMissing
from deployments.liaison.actions.letters import (
    attach_file,
    discard_letter,
    read_attachment,
    read_receipt,
    record_letter_receipt,
    send_letter,
    submit_letter,
)
from deployments.liaison.models import Letter, LetterAttachment
from tests.admin.doors import as_, do_url, page_url, text_of
from tests.cast import NOW, a_coordinator
from tests.liaison.disclosing import FIELDS, Telling
from tests.liaison.letter_scene import approve
from volunteers.actions.erasure import erase_volunteer
from volunteers.actions.people import change_standing
from volunteers.actions.quotas import QuotaSpent
from volunteers.rules import FactorNotRecent

LONG_AGO = NOW - timedelta(hours=1)


def attached(telling: Telling, letter: Letter, *, discloses: bool = True) -> LetterAttachment:
    """A file that goes with a letter."""
    given: dict[str, Any] = {"by": telling.office.officer, "at": NOW, "discloses": discloses}
    return attach_file(letter=letter, content=b"a scan", name="a.txt", **given)


def received(telling: Telling, letter: Letter) -> Letter:
    """A letter whose receipt was scanned."""
    given: dict[str, Any] = {"by": telling.office.officer, "at": NOW, "on": NOW.date()}
    scan = {"scan": b"received", "scan_name": "a.txt"}
    record_letter_receipt(letter=letter, received_by="Registry", **scan, **given)
    return letter


def read(telling: Telling, thing: LetterAttachment | Letter, **changed: Any) -> bytes:
    """Be given a scan, as the officer, with a factor just used."""
    given = {"by": telling.office.officer, "proved_at": NOW, "reason": "to check", "at": NOW}
    given |= changed
    if isinstance(thing, Letter):
        return read_receipt(letter=thing, **given).content
    return read_attachment(attachment=thing, **given).content


def looks() -> int:
    return Entry.objects.filter(verb="identity.revealed").count()


@pytest.fixture(params=["attachment", "receipt"])
def scan(telling: Telling, request: pytest.FixtureRequest) -> LetterAttachment | Letter:
    """What shows somebody."""
    if request.param == "attachment":
        return attached(telling, telling.letter())
    return received(telling, telling.sent())


def test_it_is_a_look_that_the_volunteer_reads(
    telling: Telling, scan: LetterAttachment | Letter
) -> None:
    assert read(telling, scan).strip() in (b"a scan", b"received")

    entry = entries_about(telling.one).get(verb="identity.revealed")
    assert (entry.facts, entry.reason) == (
        {"purpose": "disclosure", "fields": [*FIELDS]},
        "to check",
    )
    assert Entry.objects.filter(verb="letter.file_read").count() == 1


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"proved_at": None}, FactorNotRecent),
        ({"proved_at": LONG_AGO}, FactorNotRecent),
        ({"reason": " "}, ReasonMissing),
    ],
)
def test_nothing_is_given_without_a_factor_or_a_reason(
    telling: Telling,
    scan: LetterAttachment | Letter,
    changed: dict[str, Any],
    refusal: type[Exception],
) -> None:
    with pytest.raises(refusal):
        read(telling, scan, **changed)

    assert looks() == 0
    assert not Entry.objects.filter(verb="letter.file_read").exists()


def test_it_counts_as_one_of_the_days_looks(
    telling: Telling, scan: LetterAttachment | Letter, settings: Any
) -> None:
    settings.REVEALS_A_DAY = 1
    read(telling, scan)

    with pytest.raises(QuotaSpent):
        read(telling, scan)


def test_a_scan_of_a_letter_that_does_not_say_yet_of_whom_is_a_look_as_well(
    telling: Telling,
) -> None:
    scan = attached(telling, telling.office.letter())
    with pytest.raises(FactorNotRecent):
        read(telling, scan, proved_at=None)

    read(telling, scan)

    entry = entries_about(scan.letter).get(verb="identity.revealed")
    assert (entry.facts, entry.reason) == ({"purpose": "disclosure"}, "to check")


def test_what_shows_nobody_asks_for_nothing(telling: Telling) -> None:
    bare: dict[str, Any] = {"proved_at": None, "reason": ""}
    read(telling, attached(telling, telling.office.letter(), discloses=False), **bare)
    read(telling, attached(telling, telling.letter(), discloses=False), **bare)
    read(telling, received(telling, telling.office.sent()), **bare)

    assert looks() == 0


def test_what_was_erased_is_no_look(telling: Telling, scan: LetterAttachment | Letter) -> None:
    file = scan.receipt_scan if isinstance(scan, Letter) else scan.file
    assert file is not None
    destroy_data_key(file.data_key, at=NOW)

    with pytest.raises(Erased):
        read(telling, scan)

    assert looks() == 0


def test_who_only_sees_the_case_is_given_none(
    telling: Telling, scan: LetterAttachment | Letter
) -> None:
    with pytest.raises(NotPermitted):
        read(telling, scan, by=a_coordinator())


def answer(browser: Client, letter: Letter, name: str, **sent: Any) -> Any:
    return browser.post(do_url(letter, name), sent)


def test_the_buttons_ask_for_it(telling: Telling) -> None:
    letter = telling.letter()
    plain, scan = attached(telling, letter, discloses=False), attached(telling, letter)
    browser = as_(telling.office.officer)

    page = text_of(browser.get(page_url(letter)))
    assert f"{do_url(letter, 'attachment')}?attachment={plain.pk}" in page
    assert f"{do_url(letter, 'attachment-telling')}?attachment={scan.pk}" in page

    assert answer(browser, letter, "attachment", attachment=plain.pk).content == b"a scan\n"
    assert answer(browser, letter, "attachment", attachment=scan.pk).content != b"a scan\n"
    assert looks() == 0
    unreasoned = answer(browser, letter, "attachment-telling", attachment=scan.pk)
    assert (looks(), b"a scan" in unreasoned.content) == (0, False)
    given = answer(browser, letter, "attachment-telling", attachment=scan.pk, reason="to check")
    assert (looks(), given.content) == (1, b"a scan\n")


def test_a_factor_used_long_ago_is_asked_for_again(telling: Telling) -> None:
    letter = telling.letter()
    scan = attached(telling, letter)
    browser = as_(telling.office.officer)
    session = browser.session
    for record in session.get("account_authentication_methods", []):
        record["at"] = timezone.now().timestamp() - 3600
    session.save()

    given = answer(browser, letter, "attachment-telling", attachment=scan.pk, reason="to check")

    assert (looks(), given.status_code) == (0, 302)


def test_the_receipt_of_a_letter_that_tells_has_the_button_that_asks(telling: Telling) -> None:
    telling_letter = received(telling, telling.sent())
    browser = as_(telling.office.officer)

    assert answer(browser, telling_letter, "receipt").status_code != 200
    assert answer(
        browser, telling_letter, "receipt-telling", reason="to check"
    ).content.strip() == (b"received")
    assert looks() == 1


def test_the_page_of_a_letter_says_who_is_which_number(telling: Telling) -> None:
    letter = telling.letter()

    page = text_of(as_(telling.office.officer).get(page_url(letter)))

    assert '1. <span class="callsign">매-말0</span>' in page


def offered(letter: Letter) -> list[str]:
    """The files whose buttons stand on a letter's page."""
    page = text_of(as_(letter.author).get(page_url(letter)))
    names = ("file", "attachment", "receipt")
    doors = [f"{name}{kind}" for name in names for kind in ("", "-telling")]
    return [door for door in doors if do_url(letter, door) in page]


def test_only_what_is_left_is_offered_after_a_discard(telling: Telling) -> None:
    letter = telling.letter()
    attached(telling, letter)
    attached(telling, letter, discloses=False)
    assert offered(letter) == ["attachment", "attachment-telling"]

    discard_letter(letter=letter, by=telling.office.officer, at=NOW, reason="not needed")

    assert offered(letter) == ["attachment"]


def test_only_what_is_left_is_offered_after_an_erasure(telling: Telling) -> None:
    letter = telling.letter()
    attached(telling, letter)
    submit_letter(letter=letter, by=telling.office.officer, at=NOW)
    approve(letter, telling.office.approver, telling.office.second)
    send_letter(letter=letter, through="post", by=telling.office.officer, at=NOW)
    received(telling, letter)
    assert offered(letter) == ["file-telling", "attachment-telling", "receipt-telling"]

    change_standing(volunteer=telling.one, move_name="withdraw", by=telling.one.user, at=NOW)
    erase_volunteer(volunteer=telling.one, reason="asked for it", by=COMMAND, at=NOW)

    assert offered(letter) == []
