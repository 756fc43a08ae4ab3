"""Who may tell whom what of an identity: `can_…` answers, `check_…` raises."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.audit.actions import By
from corps.errors import NotFound, NotPermitted, Refusal
from deployments.liaison.models import Disclosure, Letter
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.rules.cases import is_liaison_of
from deployments.liaison.rules.letters import (
    can_write_letters,
    check_can_write_letters,
    check_is_writable,
    refuse_about_case,
)
from volunteers.identity import PARTS
from volunteers.models import Purpose, Volunteer
from volunteers.queries.people import volunteers_on_own_desks, volunteers_visible_to
from volunteers.rules import GONE, refuse_about

NEVER_TOLD = ("relatives_in_north", "notes", "other")
"""What no letter carries, whoever consents: families in the North, and what was written freely."""

TELLABLE = tuple(part for part in PARTS if part not in NEVER_TOLD)
"""The parts of an identity that a letter may carry."""

PURPOSES = (Purpose.PERMITS, Purpose.HOST)
"""What identity may be told for; each asks for the consent of the same name."""

OPEN_FOR = timedelta(days=7)
"""How long after the approval the author may read what an unsent letter discloses."""


class OfSome(Refusal):
    """What stands against telling of some people: `naming` says it of those whom the person sees,
    by callsign; what is kept of it names nobody."""

    naming: ClassVar[Any]

    def __init__(self, callsigns: Collection[str]) -> None:
        super().__init__(format_lazy(self.naming, ", ".join(callsigns)) if callsigns else None)


class NotConcerned(OfSome):
    """A letter tells only of those whom its case concerns."""

    message = kept = _(
        "The case does not concern everybody of whom the letter tells. Link them to the case first."
    )
    naming = _("The case does not concern: {}. Link them to the case first.")


class OnAnotherDesk(OfSome):
    """An identity is told by the desk that answers for it, in a case of its own."""

    message = kept = _(
        "The letter tells of somebody who stands on another desk than its case. Take them out or "
        "discard the letter: that desk tells of them, in a case of its own."
    )
    naming = _(
        "These volunteers stand on another desk than the case: {}. Take them out or discard the "
        "letter: that desk tells of them, in a case of its own."
    )


class FieldsNotTold(Refusal):
    """Some parts of an identity never leave the house."""

    message = _("Choose what is to be told. Relatives in the North and notes are told to nobody.")


class ConsentMissing(OfSome):
    """Somebody has not consented, or no longer does, or has left."""

    message = kept = _(
        "The letter tells of somebody whose consent for this is not there or was withdrawn. Take "
        "them out of the letter, or ask them."
    )
    naming = _(
        "Nothing may be told of these volunteers, whose consent for this is not there or was "
        "withdrawn: {}. Take them out of the letter, or ask them."
    )


class NobodyNamed(Refusal):
    """An attachment shows somebody, and the letter does not say whom."""

    message = _(
        "An attachment shows the identity of a volunteer: say of whom the letter tells, so that "
        "their consent is checked."
    )


def can_plan_disclosure(by: By, letter: Letter) -> bool:
    """Whether `by` may say what a letter tells: who may write it."""
    return can_write_letters(by, letter.case)


def check_can_plan_disclosure(by: By, letter: Letter) -> None:
    """Raise NotFound or NotPermitted unless `by` may say what the letter tells; NotADraft once it
    was submitted, since what a letter discloses is part of what is approved."""
    check_can_write_letters(by, letter.case)
    check_is_writable(letter)


def check_may_be_told(
    by: User, letter: Letter, volunteer: Volunteer, fields: Collection[str]
) -> None:
    """Raise NotFound for a volunteer whom `by` does not see, NotPermitted for one of another desk:
    sharing shows a callsign. Raise OnAnotherDesk for one who is on another desk than the case: an
    identity is told by the desk that answers for it; NotConcerned for one whom the case does not
    concern, FieldsNotTold for parts that are told to nobody, or for none."""
    if not volunteers_visible_to(by).filter(pk=volunteer.pk).exists():
        raise NotFound
    if not volunteers_on_own_desks(by).filter(pk=volunteer.pk).exists():
        raise NotPermitted
    if volunteer.desk_id != letter.case.desk_id:
        raise OnAnotherDesk([volunteer.callsign])
    if not letter.case.concerned.filter(volunteer=volunteer).exists():
        raise NotConcerned([volunteer.callsign])
    if not fields or not set(fields) <= set(TELLABLE):
        raise FieldsNotTold


def check_shows_nobody(letter: Letter) -> None:
    """Raise NobodyNamed where an attachment of the letter shows somebody's identity."""
    if letter.attachments.filter(discloses=True).exists():
        raise NobodyNamed


def had_left(volunteer: Volunteer, day: date) -> bool:
    """Whether a volunteer had left before a day of Seoul's calendar, and has not returned."""
    return volunteer.standing in GONE and day_in_seoul(volunteer.standing_since) < day


def can_recall(by: By, volunteer: Volunteer) -> bool:
    """Whether `by` may ask agencies to destroy what they hold: liaison officers of the desk."""
    return is_liaison_of(by, volunteer.desk)


def check_can_recall(by: By, volunteer: Volunteer) -> None:
    """Raise NotFound or NotPermitted unless `by` may recall."""
    if not can_recall(by, volunteer):
        refuse_about(by, volunteer)


def can_reveal_disclosed(by: By, disclosure: Disclosure, *, at: datetime) -> bool:
    """Whether `by` may read the parts of one identity that an approved letter tells: its author,
    still a liaison officer of the desk, until it is sent, and for OPEN_FOR at most."""
    letter = disclosure.letter
    return is_open_to_its_author(letter, at=at) and is_author(by, letter)


def is_author(by: By, letter: Letter) -> bool:
    """Whether `by` is a letter's author, and still a liaison officer of its case's desk."""
    author = isinstance(by, User) and letter.author_id == by.pk
    return author and can_write_letters(by, letter.case)


def is_open_to_its_author(letter: Letter, *, at: datetime) -> bool:
    """Whether what a letter tells may be read by its author: once it is approved, until it is sent,
    and for OPEN_FOR at most."""
    return letter.state == "approved" and at - letter.state_since < OPEN_FOR


def check_can_reveal_disclosed(by: By, disclosure: Disclosure, *, at: datetime) -> None:
    """Raise NotFound or NotPermitted unless `by` may read what the letter tells."""
    if not can_reveal_disclosed(by, disclosure, at=at):
        refuse_about_case(by, disclosure.letter.case)
