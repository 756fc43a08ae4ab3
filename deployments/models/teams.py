"""Teams: places that go together, and what they must have among them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deployments.models.catalogue import Mode, Role
from deployments.models.deployments import Deployment
from volunteers.models import Language, Level


class Team(models.Model):
    """Slots of one deployment that go together."""

    deployment = models.ForeignKey(
        Deployment, models.CASCADE, related_name="teams", verbose_name=_("deployment")
    )
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="team_name", fields=["deployment", "name"])
        ]

    def __str__(self) -> str:
        return self.name


class CompositionRule(models.Model):
    """At least `minimum` of the team hold the role, or know the language at the level."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="rules")
    minimum = models.PositiveSmallIntegerField(_("at least"), default=1)
    role = models.ForeignKey(
        Role, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("role")
    )
    language = models.ForeignKey(
        Language,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("language"),
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.SPEAKING)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, null=True, blank=True)

    class Meta:
        verbose_name = _("composition rule")
        verbose_name_plural = _("composition rules")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="compositionrule_role_or_language",
                condition=Q(role__isnull=False, language__isnull=True, level__isnull=True)
                | Q(role__isnull=True, language__isnull=False, level__isnull=False),
                violation_error_message=_("Name either a role, or a language with a level."),
            ),
            models.CheckConstraint(name="compositionrule_minimum", condition=Q(minimum__gte=1)),
        ]

    def __str__(self) -> str:
        level = f"{self.language} {self.get_mode_display()} {self.get_level_display()}"
        what = level if self.role is None else self.role
        return f"{self.minimum} × {what}"
