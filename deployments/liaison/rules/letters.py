"""Who may write, approve and send letters, and what is refused of them."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.queries.sight import own_desks
from corps.accounts.roles import Role
from corps.audit.actions import By
from corps.errors import NotFound, NotPermitted, Refusal
from corps.workflow.moves import NotInThatState
from deployments.agencies.models import LETTER_LANGUAGES, Agency, Contact, LettersBy
from deployments.agencies.queries import is_in_office
from deployments.liaison.models import Case, Disclosure, Letter, LetterKind, LetterVersion
from deployments.liaison.queries.cases import cases_visible_to
from deployments.liaison.queries.disclosures import tells_of_another_desk
from deployments.liaison.rules.cases import can_keep_case

WRITABLE = ("draft", "returned")
"""The states in which a letter's text and attachments may be changed."""


class LetterInvalid(Refusal):
    """No letter of that kind, language or contact can be written; the message says why."""


class NotADraft(Refusal):
    """The letter is in review, approved or sent."""

    message = _("This letter can be changed only while it is a draft: have it returned first.")


class SavedMeanwhile(Refusal):
    """The text that was changed is no longer the latest."""

    message = _(
        "Somebody saved another version of this letter meanwhile. Copy what you wrote, open the "
        "letter anew and put it in there."
    )


class OtherVersion(Refusal):
    """The version that was read is not the one that was submitted."""

    message = _("The letter was changed meanwhile: read the version that stands there now.")


class OwnLetter(Refusal):
    """The author, or somebody who wrote a version, would approve it."""

    message = _("You wrote this letter, or a version of it: somebody else approves it.")


class ApprovedAlready(Refusal):
    """The person has approved this version."""

    message = _("You have approved this letter already: it needs the approval of another person.")


class NoAddress(Refusal):
    """There is nowhere to send the e-mail to."""

    message = _(
        "This letter has no contact with an e-mail address. Choose one while it is a draft, or "
        "send the letter by post or by hand."
    )


class NotInOffice(Refusal):
    """The contact is not one yet, or no longer."""

    message = _(
        "This contact is not in office on that day: nothing goes to them. Choose another contact, "
        "or write another letter."
    )


class NotEncrypted(Refusal):
    """A letter that discloses identity would go by an e-mail that others can read."""

    message = _(
        "This letter tells of volunteers: an e-mail could be read on its way. Enter the contact's "
        "OpenPGP key, or send the letter by post or by hand."
    )


class AddresseeChanged(Refusal):
    """The names, the e-mail address or the key of whom a letter goes to changed since it was
    submitted."""

    message = _(
        "The agency, the contact's post, e-mail address or OpenPGP key is another since this "
        "letter was submitted. Return it, so that it is submitted anew; once it is approved, send "
        "it by post or by hand, or write another letter."
    )


class SentAnotherWay(Refusal):
    """The e-mail carries a letter that was sent another way since, or was received."""

    message = _("This letter was sent another way meanwhile: this e-mail is not needed any more.")


class DayNotYet(Refusal):
    """A day of sending or of receipt lies in the future, or a receipt before the sending."""

    message = _(
        "This day cannot be right: a letter is received after it was sent, and not tomorrow."
    )


def can_write_letters(by: By, case: Case) -> bool:
    """Whether `by` may write, submit and send letters of a case: liaison officers of its desk."""
    return can_keep_case(by, case)


def check_can_write_letters(by: By, case: Case) -> None:
    """Raise NotFound for one who may not see the case, NotPermitted for one who only may."""
    if not can_write_letters(by, case):
        refuse_about_case(by, case)


def can_approve_letters(by: By, case: Case) -> bool:
    """Whether `by` approves letters of a case: approvers who are members of its desk."""
    if not isinstance(by, User) or not by.is_active or not by.is_staff:
        return False
    return by.has_role(Role.APPROVER) and own_desks(by).filter(pk=case.desk_id).exists()


def can_approve_letter(by: By, letter: Letter) -> bool:
    """Whether `by` may approve or return this letter: an approver who wrote nothing of it."""
    return can_approve_letters(by, letter.case) and not wrote(by, letter)


def check_can_approve_letter(by: By, letter: Letter) -> None:
    """Raise NotFound or NotPermitted for one who approves no letters of this case, OwnLetter for
    one who wrote it."""
    if not can_approve_letters(by, letter.case):
        refuse_about_case(by, letter.case)
    if wrote(by, letter):
        raise OwnLetter


def wrote(by: By, letter: Letter) -> bool:
    """Whether `by` is the letter's author or wrote a version of it."""
    if not isinstance(by, User):
        return False
    return letter.author_id == by.pk or letter.versions.filter(written_by=by).exists()


def check_can_read_letter(by: By, letter: Letter) -> None:
    """Raise NotFound unless `by` may see the letter's case, and so its text."""
    if not isinstance(by, User) or not cases_visible_to(by).filter(pk=letter.case_id).exists():
        raise NotFound


