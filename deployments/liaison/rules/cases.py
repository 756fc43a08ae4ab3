"""Who may open and keep cases, and what is refused of them."""

from datetime import date, datetime

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, User
from corps.accounts.queries.sight import own_desks
from corps.accounts.roles import Role
from corps.audit.actions import By
from corps.errors import NotFound, NotPermitted, Refusal
from corps.outbox.models import Message
from deployments.liaison.models import Case, Outcome
from deployments.liaison.queries.cases import cases_visible_to, day_in_seoul
from deployments.liaison.queries.inbox import nobody_has
from deployments.liaison.queries.permits import permits_visible_to
from deployments.liaison.states import CASE

READ = ("submitted", "approved", "sent", "acknowledged", "bounced")
"""States of a letter in which others than its writers have read it, and the case beside it."""

DECIDES = (Outcome.GRANTED, Outcome.REFUSED, Outcome.PARTLY)
"""The answers that say something of permits."""

UNSENT = ("draft", "returned", "submitted", "approved")
"""States of a letter that is neither sent nor discarded."""


class CaseClosed(Refusal):
    """The case is closed."""

    message = _("This case is closed: open another one.")


class DueInThePast(Refusal):
    """A due day or the day of a reminder lies before today, in Seoul."""

    message = _("This day is over already.")


class NotAnOwner(Refusal):
    """The owner to be is no liaison officer of the desk."""

    message = _("Only a liaison officer of the desk can own the case.")


class HolderAlready(Refusal):
    """The case is referred to the agency that holds it."""

    message = _("This agency holds the case already.")


class SubjectStays(Refusal):
    """An approver or an agency reads the subject with a letter of the case."""

    message = _(
        "A letter of this case is in review, approved or sent: the subject stays, as others read "
        "it. Open another case for another subject."
    )


class LettersWaiting(Refusal):
    """A letter of the case is neither sent nor discarded."""

    message = _("A letter of this case is neither sent nor discarded: do that first.")


class HeldByAgency(Refusal):
    """An agency has the case that is to be closed."""

    message = _("An agency has this case: enter its answer first, or that the letter came back.")


class ReferredOutOfTime(Refusal):
    """A referral is dated on a day to come, or before anything was sent."""

    message = _(
        "This day cannot be right: a case is passed on after it was sent, and not tomorrow."
    )


class PermitsWaiting(Refusal):
    """The last answer decides on permits, and what it says of them is not entered."""

    message = _("Permits applied for by this case have no answer: enter it first.")


class VolunteerNamed(Refusal):
    """A letter of the case discloses something about the volunteer."""

    message = _("A letter of this case names the volunteer: it stays linked.")


class LinkedAlready(Refusal):
    """The case names it already."""

    message = _("This is linked to the case already.")


class NotLinked(Refusal):
    """The case does not name it."""

    message = _("This is not linked to the case.")


class OtherDelivery(Refusal):
    """The delivery stands on another desk."""

    message = _("This delivery stands on another desk.")


class DoneAlready(Refusal):
    """The reminder is done."""

    message = _("This reminder is done already.")


def is_liaison_of(by: By, desk: Desk) -> bool:
    """Whether `by` is a liaison officer and a member of the desk."""
    if not isinstance(by, User) or not by.is_active or not by.is_staff:
        return False
    return by.has_role(Role.LIAISON) and own_desks(by).filter(pk=desk.pk).exists()


def can_open_case(by: By, desk: Desk) -> bool:
    """Whether `by` may open cases on a desk: a liaison officer of it."""
    return is_liaison_of(by, desk)


def check_can_open_case(by: By, desk: Desk) -> None:
    """Raise NotPermitted unless `by` may open cases on the desk."""
    if not can_open_case(by, desk):
        raise NotPermitted


def can_keep_case(by: By, case: Case) -> bool:
    """Whether `by` may change a case, write for it and enter what comes back: a liaison officer
    of its desk. One with whom it is only shared may see it."""
    return is_liaison_of(by, case.desk)


def can_settle_message(by: User, message: Message) -> bool:
    """Whether `by` may settle a message that carries a letter: who may keep the letter's case."""
    letter = message.about.partition(":")[2]
    case = Case.objects.filter(letters__pk=letter).select_related("desk").first()
    return case is not None and can_keep_case(by, case)


def check_can_keep_case(by: By, case: Case) -> None:
    """Raise NotFound for one who may not see the case, NotPermitted for one who only may."""
    if can_keep_case(by, case):
        return
    if isinstance(by, User) and cases_visible_to(by).filter(pk=case.pk).exists():
        raise NotPermitted
    raise NotFound


def check_case_is_open(case: Case) -> None:
    """Raise CaseClosed for a closed case."""
    if case.state == "closed":
        raise CaseClosed


def subject_stays(case: Case) -> bool:
    """Whether a letter of the case is in review, approved or sent."""
    return case.letters.filter(state__in=READ).exists()


def check_subject_is_free(case: Case) -> None:
    """Raise SubjectStays where the subject stays."""
    if subject_stays(case):
        raise SubjectStays


def check_owner(owner: User, desk: Desk) -> None:
    """Raise NotAnOwner unless `owner` may own cases on the desk."""
    if not is_liaison_of(owner, desk):
        raise NotAnOwner


def check_day_to_come(day: date | None, *, at: datetime) -> None:
    """Raise DueInThePast for a day before that of the instant `at` in Seoul; None is no day."""
    if day is not None and day < day_in_seoul(at):
        raise DueInThePast


def check_referred_on(day: date, case: Case, *, at: datetime) -> None:
    """Raise ReferredOutOfTime for a day after that of the instant `at` in Seoul, or before that on
    which a letter of the case was first sent."""
    first = case.letters.aggregate(sent=Min("sent_at"))["sent"]
    if day > day_in_seoul(at) or (first is not None and day < day_in_seoul(first)):
        raise ReferredOutOfTime


def may_end(case: Case) -> bool:
    """Whether a case may be closed, as far as its state goes; one that was sent may where all
    letters to its holder came back."""
    return case.state in CASE.moves["close"].sources and (case.state != "sent" or nobody_has(case))


def check_can_be_closed(case: Case) -> None:
    """Raise LettersWaiting while a letter of the case is under way, HeldByAgency while one that
    was sent did not come back."""
    if case.letters.filter(state__in=UNSENT).exists():
        raise LettersWaiting
    if case.state == "sent" and not nobody_has(case):
        raise HeldByAgency


def check_permits_are_said(by: By, case: Case) -> None:
    """Raise PermitsWaiting where the last answer decides, and permits that `by` sees wait for what
    it says of them."""
    if case.outcome not in DECIDES or not isinstance(by, User):
        return
    if permits_visible_to(by).filter(case=case, state="applied").exists():
        raise PermitsWaiting
