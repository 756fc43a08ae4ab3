"""The catalogue: skills with what they imply, languages, and their levels."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """Something with a name in Korean, English and Ukrainian; `also` holds other spellings."""

    name_ko = models.CharField(_("name in Korean"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=120)
    also = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, verbose_name=_("also called")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(getattr(self, f"name_{(get_language() or 'en')[:2]}", self.name_en))


class SkillKind(models.TextChoices):
    """What kind of skill it is."""

    CRAFT = "craft", _("Craft")
    TRAINING = "training", _("Training")
    LICENCE = "licence", _("Licence")


class Skill(Named):
    """A skill of the catalogue; whoever holds it holds what it implies at the same level."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=SkillKind, default=SkillKind.CRAFT)
    implies = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="implied_by", verbose_name=_("implies")
    )

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering: ClassVar = ["code"]


class Language(Named):
    """A language by its ISO 639-3 code."""

    code = models.CharField(_("ISO 639-3 code"), max_length=3, primary_key=True)

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering: ClassVar = ["code"]


class Level(models.IntegerChoices):
    """Levels of the Common European Framework of Reference for Languages, and native above them."""

    A1 = 1, "A1"
    A2 = 2, "A2"
    B1 = 3, "B1"
    B2 = 4, "B2"
    C1 = 5, "C1"
    C2 = 6, "C2"
    NATIVE = 7, _("native")
