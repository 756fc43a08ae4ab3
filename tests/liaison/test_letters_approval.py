"""Who approves a letter, what an approval counts for, and what it fixes."""

import pytest

from corps.accounts.roles import Role
from corps.vault.files import read_whole
from corps.workflow.moves import ReasonMissing
from deployments.liaison.actions import letters as actions
from deployments.liaison.models import Letter
from deployments.liaison.queries.letters import letters_to_approve
from deployments.liaison.rules.letters import (
    AddresseeChanged,
    ApprovedAlready,
    NotADraft,
    OtherVersion,
    OwnLetter,
)
from tests.cast import NOW, a_desk, a_user
from tests.liaison.letter_scene import TEXT, a_contact, an_office

pytestmark = pytest.mark.django_db


def test_the_author_never_approves() -> None:
    office = an_office()
    both = a_user("both", Role.LIAISON, Role.APPROVER, desk=a_desk())
    office.officer = both
    letter = office.submitted()
    with pytest.raises(OwnLetter):
        actions.approve_letter(letter=letter, version=2, by=both, at=NOW)
    with pytest.raises(OwnLetter):
        actions.return_letter(letter=letter, by=both, at=NOW, reason="no")


def test_who_wrote_a_version_never_approves() -> None:
    office = an_office()
    both = a_user("both", Role.LIAISON, Role.APPROVER, desk=a_desk())
    letter = office.letter()
    actions.save_draft(letter=letter, subject="Mine", body=TEXT, by=both, at=NOW)
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    with pytest.raises(OwnLetter):
        actions.approve_letter(letter=letter, version=3, by=both, at=NOW)


def test_an_approval_counts_for_the_version_it_names_alone() -> None:
    office = an_office()
    letter = office.submitted()
    with pytest.raises(OtherVersion):
        actions.approve_letter(letter=letter, version=1, by=office.approver, at=NOW)
    assert letter.state == "submitted"


def disclosing(letter: Letter) -> Letter:
    """Mark a letter as one that discloses, as planning a disclosure does."""
    letter.discloses = True
    letter.save(update_fields=["discloses"])
    return letter


def test_a_letter_that_discloses_needs_two_approvers() -> None:
    office = an_office()
    letter = disclosing(office.letter())
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    actions.approve_letter(letter=letter, version=2, by=office.approver, at=NOW)
    letter.refresh_from_db()
    assert letter.state == "submitted"
    with pytest.raises(ApprovedAlready):
        actions.approve_letter(letter=letter, version=2, by=office.approver, at=NOW)
    actions.approve_letter(letter=letter, version=2, by=office.second, at=NOW)
    assert letter.state == "approved"


def test_an_approval_does_not_outlive_a_return() -> None:
    office = an_office()
    letter = disclosing(office.letter())
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    actions.approve_letter(letter=letter, version=2, by=office.approver, at=NOW)
    actions.return_letter(letter=letter, by=office.second, at=NOW, reason="the day is missing")
    actions.save_draft(letter=letter, subject="Permits", body=TEXT, by=office.officer, at=NOW)
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    actions.approve_letter(letter=letter, version=3, by=office.second, at=NOW)
    letter.refresh_from_db()
    assert letter.state == "submitted"


def test_a_return_needs_a_remark() -> None:
    office = an_office()
    letter = office.submitted()
    with pytest.raises(ReasonMissing):
        actions.return_letter(letter=letter, by=office.approver, at=NOW, reason=" ")


def test_a_letter_in_review_is_not_changed() -> None:
    office = an_office()
    letter = office.submitted()
    with pytest.raises(NotADraft):
        actions.save_draft(letter=letter, subject="x", body="y", by=office.officer, at=NOW)


def test_letters_to_approve_are_those_somebody_else_wrote() -> None:
    office = an_office()
    both = a_user("both", Role.LIAISON, Role.APPROVER, desk=a_desk())
    letter = disclosing(office.letter())
    actions.save_draft(letter=letter, subject="Mine", body=TEXT, by=both, at=NOW)
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    actions.approve_letter(letter=letter, version=3, by=office.approver, at=NOW)
    waiting = {
        user.username: list(letters_to_approve(user))
        for user in (office.officer, office.approver, office.second, both)
    }
    assert waiting == {"officer": [], "approver": [], "second": [letter], "both": []}


def test_the_sealed_file_is_the_one_whose_hash_was_approved() -> None:
    office = an_office()
    letter = office.sent()
    assert letter.pdf is not None
    content = actions.read_letter_file(letter=letter, by=office.officer, at=NOW)
    assert (content[:5], content) == (b"%PDF-", read_whole(letter.pdf))


def test_an_addressee_renamed_after_the_submission_is_submitted_anew() -> None:
    office = an_office()
    contact = a_contact()
    letter = office.submitted(contact=contact)
    contact.post = "Ambassador"
    contact.save()
    with pytest.raises(AddresseeChanged):
        actions.approve_letter(letter=letter, version=2, by=office.approver, at=NOW)
    actions.return_letter(letter=letter, by=office.approver, at=NOW, reason="another post")
    actions.save_draft(letter=letter, subject="Permits", body=TEXT, by=office.officer, at=NOW)
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    actions.approve_letter(letter=letter, version=3, by=office.approver, at=NOW)
    assert letter.state == "approved"
