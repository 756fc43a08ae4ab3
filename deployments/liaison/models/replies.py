"""What comes back: referrals to another agency, and replies."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.vault.models import DataKey, SealedFile
from deployments.agencies.models import Agency
from deployments.liaison.models.cases import Case
from deployments.liaison.models.letters import Letter


class Outcome(models.TextChoices):
    """What a reply says."""

    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    PARTLY = "partly", _("Granted in part")
    NO_COMMENT = "no_comment", _("No comment")
    INFORMATION = "information", _("Information")


class Referral(models.Model):
    """One agency passed the case to another, which holds it from then on, with a due day of its
    own. The first row of a case's trail is where the letter went."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")
    from_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    on = models.DateField(_("on"))
    due = models.DateField(_("due"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["entered_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="referral_to_another", condition=~Q(from_agency=models.F("to_agency"))
            )
        ]

    def __str__(self) -> str:
        return str(self.case)


class Reply(models.Model):
    """What an agency answered, entered by hand or out of an e-mail. Its text is sealed, and so is
    whatever tells one e-mail from another. `came_on` is the day on which it came."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="replies", verbose_name=_("case"))
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="replies")
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="replies", verbose_name=_("agency")
    )
    outcome = models.CharField(_("what it says"), max_length=12, choices=Outcome)
    came_on = models.DateField(_("came on"))
    data_key = models.OneToOneField(DataKey, models.PROTECT, related_name="+", editable=False)
    content = models.BinaryField()
    original = models.OneToOneField(SealedFile, models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering: ClassVar = ["entered_at", "id"]

    def __str__(self) -> str:
        return str(self.case)


class ReplyAttachment(models.Model):
    """A file that came with a reply; its name is sealed with the reply's content."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="attachments")
    place = models.PositiveSmallIntegerField()
    file = models.OneToOneField(SealedFile, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="replyattachment_place", fields=["reply", "place"])
        ]

    def __str__(self) -> str:
        return f"{self.reply} {self.place}"
