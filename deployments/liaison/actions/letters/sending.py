"""A letter goes out, is received, or comes back."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import transaction

from corps.accounts.models import User
from corps.audit.actions import CLOCK
from corps.outbox.actions import Attachment, write_message
from corps.outbox.actions.outcomes import shift
from corps.outbox.models import Message
from corps.outbox.states import MESSAGE
from corps.vault.files import read_approved, seal_file
from deployments.agencies.contacts import open_details
from deployments.agencies.models import LettersBy
from deployments.liaison.actions.asking_back import mark_not_recalled
from deployments.liaison.actions.cases import follow_letter
from deployments.liaison.actions.disclosures import check_disclosures
from deployments.liaison.actions.holding import hold_case
from deployments.liaison.actions.letters.attaching import (
    NotApprovedMaterial,
    check_attached,
)
from deployments.liaison.actions.letters.holding import (
    hold_latest,
    hold_letter,
    hold_with_case,
    keep_letter,
    keep_letter_and_case,
    move_letter,
)
from deployments.liaison.actions.links import unshare_with_agency
from deployments.liaison.actions.permits import permits_applied
from deployments.liaison.actions.telling import (
    mark_disclosed,
    mark_disclosed_again,
    mark_never_left,
)
from deployments.liaison.actions.versions import check_goes_there, check_stands
from deployments.liaison.letters.words import WORDS
from deployments.liaison.models import Letter, LetterAttachment, LetterKind
from deployments.liaison.queries.cases import SEOUL, day_in_seoul
from deployments.liaison.queries.letters import attachments_of, find_held_message
from deployments.liaison.rules.cases import check_case_is_open
from deployments.liaison.rules.letters import (
    NoAddress,
    SentAnotherWay,
    check_addressee,
    check_can_write_letters,
    check_day,
    check_may_travel,
    check_sending_way,
)
from deployments.liaison.states import LETTER
from deployments.materials.files import Inspected, inspect_upload

LOST = ("failed", "bounced", "void")
"""States of a message in which its letter did not arrive."""


@transaction.atomic
def send_letter(
    *, letter: Letter, through: str, on: date | None = None, by: User, at: datetime
) -> None:
    """Send an approved letter, or one that came back: by e-mail (`LettersBy.EMAIL`) now, or enter
    that it was posted or handed over on a day of Seoul's calendar (today unless told) by `by`.

    It goes out as it was approved: by e-mail to the address and key that stood there then. What it
    discloses is checked once more, and stands in the register; of paper that went on the day `on`,
    by the consents of that day. Effects: the letter's state;
    for an e-mail one message, encrypted where the contact has an OpenPGP key; one ledger entry; the
    case follows, and a request for permits applies for those of the case. Raises NotFound,
    NotPermitted, NotInThatState, LetterInvalid, NoAddress, NotEncrypted, DayNotYet,
    NotInOffice, AddresseeChanged, OtherVersion, OutOfUse, and what `check_disclosures` and
    `write_message` do.
    """
    check_can_write_letters(by, letter.case)
    earlier = find_held_message(letter)
    keep_letter_and_case(by, letter)
    check_sending_way(letter, through, LETTER.moves["send"].sources)
    email = through == LettersBy.EMAIL
    day = day_in_seoul(at) if email or on is None else on
    check_day(day, today=day_in_seoul(at), after=day_in_seoul(letter.state_since))
    check_addressee(letter.contact, letter.agency, day)
    check_stands(letter, hold_latest(letter), mailed=email)
    check_attached(letter)
    if earlier is not None and earlier.state in MESSAGE.moves["cancel"].sources:
        shift(earlier, "cancel", by=by, at=at)
    sent_at = _instant(day, at=at)
    told_at = None if email or on is None else sent_at
    mark_disclosed(letter=letter, by=by, at=at, told_at=told_at)
    message = _write(letter, by=by, at=at) if email else None
    facts = {
        "through": str(through),
        "agency": letter.agency.slug,
        "text_hash": bytes(letter.text_hash or b"").hex(),
        "pdf_hash": bytes(letter.pdf_hash or b"").hex(),
    }
    changes = {
        "sent_by": by,
        "sent_at": sent_at,
        "sent_through": through,
        "message": message,
    }
    move_letter(letter, "send", by=by, at=at, facts=facts, **changes)
    if letter.kind == LetterKind.PERMIT_REQUEST:
        permits_applied(letter.case, by, at)
    follow_letter(letter, "send", by, at)


def record_letter_receipt(
    *,
    letter: Letter,
    received_by: str,
    on: date,
    scan: bytes | Iterable[bytes] | None = None,
    scan_name: str = "",
    by: User,
    at: datetime,
) -> None:
    """Enter who at the agency received a letter (a post, no name), on which day of Seoul's
    calendar, perhaps with a scan of the receipt.

    Effects: the letter's state and receipt, the scan cleaned and sealed, one ledger entry with the
    hash of the file that was received; the case follows. Raises NotFound, NotPermitted,
    NotInThatState, DayNotYet, FileRefused.
    """
    check_can_write_letters(by, letter.case)
    found = inspect_upload(scan, scan_name) if scan is not None else None
    _record_receipt(letter, received_by.strip(), on, found, by=by, at=at)


@transaction.atomic
def _record_receipt(
    letter: Letter, received_by: str, on: date, found: Inspected | None, *, by: User, at: datetime
) -> None:
    keep_letter(by, letter)
    after = day_in_seoul(letter.sent_at) if letter.sent_at else None
    check_day(on, today=day_in_seoul(at), after=after)
    scan = seal_file([found.content], media_type=found.media_type) if found else None
    facts = {"on": on.isoformat(), "pdf_hash": bytes(letter.pdf_hash or b"").hex()}
    facts.update({"scan": bytes(scan.sha256).hex()} if scan else {})
    received_at = max(_instant(on, at=at), letter.sent_at or at)
    changes = {"receipt_by": received_by, "receipt_at": received_at, "receipt_scan": scan}
    move_letter(letter, "acknowledge", by=by, at=at, facts=facts, **changes)
    follow_letter(letter, "acknowledge", by, at)


@transaction.atomic
def bounce_letter(*, letter: Letter, by: User, at: datetime) -> None:
    """Enter that a letter came back undelivered; it may be sent again, another way.

    Effects: the letter's state, one ledger entry; what it asked back is to be asked back again.
    Raises NotFound, NotPermitted, NotInThatState.
    """
    check_can_write_letters(by, letter.case)
    keep_letter(by, letter)
    move_letter(letter, "bounce", by=by, at=at)
    mark_not_recalled(letter, by=by, at=at)


def follow_message(message: Message, at: datetime) -> None:
    """Let a letter follow the message that carries it, in the transaction of the message's move:
    one that failed or came back brings the letter back, one that was sent after all sends it, and
    what it tells stands in the register anew. What a message carries that became void before it was
    ever taken up was told to nobody, unless somebody received it; nor does the agency read the
    case for it.

    A message that the letter no longer rests on changes nothing.
    """
    letter = Letter.objects.filter(message=message).select_related("case").first()
    if letter is None:
        return
    hold_letter(letter)
    if letter.message_id != message.pk:
        return
    if message.state in LOST and letter.state == "sent":
        move_letter(letter, "bounce", by=CLOCK, at=at, facts={"message": message.state})
        mark_not_recalled(letter, by=CLOCK, at=at)
    elif message.state == "sent" and letter.state == "bounced":
        move_letter(letter, "send", by=CLOCK, at=at, facts={"message": message.state})
        mark_disclosed_again(letter=letter, by=CLOCK, at=at)
    if message.state == "void" and not message.attempts and letter.state != "acknowledged":
        mark_never_left(letter, since=message.written_at, by=CLOCK, at=at)
        hold_case(letter.case)  # as whoever sends another letter of it at this moment does
        unshare_with_agency(letter)


def check_message(message: Message, at: datetime) -> None:
    """Raise what forbids a message that is held to carry its letter out now: SentAnotherWay where
    the letter rests on it no more or was received, CaseClosed, NotInOffice, AddresseeChanged where
    the contact has another address or key by now, and what `check_disclosures` does.

    The letter, its case, the volunteers and their consents are held until the caller's transaction
    ends.
    """
    letter = Letter.objects.filter(message=message).select_related("case").first()
    if letter is None:
        raise SentAnotherWay
    hold_with_case(letter)
    if letter.message_id != message.pk or letter.state == "acknowledged":
        raise SentAnotherWay
    check_case_is_open(letter.case)
    check_addressee(letter.contact, letter.agency, day_in_seoul(at))
    check_goes_there(letter, hold_latest(letter))
    check_disclosures(letter, by=CLOCK)


def file_stem(letter: Letter) -> str:
    """Return the beginning of the neutral names of a letter's files."""
    return f"{letter.case.reference}-{letter.number}"


