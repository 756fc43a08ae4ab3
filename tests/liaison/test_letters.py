"""A letter from its template to its receipt: who may, what is entered, what the case does."""

from datetime import date

import pytest

from corps.audit.models import Entry
from corps.errors import NotFound, NotPermitted
from corps.workflow.moves import NotInThatState
from deployments.liaison.actions import letters as actions
from deployments.liaison.letters.text import TextRefused, open_text
from deployments.liaison.models import Letter, LetterVersion
from deployments.liaison.queries.letters import latest_version
from deployments.liaison.rules.letters import (
    DayNotYet,
    LetterInvalid,
    SavedMeanwhile,
)
from tests.admin.doors import entries_since, last_number
from tests.cast import NOW, a_coordinator, a_stranger, an_agency
from tests.liaison.letter_scene import TEXT, a_contact, an_office

pytestmark = pytest.mark.django_db


def text_of(letter: Letter) -> tuple[str, str]:
    latest = latest_version(letter)
    assert latest is not None
    text = open_text(latest)
    return text.subject, text.body


def test_a_letter_begins_with_its_template_filled_in() -> None:
    office = an_office()
    letter = actions.begin_letter(
        case=office.case, kind="information", language="en", by=office.officer, at=NOW
    )
    subject, body = text_of(letter)
    assert subject == "Request for information (HERON)"
    assert body.splitlines()[:6] == [
        "Dear Sir or Madam,",
        "",
        "Concerning the matter below, we kindly ask for the following information.",
        "",
        "- Deployment: HERON",
        "",
    ]


@pytest.mark.parametrize("kind", Letter._meta.get_field("kind").choices)
@pytest.mark.parametrize("language", ["ko", "en", "uk"])
def test_every_template_begins_without_a_hole(kind: tuple[str, str], language: str) -> None:
    office = an_office()
    letter = actions.begin_letter(
        case=office.case, kind=kind[0], language=language, by=office.officer, at=NOW
    )
    subject, body = text_of(letter)
    holes = [
        sign for sign in "{}()" if sign in subject.replace("(HERON)", "").replace("(독촉)", "")
    ]
    assert (holes, "{" in body.replace("{people}", "")) == ([], False)


def test_the_language_is_that_of_the_contact_or_the_agency() -> None:
    office = an_office()
    agency = an_agency()
    agency.languages = ["uk", "en"]
    contact = a_contact(agency)
    contact.language = "ko"
    contact.save()
    first = actions.begin_letter(
        case=office.case, kind="proposal", agency=agency, by=office.officer, at=NOW
    )
    second = actions.begin_letter(
        case=office.case,
        kind="proposal",
        agency=agency,
        contact=contact,
        by=office.officer,
        at=NOW,
    )
    assert (first.language, second.language) == ("uk", "ko")


def test_a_letter_moves_with_one_entry_each_and_its_case_follows() -> None:
    office = an_office()
    before = last_number()
    letter = office.sent()
    actions.record_letter_receipt(
        letter=letter,
        received_by="Registry",
        on=date(2026, 11, 22),
        by=office.officer,
        at=NOW,
    )
    assert [verb for verb in entries_since(before) if verb.startswith("letter.")] == [
        "letter.begun",
        "letter.saved",
        "letter.submitted",
        "letter.approved",
        "letter.sent",
        "letter.acknowledged",
    ]
    office.case.refresh_from_db()
    assert (letter.state, office.case.state) == ("acknowledged", "acknowledged")
    assert office.case.holder == letter.agency


def test_the_hashes_of_text_and_file_stand_in_the_ledger_and_the_receipt() -> None:
    office = an_office()
    letter = office.sent()
    actions.record_letter_receipt(
        letter=letter, received_by="Registry", on=date(2026, 11, 22), by=office.officer, at=NOW
    )
    facts = {entry.verb: entry.facts for entry in Entry.objects.filter(verb__startswith="letter.")}
    assert letter.pdf is not None
    assert letter.pdf_hash is not None
    assert letter.text_hash is not None
    assert facts["letter.approved"]["pdf_hash"] == bytes(letter.pdf_hash).hex()
    assert facts["letter.approved"]["text_hash"] == bytes(letter.text_hash).hex()
    assert facts["letter.acknowledged"]["pdf_hash"] == bytes(letter.pdf.sha256).hex()


