"""The filters of the register list."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.buttons import COUNTABLE_DAYS
from corps.adminkit.filters import ChoiceFilter
from corps.adminkit.lists import FilterForm
from volunteers.forms.availability import DateInput
from volunteers.models import Clearance, Level, Volunteer
from volunteers.queries.catalogue import all_languages, all_skills
from volunteers.queries.register import (
    clearance_lapsing,
    cleared_for,
    free_between,
    holding_skill,
    knowing_language,
    not_cleared,
)

ANY = [("", _("any"))]


class ClearanceFilter(ChoiceFilter):
    """By the clearance of today: at least a level, about to lapse, none."""

    title = _("clearance")
    parameter_name = "clearance"

    def choices_for(self, viewer: User) -> Iterable[tuple[str, Any]]:
        """Return the levels, lapsing, none."""
        for level in Clearance:
            yield str(level.value), _("%s or higher") % level.label
        yield "lapsing", _("lapses within 30 days")
        yield "none", _("none")

    def narrow(self, queryset: QuerySet[Volunteer], value: str) -> QuerySet[Volunteer]:
        """Return the volunteers of that clearance."""
        today = timezone.localdate()
        if value == "lapsing":
            return clearance_lapsing(queryset, on=today)
        if value == "none":
            return not_cleared(queryset, on=today)
        return cleared_for(queryset, int(value), on=today)


class AccountFilter(ChoiceFilter):
    """By whether there is a portal account."""

    title = _("portal account")
    parameter_name = "account"

    def choices_for(self, viewer: User) -> Iterable[tuple[str, Any]]:
        """Return yes and no."""
        return [("yes", _("Yes")), ("no", _("No"))]

    def narrow(self, queryset: QuerySet[Volunteer], value: str) -> QuerySet[Volunteer]:
        """Return the volunteers with or without an account."""
        return queryset.filter(user__isnull=value == "no")


def at_least(choices: Iterable[tuple[int, Any]]) -> list[tuple[Any, Any]]:
    """Return levels as choices, the empty one first."""
    return [*ANY, *choices]


class RegisterForm(FilterForm):
    """Language with its level, skill with its level, and days on which somebody is available."""

    language = forms.ModelChoiceField(
        all_languages(), label=_("Language"), required=False, empty_label=_("any")
    )
    speaking = forms.TypedChoiceField(
        label=_("Speaking at least"),
        required=False,
        choices=at_least(Level.choices),
        coerce=int,
        empty_value=None,
    )
    skill = forms.ModelChoiceField(
        all_skills(), label=_("Skill"), required=False, empty_label=_("any")
    )
    level = forms.TypedChoiceField(
        label=_("Level at least"),
        required=False,
        choices=at_least((number, number) for number in range(1, 5)),
        coerce=int,
        empty_value=None,
    )
    free_from = forms.DateField(
        label=_("Available from"), required=False, widget=DateInput, validators=COUNTABLE_DAYS
    )
    free_to = forms.DateField(
        label=_("to"), required=False, widget=DateInput, validators=COUNTABLE_DAYS
    )

    def clean(self) -> dict[str, Any]:
        """The last day may not lie before the first."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("free_from"), cleaned.get("free_to")
        if first and last and last < first:
            self.add_error("free_to", _("The last day lies before the first."))
        return cleaned

    def narrow(self, queryset: QuerySet[Volunteer], asked: dict[str, Any]) -> QuerySet[Volunteer]:
        """Return the volunteers who fit all that was asked."""
        if asked["language"]:
            code, level = asked["language"].pk, asked["speaking"] or 1
            queryset = knowing_language(queryset, code, "speaking", level)
        if asked["skill"]:
            queryset = holding_skill(queryset, asked["skill"], asked["level"] or 1)
        first = asked["free_from"] or asked["free_to"]
        if first:
            last = asked["free_to"] or first
            queryset = free_between(queryset, *_bounds(first, last), _weekdays(first, last))
        return queryset


def _bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the half-open period of whole days in the reader's time zone."""
    zone = timezone.get_current_timezone()
    end = last + timedelta(days=1)
    return datetime.combine(first, time.min, zone), datetime.combine(end, time.min, zone)


def _weekdays(first: date, last: date) -> set[int]:
    days = min((last - first).days + 1, 7)
    return {(first + timedelta(days=number)).isoweekday() for number in range(days)}
