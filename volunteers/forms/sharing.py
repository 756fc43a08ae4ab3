"""Sharing with one person until a day, and ending it."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.rules.sharing import (
    DAYS_AT_MOST,
    DAYS_BY_DEFAULT,
    EndOutOfRange,
    until_after,
)
from corps.adminkit.buttons import StepForm
from volunteers.forms.availability import DateInput
from volunteers.queries.people import people_shared_with, people_to_share_with


class UntilForm(StepForm):
    """A last day, included, in the time zone of whoever shares."""

    last_day = forms.DateField(
        label=_("Last day"),
        widget=DateInput,
        help_text=_("The person sees it until the end of this day, for one year at most."),
    )

    def prepare(self) -> None:
        """Begin with 30 days, today included."""
        self.initial.setdefault("last_day", self._today() + timedelta(days=DAYS_BY_DEFAULT - 1))

    def _today(self) -> Any:
        return timezone.localdate(timezone=self.viewer.time_zone)

    def clean_last_day(self) -> Any:
        """Refuse a day that is over, or more than a year away."""
        last, today = self.cleaned_data["last_day"], self._today()
        if not today <= last < today + timedelta(days=DAYS_AT_MOST):
            raise ValidationError(EndOutOfRange.message)
        return last

    def until(self) -> datetime:
        """Return the instant at which the share is over."""
        return until_after(self.cleaned_data["last_day"], self.viewer.time_zone)


class ShareForm(UntilForm):
    """One more person who may see a volunteer, and until when."""

    person: Any = forms.ModelChoiceField(None, label=_("Person"))

    field_order = ("person", "last_day")

    def prepare(self) -> None:
        """Offer staff whose role sees volunteers and who are not on the desk."""
        super().prepare()
        self.fields["person"].queryset = people_to_share_with(self.obj)  # type: ignore[attr-defined]


class EndSharingForm(StepForm):
    """One of the people a volunteer is shared with."""

    person: Any = forms.ModelChoiceField(None, label=_("Person"))

    def prepare(self) -> None:
        """Offer those it is shared with."""
        shared = people_shared_with(self.obj, at=timezone.now())
        self.fields["person"].queryset = shared  # type: ignore[attr-defined]
