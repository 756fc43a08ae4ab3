"""Consent: a versioned text for a purpose, and what a volunteer said to which version."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from volunteers.models.people import Volunteer


class Purpose(models.TextChoices):
    """What a consent is for."""

    REGISTER = "register", _("Being kept in the register")
    SERVICE = "service", _("Serving in a deployment")
    PERMITS = "permits", _("Identity told to an authority for a permit")
    HOST = "host", _("Identity told to the host agency")


class ConsentTerm(models.Model):
    """One version of the text for one purpose, for one assignment role where it names one."""

    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    role = models.SlugField(_("assignment role"), max_length=40, blank=True)
    version = models.PositiveSmallIntegerField(_("version"))
    text_ko = models.TextField(_("text in Korean"))
    text_en = models.TextField(_("text in English"))
    text_uk = models.TextField(_("text in Ukrainian"))
    published_at = models.DateTimeField(_("published"))

    class Meta:
        verbose_name = _("consent term")
        verbose_name_plural = _("consent terms")
        ordering: ClassVar = ["purpose", "role", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="consentterm_version", fields=["purpose", "role", "version"]
            ),
            models.CheckConstraint(
                name="consentterm_purpose", condition=Q(purpose__in=list(Purpose.values))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class Consent(models.Model):
    """A volunteer's consent to one term: given once, perhaps withdrawn later, then given anew in a
    row of its own. `given_by` is who entered it: the volunteer, or a coordinator who holds the
    signed paper."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="consents", verbose_name=_("volunteer")
    )
    term = models.ForeignKey(
        ConsentTerm, models.PROTECT, related_name="consents", verbose_name=_("term")
    )
    given_at = models.DateTimeField(_("given"))
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering: ClassVar = ["-given_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="consent_one_in_force",
                fields=["volunteer", "term"],
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="consent_withdrawn_after",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=models.F("given_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} {self.term}"
