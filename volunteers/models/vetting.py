"""Vetting: checks, a recommendation by one officer, a decision by another, a clearance."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from volunteers.models.people import Volunteer
from volunteers.states import VETTING


class Clearance(models.IntegerChoices):
    """How far a cleared volunteer may go."""

    HOME = 1, _("1 home")
    ABROAD = 2, _("2 abroad")
    FRONT = 3, _("3 front")


class VettingCase(models.Model):
    """One vetting of one volunteer. A cleared case grants `level` during `holds`, half-open days.

    A case taken over from the organisation's paper register is `from_register`: nobody decided it
    here, so it carries the one who entered it as `opened_by` and no decision of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    volunteer = models.ForeignKey(
        Volunteer, models.CASCADE, related_name="vetting", verbose_name=_("volunteer")
    )
    state = models.CharField(
        _("state"), max_length=12, choices=VETTING.choices(), default=VETTING.initial
    )
    state_since = models.DateTimeField(_("since"))
    from_register = models.BooleanField(_("taken over from the register"), default=False)
    opened_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("opened by")
    )
    recommended_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("recommended by")
    )
    recommended_at = models.DateTimeField(_("recommended"), null=True)
    recommended_level = models.PositiveSmallIntegerField(
        _("recommended level"), choices=Clearance, null=True
    )
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    level = models.PositiveSmallIntegerField(_("clearance"), choices=Clearance, null=True)
    holds = DateRangeField(_("clearance holds"), null=True)

    class Meta:
        verbose_name = _("vetting case")
        verbose_name_plural = _("vetting cases")
        ordering: ClassVar = ["-state_since"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="vetting_decider_is_not_recommender",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("recommended_by")),
            ),
            models.CheckConstraint(
                name="vetting_recommendation_together",
                condition=Q(
                    recommended_by__isnull=True,
                    recommended_at__isnull=True,
                    recommended_level__isnull=True,
                )
                | Q(
                    recommended_by__isnull=False,
                    recommended_at__isnull=False,
                    recommended_level__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="vetting_decision_together",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    recommended_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="vetting_clearance_together",
                condition=Q(
                    state__in=["cleared", "lapsed", "revoked"],
                    level__range=(1, 3),
                    holds__isempty=False,
                    holds__startswith__isnull=False,
                    holds__endswith__isnull=False,
                )
                | Q(
                    state__in=["open", "checks", "recommended", "refused"],
                    level__isnull=True,
                    holds__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="vetting_decided_by_somebody",
                condition=Q(state__in=["open", "checks", "recommended"], decided_by__isnull=True)
                | Q(from_register=True)
                | Q(
                    state__in=["cleared", "refused", "lapsed", "revoked"],
                    decided_by__isnull=False,
                ),
            ),
            models.UniqueConstraint(
                name="vetting_one_under_way",
                fields=["volunteer"],
                condition=Q(state__in=["open", "checks", "recommended"]),
            ),
        ]
        indexes: ClassVar = [models.Index("volunteer", "state", name="vetting_volunteer_state")]

    def __str__(self) -> str:
        return self.volunteer.callsign


class CheckKind(models.TextChoices):
    """What is looked at in a vetting."""

    DOCUMENT = "document", _("Identity document")
    BACKGROUND = "background", _("Background")
    REFERENCES = "references", _("References")
    INTERVIEW = "interview", _("Interview")
    MEDICAL = "medical", _("Medical")
    PSYCHOLOGICAL = "psychological", _("Psychological")


class CheckOutcome(models.TextChoices):
    """How a check came out."""

    PASSED = "passed", _("Passed")
    CONCERN = "concern", _("Concern")
    FAILED = "failed", _("Failed")


class VettingCheck(models.Model):
    """One check of a case: outcome, officer and until when it counts."""

    case = models.ForeignKey(VettingCase, models.CASCADE, related_name="checks")
    kind = models.CharField(_("check"), max_length=14, choices=CheckKind)
    outcome = models.CharField(_("outcome"), max_length=8, choices=CheckOutcome)
    officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("officer"))
    at = models.DateTimeField(_("entered"))
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The first day it no longer counts.")
    )

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        constraints: ClassVar = [
            models.UniqueConstraint(name="vettingcheck_once", fields=["case", "kind"])
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
