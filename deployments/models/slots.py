"""A slot: one place for one person in a role for a period, and what it needs."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from deployments.models.catalogue import LanguageNeeded, Role, SkillNeeded
from deployments.models.deployments import Deployment, half_open
from deployments.models.teams import Team
from volunteers.models import Clearance


class Slot(models.Model):
    """One place. Its number is unique within the deployment; its period is half-open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deployment = models.ForeignKey(
        Deployment, models.CASCADE, related_name="slots", verbose_name=_("deployment")
    )
    number = models.PositiveIntegerField(_("number"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="slots", verbose_name=_("role"))
    team = models.ForeignKey(
        Team,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="slots",
        verbose_name=_("team"),
    )
    period = DateTimeRangeField(_("period"))
    clearance = models.PositiveSmallIntegerField(_("clearance needed"), choices=Clearance)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering: ClassVar = ["deployment", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="slot_number", fields=["deployment", "number"]),
            models.CheckConstraint(name="slot_period", condition=half_open("period")),
            models.CheckConstraint(
                name="slot_clearance", condition=models.Q(clearance__range=(1, 3))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deployment.codename} #{self.number}"


class SlotSkill(SkillNeeded):
    """A skill that a place needs."""

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="skills")

    class Meta(SkillNeeded.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(name="slotskill_once", fields=["slot", "skill"]),
            models.CheckConstraint(name="slotskill_level", condition=models.Q(level__range=(1, 4))),
        ]


class SlotLanguage(LanguageNeeded):
    """A language that a place needs."""

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="languages")

    class Meta(LanguageNeeded.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(name="slotlanguage_once", fields=["slot", "language", "mode"]),
            models.CheckConstraint(
                name="slotlanguage_level", condition=models.Q(level__range=(1, 7))
            ),
        ]
