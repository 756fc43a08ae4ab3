"""An e-mail that came as an answer, as a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import StepForm
from corps.errors import Refusal
from corps.outbox.bounces import read_bounce
from corps.outbox.incoming import LARGEST, Incoming, may_begin_mail, parse_email
from deployments.agencies.models import Agency
from deployments.agencies.queries import agencies_visible_to
from deployments.liaison.models import Case, Letter, Outcome
from deployments.liaison.queries.cases import case_by_reference, day_in_seoul
from deployments.liaison.queries.mail import case_of_mail
from deployments.liaison.queries.replies import Mail
from deployments.materials.files import (
    DOCUMENTS,
    Inspected,
    inspect_upload,
    may_begin_a_document,
)

MOST_FILES = 10
"""How many attachments of an e-mail are looked at and kept."""

LONGEST = 20_000
"""How much of an e-mail's text is kept as the answer's; the whole lies sealed beside it."""


@dataclass(frozen=True, slots=True, repr=False)
class ReadMail:
    """An e-mail read: what it says, its attachments that are kept, and of the others the number of
    each and why."""

    incoming: Incoming
    mail: Mail
    files: list[tuple[str, Inspected]]
    left_out: list[tuple[int, str]]


class AnswerField(forms.FileField):
    """An e-mail saved as a file, or where `documents` are taken too a document or picture; cleaned
    to ReadMail, to `(name, what is kept of it)`, or None where nothing was given."""

    def __init__(self, *, documents: bool = False, **given: Any) -> None:
        self.documents = documents
        super().__init__(**given)

    def clean(self, value: Any, initial: Any = None) -> ReadMail | tuple[str, Inspected] | None:
        """Read the e-mail with what came with it, or look at the document. Raises
        ValidationError."""
        file = super().clean(value, initial)
        if not file:
            return None
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is too large."))
        raw = file.read()
        try:
            if self.documents and not file.name.lower().endswith(".eml"):
                return file.name, inspect_upload(raw, file.name, takes=DOCUMENTS)
            return read_mail(raw)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None


def may_begin_an_answer(first: bytes) -> bool:
    """Whether these first bytes may begin an e-mail, a document or a picture."""
    return may_begin_mail(first) or may_begin_a_document(first)


def read_mail(raw: bytes) -> ReadMail:
    """Return an e-mail read. Raises BadMail, and Refusal for one that says that another did not
    arrive."""
    if read_bounce(raw) is not None:
        raise Refusal(_("This e-mail says that a letter did not arrive: enter it at Messages."))
    incoming = parse_email(raw)
    files: list[tuple[str, Inspected]] = []
    left_out: list[tuple[int, str]] = []
    for number, file in enumerate(incoming.attachments, 1):
        if number > MOST_FILES:
            left_out.append((number, gettext("More files came than are kept.")))
            continue
        try:
            files.append((file.name, inspect_upload(file.content, file.name, takes=DOCUMENTS)))
        except Refusal as refusal:
            left_out.append((number, str(refusal)))
    headers = [list(pair) for pair in incoming.headers]
    return ReadMail(incoming, Mail(incoming.message_id, headers, raw), files, left_out)


def of_mail(read: ReadMail, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what record_reply takes of an e-mail, what was filled in coming first."""
    date = read.incoming.date
    return {
        "came_on": given.get("came_on") or (day_in_seoul(date) if date else None),
        "text": given.get("text") or read.incoming.text[:LONGEST],
        "files": read.files,
        "mail": read.mail,
    }


class MailForm(StepForm):
    """An e-mail that finds its case by itself, or is told it."""

    secret = True
    plain = ("reference", "outcome", "agency")

    file = AnswerField(
        label=_("The e-mail as a file (.eml)"),
        help_text=_("In your mail program: save the e-mail as a file."),
    )
    reference = forms.CharField(
        label=_("Reference of the case"),
        max_length=20,
        required=False,
        help_text=_("Only if the e-mail does not find its case by itself, such as 2026-0042."),
    )
    outcome = forms.ChoiceField(
        label=_("What it says"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agency"),
        required=False,
        help_text=_(
            "Unless told, the agency of the letter that it answers, or else the one that holds the "
            "case."
        ),
    )

    def prepare(self) -> None:
        """Offer the agencies the person may see."""
        self.fields["agency"].queryset = agencies_visible_to(self.viewer)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Find the case."""
        given = super().clean() or {}
        read: ReadMail | None = given.get("file")
        if read is None:
            return given
        case, letter = self._found(read.incoming, given.get("reference", ""))
        if case is None:
            self.add_error("reference", _("This e-mail names no case of yours: enter which it is."))
        if read.incoming.date is None:
            self.add_error("file", _("It does not say when it was sent: enter it from its case."))
        return {**given, "case": case, "letter": letter}

    def said(self) -> dict[str, Any]:
        """Return what record_reply takes."""
        given = self.cleaned_data
        case: Case = given["case"]
        letter: Letter | None = given["letter"]
        agency = given["agency"] or (letter.agency if letter else case.holder or case.agency)
        told = {"case": case, "letter": letter, "outcome": given["outcome"]}
        return {**told, "agency": agency, **of_mail(given["file"], {})}

    @property
    def left_out(self) -> list[tuple[int, str]]:
        """The numbers of the attachments that are not kept, each with why."""
        read: ReadMail = self.cleaned_data["file"]
        return read.left_out

    def _found(self, incoming: Incoming, reference: str) -> tuple[Case | None, Letter | None]:
        answers = [incoming.in_reply_to, *incoming.references]
        case, letter = case_of_mail(self.viewer, answers=answers, subject=incoming.subject)
        if not reference:
            return case, letter
        told = case_by_reference(self.viewer, reference.strip())
        return told, letter if told == case else None
