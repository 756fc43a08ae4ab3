"""What is filled in to publish a consent text, and to enter what a volunteer said."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import StepForm
from corps.workflow.tables import Text
from volunteers.models import ConsentTerm, Purpose
from volunteers.queries.consents import Standing, role_in_words, standings_of, terms_in_force

LONGEST = 8000


def text_field(label: Any) -> forms.CharField:
    """Return a field for the text in one language."""
    return forms.CharField(
        label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 16})
    )


class TermForm(StepForm):
    """The next version of a text, in every language; that of `obj`, where it follows one."""

    text_ko = text_field(_("Text in Korean"))
    text_en = text_field(_("Text in English"))
    text_uk = text_field(_("Text in Ukrainian"))

    def prepare(self) -> None:
        """Begin with the words of the version that is followed."""
        if isinstance(self.obj, ConsentTerm):
            for name in ("text_ko", "text_en", "text_uk"):
                self.fields[name].initial = getattr(self.obj, name)

    def texts(self) -> dict[str, str]:
        """Return the text by language."""
        return {code: self.cleaned_data[f"text_{code}"] for code in ("ko", "en", "uk")}


class NewTermForm(TermForm):
    """A text for a purpose, and for one assignment role where it names one."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    role = forms.CharField(
        label=_("Assignment role"),
        required=False,
        max_length=40,
        validators=[validate_slug],
        help_text=_(
            "The code of a role, for work that asks for words of its own. Left empty, the text is "
            "for every role that has none."
        ),
    )

    field_order = ["purpose", "role"]


class GivenForm(StepForm):
    """To which texts the volunteer has consented on paper."""

    terms: Any = forms.ModelMultipleChoiceField(
        ConsentTerm.objects.none(),
        label=_("The volunteer has signed"),
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self) -> None:
        """Offer the texts that hold and that the volunteer has not consented to."""
        lacking = [one.term.pk for one in standings_of(self.obj) if one.consent is None]
        field: Any = self.fields["terms"]
        field.queryset = terms_in_force().filter(pk__in=lacking)
        field.label_from_instance = term_in_words


class WithdrawnForm(StepForm):
    """Which consent the volunteer has withdrawn. That of being in the register is withdrawn by
    leaving."""

    term: Any = forms.ModelChoiceField(
        ConsentTerm.objects.none(), label=_("The volunteer withdraws"), empty_label=None
    )

    def prepare(self) -> None:
        """Offer the texts that the volunteer has consented to, in any version."""
        field: Any = self.fields["term"]
        field.queryset = terms_in_force().filter(pk__in=[s.term.pk for s in ended(self.obj)])
        field.label_from_instance = term_in_words


def ended(volunteer: Any) -> Sequence[Standing]:
    """Return the texts whose consent a coordinator may enter as withdrawn."""
    given = [one for one in standings_of(volunteer) if one.consent or one.earlier]
    return [one for one in given if not one.is_register]


def term_in_words(term: ConsentTerm) -> Text:
    """Return what a text is about, and its version."""
    role = role_in_words(term.role)
    name = format_lazy("{} · {}", Purpose(term.purpose).label, role) if role else None
    return format_lazy("{} ({})", name or Purpose(term.purpose).label, term.version)


class AnswerForm(forms.Form):
    """What a volunteer answers on their own page: to one text, yes, or no longer."""

    term: Any = forms.ModelChoiceField(ConsentTerm.objects.all())
    answer = forms.ChoiceField(choices=[("give", "give"), ("withdraw", "withdraw")])
