"""The buttons that enter what comes back."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import FormButton, viewer_of
from deployments.liaison.actions.replies import record_reply
from deployments.liaison.forms.replies import ReplyFields
from deployments.liaison.models import Case
from deployments.liaison.rules.cases import can_keep_case
from deployments.liaison.rules.replies import can_be_answered


def reply(request: HttpRequest, obj: Case, form: ReplyFields) -> None:
    """Enter a reply by hand."""
    record_reply(case=obj, **form.said(), by=viewer_of(request), at=timezone.now())


REPLY = FormButton(
    name="reply",
    label=_("Enter an answer"),
    says=_("What came by post, by phone or in person. No comment is an answer too."),
    allowed=can_keep_case,
    when=can_be_answered,
    asks=ReplyFields,
    run=reply,
    look="primary",
)
