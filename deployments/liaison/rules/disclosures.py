"""Who may tell whom what of an identity: `can_…` answers, `check_…` raises."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.queries.sight import own_desks
from corps.accounts.roles import Role
from corps.audit.actions import By
from corps.errors import NotFound, NotPermitted, Refusal
from deployments.liaison.models import Disclosure, Letter
from deployments.liaison.queries.cases import cases_visible_to
from volunteers.identity import PARTS
from volunteers.models import Purpose, Volunteer
from volunteers.queries.people import volunteers_visible_to
from volunteers.rules import refuse_about

NEVER_TOLD = ("relatives_in_north", "notes", "other")
"""What no letter carries, whoever consents: families in the North, and what was written freely."""

TELLABLE = tuple(part for part in PARTS if part not in NEVER_TOLD)
"""The parts of an identity that a letter may carry."""

PURPOSES = (Purpose.PERMITS, Purpose.HOST)
"""What identity may be told for; each asks for the consent of the same name."""

OPEN_FOR = timedelta(days=7)
"""How long after the approval the author may read what an unsent letter discloses."""


class NotConcerned(Refusal):
    """A letter tells only of those whom its case concerns."""

    def __init__(self, callsigns: Iterable[str]) -> None:
        sentence = _("The case does not concern: {}. Link them to the case first.")
        super().__init__(format_lazy(sentence, ", ".join(callsigns)))


class FieldsNotTold(Refusal):
    """Some parts of an identity never leave the house."""

    message = _("Choose what is to be told. Relatives in the North and notes are told to nobody.")


class NotADraft(Refusal):
    """What a letter discloses is part of what was approved."""

    message = _("What a letter discloses can be changed only while it is a draft.")


class ConsentMissing(Refusal):
    """Somebody has not consented, or no longer does, or has left."""

    def __init__(self, callsigns: Iterable[str]) -> None:
        sentence = _(
            "Nothing may be told of these volunteers, whose consent for this is not there or was "
            "withdrawn: {}. Take them out of the letter, or ask them."
        )
        super().__init__(format_lazy(sentence, ", ".join(callsigns)))


def _liaison_of(by: By, desk_id: object) -> bool:
    if not (isinstance(by, User) and by.is_active and by.is_staff and by.has_role(Role.LIAISON)):
        return False
    return own_desks(by).filter(pk=desk_id).exists()


def can_plan_disclosure(by: By, letter: Letter) -> bool:
    """Whether `by` may say what a letter tells: the liaison officers of the case's desk."""
    return _liaison_of(by, letter.case.desk_id)


def check_can_plan_disclosure(by: By, letter: Letter) -> None:
    """Raise NotFound or NotPermitted unless `by` may say what the letter tells, NotADraft later."""
    if not can_plan_disclosure(by, letter):
        if isinstance(by, User) and cases_visible_to(by).filter(pk=letter.case_id).exists():
            raise NotPermitted
        raise NotFound
    if letter.state != "draft":
        raise NotADraft


def check_may_be_told(
    by: User, letter: Letter, volunteer: Volunteer, fields: Collection[str]
) -> None:
    """Raise NotFound for a volunteer whom `by` does not see, NotConcerned for one whom the case
    does not concern, FieldsNotTold for parts that are told to nobody, or for none."""
    if not volunteers_visible_to(by).filter(pk=volunteer.pk).exists():
        raise NotFound
    if not letter.case.concerned.filter(volunteer=volunteer).exists():
        raise NotConcerned([volunteer.callsign])
    if not fields or not set(fields) <= set(TELLABLE):
        raise FieldsNotTold


def can_recall(by: By, volunteer: Volunteer) -> bool:
    """Whether `by` may ask agencies to destroy what they hold: liaison officers of the desk."""
    return _liaison_of(by, volunteer.desk_id)


def check_can_recall(by: By, volunteer: Volunteer) -> None:
    """Raise NotFound or NotPermitted unless `by` may recall."""
    if not can_recall(by, volunteer):
        refuse_about(by, volunteer)


def can_reveal_disclosed(by: By, disclosure: Disclosure, *, at: datetime) -> bool:
    """Whether `by` may read the parts of one identity that an approved letter tells: its author,
    still a liaison officer of the desk, until it is sent, and for OPEN_FOR at most."""
    letter = disclosure.letter
    if letter.state != "approved" or at - letter.state_since >= OPEN_FOR:
        return False
    author = isinstance(by, User) and letter.author_id == by.pk
    return author and _liaison_of(by, letter.case.desk_id)


def check_can_reveal_disclosed(by: By, disclosure: Disclosure, *, at: datetime) -> None:
    """Raise NotFound or NotPermitted unless `by` may read what the letter tells."""
    if can_reveal_disclosed(by, disclosure, at=at):
        return
    if isinstance(by, User) and cases_visible_to(by).filter(pk=disclosure.letter.case_id).exists():
        raise NotPermitted
    raise NotFound
