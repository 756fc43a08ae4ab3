"""Fields of the forms about cases."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from corps.errors import Refusal
from deployments.materials.files import DOCUMENTS, Inspected, inspect_upload

MOST_CALLSIGNS = 200
MOST_FILES = 10


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


class SeveralFiles(forms.ClearableFileInput):
    """A choice of files, several at once."""

    allow_multiple_selected = True


class DocumentsField(forms.FileField):
    """Documents and pictures; cleaned to `(name, what is kept of it)` of each."""

    def __init__(self, **given: Any) -> None:
        told = format_lazy(_("PDF, PNG, JPEG or plain text, at most {} files."), MOST_FILES)
        super().__init__(widget=SeveralFiles(), help_text=told, **given)

    def clean(self, value: Any, initial: Any = None) -> list[tuple[str, Inspected]]:  # type: ignore[override]
        """Look at each file. Raises ValidationError with the reason for one that is not taken."""
        uploads = [one for one in (value or []) if one]
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(self.help_text)
        return [(upload.name, _look_at(upload)) for upload in uploads]


def _look_at(upload: Any) -> Inspected:
    try:
        return inspect_upload(upload.chunks(), upload.name, takes=DOCUMENTS)
    except Refusal as refusal:
        raise forms.ValidationError(str(refusal)) from None
