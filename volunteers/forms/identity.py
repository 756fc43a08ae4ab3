"""What is filled in to look at one identity, or to ask for several in a file."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk
from corps.accounts.queries.sight import own_desks
from corps.adminkit.buttons import ReasonForm, StepForm
from volunteers.identity import PARTS, RevealReason
from volunteers.queries.export import named, volunteers_of
from volunteers.states import STANDING

ASKED = [(code, label) for code, label in RevealReason.choices if code != RevealReason.DISCLOSURE]
"""What an identity is looked at for; what a letter tells is read by its own button."""


class RevealForm(ReasonForm):
    """What an identity is looked at for: one of a list, and in words."""

    purpose = forms.ChoiceField(label=_("What for"), choices=[("", "–"), *ASKED], required=True)

    field_order = ["purpose", "reason"]

    def prepare(self) -> None:
        """Say who reads the reason."""
        self.fields["reason"].label = _("In words")
        self.fields["reason"].help_text = _(
            "The volunteer reads it, and it is kept in the ledger: "
            "write no names, phone numbers or addresses."
        )


class ExportForm(StepForm):
    """Which parts of which identities of a desk are to be in a file, and why."""

    desk: Any = forms.ModelChoiceField(Desk.objects.none(), label=_("Desk"))
    standing = forms.MultipleChoiceField(
        label=_("All volunteers of the desk who are"),
        required=False,
        choices=STANDING.choices(),
        widget=forms.CheckboxSelectMultiple,
    )
    callsigns = forms.CharField(
        label=_("or these, by callsign"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Separated by spaces, commas or lines."),
    )
    parts = forms.MultipleChoiceField(
        label=_("What is to be in it"),
        choices=list(PARTS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "The second person and each volunteer read it: "
            "write no names, phone numbers or addresses."
        ),
    )

    def prepare(self) -> None:
        """Offer the person's own desks."""
        desks = own_desks(self.viewer)
        self.fields["desk"].queryset = desks  # type: ignore[attr-defined]
        if len(desks) == 1:
            self.fields["desk"].initial = desks[0]

    def clean(self) -> dict[str, Any]:
        """The volunteers, found on the desk; one who is not there is named as it was typed."""
        cleaned = super().clean() or {}
        if "desk" not in cleaned or self.errors:
            return cleaned
        here = volunteers_of(self.viewer, cleaned["desk"])
        found = {one.pk: one for one in here.filter(standing__in=cleaned["standing"])}
        typed = [word for word in re.split(r"[\s,;]+", cleaned["callsigns"]) if word]
        by_name = {one.callsign.lower(): one for one in named(here, typed)}
        missing = [word for word in typed if word.lower() not in by_name]
        if missing:
            sentence = _("Nobody on this desk bears: %(callsigns)s")
            error = forms.ValidationError(sentence, params={"callsigns": ", ".join(missing[:20])})
            self.add_error("callsigns", error)
        found |= {one.pk: one for one in by_name.values()}
        if not found and not missing:
            self.add_error(None, _("Choose at least one volunteer."))
        cleaned["volunteers"] = list(found.values())
        return cleaned

    def asked(self) -> dict[str, Any]:
        """Return what the action takes."""
        names = ("desk", "volunteers", "parts", "reason")
        return {name: self.cleaned_data[name] for name in names}
