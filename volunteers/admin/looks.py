"""How standings, clearances and abilities look in the admin."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from corps.adminkit.looks import bars, levels, pill
from volunteers.models import LanguageHeld, Level, SkillHeld, VettingCase, Volunteer
from volunteers.queries.register import Facts
from volunteers.queries.vetting import LAPSING_WITHIN, cleared_until

STANDING_LOOKS = {
    "applicant": "is-attention",
    "active": "is-ok",
    "paused": "is-note",
    "released": "is-quiet",
    "withdrawn": "is-quiet",
}
CASE_LOOKS = {
    "open": "is-attention",
    "checks": "is-attention",
    "recommended": "is-attention",
    "cleared": "is-ok",
    "refused": "is-blocked",
    "lapsed": "is-quiet",
    "revoked": "is-blocked",
}


def standing_pill(volunteer: Volunteer) -> SafeString:
    """The standing."""
    return pill(STANDING_LOOKS[volunteer.standing], volunteer.get_standing_display())


def case_pill(case: VettingCase) -> SafeString:
    """The state of a vetting case."""
    return pill(CASE_LOOKS[case.state], case.get_state_display())


def clearance_shown(case: VettingCase | None) -> SafeString:
    """The clearance with its last day; soon over is to be seen."""
    if case is None:
        return pill("is-quiet", _("none"))
    last = cleared_until(case)
    soon = last - timezone.localdate() <= LAPSING_WITHIN - timedelta(days=1)
    look = "is-attention" if soon else "is-ok"
    return format_html(
        '{} <span class="number">{}</span>', pill(look, case.get_level_display()), short_day(last)
    )


def languages_shown(held: Iterable[LanguageHeld]) -> SafeString:
    """The languages with their speaking level, the best first."""
    best = sorted(held, key=lambda one: -one.speaking)
    return levels((str(one.language), Level(one.speaking).label) for one in best)


def skills_shown(held: Iterable[SkillHeld]) -> SafeString:
    """The skills with their level, the best first."""
    best = sorted(held, key=lambda one: -one.level)
    return bars((str(one.skill), one.level) for one in best)


def next_free_shown(facts: Facts) -> SafeString | str:
    """The next day on which somebody is available."""
    if facts.free_now:
        return pill("is-ok", _("now"))
    return short_day(facts.next_free) if facts.next_free else "–"


def short_day(day: date) -> str:
    """A date as short as the reader's language writes it."""
    return date_format(day, "SHORT_DATE_FORMAT")
