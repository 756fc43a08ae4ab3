"""A letter: its versions while it is written, its approvals, what went out."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from corps.accounts.models import User
from corps.outbox.models import Message
from corps.vault.models import DataKey, SealedFile
from deployments.agencies.models import LETTER_LANGUAGES, Agency, Contact, LettersBy
from deployments.liaison.models.cases import Case
from deployments.liaison.states import LETTER
from deployments.materials.models import MaterialVersion


class LetterKind(models.TextChoices):
    """By which template a letter begins."""

    PERMIT_REQUEST = "permit_request", _("Request for permits")
    HANDOVER_NOTE = "handover_note", _("Handover note")
    PROPOSAL = "proposal", _("Proposal of a deployment")
    INFORMATION = "information", _("Request for information")
    REMINDER = "reminder", pgettext_lazy("letter", "Reminder")
    WITHDRAWAL = "withdrawal", _("Withdrawal")


class Letter(models.Model):
    """One letter of a case. What it says is sealed in its versions; after it was sent, nothing of
    its text, file, attachments or hashes changes (a trigger holds that).

    `discloses` says that it carries identity: then two people approve it, else one, never its
    author. `text_hash` is the SHA-256 of the approved text, which the letter carries as a QR code;
    `pdf_hash` that of the file that went out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="letters", verbose_name=_("case"))
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=16, choices=LetterKind)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="letters", verbose_name=_("to"))
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name=_("contact"),
    )
    language = models.CharField(_("language"), max_length=5, choices=LETTER_LANGUAGES)
    discloses = models.BooleanField(_("discloses identity"), default=False)
    data_key = models.OneToOneField(DataKey, models.PROTECT, related_name="+", editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=LETTER.choices(), default=LETTER.initial
    )
    state_since = models.DateTimeField(_("since"))
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("author"))
    written_at = models.DateTimeField(_("written"))
    text_hash = models.BinaryField(max_length=32, null=True, editable=False)
    pdf = models.OneToOneField(
        SealedFile, models.PROTECT, null=True, related_name="+", editable=False
    )
    pdf_hash = models.BinaryField(max_length=32, null=True, editable=False)
    sent_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_through = models.CharField(
        _("sent by way of"), max_length=6, choices=LettersBy, blank=True
    )
    message = models.OneToOneField(
        Message, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    receipt_by = models.CharField(_("received by (post)"), max_length=120, blank=True)
    receipt_at = models.DateTimeField(_("received on"), null=True, blank=True)
    receipt_scan = models.OneToOneField(
        SealedFile, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering: ClassVar = ["case", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="letter_number", fields=["case", "number"]),
            models.CheckConstraint(name="letter_state", condition=Q(state__in=list(LETTER.states))),
            models.CheckConstraint(
                name="letter_sent_together",
                condition=Q(sent_by__isnull=True, sent_at__isnull=True, sent_through="")
                | (
                    Q(
                        sent_by__isnull=False,
                        sent_at__isnull=False,
                        text_hash__isnull=False,
                        pdf__isnull=False,
                        pdf_hash__isnull=False,
                    )
                    & ~Q(sent_through="")
                ),
            ),
            models.CheckConstraint(
                name="letter_sent_as_its_state_says",
                condition=Q(state__in=["sent", "acknowledged", "bounced"], sent_at__isnull=False)
                | ~Q(state__in=["sent", "acknowledged", "bounced"]),
            ),
            models.CheckConstraint(
                name="letter_receipt_together",
                condition=Q(receipt_at__isnull=True, receipt_by="")
                | (Q(receipt_at__isnull=False) & ~Q(receipt_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.reference}/{self.number}"


class LetterVersion(models.Model):
    """One version of a letter's text, sealed; `text_hash` is the SHA-256 of the text in the clear.
    `beside` is, sealed, what stood beside the text: addresses, attachments, what is told of whom.

    A version that was submitted is the one that its approvals name.
    """

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.BinaryField()
    beside = models.BinaryField()
    text_hash = models.BinaryField(max_length=32)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["letter", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="letterversion_number", fields=["letter", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.number}"


class LetterApproval(models.Model):
    """One person's approval of exactly one version of a letter. `author` repeats the letter's, so
    that the database itself keeps author and approver apart."""

    version = models.ForeignKey(LetterVersion, models.PROTECT, related_name="approvals")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="letterapproval_once", fields=["version", "approver"]),
            models.CheckConstraint(
                name="letterapproval_not_the_author", condition=~Q(approver=F("author"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)


class LetterAttachment(models.Model):
    """A file that goes with a letter: one of its own, or a version of a material. `name` is neutral
    and names nobody. `discloses` says that it shows the identity of a volunteer."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="attachments")
    name = models.CharField(_("name"), max_length=80)
    file = models.ForeignKey(SealedFile, models.PROTECT, null=True, related_name="+")
    version = models.ForeignKey(MaterialVersion, models.PROTECT, null=True, related_name="+")
    sha256 = models.BinaryField(max_length=32)
    discloses = models.BooleanField(_("discloses identity"), default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="letterattachment_one_file",
                condition=Q(file__isnull=False, version__isnull=True)
                | Q(file__isnull=True, version__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name
