"""Uploading a workbook, and deciding about a row that was held."""

import zipfile
import zlib
from typing import Any, BinaryIO

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.functional import Promise, keep_lazy_text
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk
from corps.accounts.queries.sight import own_desks
from corps.adminkit.buttons import StepForm
from volunteers.models import Volunteer
from volunteers.queries.import_words import problem_in_words
from volunteers.workbook.envelopes import is_zip, measure, refuse_foreign
from volunteers.workbook.results import WorkbookError

LIMIT = settings.UPLOAD_LIMIT // (1024 * 1024)
"""The largest file that is taken, in mebibytes. A larger one never reaches the form at all."""


@keep_lazy_text
def with_limit(text: str | Promise) -> str:
    """Return a text with the limit put in, still to be translated when it is shown."""
    return str(text) % {"limit": LIMIT}


def kind_of(source: BinaryIO) -> str:
    """Return "xlsx" or "csv" by a file's bytes. Raises WorkbookError for what cannot be either."""
    if not is_zip(source):
        refuse_foreign(source)
        return "csv"
    try:
        with zipfile.ZipFile(source) as archive:
            measure(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):  # the last: of newer zips
        raise WorkbookError("not a workbook", "") from None
    return "xlsx"


class UploadForm(StepForm):
    """A workbook and the desk it is for. Size and kind are checked before anything is read.

    `kind` is "xlsx" or "csv", by the file's first bytes, once the form is valid.
    """

    file = forms.FileField(
        label=_("Workbook"),
        help_text=with_limit(_("An .xlsx or .csv file of at most %(limit)s MB.")),
        error_messages={
            "required": with_limit(
                _("Choose a file of at most %(limit)s MB; a larger one is not taken.")
            ),
            "empty": _("The file is empty."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    desk = forms.ModelChoiceField(label=_("Desk"), queryset=Desk.objects.none(), empty_label=None)

    kind = ""

    def prepare(self) -> None:
        """Offer the person's own desks."""
        self.fields["desk"].queryset = own_desks(self.viewer)  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """Refuse what is too large, and what is certainly no workbook."""
        upload: Any = self.cleaned_data["file"]
        if (upload.size or 0) > settings.UPLOAD_LIMIT:
            raise forms.ValidationError(self.fields["file"].error_messages["required"])
        try:
            self.kind = kind_of(upload.file)
        except WorkbookError as error:
            raise forms.ValidationError(problem_in_words(error.code)) from None
        upload.seek(0)
        return upload


class NewPersonForm(forms.Form):
    """The callsign of somebody new; left empty, one is made."""

    callsign = forms.CharField(
        label=_("Callsign"),
        max_length=40,
        required=False,
        help_text=_("Leave it empty, and one is made that says nothing about the person."),
    )

    def clean_callsign(self) -> str:
        """Refuse what is no callsign."""
        callsign: str = self.cleaned_data["callsign"]
        if callsign:
            for check in Volunteer._meta.get_field("callsign").validators:
                if isinstance(check, RegexValidator):
                    check(callsign)
        return callsign
