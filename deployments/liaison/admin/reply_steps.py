"""The buttons that enter what comes back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import FormButton, viewer_of
from deployments.liaison.actions.replies import attach_to_reply, record_reply
from deployments.liaison.admin.case_steps import may_open
from deployments.liaison.forms.mail import MailForm
from deployments.liaison.forms.replies import ReplyFields, ReplyFileForm
from deployments.liaison.models import Case, Reply
from deployments.liaison.queries.permits import permits_visible_to
from deployments.liaison.rules.cases import DECIDES, can_keep_case
from deployments.liaison.rules.replies import can_be_answered


def reply(request: HttpRequest, obj: Case, form: ReplyFields) -> HttpResponse:
    """Enter a reply by hand, or out of an e-mail; go on to what it says of permits."""
    entered = record_reply(case=obj, **form.said(), by=viewer_of(request), at=timezone.now())
    messages.success(request, gettext("Done."))
    tell_left_out(request, form.left_out)
    return go_on(request, entered)


def mail(request: HttpRequest, obj: None, form: MailForm) -> HttpResponse:
    """Enter a reply out of an e-mail, and go to its case, or on to what it says of permits."""
    case = form.cleaned_data["case"]
    entered = record_reply(**form.said(), by=viewer_of(request), at=timezone.now())
    messages.success(request, gettext("The e-mail is entered in case %s.") % case.reference)
    tell_left_out(request, form.left_out)
    return go_on(request, entered)


def go_on(request: HttpRequest, entered: Reply) -> HttpResponse:
    """Go to the case of a reply; where it decides and permits wait, to the form for each."""
    case = entered.case
    waiting = permits_visible_to(viewer_of(request)).filter(case=case, state="applied")
    if entered.outcome in DECIDES and waiting.exists():
        messages.info(request, gettext("Now enter what it says of each permit."))
        return redirect("admin:liaison_case_do", case.pk, "permit-answers")
    return redirect("admin:liaison_case_change", case.pk)


def attach(request: HttpRequest, obj: Reply, form: ReplyFileForm) -> None:
    """Keep one more file of a reply."""
    name, file = form.cleaned_data["upload"]
    attach_to_reply(reply=obj, name=name, file=file, by=viewer_of(request), at=timezone.now())


def tell_left_out(request: HttpRequest, left_out: list[tuple[int, str]]) -> None:
    """Say which attachments of an e-mail are not kept, and why; none is named, by its name."""
    for number, why in left_out:
        told = gettext("Attachment %(number)s is not kept: %(why)s")
        messages.warning(request, told % {"number": number, "why": why})


REPLY = FormButton(
    name="reply",
    label=_("Enter an answer"),
    says=_("What came by post, by phone or in person. No comment is an answer too."),
    allowed=can_keep_case,
    when=can_be_answered,
    asks=ReplyFields,
    run=reply,
)
EMAIL = FormButton(
    name="e-mail",
    label=_("Enter an e-mail"),
    says=_(
        "An e-mail saved as a file (.eml) finds its case by what it answers, or by the reference "
        "in its subject. Nothing that it links to is loaded."
    ),
    allowed=may_open,
    asks=MailForm,
    run=mail,
)
ATTACH = FormButton(
    name="attach",
    label=_("Add a file"),
    says=_("One more file that came with this answer. It is looked at, and sealed."),
    allowed=lambda user, reply: can_keep_case(user, reply.case),
    asks=ReplyFileForm,
    run=attach,
)
