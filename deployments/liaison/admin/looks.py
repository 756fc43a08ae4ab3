"""How cases and what belongs to them are shown: a word in a pill, its colour only repeating it."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from corps.adminkit.looks import pill
from deployments.liaison.models import Case

CASE_LOOKS = {
    "open": "is-attention",
    "drafting": "is-note",
    "in_review": "is-attention",
    "sent": "is-note",
    "acknowledged": "is-note",
    "referred": "is-note",
    "answered": "is-attention",
    "closed": "is-quiet",
}
OUTCOME_LOOKS = {"granted": "is-ok", "refused": "is-blocked"}


def case_pill(case: Case) -> SafeString:
    """Return a case's state as a pill; one that is overdue, or whose letter came back, says so."""
    pills = [pill(CASE_LOOKS[case.state], case.get_state_display())]
    pills += [pill("is-blocked", _("Letter came back"))] if getattr(case, "is_back", False) else []
    pills += [pill("is-blocked", _("Overdue"))] if case.overdue_since else []
    return format_html_join(" ", "{}", ((one,) for one in pills))


def due_shown(case: Case) -> str:
    """Return the due day, "–" where there is none."""
    return date_format(case.due, "SHORT_DATE_FORMAT") if case.due else "–"


def page_of(obj: Any) -> str:
    """Return the address of an object's page in the admin, "" where it has none."""
    if obj is None:
        return ""
    name = f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change"
    try:
        return reverse(name, args=[obj.pk])
    except NoReverseMatch:
        return ""
