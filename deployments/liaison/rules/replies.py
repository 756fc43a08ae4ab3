"""Who may read replies, and what is refused of them."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.audit.actions import By
from corps.errors import NotFound, NotPermitted, Refusal
from deployments.liaison.models import Case, Letter, Reply
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.queries.disclosures import nameable_in
from deployments.liaison.queries.replies import has_mail, replies_visible_to
from deployments.liaison.rules.letters import can_read_answers


class MailKnown(Refusal):
    """A reply of the case came as the same e-mail."""

    message = _("This e-mail is entered already.")


class CameTooSoon(Refusal):
    """A reply is said to have come on a day that is still to come."""

    message = _("A day that is still to come cannot be the day on which it came.")


class NothingSent(Refusal):
    """A reply is entered for a case of which nothing ever went out."""

    message = _("Nothing of this case was sent yet: nobody can have answered.")


class LetterOfAnother(Refusal):
    """The letter that a reply answers belongs to another case."""

    message = _("This letter belongs to another case.")


NEVER_SENT = ("open", "drafting", "in_review")


def can_be_answered(case: Case) -> bool:
    """Whether something of a case went out, so that somebody can have answered."""
    if case.state not in NEVER_SENT or case.outcome:
        return True
    return case.letters.filter(sent_at__isnull=False).exists()


def check_can_be_answered(case: Case) -> None:
    """Raise NothingSent for a case of which nothing ever went out."""
    if not can_be_answered(case):
        raise NothingSent


def check_letter_of(case: Case, letter: Letter | None) -> None:
    """Raise LetterOfAnother for a letter of another case."""
    if letter is not None and letter.case_id != case.pk:
        raise LetterOfAnother


def check_came(day: date, *, at: datetime) -> None:
    """Raise CameTooSoon for a day after that of the instant `at` in Seoul."""
    if day > day_in_seoul(at):
        raise CameTooSoon


def check_can_read_reply(by: By, reply: Reply) -> None:
    """Raise NotFound unless `by` may see the reply: whoever sees its case. Where agencies were told
    of somebody whom the answer may name, raise NotPermitted for one who may not read that."""
    if not isinstance(by, User) or not replies_visible_to(by).filter(pk=reply.pk).exists():
        raise NotFound
    told = nameable_in(reply)
    if told.exists() and not can_read_answers(by, reply.case, told):
        raise NotPermitted


def check_is_new(case: Case, message_id: str) -> None:
    """Raise MailKnown for the Message-ID of an e-mail that is a reply of the case already; whether
    another case has it, nobody is told. The caller holds the case."""
    if message_id and has_mail(case, message_id):
        raise MailKnown
