"""The four eyes: somebody else approves a letter, or returns it with a remark."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from corps.accounts.models import User
from corps.accounts.queries.sight import ask_anew
from corps.audit.actions import record
from corps.vault.files import seal_file
from corps.vault.models import SealedFile
from corps.workflow.moves import NotInThatState
from deployments.liaison.actions.cases import follow_letter
from deployments.liaison.actions.disclosures import check_disclosures
from deployments.liaison.actions.letters.attaching import check_attached
from deployments.liaison.actions.letters.holding import (
    about_letter,
    hold_latest,
    hold_with_case,
    move_letter,
    sheet_of,
)
from deployments.liaison.actions.versions import check_stands
from deployments.liaison.letters.rendering import render
from deployments.liaison.letters.text import open_text
from deployments.liaison.models import Letter, LetterApproval, LetterVersion
from deployments.liaison.rules.letters import (
    approvals_needed,
    check_can_approve_letter,
    check_is_latest,
    check_not_approved_by,
)

PDF = "application/pdf"


@transaction.atomic
def approve_letter(*, letter: Letter, version: int, by: User, at: datetime) -> None:
    """Approve the version of that number, which is the one that was read. The last approval that is
    due freezes the letter: its file is rendered and sealed, its hashes are set.

    Effects: one approval and one ledger entry, `letter.approval_given` while another person must
    approve, else `letter.approved` with the hashes of text and file. Raises NotFound, NotPermitted,
    OwnLetter, NotInThatState, OtherVersion, ApprovedAlready, AddresseeChanged,
    OutOfUse, and what `check_disclosures` does.
    """
    check_can_approve_letter(by, letter)
    _hold(letter, by)
    if letter.state != "submitted":
        raise NotInThatState
    latest = hold_latest(letter)
    check_is_latest(latest, version)
    approvers = list(latest.approvals.values_list("approver_id", flat=True))
    check_not_approved_by(by, approvers)
    check_stands(letter, latest)
    check_attached(letter)
    check_disclosures(letter, by=by)
    LetterApproval.objects.create(version=latest, author_id=letter.author_id, approver=by, at=at)
    if len(approvers) + 1 < approvals_needed(letter):
        facts = {"version": latest.number, "text_hash": bytes(latest.text_hash).hex()}
        record("letter.approval_given", letter, *about_letter(letter), by=by, at=at, facts=facts)
        return
    _freeze(letter, latest, by=by, at=at, given=len(approvers) + 1)


@transaction.atomic
def return_letter(*, letter: Letter, by: User, at: datetime, reason: str) -> None:
    """Return a submitted letter to its author with a remark (`reason`, kept in the ledger).

    Effects: the letter's state, one ledger entry; the case follows. Raises NotFound, NotPermitted,
    OwnLetter, NotInThatState, ReasonMissing.
    """
    check_can_approve_letter(by, letter)
    _hold(letter, by)
    move_letter(letter, "return", by=by, at=at, reason=reason)
    follow_letter(letter, "return", by, at)


def _hold(letter: Letter, by: User) -> None:
    """Hold a letter and its case for one who may still approve it when it is their turn."""
    hold_with_case(letter)
    ask_anew(by)
    check_can_approve_letter(by, letter)


def _freeze(letter: Letter, latest: LetterVersion, *, by: User, at: datetime, given: int) -> None:
    pdf = _sealed_pdf(letter, latest, at=at)
    text, hashed = bytes(latest.text_hash), bytes(pdf.sha256)
    facts = {
        "version": latest.number,
        "approvals": given,
        "text_hash": text.hex(),
        "pdf_hash": hashed.hex(),
    }
    changes = {"text_hash": text, "pdf": pdf, "pdf_hash": hashed}
    move_letter(letter, "approve", by=by, at=at, facts=facts, **changes)
    follow_letter(letter, "approve", by, at)


def _sealed_pdf(letter: Letter, latest: LetterVersion, *, at: datetime) -> SealedFile:
    content = render(sheet_of(letter, open_text(latest), at=at))
    sealed = seal_file([content], media_type=PDF)
    assert bytes(sealed.sha256) == sha256(content).digest(), "the hash is that of the file"
    return sealed