def test_no_entry_holds_the_text() -> None:
    office = an_office()
    office.sent()
    told = " ".join(f"{e.reason} {e.facts} {e.object}" for e in Entry.objects.all())
    assert "We ask for the permits" not in told


def test_the_text_is_sealed_at_rest() -> None:
    office = an_office()
    letter = office.letter()
    kept = [bytes(version.content) for version in LetterVersion.objects.filter(letter=letter)]
    assert [b"permits" in content for content in kept] == [False, False]


def test_saving_the_same_text_leaves_no_version() -> None:
    office = an_office()
    letter = office.letter()
    before = last_number()
    saved = actions.save_draft(
        letter=letter, subject="Permits", body=TEXT + "\r\n\r\n", by=office.officer, at=NOW
    )
    assert (saved.number, entries_since(before)) == (2, [])


def test_a_version_saved_meanwhile_is_not_overwritten() -> None:
    office = an_office()
    letter = office.letter()
    with pytest.raises(SavedMeanwhile):
        actions.save_draft(
            letter=letter, subject="Other", body=TEXT, after=1, by=office.officer, at=NOW
        )
    assert text_of(letter)[0] == "Permits"


@pytest.mark.parametrize(("subject", "body"), [("", "text"), ("S", " \n"), ("S", "x" * 20_001)])
def test_a_text_that_is_none_or_too_long_is_refused(subject: str, body: str) -> None:
    office = an_office()
    letter = office.letter()
    with pytest.raises(TextRefused):
        actions.save_draft(letter=letter, subject=subject, body=body, by=office.officer, at=NOW)


def test_hidden_signs_are_left_out_of_a_text() -> None:
    office = an_office()
    letter = office.letter()
    body = "A\u202eB\u200bC\x07D\u00ad"
    actions.save_draft(letter=letter, subject="S", body=body, by=office.officer, at=NOW)
    assert text_of(letter)[1] == "ABCD"


def test_a_letter_is_sent_once() -> None:
    office = an_office()
    letter = office.sent()
    with pytest.raises(NotInThatState):
        actions.send_letter(letter=letter, through="post", by=office.officer, at=NOW)


@pytest.mark.parametrize("on", [date(2026, 11, 23), date(2026, 11, 21)])
def test_a_day_before_the_approval_or_tomorrow_is_refused(on: date) -> None:
    office = an_office()
    letter = office.approved()
    with pytest.raises(DayNotYet):
        actions.send_letter(letter=letter, through="hand", on=on, by=office.officer, at=NOW)


def test_a_contact_of_another_agency_is_refused() -> None:
    office = an_office()
    contact = a_contact(an_agency("ministry"))
    with pytest.raises(LetterInvalid):
        actions.begin_letter(
            case=office.case, kind="proposal", contact=contact, by=office.officer, at=NOW
        )


def test_hidden_is_absent_and_seen_is_not_permitted() -> None:
    office = an_office()
    letter = office.submitted()
    with pytest.raises(NotFound):
        actions.approve_letter(letter=letter, version=2, by=a_stranger(), at=NOW)
    with pytest.raises(NotPermitted):
        actions.approve_letter(letter=letter, version=2, by=a_coordinator(), at=NOW)
    with pytest.raises(NotPermitted):
        actions.submit_letter(letter=letter, by=office.approver, at=NOW)


def test_a_discarded_approved_letter_takes_the_case_back_to_drafting() -> None:
    office = an_office()
    letter = office.approved()
    actions.discard_letter(letter=letter, by=office.officer, at=NOW, reason="no longer needed")
    office.case.refresh_from_db()
    assert (letter.state, office.case.state) == ("discarded", "drafting")
