"""The buttons that hand out a letter's files: each calls one action, and leaves an entry."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.second_factor import factor_used_at
from corps.adminkit.buttons import Button, FormButton, StepForm, viewer_of
from deployments.liaison.actions import letters as actions
from deployments.liaison.forms import letters as forms
from deployments.liaison.models import Letter
from deployments.liaison.queries.letters import is_left, readable_attachments
from deployments.liaison.rules.letters import can_read_file, can_read_telling_file


def hand_out(content: bytes, name: str) -> HttpResponse:
    """Return a file to keep, never to be shown by the browser or kept on the way."""
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


def download(request: HttpRequest, obj: Letter, reason: str) -> HttpResponse:
    """Hand out the letter's file."""
    content = actions.read_letter_file(letter=obj, **_given(request, reason))
    return hand_out(content, f"{actions.file_stem(obj)}.pdf")


def download_attachment(request: HttpRequest, obj: Letter, form: StepForm) -> HttpResponse:
    """Hand out an attachment."""
    asked = form.cleaned_data
    given = _given(request, asked.get("reason", ""))
    found = actions.read_attachment(attachment=asked["attachment"], **given)
    return hand_out(found.content, found.name)


def download_receipt(request: HttpRequest, obj: Letter, reason: str) -> HttpResponse:
    """Hand out the scan of the receipt."""
    found = actions.read_receipt(letter=obj, **_given(request, reason))
    return hand_out(found.content, found.name)


def _given(request: HttpRequest, reason: str) -> dict[str, Any]:
    """Return who reads, when, and what a look at an identity asks for."""
    proved = {"proved_at": factor_used_at(request), "reason": reason}
    return {"by": viewer_of(request), "at": timezone.now(), **proved}


def has_file(letter: Letter) -> bool:
    """Whether a letter has a file to read: it was approved, not discarded or erased since."""
    return letter.state != "discarded" and is_left(letter.pdf)


def file_button(name: str, *, discloses: bool) -> Button:
    """Return the button that hands out the letter's file; one that discloses identity asks for a
    second factor and a reason."""
    return Button(
        name=name,
        label=_("Download the letter"),
        says=_("The file as it goes out; the ledger keeps who had it."),
        allowed=can_read_telling_file if discloses else can_read_file,
        when=lambda letter: has_file(letter) and letter.discloses is discloses,
        run=download,
        elevated=discloses,
        reason=discloses,
    )


def attachment_button(name: str, *, discloses: bool) -> FormButton:
    """Return the button that hands out attachments; those that show identity ask for a second
    factor and a reason."""
    return FormButton(
        name=name,
        label=_("Download an attachment"),
        says=_("The ledger keeps who had it."),
        allowed=can_read_telling_file if discloses else can_read_file,
        when=lambda letter: readable_attachments(letter, discloses=discloses).exists(),
        asks=forms.TellingFileForm if discloses else forms.PlainFileForm,
        run=download_attachment,
        elevated=discloses,
    )


def receipt_button(name: str, *, discloses: bool) -> Button:
    """Return the button that hands out the receipt, as `file_button` does the letter."""
    return Button(
        name=name,
        label=_("Download the receipt"),
        says=_("The ledger keeps who had it."),
        allowed=can_read_telling_file if discloses else can_read_file,
        when=lambda letter: letter.discloses is discloses and is_left(letter.receipt_scan),
        run=download_receipt,
        elevated=discloses,
        reason=discloses,
    )
