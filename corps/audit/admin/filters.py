"""By what the ledger is filtered: on its list, and for a table of it."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.queries.sight import desks_read_about
from corps.adminkit.buttons import COUNTABLE_DAYS, StepForm
from corps.adminkit.lists import FilterForm
from corps.adminkit.words import VERBS, actors_told_as
from corps.audit.models import Door, Entry

ANY = ("", _("any"))


def verbs() -> list[tuple[str, Any]]:
    """Return every verb that has words, by its words."""
    return [
        ANY,
        *sorted(((verb, str(words)) for verb, words in VERBS.items()), key=lambda one: one[1]),
    ]


class LedgerFields(forms.Form):
    """Who, about what, what, through which door, on which desk, in which days."""

    viewer: User

    person = forms.CharField(
        label=_("Who"), required=False, max_length=150, help_text=_("as entered, exactly")
    )
    thing = forms.CharField(
        label=_("Object"), required=False, max_length=200, help_text=_("as entered, exactly")
    )
    verb = forms.ChoiceField(label=_("What"), required=False, choices=verbs)
    door = forms.ChoiceField(label=_("Door"), required=False, choices=[ANY, *Door.choices])
    desk: Any = forms.ChoiceField(label=_("Desk"), required=False)
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=COUNTABLE_DAYS,
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=COUNTABLE_DAYS,
    )

    def prepare(self) -> None:
        """Offer the reader's desks, an auditor all."""
        choices = [(desk.slug, desk.name) for desk in desks_read_about(self.viewer)]
        self.fields["desk"].choices = [ANY, *choices]  # type: ignore[attr-defined]

    def narrow(self, queryset: QuerySet[Entry], asked: dict[str, Any]) -> QuerySet[Entry]:
        """Return the entries that fit. Who and object are looked up by their indexes."""
        wanted = {
            "actor__in": asked["person"] and actors_told_as(asked["person"]),
            "object": asked["thing"],
            "verb": asked["verb"],
            "door": asked["door"],
            "desk": asked["desk"],
        }
        queryset = queryset.filter(**{name: value for name, value in wanted.items() if value})
        if asked["since"]:
            queryset = queryset.filter(at__gte=_midnight(asked["since"]))
        if asked["until"]:
            queryset = queryset.filter(at__lt=_midnight(asked["until"] + timedelta(days=1)))
        return queryset


class LedgerForm(LedgerFields, FilterForm):
    """The filters above the list; `before` turns the pages."""

    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def narrow(self, queryset: QuerySet[Entry], asked: dict[str, Any]) -> QuerySet[Entry]:
        """Return the entries that fit, from the page that is asked for."""
        queryset = super().narrow(queryset, asked)
        return queryset.filter(number__lt=asked["before"]) if asked["before"] else queryset


class ExportForm(LedgerFields, StepForm):
    """The same filters, as they stood on the list, for a table."""

    from_link = ("person", "thing", "verb", "door", "desk", "since", "until")


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())
