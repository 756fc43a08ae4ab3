"""What is filled in to say what a letter tells of somebody, and to read it before it goes out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import ReasonForm, StepForm
from corps.adminkit.lists import FilterForm
from deployments.liaison.queries.disclosures import planned_in, tellable_by
from deployments.liaison.rules.disclosures import PURPOSES, TELLABLE
from volunteers.identity import PARTS
from volunteers.models import Purpose, Volunteer
from volunteers.queries.people import volunteers_visible_to

TOLD_FOR = [(purpose.value, purpose.label) for purpose in Purpose if purpose in PURPOSES]


class DiscloseForm(StepForm):
    """What a letter tells of one of those whom its case concerns."""

    volunteer: Any = forms.ModelChoiceField(Volunteer.objects.none(), label=_("Volunteer"))
    fields_told = forms.MultipleChoiceField(
        label=_("What is told"),
        choices=[(part, PARTS[part]) for part in TELLABLE],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("No more than the agency needs. Relatives in the North are told to nobody."),
    )
    purpose = forms.ChoiceField(label=_("What for"), choices=TOLD_FOR)

    def prepare(self) -> None:
        """Offer those of whom the letter may tell."""
        people = tellable_by(self.viewer, self.obj)
        self.fields["volunteer"].queryset = people  # type: ignore[attr-defined]


class OfLetterForm(StepForm):
    """One of those of whom a letter tells."""

    volunteer: Any = forms.ModelChoiceField(Volunteer.objects.none(), label=_("Volunteer"))

    def prepare(self) -> None:
        """Offer those of whom the letter tells and whom the person sees."""
        told = planned_in(self.obj).values("volunteer")
        people = volunteers_visible_to(self.viewer).filter(pk__in=told).order_by("callsign")
        self.fields["volunteer"].queryset = people  # type: ignore[attr-defined]


class ReadForm(OfLetterForm, ReasonForm):
    """Of whom the author reads what the letter tells, and why."""

    field_order = ["volunteer", "reason"]

    def prepare(self) -> None:
        """Offer those of whom the letter tells; say who reads the reason."""
        super().prepare()
        self.fields["reason"].help_text = _(
            "The volunteer reads it, and it is kept in the ledger: "
            "write no names, phone numbers or addresses."
        )


class RegisterForm(FilterForm):
    """What for, and when: both days are included."""

    purpose = forms.ChoiceField(
        label=_("What for"), required=False, choices=[("", _("anything")), *TOLD_FOR]
    )
    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    last = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def narrow(self, queryset: Any, asked: dict[str, Any]) -> Any:
        """Return the disclosures that fit."""
        rows = queryset
        if asked["purpose"]:
            rows = rows.filter(purpose=asked["purpose"])
        if asked["first"]:
            rows = rows.filter(disclosed_at__date__gte=asked["first"])
        if asked["last"]:
            rows = rows.filter(disclosed_at__date__lte=asked["last"])
        return rows
