"""The roles people are deployed in, and what each needs by default."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from volunteers.models import Language, Level, Skill
from volunteers.models.catalogue import Named


class Mode(models.TextChoices):
    """The four ways of using a language (CEFR)."""

    LISTENING = "listening", _("listening")
    SPEAKING = "speaking", _("speaking")
    READING = "reading", _("reading")
    WRITING = "writing", _("writing")


class Role(Named):
    """A role of the catalogue, such as interpreter or leaflet team leader."""

    code = models.SlugField(_("code"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering: ClassVar = ["code"]


class SkillNeeded(models.Model):
    """At least this level of a skill."""

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+", verbose_name=_("skill"))
    level = models.PositiveSmallIntegerField(_("level"), default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class LanguageNeeded(models.Model):
    """At least this level of a language in one mode."""

    language = models.ForeignKey(
        Language, models.PROTECT, related_name="+", verbose_name=_("language")
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.SPEAKING)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.B1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.language} {self.get_mode_display()} {self.get_level_display()}"


class RoleSkill(SkillNeeded):
    """A skill that a role needs by default."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="skills")

    class Meta(SkillNeeded.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(name="roleskill_once", fields=["role", "skill"]),
            models.CheckConstraint(name="roleskill_level", condition=models.Q(level__range=(1, 4))),
        ]


class RoleLanguage(LanguageNeeded):
    """A language that a role needs by default."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="languages")

    class Meta(LanguageNeeded.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(name="rolelanguage_once", fields=["role", "language", "mode"]),
            models.CheckConstraint(
                name="rolelanguage_level", condition=models.Q(level__range=(1, 7))
            ),
        ]
