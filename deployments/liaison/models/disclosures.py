"""The register of disclosures: which fields about whom went to which agency, and under what."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deployments.agencies.models import Agency
from deployments.liaison.models.letters import Letter
from deployments.liaison.models.replies import Referral
from volunteers.models import Consent, Volunteer


class Disclosure(models.Model):
    """What a letter tells of one volunteer's identity: the names of fields, never their values.

    It is planned while the letter is written, and stands once that is sent (`disclosed_at`).
    `consent` is the one it rests on; `recalled_by` the letter that asked to have it destroyed.
    Where the agency passed the case on, it stands once more for the agency that got it then, with
    the `referral` by which it did.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    letter = models.ForeignKey(
        Letter, models.PROTECT, related_name="disclosures", verbose_name=_("letter")
    )
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="disclosures", verbose_name=_("volunteer")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="disclosures", verbose_name=_("agency")
    )
    fields = ArrayField(models.CharField(max_length=40), verbose_name=_("fields"))
    purpose = models.CharField(_("purpose"), max_length=20)
    consent = models.ForeignKey(
        Consent, models.PROTECT, null=True, related_name="+", verbose_name=_("consent")
    )
    disclosed_at = models.DateTimeField(_("disclosed"), null=True, blank=True)
    referral = models.ForeignKey(
        Referral,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="disclosures",
        verbose_name=_("referral"),
    )
    recalled_by = models.ForeignKey(
        Letter, models.PROTECT, null=True, blank=True, related_name="recalls"
    )
    recalled_at = models.DateTimeField(_("recalled"), null=True, blank=True)

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        ordering: ClassVar = ["-disclosed_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="disclosure_once",
                fields=["letter", "volunteer", "referral"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="disclosure_by_consent",
                condition=Q(disclosed_at__isnull=True) | Q(consent__isnull=False),
            ),
            models.CheckConstraint(
                name="disclosure_recalled_together",
                condition=Q(recalled_by__isnull=True, recalled_at__isnull=True)
                | Q(recalled_by__isnull=False, recalled_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index("volunteer", "agency", name="disclosure_volunteer")]

    def __str__(self) -> str:
        return f"{self.volunteer} → {self.agency}"
