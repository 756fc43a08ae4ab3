"""A letter while it is written: begun, saved version by version, submitted, discarded."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from corps.accounts.models import User
from corps.accounts.queries.sight import ask_anew
from corps.audit.actions import record
from corps.errors import NotPermitted
from corps.vault.actions import new_data_key
from deployments.agencies.models import LETTER_LANGUAGES, Agency, Contact
from deployments.liaison.actions.cases import follow_letter
from deployments.liaison.actions.disclosures import check_disclosures
from deployments.liaison.actions.holding import hold_case
from deployments.liaison.actions.letters.attaching import check_attached
from deployments.liaison.actions.letters.holding import (
    about_letter,
    destroy_told,
    hold_latest,
    hold_writable,
    keep_letter,
    keep_letter_and_case,
    move_letter,
    sheet_of,
)
from deployments.liaison.actions.naming import look_through, told_counts_as_search
from deployments.liaison.actions.versions import is_stale, write_version
from deployments.liaison.letters.beginning import begin_text
from deployments.liaison.letters.rendering import render
from deployments.liaison.letters.text import LetterText, clean_text, open_text, text_hash
from deployments.liaison.models import Case, Letter, LetterVersion
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.rules.cases import subject_stays
from deployments.liaison.rules.letters import (
    SavedMeanwhile,
    check_addressee,
    check_can_write_letters,
    check_is_writable,
    check_letter,
)
from deployments.liaison.rules.naming import (
    check_names_no_callsign,
    check_subject_names_none,
    concerned_as_seen,
)


@transaction.atomic
def begin_letter(
    *,
    case: Case,
    kind: str,
    agency: Agency | None = None,
    contact: Contact | None = None,
    language: str = "",
    by: User,
    at: datetime,
) -> Letter:
    """Begin a letter of a case with the template of its kind, filled in, as its first version.

    It goes to the agency that the case is written to unless told; its language is, unless told, the
    contact's, else the first of the agency's, else English. Effects: the letter with the case's
    next number, a data key of its own, one version, one ledger entry; the case follows. Raises
    NotFound, NotPermitted, CaseClosed, LetterInvalid, NotInOffice.
    """
    check_can_write_letters(by, case)
    if not isinstance(by, User):
        raise NotPermitted
    agency = agency or case.agency
    language = language or _language(agency, contact)
    check_letter(kind, language)
    check_addressee(contact, agency, day_in_seoul(at))
    hold_case(case)
    ask_anew(by)
    check_can_write_letters(by, case)
    last = case.letters.aggregate(last=Max("number"))["last"] or 0
    letter = Letter(case=case, number=last + 1, kind=kind, agency=agency, contact=contact)
    letter.language, letter.author, letter.data_key = language, by, new_data_key()
    letter.written_at = letter.state_since = at
    letter.save(force_insert=True)
    write_version(letter, begin_text(letter), by=by, at=at)
    facts = {"kind": kind, "language": language, "agency": agency.slug}
    record("letter.begun", letter, *about_letter(letter), by=by, at=at, facts=facts)
    follow_letter(letter, "begin", by, at)
    return letter


@transaction.atomic
def address_letter(*, letter: Letter, contact: Contact | None, by: User, at: datetime) -> None:
    """Say to whom at its agency a draft goes, None for the agency itself; a returned one is taken
    up again.

    Effects: the contact, one version, one ledger entry (two for a letter taken up); the same
    contact leaves nothing. Raises NotFound, NotPermitted, NotADraft, LetterInvalid, NotInOffice.
    """
    check_can_write_letters(by, letter.case)
    hold_writable(letter, by=by, at=at)
    check_addressee(contact, letter.agency, day_in_seoul(at))
    if letter.contact == contact:
        return
    letter.contact = contact
    letter.save(update_fields=["contact"])
    write_version(letter, by=by, at=at)
    about = (*about_letter(letter), *([contact] if contact else []))
    record("letter.addressed", letter, *about, by=by, at=at)


@told_counts_as_search
@transaction.atomic
def save_draft(
    *,
    letter: Letter,
    subject: str,
    body: str,
    after: int | None = None,
    by: User,
    at: datetime,
) -> LetterVersion:
    """Save a new version of a letter that is a draft; a returned one is taken up again. `after` is
    the number of the version whose text was changed.

    Effects: one version, one ledger entry (two for a letter taken up); a text that is the latest
    version's already leaves nothing. Raises NotFound, NotPermitted, NotADraft, SavedMeanwhile,
    TextRefused, NotPrintable, IdentityTyped (which counts as a search).
    """
    check_can_write_letters(by, letter.case)
    keep_letter(by, letter)
    check_is_writable(letter)
    latest, text = hold_latest(letter), clean_text(subject, body)
    if after is not None and not _is_text_of(latest, after):
        raise SavedMeanwhile
    if letter.state == "returned":
        move_letter(letter, "take_up", by=by, at=at)
    if bytes(latest.text_hash) == text_hash(letter, text):
        return latest
    render(sheet_of(letter, text, at=at, shown=True))
    _check_naming(letter, text, by=by, at=at)
    saved = write_version(letter, text, by=by, at=at)
    facts = {"version": saved.number, "text_hash": saved.text_hash.hex()}
    record("letter.saved", letter, *about_letter(letter), by=by, at=at, facts=facts)
    return saved


@told_counts_as_search
@transaction.atomic
def submit_letter(*, letter: Letter, by: User, at: datetime) -> None:
    """Submit the latest version for approval; nothing of the letter changes from then on.

    Where that version was approved before, or the addressee is another since, an equal one is
    written: approvals never carry over, and count for what is rendered and sent.
    Effects: the letter's state, one ledger entry; the case follows. Raises NotFound, NotPermitted,
    NotInThatState, OutOfUse, IdentityTyped (which counts as a search), CallsignTyped,
    SubjectTells, and what `check_disclosures` does.
    """
    check_can_write_letters(by, letter.case)
    keep_letter_and_case(by, letter)
    latest = hold_latest(letter)
    check_attached(letter)
    check_disclosures(letter, by=by)
    _check_no_callsigns(letter, open_text(latest), by=by)
    _check_naming(letter, open_text(latest), by=by, at=at)
    if letter.state == "draft" and is_stale(letter, latest):
        latest = write_version(letter, by=by, at=at)
    facts = {
        "version": latest.number,
        "text_hash": bytes(latest.text_hash).hex(),
        "attachments": letter.attachments.count(),
        "discloses": letter.discloses,
    }
    move_letter(letter, "submit", by=by, at=at, facts=facts)
    follow_letter(letter, "submit", by, at)


@transaction.atomic
def discard_letter(*, letter: Letter, by: User, at: datetime, reason: str) -> None:
    """Give a letter up that was not sent, for a reason; its text and its hashes stay to be read.

    Effects: the letter's state, the keys of its file and of what shows somebody destroyed, one
    ledger entry; the case follows. Raises NotFound, NotPermitted, NotInThatState, ReasonMissing.
    """
    check_can_write_letters(by, letter.case)
    keep_letter(by, letter)
    keys = destroy_told(letter, at=at)
    facts = {"keys": keys} if keys else {}
    move_letter(letter, "discard", by=by, at=at, reason=reason, facts=facts)
    follow_letter(letter, "discard", by, at)


def _is_text_of(latest: LetterVersion, number: int) -> bool:
    """Whether the latest version still has the text of that number's."""
    read = LetterVersion.objects.filter(letter=latest.letter, number=number).first()
    return read is not None and open_text(read) == open_text(latest)


def _check_naming(letter: Letter, text: LetterText, *, by: User, at: datetime) -> None:
    """Look through a text, unless it is that of the first version: the house wrote that one."""
    first = letter.versions.select_related("letter__data_key").get(number=1)
    if text != open_text(first):
        house = "\n\n\n".join(_said(begin_text(letter)))
        look_through(by, letter.case, *_said(text), at=at, besides=house)


def _check_no_callsigns(letter: Letter, text: LetterText, *, by: User) -> None:
    """Raise CallsignTyped for a text, and for the subject of its case while that can be changed;
    SubjectTells where it stays, for a letter that tells whose callsign that is."""
    check_names_no_callsign(by, letter.case, *_said(text))
    if letter.discloses or not subject_stays(letter.case):
        check_subject_names_none(letter.case, concerned_as_seen(by, letter.case))


def _said(text: LetterText) -> tuple[str, str]:
    return text.subject, text.body


def _language(agency: Agency, contact: Contact | None) -> str:
    """Return the language in which one writes to somebody."""
    known = [code for code, _name in LETTER_LANGUAGES]
    wished = [contact.language] if contact else list(agency.languages)
    return next((code for code in wished if code in known), "en")
