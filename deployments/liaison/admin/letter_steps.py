"""The buttons of letters: each calls one action."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.buttons import FormButton, in_source_of, move_button, viewer_of
from deployments.liaison.actions import letters as actions
from deployments.liaison.admin.letter_files import attachment_button, file_button, receipt_button
from deployments.liaison.forms import letters as forms
from deployments.liaison.models import Case, Letter
from deployments.liaison.rules.letters import WRITABLE, can_approve_letter, can_write_letters
from deployments.liaison.states import LETTER


def may_write(user: User, letter: Letter) -> bool:
    """Whether somebody may write, submit and send this letter."""
    return can_write_letters(user, letter.case)


def is_writable(letter: Letter) -> bool:
    """Whether the text may be changed."""
    return letter.state in WRITABLE


def given(request: HttpRequest) -> dict[str, Any]:
    """Return who acts and when."""
    return {"by": viewer_of(request), "at": timezone.now()}


def begin(request: HttpRequest, obj: Case, form: forms.BeginForm) -> HttpResponse:
    """Begin a letter and go there."""
    letter = actions.begin_letter(case=obj, **form.cleaned_data, **given(request))
    messages.success(request, gettext("The letter is begun: read it through and complete it."))
    return redirect("admin:liaison_letter_change", letter.pk)


def write(request: HttpRequest, obj: Letter, form: forms.WriteForm) -> None:
    """Save a version."""
    said = form.cleaned_data
    actions.save_draft(
        letter=obj,
        subject=said["subject"],
        body=said["body"],
        after=said["version"],
        **given(request),
    )


def submit(request: HttpRequest, obj: Letter, reason: str) -> None:
    """Submit for approval."""
    actions.submit_letter(letter=obj, **given(request))


def approve(request: HttpRequest, obj: Letter, form: forms.VersionForm) -> None:
    """Approve the version that was read."""
    actions.approve_letter(letter=obj, version=form.cleaned_data["version"], **given(request))


def send_back(request: HttpRequest, obj: Letter, reason: str) -> None:
    """Return with a remark."""
    actions.return_letter(letter=obj, reason=reason, **given(request))


def discard(request: HttpRequest, obj: Letter, reason: str) -> None:
    """Discard, for a reason."""
    actions.discard_letter(letter=obj, reason=reason, **given(request))


def send(request: HttpRequest, obj: Letter, form: forms.SendForm) -> None:
    """Send."""
    actions.send_letter(letter=obj, **form.cleaned_data, **given(request))


def receive(request: HttpRequest, obj: Letter, form: forms.ReceiptForm) -> None:
    """Enter the receipt."""
    actions.record_letter_receipt(letter=obj, **form.given(), **given(request))


def bounce(request: HttpRequest, obj: Letter, reason: str) -> None:
    """Enter that it came back."""
    actions.bounce_letter(letter=obj, **given(request))


def address(request: HttpRequest, obj: Letter, form: forms.AddressForm) -> None:
    """Say to whom at the agency it goes."""
    actions.address_letter(letter=obj, contact=form.cleaned_data["contact"], **given(request))


def attach(request: HttpRequest, obj: Letter, form: forms.AttachForm) -> None:
    """Attach a file."""
    content, name = form.content()
    discloses = form.cleaned_data["discloses"]
    actions.attach_file(
        letter=obj, content=content, name=name, discloses=discloses, **given(request)
    )


def attach_material(request: HttpRequest, obj: Letter, form: forms.AttachMaterialForm) -> None:
    """Attach a material."""
    actions.attach_material(letter=obj, version=form.cleaned_data["version"], **given(request))


def detach(request: HttpRequest, obj: Letter, form: forms.DetachForm) -> None:
    """Take an attachment off."""
    actions.drop_attachment(attachment=form.cleaned_data["attachment"], **given(request))


BEGIN = FormButton(
    name="letter",
    label=_("Write a letter"),
    says=_("It begins with the template of its kind, filled in with what the case knows."),
    allowed=can_write_letters,
    when=lambda case: case.state != "closed",
    asks=forms.BeginForm,
    run=begin,
    look="primary",
)
WRITE = FormButton(
    name="write",
    label=_("Change the text"),
    submit=_("Save the text"),
    says=_("Each saved text is a version of its own; earlier ones stay."),
    allowed=may_write,
    when=is_writable,
    asks=forms.WriteForm,
    run=write,
    look="primary",
)
ADDRESS = FormButton(
    name="address",
    label=_("Choose the contact"),
    says=_("The letter is addressed to the post of this contact, and an e-mail goes to them."),
    allowed=may_write,
    when=is_writable,
    asks=forms.AddressForm,
    run=address,
)
SUBMIT = move_button(
    LETTER,
    "submit",
    run=submit,
    allowed=may_write,
    says=_("Nobody changes the letter from now on, unless an approver returns it."),
)


def approve_button(name: str, *, discloses: bool) -> FormButton:
    """Return the button that approves; what discloses identity asks for a second factor."""
    submitted = in_source_of(LETTER, "approve")
    return FormButton(
        name=name,
        label=_("Approve"),
        says=_(
            "You have read the letter, what goes with it and what it tells of volunteers. "
            "Its text and file are fixed from now on. One that tells of volunteers takes two."
        ),
        allowed=can_approve_letter,
        when=lambda letter: submitted(letter) and letter.discloses is discloses,
        asks=forms.VersionForm,
        run=approve,
        look="primary",
        elevated=discloses,
    )


RETURN = move_button(
    LETTER,
    "return",
    run=send_back,
    allowed=can_approve_letter,
    says=_("The author reads your remark and goes on writing. It is kept in the ledger."),
)
SEND = FormButton(
    name="send",
    label=_("Send"),
    says=_("By e-mail at once, or entered as posted or handed over by you."),
    allowed=may_write,
    when=in_source_of(LETTER, "send"),
    asks=forms.SendForm,
    run=send,
    look="primary",
)
RECEIPT = FormButton(
    name="acknowledge",
    label=_("Enter the receipt"),
    says=_("Who at the agency received the letter, and when."),
    allowed=may_write,
    when=in_source_of(LETTER, "acknowledge"),
    asks=forms.ReceiptForm,
    run=receive,
)
BOUNCE = move_button(
    LETTER,
    "bounce",
    run=bounce,
    allowed=may_write,
    says=_("The letter was not delivered; it can be sent again, another way."),
)
DISCARD = move_button(
    LETTER,
    "discard",
    run=discard,
    allowed=may_write,
    says=_("The letter is not sent; it stays to be read."),
    look="danger",
)
ATTACH = FormButton(
    name="attach",
    label=_("Attach a file"),
    says=_("The file is cleaned of what it tells about its maker, and gets a neutral name."),
    allowed=may_write,
    when=is_writable,
    asks=forms.AttachForm,
    run=attach,
)
ATTACH_MATERIAL = FormButton(
    name="attach-material",
    label=_("Attach a material"),
    says=_("An approved version goes with the letter."),
    allowed=may_write,
    when=is_writable,
    asks=forms.AttachMaterialForm,
    run=attach_material,
)
DETACH = FormButton(
    name="detach",
    label=_("Take off"),
    says=_("It does not go with the letter."),
    allowed=may_write,
    when=lambda letter: is_writable(letter) and letter.attachments.exists(),
    asks=forms.DetachForm,
    run=detach,
)
HEAD = (
    WRITE,
    ADDRESS,
    SUBMIT,
    approve_button("approve", discloses=False),
    approve_button("approve-telling", discloses=True),
    RETURN,
    SEND,
    RECEIPT,
    file_button("file", discloses=False),
    file_button("file-telling", discloses=True),
    BOUNCE,
    DISCARD,
)
PANELS = (
    ATTACH,
    ATTACH_MATERIAL,
    DETACH,
    attachment_button("attachment", discloses=False),
    attachment_button("attachment-telling", discloses=True),
    receipt_button("receipt", discloses=False),
    receipt_button("receipt-telling", discloses=True),
)
