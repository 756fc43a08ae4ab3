"""What is filled in about agencies and their credentials."""

from django import forms
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import StepForm
from deployments.agencies.models import Agency
from deployments.agencies.rules import SCOPES


class AgencyForm(forms.ModelForm):  # type: ignore[type-arg]
    """An agency; its short name is for good."""

    class Meta:
        model = Agency
        fields = ("slug", "kind", "parent", "name_ko", "name_en", "name_uk", "country")


class IssueForm(StepForm):
    """What a new client may read, for how long, and from where."""

    scopes = forms.MultipleChoiceField(
        label=_("May read"),
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=list(SCOPES),
    )
    days = forms.IntegerField(label=_("For how many days"), min_value=1, initial=365)
    networks = forms.CharField(
        label=_("Only from these networks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, such as 203.0.113.0/24; none means from anywhere."),
    )

    def clean_networks(self) -> list[str]:
        """Return the networks that were written, one a line."""
        return [line.strip() for line in self.cleaned_data["networks"].splitlines() if line.strip()]
