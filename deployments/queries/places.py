"""Offers and places as the volunteer reads them: which, on what days, and what is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Case, QuerySet, When

from deployments.models import Assignment, Slot, SlotLanguage, SlotSkill
from deployments.queries.assignments import own_assignments
from volunteers.models import Volunteer
from volunteers.queries.availability import dates_of, zone_of

TAKEN = ("accepted", "confirmed", "active", "lost_contact")
"""The states in which a place is the volunteer's own."""


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """An assignment with its days, both included: where the volunteer is, and at the place."""

    assignment: Assignment
    first: date
    last: date
    first_there: date
    last_there: date

    @property
    def same_days(self) -> bool:
        """Whether the days have the same dates in both places."""
        return (self.first, self.last) == (self.first_there, self.last_there)

    @property
    def can_withdraw(self) -> bool:
        """Whether the place may be given back."""
        return self.assignment.state in TAKEN


@dataclass(frozen=True, slots=True)
class Needs:
    """What a place asks of a person."""

    languages: list[SlotLanguage]
    skills: list[SlotSkill]


def own_place(assignment: Assignment, zone: ZoneInfo) -> OwnPlace:
    """Return an assignment with its days in `zone` and at the place."""
    start, end = assignment.period.lower, assignment.period.upper
    there = ZoneInfo(str(assignment.slot.deployment.time_zone))
    return OwnPlace(assignment, *dates_of(start, end, zone), *dates_of(start, end, there))


def own_places(assignments: Iterable[Assignment], volunteer: Volunteer) -> list[OwnPlace]:
    """Return assignments with their days where the volunteer is."""
    zone = zone_of(volunteer)
    return [own_place(assignment, zone) for assignment in assignments]


def offers_of(volunteer: Volunteer) -> QuerySet[Assignment]:
    """Return the volunteer's offers: those that wait first, soonest to answer; then the latest."""
    shown = own_assignments(volunteer).filter(
        state__in=("offered", "declined", "expired", "cancelled")
    )
    waiting = Case(When(state="offered", then="answer_by"))
    return shown.order_by(waiting.asc(nulls_last=True), "-state_since", "pk")


def places_of(volunteer: Volunteer) -> QuerySet[Assignment]:
    """Return the places the volunteer holds, the next one first; then those that are over."""
    shown = own_assignments(volunteer).filter(state__in=(*TAKEN, "completed", "withdrawn"))
    held = Case(When(state__in=TAKEN, then="period"))
    return shown.order_by(held.asc(nulls_last=True), "-state_since", "pk")


def needs_of(slot: Slot) -> Needs:
    """Return the languages and skills a place asks for."""
    return Needs(
        languages=list(slot.languages.select_related("language").order_by("language_id", "mode")),
        skills=list(slot.skills.select_related("skill").order_by("skill__code")),
    )
