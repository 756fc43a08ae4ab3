"""Fields of the forms about cases."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_CALLSIGNS = 200


class SubjectField(forms.CharField):
    """The subject of a case."""

    def __init__(self, **given: Any) -> None:
        told = _("It stands in lists, and names nobody.")
        super().__init__(label=_("Subject"), max_length=160, help_text=told, **given)


class CallsignsField(forms.CharField):
    """Callsigns, one after another with commas or on lines of their own; cleaned to a list."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            label=_("Volunteers"),
            max_length=8000,
            help_text=_("Callsigns, with commas between them or one on each line."),
            widget=forms.Textarea(attrs={"rows": 3}),
            **given,
        )

    def clean(self, value: Any) -> list[str]:
        """Return each callsign once, in the order in which they were written."""
        text = super().clean(value)
        parts = [part.strip() for line in text.splitlines() for part in line.split(",")]
        callsigns = list(dict.fromkeys(part for part in parts if part))
        if len(callsigns) > MOST_CALLSIGNS:
            raise forms.ValidationError(
                _("At most %(most)s callsigns at a time.") % {"most": MOST_CALLSIGNS}
            )
        return callsigns
