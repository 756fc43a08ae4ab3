"""Forms for offering places and for sharing a deployment with agencies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import StepForm
from deployments.agencies.models import Agency
from deployments.agencies.queries import agencies_visible_to
from deployments.queries.partner import agencies_sharing

HOURS = [(24, _("within 24 hours")), (48, _("within 48 hours")), (72, _("within 72 hours"))]


class OfferForm(StepForm):
    """Until when the volunteer is asked to answer."""

    hours = forms.TypedChoiceField(
        label=_("Answer wanted"), choices=HOURS, coerce=int, initial=48, widget=forms.RadioSelect
    )


class ShareWithForm(StepForm):
    """An agency that does not read the deployment yet."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Agency"))

    def prepare(self) -> None:
        """Offer the agencies with whom it is not shared yet."""
        shared = agencies_sharing(self.obj).values("pk")
        choices: Any = agencies_visible_to(self.viewer).exclude(pk__in=shared)
        self.fields["agency"].queryset = choices  # type: ignore[attr-defined]


class EndShareForm(StepForm):
    """An agency that reads the deployment, and why it shall not any more."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Agency"))
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def prepare(self) -> None:
        """Offer the agencies with whom it is shared."""
        self.fields["agency"].queryset = agencies_sharing(self.obj)  # type: ignore[attr-defined]
