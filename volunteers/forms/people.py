"""What coordinators fill in about people; what is sealed is typed here and never shown again."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from timezone_field import TimeZoneFormField

from corps.accounts.models import Desk
from corps.accounts.queries.sight import own_desks
from corps.adminkit.buttons import StepForm
from corps.vault.marks import EMAIL, NAME, PASSPORT, PHONE
from corps.vault.spelling import clean_text, normal_email, normal_passport, normal_phone
from volunteers.forms.availability import DateInput
from volunteers.identity import IdentityDocument, marks_to_find
from volunteers.models import Language, Level, Skill, Volunteer
from volunteers.models.people import Wish
from volunteers.rules import HomeBaseTooExact, check_home_base

LEVELS = [(number, number) for number in range(1, 5)]


def hidden_text(label: Any, *, max_length: int = 200, lines: int = 1, help_text: Any = "") -> Any:
    """Return an optional field that browsers neither keep nor fill in."""
    attrs = {"autocomplete": "off", "spellcheck": "false"}
    widget = forms.Textarea({**attrs, "rows": lines}) if lines > 1 else forms.TextInput(attrs)
    return forms.CharField(
        label=label, required=False, max_length=max_length, widget=widget, help_text=help_text
    )


def only_a_place(home_base: str) -> None:
    """Refuse a home base that tells more than a town or a district."""
    try:
        check_home_base(home_base)
    except HomeBaseTooExact as refusal:
        raise forms.ValidationError(str(refusal)) from None


def hidden_day(label: Any) -> Any:
    """Return an optional date that browsers do not keep."""
    return forms.DateField(label=label, required=False, widget=DateInput({"autocomplete": "off"}))


class IdentityFields(StepForm):
    """The parts of an identity. Errors say what is wrong with a field, never what stood in it."""

    secret = True

    name = hidden_text(_("Name"))
    latin_name = hidden_text(_("Name in Latin letters"))
    former_names = hidden_text(_("Former names"), help_text=_("Separated by commas."))
    birth_date = hidden_day(_("Date of birth"))
    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        choices=[("", "–"), ("male", _("male")), ("female", _("female"))],
    )
    phone = hidden_text(_("Phone"))
    email = hidden_text(_("E-mail"), max_length=254)
    address = hidden_text(_("Address"), max_length=400)
    passport = hidden_text(_("Passport number"))
    passport_expires = hidden_day(_("Passport expires"))
    emergency_contact = hidden_text(_("Emergency contact"), max_length=400)
    relatives_in_north = hidden_text(_("Relatives in the North"), max_length=2000, lines=3)
    service_branch = hidden_text(_("Branch of service"))
    service_rank = hidden_text(_("Rank"))
    service_unit = hidden_text(_("Unit"))
    service_years = hidden_text(_("Years of service"))
    notes = hidden_text(_("Notes"), max_length=4000, lines=3)

    def clean_phone(self) -> str:
        """A phone number in a form that can be called."""
        return self._normal("phone", normal_phone, _("This is not a phone number."))

    def clean_email(self) -> str:
        """An e-mail address."""
        return self._normal("email", normal_email, _("This is not an e-mail address."))

    def clean_passport(self) -> str:
        """A passport number."""
        return self._normal("passport", normal_passport, _("This is not a passport number."))

    def _normal(self, field: str, normal: Any, sentence: Any) -> str:
        text = clean_text(self.cleaned_data[field])
        found = normal(text) if text else ""
        if found is None:
            raise forms.ValidationError(sentence)
        return str(found)

    rows_of_fields: ClassVar[list[tuple[str, ...]]] = [
        ("name", "latin_name", "former_names"),
        ("birth_date", "sex"),
        ("phone", "email"),
        ("address",),
        ("passport", "passport_expires"),
        ("emergency_contact",),
        ("relatives_in_north",),
        ("service_branch", "service_rank"),
        ("service_unit", "service_years"),
        ("notes",),
    ]

    def rows(self) -> list[list[forms.BoundField]]:
        """Return the fields as they stand side by side on the page."""
        return [[self[name] for name in row] for row in self.rows_of_fields]

    def given(self) -> dict[str, Any]:
        """Return the parts that were filled in, as IdentityDocument takes them."""
        names = IdentityDocument.__dataclass_fields__
        values = {name: value for name, value in self.cleaned_data.items() if name in names}
        found = {name: _clean(value) for name, value in values.items() if value}
        if "former_names" in found:
            parts = map(clean_text, str(found["former_names"]).split(","))
            found["former_names"] = tuple(part for part in parts if part)
        return found


def _clean(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


class NewVolunteerForm(IdentityFields):
    """One person to register by hand."""

    plain: ClassVar[tuple[str, ...]] = ("desk", "wishes", "anyway")

    callsign = forms.CharField(
        label=_("Callsign"),
        required=False,
        max_length=40,
        validators=Volunteer._meta.get_field("callsign").validators,
        help_text=_("Left empty, one is made that says nothing about the person."),
    )
    desk: Any = forms.ModelChoiceField(Desk.objects.none(), label=_("Desk"))
    home_base = forms.CharField(
        label=_("Home base"), required=False, max_length=80, validators=[only_a_place]
    )
    wishes = forms.MultipleChoiceField(
        label=_("Wishes to do"),
        required=False,
        choices=Wish.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    anyway = forms.BooleanField(
        label=_("Register even if somebody like this is registered already"), required=False
    )

    rows_of_fields: ClassVar[list[tuple[str, ...]]] = [
        ("callsign", "desk", "home_base"),
        ("wishes",),
        *IdentityFields.rows_of_fields,
        ("anyway",),
    ]

    def prepare(self) -> None:
        """Offer the coordinator's own desks; ask for a name."""
        desks = own_desks(self.viewer)
        self.fields["desk"].queryset = desks  # type: ignore[attr-defined]
        if len(desks) == 1:
            self.fields["desk"].initial = desks[0]
        self.fields["name"].required = True


