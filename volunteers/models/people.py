"""A volunteer by callsign, the sealed identity, and what the volunteer can do."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from timezone_field import TimeZoneField

from corps.accounts.models import Desk, User
from corps.vault.models import DataKey
from volunteers.models.catalogue import Language, Level, Skill
from volunteers.states import STANDING


class Wish(models.TextChoices):
    """The work a volunteer has offered to do."""

    INTERPRETER = "interpreter", _("Interpreting")
    BROADCASTER = "broadcaster", _("Broadcasting")
    LEAFLETS = "leaflets", _("Leaflets")


class Volunteer(models.Model):
    """One volunteer. Everywhere the callsign stands for the person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    callsign = models.CharField(
        _("callsign"),
        max_length=40,
        validators=[RegexValidator(r"^[\w][\w.-]*$", _("Letters, digits, dots and hyphens only."))],
    )
    standing = models.CharField(
        _("standing"), max_length=12, choices=STANDING.choices(), default=STANDING.initial
    )
    standing_since = models.DateTimeField(_("standing since"))
    desk = models.ForeignKey(
        Desk, models.PROTECT, related_name="volunteers", verbose_name=_("desk")
    )
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="volunteer"
    )
    data_key = models.OneToOneField(DataKey, models.PROTECT, related_name="+", editable=False)
    home_base = models.CharField(_("home base"), max_length=80, blank=True)
    time_zone = TimeZoneField(_("time zone"), default="Asia/Seoul")
    portal_language = models.CharField(
        _("portal language"),
        max_length=5,
        choices=[("ko", "한국어"), ("en", "English"), ("uk", "Українська")],
        default="ko",
    )
    wishes = ArrayField(
        models.CharField(max_length=20, choices=Wish),
        default=list,
        blank=True,
        verbose_name=_("wishes to do"),
    )
    registered_at = models.DateTimeField(_("registered"), auto_now_add=True)

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")
        ordering: ClassVar = ["callsign"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("callsign"),
                name="volunteer_callsign",
                violation_error_message=_("This callsign is taken."),
            ),
            models.CheckConstraint(
                name="volunteer_standing",
                condition=models.Q(standing__in=list(STANDING.states)),
            ),
        ]
        indexes: ClassVar = [models.Index("desk", "callsign", name="volunteer_desk_callsign")]

    def __str__(self) -> str:
        return self.callsign


class VolunteerUserObjectPermission(UserObjectPermissionBase):
    """A volunteer shared with one person, until an instant (itself excluded) or without an end."""

    content_object = models.ForeignKey(Volunteer, models.CASCADE)
    until = models.DateTimeField(_("until"), null=True, blank=True)


class VolunteerGroupObjectPermission(GroupObjectPermissionBase):
    """A volunteer shared with a group (an agency)."""

    content_object = models.ForeignKey(Volunteer, models.CASCADE)


class Identity(models.Model):
    """The sealed identity document of one volunteer (see volunteers.identity)."""

    volunteer = models.OneToOneField(
        Volunteer, models.CASCADE, primary_key=True, related_name="identity"
    )
    document = models.BinaryField()
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.volunteer.callsign


class IdentityMark(models.Model):
    """A blind index of one part of an identity (corps.vault.marks), made with the key `key_id`.

    The index of a whole row of a workbook cannot be made again from the identity: for it `source`
    keeps what it is made of, the row's digest, sealed under the volunteer's data key.
    """

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=12)
    mark = models.BinaryField(max_length=32)
    key_id = models.CharField(max_length=60)
    source = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="identitymark_once", fields=["volunteer", "kind", "mark"])
        ]
        indexes: ClassVar = [models.Index("kind", "mark", name="identitymark_lookup")]

    def __str__(self) -> str:
        return self.kind


class SkillHeld(models.Model):
    """A skill a volunteer holds at a level from 1 to 4; self-declared until verified."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="held", verbose_name=_("skill"))
    level = models.PositiveSmallIntegerField(_("level"))
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by")
    )
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The first day it no longer counts.")
    )

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering: ClassVar = ["skill__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="skillheld_once", fields=["volunteer", "skill"]),
            models.CheckConstraint(name="skillheld_level", condition=models.Q(level__range=(1, 4))),
            models.CheckConstraint(
                name="skillheld_verified_together",
                condition=models.Q(verified_by__isnull=True, verified_at__isnull=True)
                | models.Q(verified_by__isnull=False, verified_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class LanguageHeld(models.Model):
    """A language a volunteer knows, with a level for each mode."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="languages")
    language = models.ForeignKey(
        Language, models.PROTECT, related_name="held", verbose_name=_("language")
    )
    listening = models.PositiveSmallIntegerField(_("listening"), choices=Level)
    speaking = models.PositiveSmallIntegerField(_("speaking"), choices=Level)
    reading = models.PositiveSmallIntegerField(_("reading"), choices=Level)
    writing = models.PositiveSmallIntegerField(_("writing"), choices=Level)
    variety = models.CharField(_("regional variety"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering: ClassVar = ["language__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="languageheld_once", fields=["volunteer", "language"]),
            models.CheckConstraint(
                name="languageheld_levels",
                condition=models.Q(
                    listening__range=(1, 7),
                    speaking__range=(1, 7),
                    reading__range=(1, 7),
                    writing__range=(1, 7),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {Level(self.speaking).label}"
