"""What is filled in about agencies and their credentials."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from corps.adminkit.buttons import ReasonForm, StepForm
from deployments.agencies.models import LETTER_LANGUAGES, Agency, AgencyKind, LettersBy
from deployments.agencies.queries import agencies_visible_to
from deployments.agencies.rules import SCOPES, BelongsToItself, check_belongs


def letter_languages() -> Any:
    """Return the field of the languages in which an agency reads letters."""
    return forms.MultipleChoiceField(
        label=_("Languages of letters"),
        choices=LETTER_LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class AgencyForm(forms.ModelForm):  # type: ignore[type-arg]
    """An agency; its short name is for good."""

    languages = letter_languages()

    class Meta:
        model = Agency
        fields = (
            "slug",
            "kind",
            "parent",
            "name_ko",
            "name_en",
            "name_uk",
            "country",
            "languages",
            "letters_by",
        )


class ChangeAgencyForm(StepForm):
    """An agency as it is, to be changed."""

    name_ko = forms.CharField(label=_("Name in Korean"), max_length=160)
    name_en = forms.CharField(label=_("Name in English"), max_length=160)
    name_uk = forms.CharField(label=_("Name in Ukrainian"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind"), choices=AgencyKind.choices)
    parent = forms.ModelChoiceField(Agency.objects.none(), label=_("Belongs to"), required=False)
    country = forms.ChoiceField(label=_("Country"), choices=lambda: list(countries))
    languages = letter_languages()
    letters_by = forms.ChoiceField(label=_("Takes letters by"), choices=LettersBy.choices)

    def prepare(self) -> None:
        """Begin with what is there."""
        agency: Agency = self.obj
        self.fields["parent"].queryset = agencies_visible_to(self.viewer)  # type: ignore[attr-defined]
        for name in ("name_ko", "name_en", "name_uk", "kind", "languages", "letters_by"):
            self.initial[name] = getattr(agency, name)
        self.initial.update(parent=agency.parent_id, country=str(agency.country))

    def clean_parent(self) -> Agency | None:
        """Refuse an agency that belongs to this one, or is this one."""
        chosen: Agency | None = self.cleaned_data["parent"]
        try:
            check_belongs(self.obj, chosen)
        except BelongsToItself as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        return chosen


class IssueForm(ReasonForm):
    """What a new client may read, for how long, from where, and why."""

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

    field_order: tuple[str, ...] = ("scopes", "days", "networks", "reason")

    def clean_networks(self) -> list[str]:
        """Return the networks that were written, one a line."""
        return [line.strip() for line in self.cleaned_data["networks"].splitlines() if line.strip()]
