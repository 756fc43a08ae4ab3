"""What is filled in on an agency's page to share something with it, or to end that."""

from django import forms
from django.utils.translation import gettext_lazy as _

from corps.accounts.queries.sight import own_desks
from corps.adminkit.buttons import StepForm
from deployments.liaison.queries.partner import materials_shared_with
from deployments.materials.models import Material
from deployments.materials.queries import materials_visible_to
from deployments.models import Deployment
from deployments.queries.deployments import deployments_visible_to
from deployments.queries.partner import deployments_shared_with


class ShareDeploymentForm(StepForm):
    """A deployment of one's own desks that the agency does not read yet."""

    deployment = forms.ModelChoiceField(Deployment.objects.none(), label=_("Deployment"))

    def prepare(self) -> None:
        """Offer the deployments of own desks that are not shared with it yet."""
        shared = deployments_shared_with(self.viewer, self.obj).values("pk")
        found = deployments_visible_to(self.viewer).filter(desk__in=own_desks(self.viewer))
        choices = found.exclude(pk__in=shared).order_by("codename")
        self.fields["deployment"].queryset = choices  # type: ignore[attr-defined]


class EndDeploymentShareForm(StepForm):
    """A deployment that the agency reads, and why it shall not any more."""

    deployment = forms.ModelChoiceField(Deployment.objects.none(), label=_("Deployment"))
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def prepare(self) -> None:
        """Offer the deployments of own desks that are shared with it."""
        shared = deployments_shared_with(self.viewer, self.obj)
        choices = shared.filter(desk__in=own_desks(self.viewer))
        self.fields["deployment"].queryset = choices  # type: ignore[attr-defined]


class ShareMaterialForm(StepForm):
    """A material of one's own desks that the agency does not read yet."""

    material = forms.ModelChoiceField(Material.objects.none(), label=_("Material"))

    def prepare(self) -> None:
        """Offer the materials of own desks that are not shared with it yet."""
        found = materials_visible_to(self.viewer).filter(desk__in=own_desks(self.viewer))
        shared = materials_shared_with(self.obj).values("pk")
        choices = found.exclude(pk__in=shared).order_by("title")
        self.fields["material"].queryset = choices  # type: ignore[attr-defined]


class EndMaterialShareForm(StepForm):
    """A material that is shared with the agency, and why it shall not be any more."""

    material = forms.ModelChoiceField(Material.objects.none(), label=_("Material"))
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def prepare(self) -> None:
        """Offer the materials of own desks that are shared with it."""
        shared = materials_shared_with(self.obj).filter(desk__in=own_desks(self.viewer))
        choices = shared.order_by("title")
        self.fields["material"].queryset = choices  # type: ignore[attr-defined]
