"""How states of work are shown: a word in a pill, its colour only repeating it."""

from datetime import date

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deployments.models import Assignment, Deployment

DEPLOYMENT_LOOKS = {
    "draft": "is-quiet",
    "open": "is-attention",
    "ready": "is-ok",
    "active": "is-ok",
    "closed": "is-quiet",
    "cancelled": "is-quiet",
}
ASSIGNMENT_LOOKS = {
    "proposed": "is-note",
    "offered": "is-attention",
    "accepted": "is-ok",
    "confirmed": "is-ok",
    "active": "is-ok",
    "lost_contact": "is-blocked",
}


def deployment_pill(deployment: Deployment) -> SafeString:
    """Return a deployment's state as a pill."""
    look = DEPLOYMENT_LOOKS[deployment.state]
    return format_html('<span class="pill {}">{}</span>', look, deployment.get_state_display())


def assignment_pill(assignment: Assignment) -> SafeString:
    """Return an assignment's state as a pill."""
    look = ASSIGNMENT_LOOKS.get(assignment.state, "is-quiet")
    return format_html('<span class="pill {}">{}</span>', look, assignment.get_state_display())


def days_shown(first: date, last: date) -> str:
    """Return days, the last one included, in words; a line breaks before the last day
    alone."""
    if first == last:
        return unbroken(date_format(first, "DATE_FORMAT"))
    days = [unbroken(date_format(day, "DATE_FORMAT")) for day in (first, last)]
    shown = _("%(first)s to %(last)s") % {"first": days[0], "last": days[1]}
    return shown.replace(f"{days[0]} ", f"{days[0]}\N{NO-BREAK SPACE}")


def unbroken(text: str) -> str:
    """Return the text with spaces at which no line breaks."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