def can_read_file(by: By, letter: Letter) -> bool:
    """Whether `by` may have the letter's file: who sees the case; of one that discloses identity,
    those of the desk who write or approve its letters."""
    if letter.discloses:
        return can_read_telling_file(by, letter)
    return isinstance(by, User) and cases_visible_to(by).filter(pk=letter.case_id).exists()


def can_read_telling_file(by: By, letter: Letter) -> bool:
    """Whether `by` may have what a letter tells of identities."""
    return can_read_what_is_told(by, letter.case, letter.disclosures.all())


def can_read_what_is_told(by: By, case: Case, told: QuerySet[Disclosure]) -> bool:
    """Whether `by` may have what a case tells of identities: those who write or approve its
    letters, and on whose desks all stand, now, of whom was told."""
    if not _writes_or_approves(by, case):
        return False
    return not isinstance(by, User) or not tells_of_another_desk(by, told)


def can_read_answers(by: By, case: Case, told: QuerySet[Disclosure]) -> bool:
    """Whether `by` may have what was answered to a case that told of somebody: those who write or
    approve its letters, while one of those of whom was told stands on a desk of theirs."""
    if not _writes_or_approves(by, case):
        return False
    return not isinstance(by, User) or told.filter(volunteer__desk__in=own_desks(by)).exists()


def _writes_or_approves(by: By, case: Case) -> bool:
    return can_write_letters(by, case) or can_approve_letters(by, case)


def check_can_read_file(by: By, letter: Letter) -> None:
    """Raise NotFound or NotPermitted unless `by` may have the letter's file."""
    if not can_read_file(by, letter):
        refuse_about_case(by, letter.case)


def refuse_about_case(by: By, case: Case) -> None:
    """Raise NotPermitted for one who sees the case, NotFound for anybody else."""
    if isinstance(by, User) and cases_visible_to(by).filter(pk=case.pk).exists():
        raise NotPermitted
    raise NotFound


def check_letter(kind: str, language: str) -> None:
    """Raise LetterInvalid for a kind or language that there is not."""
    if kind not in LetterKind.values or language not in dict(LETTER_LANGUAGES):
        raise LetterInvalid(_("Choose a kind of letter and its language."))


def check_addressee(contact: Contact | None, agency: Agency, day: date) -> None:
    """Raise LetterInvalid for a contact of another agency, or one who was merged into another;
    NotInOffice for one who is none on that day."""
    if contact is not None and (contact.agency_id != agency.pk or contact.merged_into_id):
        raise LetterInvalid(_("This contact is not one of the agency that is written to."))
    if contact is not None and not is_in_office(contact, day):
        raise NotInOffice


def check_is_writable(letter: Letter) -> None:
    """Raise NotADraft for a letter that is in review, approved, sent or discarded."""
    if letter.state not in WRITABLE:
        raise NotADraft


def check_is_latest(latest: LetterVersion | None, number: int | None) -> None:
    """Raise OtherVersion unless `number` is that of the latest version."""
    if latest is None or latest.number != number:
        raise OtherVersion


def check_still_says(latest: LetterVersion, now: bytes) -> None:
    """Raise AddresseeChanged unless `now`, the hash of the letter as it would be rendered, is that
    of the version."""
    if bytes(latest.text_hash) != now:
        raise AddresseeChanged


def check_still_goes_to(then: str, now: str) -> None:
    """Raise AddresseeChanged unless the address `now` is the one that the version keeps."""
    if then != now:
        raise AddresseeChanged


def check_may_travel(letter: Letter, openpgp_key: str) -> None:
    """Raise NotEncrypted for a letter that discloses identity and would go in the clear."""
    if letter.discloses and not openpgp_key:
        raise NotEncrypted


def check_not_approved_by(by: User, approvers: Collection[UUID]) -> None:
    """Raise ApprovedAlready for somebody among the approvers."""
    if by.pk in approvers:
        raise ApprovedAlready


def check_day(day: date, *, today: date, after: date | None = None) -> None:
    """Raise DayNotYet for a day later than today, or earlier than `after`."""
    if day > today or (after is not None and day < after):
        raise DayNotYet


def check_sending_way(letter: Letter, through: str, sources: Collection[str]) -> None:
    """Raise NotInThatState for a letter that is not ready to be sent, LetterInvalid for a way of
    sending that there is not, NoAddress for an e-mail to nobody."""
    if letter.state not in sources:
        raise NotInThatState
    if through not in LettersBy.values:
        raise LetterInvalid(_("Choose how the letter is sent."))
    if through == LettersBy.EMAIL and letter.contact is None:
        raise NoAddress


def approvals_needed(letter: Letter) -> int:
    """Return how many people must approve: two where identity is disclosed, else one."""
    return 2 if letter.discloses else 1
