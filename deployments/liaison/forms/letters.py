"""What is filled in to begin, write, approve and send letters. Days are whole, in Seoul."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import ReasonForm, StepForm
from deployments.agencies.models import LETTER_LANGUAGES, Agency, Contact, LettersBy
from deployments.agencies.queries import agencies_visible_to, contacts_in_office
from deployments.liaison.forms.cases import day_field
from deployments.liaison.letters.text import LONGEST_BODY, LONGEST_SUBJECT, open_text
from deployments.liaison.models import Case, Letter, LetterAttachment, LetterKind
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.queries.letters import attachments_of, latest_version, readable_attachments
from deployments.materials.models import MaterialVersion
from deployments.materials.queries import versions_visible_to


class BeginForm(StepForm):
    """A letter to begin, from the page of its case."""

    kind = forms.ChoiceField(label=_("Kind"), choices=LetterKind.choices)
    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("To"))
    contact = forms.ModelChoiceField(
        Contact.objects.none(),
        label=_("Contact"),
        required=False,
        help_text=_("A person of that agency. An e-mail goes to a contact."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("the contact's, or the agency's")), *LETTER_LANGUAGES],
    )

    def prepare(self) -> None:
        """Offer the agencies, and the contacts of those that the case is about."""
        case: Case = self.obj
        fields: Any = self.fields
        fields["agency"].queryset = agencies_visible_to(self.viewer)
        holder = case.holder_id or case.agency_id
        known = {case.agency_id, holder, *case.referrals.values_list("to_agency", flat=True)}
        in_office = contacts_in_office(self.viewer, day_in_seoul(timezone.now()))
        fields["contact"].queryset = in_office.filter(agency__in=known)
        self.initial = {"agency": holder, "kind": _usual_kind(case), **self.initial}


def _usual_kind(case: Case) -> str:
    usual = {
        "permits": LetterKind.PERMIT_REQUEST,
        "handover": LetterKind.HANDOVER_NOTE,
        "proposal": LetterKind.PROPOSAL,
        "withdrawal": LetterKind.WITHDRAWAL,
    }
    if case.overdue_since is not None:
        return str(LetterKind.REMINDER)
    return str(usual.get(case.kind, LetterKind.INFORMATION))


class VersionForm(StepForm):
    """A form that knows which version its reader has before them."""

    version = forms.IntegerField(widget=forms.HiddenInput())

    def prepare(self) -> None:
        """Name the latest version."""
        latest = latest_version(self.obj)
        self.initial = {"version": latest.number if latest else 0, **self.initial}


class WriteForm(VersionForm):
    """The text of a letter."""

    subject = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT)
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_BODY,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_(
            "An empty line begins a paragraph; a dash or a number begins an item. What is to be "
            "told of volunteers comes in by itself at the line {people}: write no names here."
        ),
    )

    def prepare(self) -> None:
        """Put in the latest version."""
        latest = latest_version(self.obj)
        if latest is not None:
            text = open_text(latest)
            self.initial = {"version": latest.number, "subject": text.subject, "body": text.body}


class AddressForm(StepForm):
    """To whom at its agency a letter goes."""

    contact = forms.ModelChoiceField(
        Contact.objects.none(),
        label=_("Contact"),
        required=False,
        help_text=_("A person of that agency. An e-mail goes to a contact."),
    )

    def prepare(self) -> None:
        """Offer those who are in office at the agency; begin with the letter's."""
        letter: Letter = self.obj
        fields: Any = self.fields
        in_office = contacts_in_office(self.viewer, day_in_seoul(timezone.now()))
        fields["contact"].queryset = in_office.filter(agency=letter.agency)
        self.initial = {"contact": letter.contact_id, **self.initial}


class AttachForm(StepForm):
    """A file that goes with a letter."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("A PDF, a picture (PNG, JPEG) or plain text, of 18 MB at most."),
    )
    discloses = forms.BooleanField(
        label=_("It shows the identity of a volunteer"),
        required=False,
        help_text=_(
            "Such as the scan of a passport. Two people then approve the letter, and an e-mail is "
            "encrypted. Say also of whom the letter tells: their consent is checked."
        ),
    )

    def content(self) -> tuple[bytes, str]:
        """Return the file and the name its sender gave it."""
        return _read(self.cleaned_data["file"])


class AttachMaterialForm(StepForm):
    """A material that goes with a letter."""

    version = forms.ModelChoiceField(MaterialVersion.objects.none(), label=_("Material"))

    def prepare(self) -> None:
        """Offer the approved versions the person may see."""
        fields: Any = self.fields
        approved = versions_visible_to(self.viewer).filter(state="approved")
        fields["version"].queryset = approved.select_related("material")


class DetachForm(StepForm):
    """An attachment to take off."""

    from_link = ("attachment",)
    attachment = forms.ModelChoiceField(LetterAttachment.objects.none(), label=_("Attachment"))

    def prepare(self) -> None:
        """Offer what goes with this letter."""
        fields: Any = self.fields
        fields["attachment"].queryset = attachments_of(self.obj)


class PlainFileForm(DetachForm):
    """An attachment to be given that shows nobody's identity."""

    discloses = False

    def prepare(self) -> None:
        """Offer those of this letter that can be read."""
        fields: Any = self.fields
        shown = readable_attachments(self.obj, discloses=self.discloses)
        fields["attachment"].queryset = shown


class TellingFileForm(ReasonForm, PlainFileForm):
    """An attachment to be given that shows somebody's identity."""

    discloses = True


class SendForm(StepForm):
    """How a letter goes out."""

    through = forms.ChoiceField(label=_("How"), choices=LettersBy.choices, widget=forms.RadioSelect)
    on = day_field(
        _("On"), help_text=_("For a letter that was posted or handed over: the day. Else today.")
    )

    def prepare(self) -> None:
        """Begin with how the agency takes letters; no e-mail goes to nobody."""
        letter: Letter = self.obj
        way = letter.agency.letters_by
        if way == LettersBy.EMAIL and letter.contact_id is None:
            way = LettersBy.POST
        self.initial = {"through": way, **self.initial}


class ReceiptForm(StepForm):
    """Who received a letter."""

    received_by = forms.CharField(
        label=_("Received by (post)"),
        max_length=120,
        help_text=_("The post of whoever received it, such as registry: no name."),
    )
    on = day_field(_("On"), required=True)
    scan = forms.FileField(
        label=_("Scan of the receipt"), required=False, help_text=_("A PDF or a picture.")
    )

    def prepare(self) -> None:
        """Begin with today."""
        self.initial = {"on": day_in_seoul(timezone.now()), **self.initial}

    def given(self) -> dict[str, Any]:
        """Return what record_letter_receipt takes, beside the letter."""
        named = {name: self.cleaned_data[name] for name in ("received_by", "on")}
        if self.cleaned_data["scan"]:
            named["scan"], named["scan_name"] = _read(self.cleaned_data["scan"])
        return named


def _read(file: "UploadedFile[Any]") -> tuple[bytes, str]:
    return file.read(), file.name or ""
