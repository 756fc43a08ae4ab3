"""Forms for offering places, for sharing a deployment, and for giving it to another desk."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk
from corps.adminkit.buttons import StepForm
from deployments.agencies.models import Agency
from deployments.agencies.queries import agencies_visible_to
from deployments.queries.partner import agencies_sharing
from deployments.queries.sharing import other_desks, people_shared_with, people_to_share_with
from volunteers.forms.sharing import UntilForm

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


class SharePersonForm(UntilForm):
    """One more person who may see a deployment, and until when."""

    person: Any = forms.ModelChoiceField(None, label=_("Person"))

    field_order = ("person", "last_day")

    def prepare(self) -> None:
        """Offer staff whose role sees deployments and who are not on the desk."""
        super().prepare()
        self.fields["person"].queryset = people_to_share_with(self.obj)  # type: ignore[attr-defined]


class EndSharePersonForm(StepForm):
    """One of the people a deployment is shared with."""

    person: Any = forms.ModelChoiceField(None, label=_("Person"))

    def prepare(self) -> None:
        """Offer those it is shared with."""
        shared = people_shared_with(self.obj, at=timezone.now())
        self.fields["person"].queryset = shared  # type: ignore[attr-defined]


class HandOverForm(StepForm):
    """Another desk of the coordinator's own."""

    desk: Any = forms.ModelChoiceField(Desk.objects.none(), label=_("Desk"))

    def prepare(self) -> None:
        """Offer the coordinator's other desks."""
        self.fields["desk"].queryset = other_desks(self.viewer, self.obj)  # type: ignore[attr-defined]
