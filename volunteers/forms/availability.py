"""Saying when one is free: one day, several days, every week."""

from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from volunteers.models import DayKind

NOTHING = "nothing"
"""Stands for no kind, where a form must send a word."""

CHOICES = [*DayKind.choices, (NOTHING, _("Nothing said"))]


def as_kind(word: str) -> DayKind | None:
    """Return the kind a form's word means."""
    return None if word == NOTHING else DayKind(word)


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayForm(forms.Form):
    """One day and what it becomes, as the calendar's buttons send it: `2027-03-04.available`."""

    set = forms.RegexField(r"^\d{4}-\d\d-\d\d\.[a-z]+$")

    def clean_set(self) -> tuple[date, DayKind | None]:
        """Return the day and the kind."""
        day, word = self.cleaned_data["set"].split(".")
        try:
            return date.fromisoformat(day), as_kind(word)
        except ValueError as error:
            raise forms.ValidationError(_("This is not a day.")) from error


class DaysForm(forms.Form):
    """Several days at once: the first and the last, both included."""

    first = forms.DateField(label=_("First day"), widget=DateInput)
    last = forms.DateField(label=_("Last day"), widget=DateInput)
    kind = forms.ChoiceField(label=_("These days are"), choices=CHOICES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "last"):
            self.fields[name].widget.attrs["min"] = today.isoformat()

    def clean_kind(self) -> DayKind | None:
        """Return the kind; None takes back."""
        return as_kind(self.cleaned_data["kind"])

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        return cleaned


class WeeklyForm(forms.Form):
    """What each weekday is, every week; the week begins as the reader is used to."""

    def __init__(self, *args: Any, kinds: dict[int, DayKind] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday in week():
            self.fields[f"day_{weekday}"] = forms.ChoiceField(
                label=WEEKDAYS[weekday - 1],
                choices=[CHOICES[-1], *CHOICES[:-1]],
                initial=(kinds or {}).get(weekday, NOTHING),
            )

    def kinds(self) -> dict[int, DayKind]:
        """Return ISO weekday to kind, for the weekdays of which something is said."""
        said = ((weekday, as_kind(self.cleaned_data[f"day_{weekday}"])) for weekday in week())
        return {weekday: kind for weekday, kind in said if kind}


def week() -> list[int]:
    """Return the ISO weekdays in the order of the reader's week."""
    first = (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7
    return [(first + number) % 7 + 1 for number in range(7)]


class WindowForm(forms.Form):
    """Which window is taken back."""

    window = forms.IntegerField(min_value=1, max_value=2**63 - 1)
