"""One import of a workbook: the sealed file, what became of each row, what waits for a person."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, User
from corps.vault.models import DataKey
from volunteers.models.people import Volunteer


class ImportRun(models.Model):
    """A workbook on its way into the register; `upload` and the rows are sealed under `data_key`.

    The data key is destroyed a day after the run ends, and with it the file and the rejected rows.
    """

    class State(models.TextChoices):
        """Where a run stands."""

        WAITING = "waiting", _("Waiting to be read")
        READING = "reading", _("Being read")
        PREVIEW = "preview", _("Ready to confirm")
        CONFIRMED = "confirmed", _("Waiting to be imported")
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Not readable")
        DISCARDED = "discarded", _("Discarded")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", verbose_name=_("desk"))
    started_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("started by")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    beat_at = models.DateTimeField(null=True)
    kind = models.CharField(_("kind of file"), max_length=4)
    data_key = models.OneToOneField(DataKey, models.PROTECT, related_name="+")
    upload = models.BinaryField(null=True)
    rows_expected = models.PositiveIntegerField(_("rows expected"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    imported = models.PositiveIntegerField(_("imported"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    held = models.PositiveIntegerField(_("held"), default=0)
    warnings = models.JSONField(_("warnings"), default=list)
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering: ClassVar = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} UTC"


class ImportRow(models.Model):
    """What became of one row: imported as somebody, rejected, or held for a person to decide."""

    class Outcome(models.TextChoices):
        """The three ways a row can go, and the two ways a held one is settled."""

        IMPORTED = "imported", _("Imported")
        REJECTED = "rejected", _("Rejected")
        HELD = "held", _("Held")
        SAME = "same", _("Already known")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    sheet = models.CharField(_("sheet"), max_length=60, blank=True)
    row = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    column = models.CharField(_("column"), max_length=120, blank=True)
    why = models.CharField(_("why"), max_length=200, blank=True)
    content = models.BinaryField(null=True)
    volunteer = models.ForeignKey(
        Volunteer, models.SET_NULL, null=True, related_name="+", verbose_name=_("volunteer")
    )
    like = models.ForeignKey(Volunteer, models.SET_NULL, null=True, related_name="+", verbose_name=_("like"))
    like_row = models.PositiveIntegerField(_("like row"), null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("row")
        verbose_name_plural = _("rows")
        ordering: ClassVar = ["sheet", "row"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="importrow_once", fields=["run", "sheet", "row"]),
            models.CheckConstraint(
                name="importrow_settled_together",
                condition=Q(settled_by__isnull=True) | Q(settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.row)
