"""What vetting officers and approvers fill in."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import COUNTABLE_DAYS, StepForm
from volunteers.forms.availability import DateInput
from volunteers.models import Clearance
from volunteers.models.vetting import CheckKind, CheckOutcome


class CheckForm(StepForm):
    """How a check came out; one that was entered before is replaced."""

    kind = forms.ChoiceField(label=_("Check"), choices=CheckKind.choices)
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=CheckOutcome.choices, widget=forms.RadioSelect
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=DateInput,
        help_text=_("The first day it no longer counts."),
    )


class RecommendationForm(StepForm):
    """The level that an officer recommends."""

    level = forms.TypedChoiceField(
        label=_("Clearance"), choices=Clearance.choices, coerce=int, widget=forms.RadioSelect
    )


class DecisionForm(StepForm):
    """The level granted, not above the one recommended, and its last day."""

    level = forms.TypedChoiceField(label=_("Clearance"), coerce=int, widget=forms.RadioSelect)
    last_day = forms.DateField(
        label=_("Last day"),
        widget=DateInput,
        help_text=_("The clearance still holds on it."),
        validators=COUNTABLE_DAYS,
    )

    def prepare(self) -> None:
        """Offer levels up to the recommended one, and a year."""
        highest = self.obj.recommended_level
        choices = [choice for choice in Clearance.choices if choice[0] <= highest]
        self.fields["level"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("level", highest)
        self.initial.setdefault("last_day", timezone.localdate() + timedelta(days=365))
