"""Reasons for and against a volunteer in a place: plain values, and the sentence for each."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from deployments.models import Mode
from volunteers.models import Clearance, Language, Level, Skill
from volunteers.states import STANDING

Days = tuple[date, date]
"""The first and the last day of a range, both included."""


class ReasonKind(StrEnum):
    """What a reason is about; which way it speaks is told by where it stands."""

    STANDING = "standing"
    SKILL = "skill"
    SKILL_LAPSES = "skill_lapses"
    LANGUAGE = "language"
    CLEARANCE = "clearance"
    CLEARANCE_ENDS = "clearance_ends"
    CLEARANCE_GAP = "clearance_gap"
    UNAVAILABLE = "unavailable"
    UNSAID = "unsaid"
    AVAILABLE = "available"
    AVOID = "avoid"
    HOLDS_THIS = "holds_this"
    HOLDS_ANOTHER = "holds_another"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `needed` and `held` are levels of what it is about, `held` None for none.

    `days` are inclusive and `until` is the last day on which something still counts: of skills and
    clearances in the deployment's time zone, of availability in the volunteer's own, of other
    places in that of the deployment looked at. `codename` is empty for a deployment that is hidden
    from the viewer, `ever` False for a volunteer who has never said anything about availability.
    """

    kind: ReasonKind
    needed: int | None = None
    held: int | None = None
    skill: Skill | None = None
    language: Language | None = None
    mode: str = ""
    standing: str = ""
    days: tuple[Days, ...] = ()
    until: date | None = None
    codename: str = ""
    ever: bool = True

    @property
    def met(self) -> bool:
        """Whether the level held is at least the level needed."""
        return self.held is not None and self.needed is not None and self.held >= self.needed

    def __str__(self) -> str:
        return SENTENCES[self.kind](self)


def _standing(reason: Reason) -> str:
    return _("standing: %(standing)s") % {"standing": STANDING.states[reason.standing].label}


def _skill(reason: Reason) -> str:
    values = {"skill": reason.skill, "needed": reason.needed, "held": reason.held}
    if reason.held is None:
        return _("skill %(skill)s %(needed)s needed, has none") % values
    if reason.met:
        return _("skill %(skill)s %(held)s, %(needed)s needed") % values
    return _("skill %(skill)s %(needed)s needed, has %(held)s") % values


def _skill_lapses(reason: Reason) -> str:
    return _("skill %(skill)s counts only until %(day)s") % {
        "skill": reason.skill,
        "day": _day(reason.until),
    }


def _language(reason: Reason) -> str:
    values = {
        "language": reason.language,
        "mode": Mode(reason.mode).label,
        "needed": _level(reason.needed),
        "held": _level(reason.held),
    }
    if reason.held is None:
        return _("%(language)s %(mode)s %(needed)s needed, none known") % values
    if reason.met:
        return _("%(language)s %(mode)s %(held)s, %(needed)s needed") % values
    return _("%(language)s %(mode)s %(needed)s needed, has %(held)s") % values


def _clearance(reason: Reason) -> str:
    needed = _clearance_level(reason.needed)
    if reason.held is None:
        return _("clearance %(needed)s needed, has none") % {"needed": needed}
    if reason.met and reason.until:
        values = {"held": _clearance_level(reason.held), "day": _day(reason.until)}
        return _("clearance %(held)s until %(day)s") % values
    values = {"needed": needed, "held": _clearance_level(reason.held)}
    return _("clearance %(needed)s needed, has %(held)s") % values


def _clearance_ends(reason: Reason) -> str:
    return _("clearance ends %(day)s") % {"day": _day(reason.until)}


def _clearance_gap(reason: Reason) -> str:
    values = {"needed": _clearance_level(reason.needed), "days": _ranges(reason.days)}
    return _("no clearance %(needed)s for %(days)s") % values


def _unavailable(reason: Reason) -> str:
    return _("unavailable %(days)s") % {"days": _ranges(reason.days)}


def _unsaid(reason: Reason) -> str:
    if not reason.ever:
        return _("has not said when available")
    return _("no availability given for %(days)s") % {"days": _ranges(reason.days)}


def _available(reason: Reason) -> str:
    return _("available throughout")


def _avoid(reason: Reason) -> str:
    return _("would rather not %(days)s") % {"days": _ranges(reason.days)}


def _holds_this(reason: Reason) -> str:
    return _("holds this place")


def _holds_another(reason: Reason) -> str:
    values = {"codename": reason.codename, "days": _ranges(reason.days)}
    if reason.codename:
        return _("holds another place (%(codename)s) %(days)s") % values
    return _("holds another place %(days)s") % values


SENTENCES = {
    ReasonKind.STANDING: _standing,
    ReasonKind.SKILL: _skill,
    ReasonKind.SKILL_LAPSES: _skill_lapses,
    ReasonKind.LANGUAGE: _language,
    ReasonKind.CLEARANCE: _clearance,
    ReasonKind.CLEARANCE_ENDS: _clearance_ends,
    ReasonKind.CLEARANCE_GAP: _clearance_gap,
    ReasonKind.UNAVAILABLE: _unavailable,
    ReasonKind.UNSAID: _unsaid,
    ReasonKind.AVAILABLE: _available,
    ReasonKind.AVOID: _avoid,
    ReasonKind.HOLDS_THIS: _holds_this,
    ReasonKind.HOLDS_ANOTHER: _holds_another,
}


def _level(level: int | None) -> str:
    return str(Level(level).label) if level else ""


def _clearance_level(level: int | None) -> str:
    return str(Clearance(level).label) if level else ""


def _day(day: date | None) -> str:
    # Translators: a date in Django's letters (12 March 2027); Korean Y년 n월 j일, Ukrainian j E Y
    return date_format(day, pgettext("format of a date with its year", "j F Y")) if day else ""


def _ranges(ranges: tuple[Days, ...]) -> str:
    return ", ".join(_range(first, last) for first, last in ranges)


def _range(first: date, last: date) -> str:
    """Return "9 May", "3 to 9 May", "28 April to 3 May", or with years where they differ."""
    # Translators: formats in Django's letters, such as 9 May; Korean n월 j일, Ukrainian j E
    whole = pgettext("format of a day without its year", "j F")
    if first == last:
        return date_format(first, whole)
    if first.year != last.year:
        left, right = _day(first), _day(last)
    elif first.month != last.month:
        left, right = date_format(first, whole), date_format(last, whole)
    else:
        # Translators: the 3 and the 9 May of "3 to 9 May"; Korean n월 j일 and j일
        left = date_format(first, pgettext("format of the first day of a range in one month", "j"))
        right = date_format(last, pgettext("format of the last day of a range in one month", "j F"))
    return pgettext("range of days", "%(first)s to %(last)s") % {"first": left, "last": right}
