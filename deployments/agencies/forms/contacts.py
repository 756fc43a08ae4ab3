"""What is filled in about contacts; what is sealed is typed here and never shown again."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import COUNTABLE_DAYS, ReasonForm, StepForm
from corps.vault.marks import EMAIL, NAME, PHONE
from corps.vault.spelling import clean_text, normal_email, normal_phone
from deployments.agencies.contacts import LONGEST_KEY, PARTS, ContactDetails, marks_to_find
from deployments.agencies.models import LETTER_LANGUAGES, Contact
from deployments.agencies.queries import contacts_of
from volunteers.forms.availability import DateInput
from volunteers.forms.people import hidden_text


def day(label: Any, *, required: bool = False) -> Any:
    """Return a day, itself included."""
    return forms.DateField(
        label=label, required=required, widget=DateInput, validators=COUNTABLE_DAYS
    )


class DetailsFields(StepForm):
    """The sealed details. Errors say what is wrong with a field, never what stood in it."""

    secret = True

    name = hidden_text(_("Name"))
    phone = hidden_text(_("Phone"))
    email = hidden_text(_("E-mail"), max_length=254)
    address = hidden_text(_("Address"), max_length=400, lines=3)
    notes = hidden_text(_("Notes"), max_length=2000, lines=3)
    openpgp_key = hidden_text(
        _("OpenPGP key"),
        max_length=LONGEST_KEY,
        lines=5,
        help_text=_("The public key, in text form. E-mails to this contact are encrypted to it."),
    )

    def clean_phone(self) -> str:
        """A phone number in a form that can be called."""
        return self._normal("phone", normal_phone, _("This is not a phone number."))

    def clean_email(self) -> str:
        """An e-mail address."""
        return self._normal("email", normal_email, _("This is not an e-mail address."))

    def _normal(self, field: str, normal: Any, sentence: Any) -> str:
        text = clean_text(self.cleaned_data[field])
        found = normal(text) if text else ""
        if found is None:
            raise forms.ValidationError(sentence)
        return str(found)

    def given(self) -> dict[str, str]:
        """Return the parts that were filled in."""
        return {part: self.cleaned_data[part] for part in PARTS if self.cleaned_data[part]}


class NewContactForm(DetailsFields):
    """A contact to add: the post in the clear, the rest sealed."""

    plain = ("post", "language", "since", "until")

    post = forms.CharField(
        label=_("Post"),
        max_length=120,
        help_text=_("Such as consul or press officer, without a name: it is shown everywhere."),
    )
    language = forms.ChoiceField(
        label=_("Preferred language"), choices=LETTER_LANGUAGES, initial="en"
    )
    since = day(_("Since"))
    until = day(_("Until"))

    field_order = ("post", "language", "since", "until", *PARTS)

    def prepare(self) -> None:
        """A contact without a name is none."""
        self.fields["name"].required = True

    def asked(self) -> dict[str, Any]:
        """Return what `add_contact` takes."""
        plain = {name: self.cleaned_data[name] for name in self.plain}
        return {**plain, "details": ContactDetails(**self.given())}


class ChangeContactForm(StepForm):
    """What stands of a contact in the clear, to be changed."""

    post = forms.CharField(label=_("Post"), max_length=120)
    language = forms.ChoiceField(label=_("Preferred language"), choices=LETTER_LANGUAGES)
    since = day(_("Since"))
    until = day(_("Until"))

    def prepare(self) -> None:
        """Begin with what is there."""
        for name in self.fields:
            self.initial[name] = getattr(self.obj, name)


class ReplaceDetailsForm(DetailsFields):
    """Parts of the details to replace; what is left empty stays as it is."""

    plain: ClassVar[tuple[str, ...]] = ("clear",)

    clear = forms.MultipleChoiceField(
        label=_("Remove what is kept of"),
        required=False,
        choices=[(part, label) for part, label in PARTS.items() if part != "name"],
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any]:
        """Something must be asked for."""
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError(_("Fill in what is to be replaced."))
        return cleaned

    def changes(self) -> dict[str, str]:
        """Return the parts to replace, those to remove as empty texts."""
        return {**dict.fromkeys(self.cleaned_data["clear"], ""), **self.given()}


class EndContactForm(StepForm):
    """The last day on which somebody is a contact."""

    until = day(_("Last day"), required=True)

    def last_day(self) -> date:
        """Return the day."""
        found: date = self.cleaned_data["until"]
        return found


class RevealContactForm(ReasonForm):
    """What the details are looked at for."""


class MergeForm(StepForm):
    """The other record of the same contact, at the same agency."""

    other = forms.ModelChoiceField(Contact.objects.none(), label=_("The other record"))

    def prepare(self) -> None:
        """Offer the other contacts of the agency."""
        others: Any = contacts_of(self.viewer, self.obj.agency).exclude(pk=self.obj.pk)
        self.fields["other"].queryset = others  # type: ignore[attr-defined]


class FindContactForm(StepForm):
    """Looking a contact up by an exact name, phone number or e-mail address."""

    secret = True
    plain: ClassVar[tuple[str, ...]] = ("kind",)

    kind = forms.ChoiceField(
        label=_("Look for"),
        choices=[
            (NAME, _("Name")),
            (PHONE, _("Phone number")),
            (EMAIL, _("E-mail address")),
        ],
    )
    text = forms.CharField(
        label=_("Exactly"),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """What is typed must be something of its kind."""
        cleaned = super().clean() or {}
        if {"kind", "text"} <= cleaned.keys() and not marks_to_find(
            cleaned["kind"], clean_text(cleaned["text"])
        ):
            self.add_error("text", _("This is nothing of that kind."))
        return cleaned
