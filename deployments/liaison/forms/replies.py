"""What is filled in when something comes back."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import StepForm
from corps.errors import Refusal
from deployments.agencies.models import Agency
from deployments.agencies.queries import agencies_visible_to
from deployments.liaison.forms.cases import day_field
from deployments.liaison.forms.mail import AnswerField, ReadMail, of_mail
from deployments.liaison.models import Case, Letter, Outcome
from deployments.liaison.queries.cases import day_in_seoul
from deployments.materials.files import DOCUMENTS, Inspected, inspect_upload


class ReplyFields(StepForm):
    """What every reply says. What it says of permits is filled in next."""

    secret = True
    plain = ("agency", "outcome", "came_on", "letter")

    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Agency"))
    outcome = forms.ChoiceField(
        label=_("What it says"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    came_on = day_field(_("Came on"), required=True)
    letter = forms.ModelChoiceField(
        Letter.objects.none(), label=_("Answers the letter"), required=False
    )
    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("It is sealed."),
    )
    upload = AnswerField(
        label=_("File"),
        required=False,
        documents=True,
        help_text=_(
            "An e-mail saved as a file (.eml), with what came with it; or a PDF, a picture or "
            "plain text. More files can be added afterwards."
        ),
    )

    def prepare(self) -> None:
        """Offer the case's letters that went out."""
        case: Case = self.obj
        fields: Any = self.fields
        fields["agency"].queryset = agencies_visible_to(self.viewer)
        sent = case.letters.filter(sent_at__isnull=False).select_related("case")
        fields["letter"].queryset = sent
        self.initial = {
            "agency": case.holder_id or case.agency_id,
            "came_on": day_in_seoul(timezone.now()),
            "letter": getattr(sent.order_by("-sent_at").first(), "pk", None),
        }

    def said(self) -> dict[str, Any]:
        """Return what record_reply takes, beside the case."""
        given = self.cleaned_data
        names = ("agency", "outcome", "came_on", "letter", "text")
        told = {name: given[name] for name in names}
        upload = given["upload"]
        if isinstance(upload, ReadMail):
            return {**told, **of_mail(upload, given)}
        return {**told, "files": [upload] if upload else []}

    @property
    def left_out(self) -> list[tuple[int, str]]:
        """The numbers of the attachments of the e-mail that are not kept, each with why."""
        upload = self.cleaned_data["upload"]
        return upload.left_out if isinstance(upload, ReadMail) else []


class ReplyFileForm(StepForm):
    """One more file that came with a reply."""

    secret = True

    upload = forms.FileField(label=_("PDF, picture or plain text"))

    def clean_upload(self) -> tuple[str, Inspected]:
        """Look at the file. Raises ValidationError with the reason for one that is not taken."""
        file = self.cleaned_data["upload"]
        try:
            return file.name, inspect_upload(file.chunks(), file.name, takes=DOCUMENTS)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None