def _write(letter: Letter, *, by: User, at: datetime) -> Message:
    """Write the e-mail that carries a letter. It says no more than the reference."""
    details = open_details(letter.contact) if letter.contact else None
    if details is None or not details.email or letter.pdf is None:
        raise NoAddress
    check_may_travel(letter, details.openpgp_key)
    content = read_approved(letter.pdf, letter.pdf_hash)
    pdf = Attachment(f"{file_stem(letter)}.pdf", letter.pdf.media_type, content)
    return write_message(
        about=letter,
        to=[details.email],
        subject=str(letter),
        text=WORDS[letter.language].mail.format(reference=letter),
        attachments=[pdf, *map(open_attachment, attachments_of(letter))],
        openpgp_key=details.openpgp_key,
        at=at,
        by=by,
    )


def open_attachment(attachment: LetterAttachment) -> Attachment:
    """Return what goes with a letter; the caller records. Raises NotApprovedMaterial, SealBroken,
    Erased."""
    if attachment.version is not None:
        file, approved = attachment.version.file, attachment.version.state == "approved"
    else:
        assert attachment.file is not None, "one of the two, by constraint"
        file, approved = attachment.file, True
    if not approved:
        raise NotApprovedMaterial
    content = read_approved(file, attachment.sha256)
    return Attachment(attachment.name, file.media_type, content)


def _instant(day: date, *, at: datetime) -> datetime:
    """Return the instant kept of a day: `at` for today, noon in Seoul for an earlier one."""
    return at if day == day_in_seoul(at) else datetime.combine(day, time(12), SEOUL)
