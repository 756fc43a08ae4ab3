"""A letter's files are handed out: what shows identity is a look at whom it shows."""

from datetime import datetime

from django.db import transaction

from corps.audit.actions import By, record
from corps.errors import NotPermitted
from corps.outbox.actions import Attachment
from corps.vault.actions import Erased
from corps.vault.files import read_approved, read_whole
from corps.vault.models import SealedFile
from deployments.liaison.actions.disclosures import check_disclosures, enter_reading
from deployments.liaison.actions.letters.holding import about_letter
from deployments.liaison.actions.letters.sending import file_stem, open_attachment
from deployments.liaison.models import Letter, LetterAttachment
from deployments.liaison.rules.letters import check_can_read_file
from deployments.liaison.states import LETTER
from deployments.materials.inspection.findings import ending_of


def read_letter_file(
    *, letter: Letter, by: By, at: datetime, proved_at: datetime | None = None, reason: str = ""
) -> bytes:
    """Return an approved letter's file, with one ledger entry.

    Of one that discloses identity it is also a look at each volunteer of whom it tells: `proved_at`
    is when `by` last used a second factor, `reason` is read by the volunteers (`enter_reading`).
    While it may still go out, it is handed out as it is sent: by consents that hold. Raises
    NotFound, NotPermitted (also where it is not approved yet), FactorNotRecent, ReasonMissing,
    QuotaSpent, SealBroken, Erased, and what `check_disclosures` does.
    """
    check_can_read_file(by, letter)
    pdf = _left(letter.pdf)
    _check_may_go_out(letter, by=by)
    enter_reading(letter=letter, by=by, proved_at=proved_at, reason=reason, at=at)
    with transaction.atomic():
        _enter(letter, {"pdf_hash": bytes(letter.pdf_hash or b"").hex()}, by=by, at=at)
        return read_approved(pdf, letter.pdf_hash)


def read_attachment(
    *,
    attachment: LetterAttachment,
    by: By,
    at: datetime,
    proved_at: datetime | None = None,
    reason: str = "",
) -> Attachment:
    """Return what goes with a letter, with one ledger entry; of a file that shows identity it is a
    look, as of the letter's own. Raises like `read_letter_file`."""
    letter = attachment.letter
    check_can_read_file(by, letter)
    if attachment.discloses:
        _left(attachment.file)
        _check_may_go_out(letter, by=by)
        enter_reading(letter=letter, shows=True, by=by, proved_at=proved_at, reason=reason, at=at)
    with transaction.atomic():
        facts = {"attachment": attachment.name, "sha256": bytes(attachment.sha256).hex()}
        _enter(letter, facts, by=by, at=at)
        return open_attachment(attachment)


def read_receipt(
    *, letter: Letter, by: By, at: datetime, proved_at: datetime | None = None, reason: str = ""
) -> Attachment:
    """Return the scan of a letter's receipt, with one ledger entry; of a letter that discloses
    identity it is a look, as of its file. Raises like `read_letter_file`."""
    check_can_read_file(by, letter)
    scan = _left(letter.receipt_scan)
    enter_reading(letter=letter, by=by, proved_at=proved_at, reason=reason, at=at)
    with transaction.atomic():
        _enter(letter, {"scan": bytes(scan.sha256).hex()}, by=by, at=at)
        name = f"{file_stem(letter)}-receipt{ending_of(scan.media_type)}"
        return Attachment(name, scan.media_type, read_whole(scan))


def _check_may_go_out(letter: Letter, *, by: By) -> None:
    """Raise what `check_disclosures` does about a letter that is ready to go out, on paper too:
    whoever has the file can send it."""
    if letter.state in LETTER.moves["send"].sources:
        check_disclosures(letter, by=by)


def _left(file: SealedFile | None) -> SealedFile:
    """Return a file that is there. Raises NotPermitted where none is, Erased where its key is gone:
    nobody has looked at that."""
    if file is None:
        raise NotPermitted
    if file.data_key.wrapped is None:
        raise Erased
    return file


def _enter(letter: Letter, facts: dict[str, str], *, by: By, at: datetime) -> None:
    record("letter.file_read", letter, *about_letter(letter), by=by, at=at, facts=facts)
