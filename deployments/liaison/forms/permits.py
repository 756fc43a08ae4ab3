"""What is filled in about permits. Days are whole, both included."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import StepForm
from deployments.agencies.models import Agency
from deployments.agencies.queries import agencies_visible_to
from deployments.liaison.forms.cases import day_field
from deployments.liaison.models import Case, Permit, PermitKind
from deployments.liaison.queries.permit_board import cases_to_add_to
from deployments.liaison.queries.permits import (
    authority_over,
    kinds_needed,
    permit_kinds,
    permits_that_apply,
)


class PermitNeedsForm(StepForm):
    """Which kinds of permit a deployment needs."""

    kinds = forms.ModelMultipleChoiceField(
        PermitKind.objects.none(),
        label=_("Permits needed"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self) -> None:
        """Offer the catalogue, and begin with what is needed now."""
        self.fields["kinds"].queryset = permit_kinds()  # type: ignore[attr-defined]
        self.initial = {"kinds": list(kinds_needed(self.obj).values_list("pk", flat=True))}


class GrantForm(StepForm):
    """What an authority granted."""

    reference = forms.CharField(label=_("Authority's number"), max_length=60, required=False)
    since = day_field(_("From"), help_text=_("The first day on which it holds; none for at once."))
    until = day_field(_("Until"), help_text=_("The last day on which it holds, as the paper says."))

    def clean(self) -> dict[str, Any]:
        """Let the permit not end before it begins."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day of the permit lies before its first."))
        return cleaned


class CorrectPermitForm(GrantForm):
    """What is to stand of a granted permit."""

    def prepare(self) -> None:
        """Begin with what stands there."""
        permit: Permit = self.obj
        names = ("reference", "since", "until")
        self.initial = {name: getattr(permit, name) for name in names}


class ApplyForm(StepForm):
    """Which permits of a deployment are applied for, and by which case: an open one or a new one.

    `obj` is the deployment.
    """

    permits = forms.ModelMultipleChoiceField(
        Permit.objects.none(),
        label=_("Permits"),
        error_messages={"required": _("Tick at least one permit.")},
    )
    case = forms.ModelChoiceField(
        Case.objects.none(), label=_("Case"), required=False, empty_label=_("a new case")
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agency that is written to"),
        required=False,
        help_text=_("Needed for a new case."),
    )
    subject = forms.CharField(
        label=_("Subject"),
        max_length=160,
        required=False,
        help_text=_("Needed for a new case. It stands in lists, and names nobody."),
    )
    due = day_field(_("Answer due"))

    def prepare(self) -> None:
        """Offer the deployment's permits that can be applied for, its open cases, and the authority
        that grants all of them, if one does."""
        offered = {
            "permits": permits_that_apply(self.viewer, self.obj),
            "case": cases_to_add_to(self.viewer, self.obj),
            "agency": agencies_visible_to(self.viewer),
        }
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.initial = {
            "subject": _("Permits for %(codename)s") % {"codename": self.obj.codename},
            "agency": authority_over(kinds_needed(self.obj)),
        }

    def clean(self) -> dict[str, Any]:
        """Ask for an agency and a subject where a new case is to be opened."""
        cleaned = super().clean() or {}
        if not cleaned.get("case"):
            for name in ("agency", "subject"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("A new case needs this."))
        return cleaned

    @property
    def ticked(self) -> set[str]:
        """The ids of the permits that are ticked, as they were sent."""
        return set(self.data.getlist("permits")) if self.is_bound else set()  # type: ignore[attr-defined]

    @property
    def beside(self) -> list[Any]:
        """The fields under the table: all but the ticks."""
        return [field for field in self if field.name != "permits"]
