"""Leaflets, audio, video and scripts; their versions; deliveries of a version to an agency."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from corps.accounts.models import Desk, User
from corps.vault.models import SealedFile
from deployments.agencies.models import Agency, Contact
from deployments.materials.states import DELIVERY, VERSION
from volunteers.models import Language


class MaterialKind(models.TextChoices):
    """What kind of material it is."""

    LEAFLET = "leaflet", _("Leaflet")
    AUDIO = "audio", _("Audio")
    VIDEO = "video", _("Video")
    SCRIPT = "script", _("Script")


class Material(models.Model):
    """One leaflet, appeal or script, whatever its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=MaterialKind)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="materials", verbose_name=_("desk"))
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering: ClassVar = ["title"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "desk",
                Lower("title"),
                name="material_title",
                violation_error_message=_("This desk has a material of that title."),
            ),
            models.CheckConstraint(
                name="material_kind", condition=Q(kind__in=list(MaterialKind.values))
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MaterialUserObjectPermission(UserObjectPermissionBase):
    """A material shared with one person, until an instant (itself excluded) or without an end."""

    content_object = models.ForeignKey(Material, models.CASCADE)
    until = models.DateTimeField(_("until"), null=True, blank=True)


class MaterialGroupObjectPermission(GroupObjectPermissionBase):
    """A material shared with an agency (an agency is a group)."""

    content_object = models.ForeignKey(Material, models.CASCADE)
    shared_at = models.DateTimeField(default=timezone.now)


class MaterialVersion(models.Model):
    """One version, with its file. `length` is in seconds, for audio and video; `pages` for the
    rest. Its author never decides about it. `sha256` is that of the content handed out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    material = models.ForeignKey(
        Material, models.PROTECT, related_name="versions", verbose_name=_("material")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    language = models.ForeignKey(
        Language, models.PROTECT, related_name="+", verbose_name=_("language")
    )
    variety = models.CharField(_("regional variety"), max_length=60, blank=True)
    file = models.OneToOneField(SealedFile, models.PROTECT, related_name="+", editable=False)
    previews = models.ManyToManyField(SealedFile, related_name="+", editable=False)
    sha256 = models.BinaryField(max_length=32, editable=False)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    length = models.PositiveIntegerField(_("length"), null=True, blank=True)
    remarks = models.CharField(_("remarks"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=VERSION.choices(), default=VERSION.initial
    )
    state_since = models.DateTimeField(_("since"))
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("author"))
    made_at = models.DateTimeField(_("made"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering: ClassVar = ["material", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="version_number", fields=["material", "number"]),
            models.CheckConstraint(
                name="version_state", condition=Q(state__in=list(VERSION.states))
            ),
            models.CheckConstraint(
                name="version_author_not_approver", condition=~Q(decided_by=models.F("author"))
            ),
            models.CheckConstraint(
                name="version_decided",
                condition=Q(
                    state__in=["draft", "in_review"],
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                )
                | Q(
                    state__in=["approved", "rejected", "retired"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material} · {self.number}"


class Medium(models.TextChoices):
    """On what a delivery was handed over."""

    PRINTED = "printed", _("Printed copies")
    STORAGE = "storage", _("Storage medium")
    ELECTRONIC = "electronic", _("Electronically")


class Delivery(models.Model):
    """One version handed to an agency: how many were made, handed over, acknowledged.

    Who handed over and when, and the receipt (who at the agency, when, perhaps a scan) are set
    together. Counts are of copies, or of media.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        MaterialVersion, models.PROTECT, related_name="deliveries", verbose_name=_("version")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="deliveries", verbose_name=_("agency")
    )
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("contact"),
    )
    desk = models.ForeignKey(
        Desk, models.PROTECT, related_name="deliveries", verbose_name=_("desk")
    )
    medium = models.CharField(_("medium"), max_length=10, choices=Medium)
    made = models.PositiveIntegerField(_("made"))
    handed_over = models.PositiveIntegerField(_("handed over"), null=True, blank=True)
    acknowledged = models.PositiveIntegerField(_("acknowledged"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=DELIVERY.choices(), default=DELIVERY.initial
    )
    state_since = models.DateTimeField(_("since"))
    prepared_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    prepared_at = models.DateTimeField(_("prepared"))
    handed_over_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed over by"),
    )
    handed_over_at = models.DateTimeField(_("handed over on"), null=True, blank=True)
    receipt_by = models.CharField(_("received by (post)"), max_length=120, blank=True)
    receipt_at = models.DateTimeField(_("received on"), null=True, blank=True)
    receipt_scan = models.OneToOneField(
        SealedFile, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering: ClassVar = ["-state_since", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="delivery_state", condition=Q(state__in=list(DELIVERY.states))
            ),
            models.CheckConstraint(name="delivery_made", condition=Q(made__gte=1)),
            models.CheckConstraint(
                name="delivery_handed_over_together",
                condition=Q(
                    handed_over__isnull=True,
                    handed_over_by__isnull=True,
                    handed_over_at__isnull=True,
                )
                | Q(
                    handed_over__isnull=False,
                    handed_over_by__isnull=False,
                    handed_over_at__isnull=False,
                    handed_over__lte=models.F("made"),
                ),
            ),
            models.CheckConstraint(
                name="delivery_receipt_together",
                condition=Q(acknowledged__isnull=True, receipt_at__isnull=True, receipt_by="")
                | (
                    Q(
                        acknowledged__isnull=False,
                        receipt_at__isnull=False,
                        acknowledged__lte=models.F("handed_over"),
                    )
                    & ~Q(receipt_by="")
                ),
            ),
            models.CheckConstraint(
                name="delivery_as_its_state_says",
                condition=Q(state="prepared", handed_over__isnull=True)
                | Q(state="handed_over", handed_over__isnull=False, acknowledged__isnull=True)
                | Q(state="acknowledged", acknowledged__isnull=False)
                | Q(state="failed"),
            ),
        ]
        indexes: ClassVar = [models.Index("desk", "state", name="delivery_desk_state")]

    def __str__(self) -> str:
        return f"{self.version} → {self.agency}"