class IdentityForm(IdentityFields):
    """Parts of an identity to replace; what is left empty stays as it is."""

    clear = forms.MultipleChoiceField(
        label=_("Remove what is kept of"), required=False, widget=forms.CheckboxSelectMultiple
    )

    rows_of_fields: ClassVar[list[tuple[str, ...]]] = [*IdentityFields.rows_of_fields, ("clear",)]

    def prepare(self) -> None:
        """Any part but the name may be removed."""
        parts = [(name, field.label) for name, field in self.fields.items()]
        kept_out = ("name", "clear")
        self.fields["clear"].choices = [  # type: ignore[attr-defined]
            part for part in parts if part[0] not in kept_out
        ]

    def clean(self) -> dict[str, Any]:
        """Something must be asked for."""
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError(_("Fill in what is to be replaced."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """Return the parts to replace, those to remove with their empty value."""
        empty = IdentityDocument()
        return {
            **{name: getattr(empty, name) for name in self.cleaned_data["clear"]},
            **self.given(),
        }


class SearchForm(StepForm):
    """Looking somebody up by an exact phone number, e-mail address, passport number or name."""

    secret = True

    kind = forms.ChoiceField(
        label=_("Look for"),
        choices=[
            (PHONE, _("Phone number")),
            (EMAIL, _("E-mail address")),
            (PASSPORT, _("Passport number")),
            (NAME, _("Name, in Hangul or Latin letters")),
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


class DetailsForm(StepForm):
    """The plain facts of a volunteer."""

    callsign = forms.CharField(
        label=_("Callsign"),
        max_length=40,
        validators=Volunteer._meta.get_field("callsign").validators,
    )
    desk: Any = forms.ModelChoiceField(Desk.objects.none(), label=_("Desk"))
    home_base = forms.CharField(label=_("Home base"), required=False, max_length=80)
    time_zone: Any = TimeZoneFormField(label=_("Time zone"))
    portal_language = forms.ChoiceField(label=_("Portal language"), choices=settings.LANGUAGES)
    wishes = forms.MultipleChoiceField(
        label=_("Wishes to do"),
        required=False,
        choices=Wish.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_home_base(self) -> str:
        """A town or a district, unless it stands there already."""
        home_base = str(self.cleaned_data["home_base"])
        if home_base != self.obj.home_base:
            only_a_place(home_base)
        return home_base

    def prepare(self) -> None:
        """Offer the coordinator's own desks; begin with what is kept."""
        self.fields["desk"].queryset = own_desks(self.viewer)  # type: ignore[attr-defined]
        for name in self.fields:
            self.initial.setdefault(name, getattr(self.obj, name))

    def changes(self) -> dict[str, Any]:
        """Return the fields that differ, with their new values."""
        given = self.cleaned_data
        return {
            name: given[name] for name in given if str(given[name]) != str(getattr(self.obj, name))
        }


class LanguageForm(StepForm):
    """A language with its levels; one that is held already is changed."""

    from_link: ClassVar[tuple[str, ...]] = ("language",)

    language = forms.ModelChoiceField(Language.objects.order_by("name_en"), label=_("Language"))
    speaking = forms.TypedChoiceField(label=_("Speaking"), choices=Level.choices, coerce=int)
    listening = forms.TypedChoiceField(label=_("Listening"), choices=Level.choices, coerce=int)
    reading = forms.TypedChoiceField(label=_("Reading"), choices=Level.choices, coerce=int)
    writing = forms.TypedChoiceField(label=_("Writing"), choices=Level.choices, coerce=int)
    variety = forms.CharField(label=_("Regional variety"), required=False, max_length=60)

    def prepare(self) -> None:
        """Begin with the levels held of the language that was asked for."""
        held = self.obj.languages.filter(language=self.initial.get("language", "")).first()
        for name in ("speaking", "listening", "reading", "writing", "variety"):
            if held:
                self.initial[name] = getattr(held, name)

    def levels(self) -> dict[str, int]:
        """Return the level of each mode."""
        modes = ("listening", "speaking", "reading", "writing")
        return {mode: self.cleaned_data[mode] for mode in modes}


class HeldLanguageForm(StepForm):
    """One of the languages a volunteer holds."""

    language = forms.ModelChoiceField(Language.objects.none(), label=_("Language"))

    def prepare(self) -> None:
        """Offer those that are held."""
        held = Language.objects.filter(held__volunteer=self.obj)
        self.fields["language"].queryset = held  # type: ignore[attr-defined]


class SkillForm(StepForm):
    """A skill at a level; one that is held already is changed."""

    from_link: ClassVar[tuple[str, ...]] = ("skill",)

    skill = forms.ModelChoiceField(Skill.objects.order_by("code"), label=_("Skill"))
    level = forms.TypedChoiceField(label=_("Level"), choices=LEVELS, coerce=int)
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=DateInput,
        help_text=_("The first day it no longer counts."),
    )
    verified = forms.BooleanField(
        label=_("I have seen the proof"),
        required=False,
        help_text=_("Without it the skill counts as told by the volunteer."),
    )

    def prepare(self) -> None:
        """Begin with what is held of the skill that was asked for."""
        asked = str(self.initial.get("skill", ""))
        held = self.obj.skills.filter(skill=int(asked)).first() if asked.isdecimal() else None
        if held:
            self.initial["level"], self.initial["valid_until"] = held.level, held.valid_until


class HeldSkillForm(StepForm):
    """One of the skills a volunteer holds."""

    skill = forms.ModelChoiceField(Skill.objects.none(), label=_("Skill"))

    def prepare(self) -> None:
        """Offer those that are held."""
        held = Skill.objects.filter(held__volunteer=self.obj)
        self.fields["skill"].queryset = held  # type: ignore[attr-defined]
