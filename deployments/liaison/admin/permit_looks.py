"""How permits look: a word in a pill, its colour only repeating it."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from corps.adminkit.looks import pill
from deployments.liaison.models import Permit
from deployments.liaison.queries.permit_board import ends_early
from deployments.liaison.queries.permits import LISTED

LOOKS = {
    "needed": "is-attention",
    "applied": "is-note",
    "granted": "is-ok",
    "refused": "is-blocked",
    "lapsed": "is-blocked",
}


def permit_pill(permit: Permit, *, at: datetime) -> SafeString:
    """Return a permit's state; one that ends before the place does asks for a look, one of somebody
    who left for none."""
    look = "is-attention" if ends_early(permit, at=at) else LOOKS[permit.state]
    if permit.assignment.state not in LISTED:
        look = "is-quiet"
    return pill(look, permit.get_state_display())


def days_of(permit: Permit) -> str:
    """Return from when and until when a permit holds, both days included."""
    days = [day and date_format(day, "SHORT_DATE_FORMAT") for day in (permit.since, permit.until)]
    if permit.since and permit.until:
        return _("%(first)s to %(last)s") % {"first": days[0], "last": days[1]}
    if permit.until:
        return _("until %(day)s") % {"day": days[1]}
    return _("from %(day)s") % {"day": days[0]} if permit.since else ""
