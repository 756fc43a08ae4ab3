"""One import of a workbook: the sealed file, what became of each row, what waits for a person."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, User
from corps.vault.models import DataKey
from volunteers.models.people import Volunteer
from volunteers.states import IMPORT


class ImportRun(models.Model):
    """A workbook on its way into the register.

    `upload` (the file), `remarks` (names of sheets, warnings) and what the rejected rows hold are
    sealed under `data_key`. The file goes when the run ends; a day after the end the data key is
    destroyed, and the rejected rows with it. A row held for a decision has a data key of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", verbose_name=_("desk"))
    started_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("started by")
    )
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=IMPORT.choices(), default=IMPORT.initial
    )
    state_since = models.DateTimeField(_("since"))
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    beat_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind of file"), max_length=4)
    data_key = models.OneToOneField(DataKey, models.PROTECT, related_name="+")
    upload = models.BinaryField(null=True)
    remarks = models.BinaryField(null=True)
    rows_expected = models.PositiveIntegerField(_("rows expected"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    imported = models.PositiveIntegerField(_("imported"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    held = models.PositiveIntegerField(_("held"), default=0)
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering: ClassVar = ["-started_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="importrun_state", condition=Q(state__in=list(IMPORT.states))
            ),
            models.CheckConstraint(
                name="importrun_ended",
                condition=Q(state__in=["done", "failed", "discarded"], ended_at__isnull=False)
                | (~Q(state__in=["done", "failed", "discarded"]) & Q(ended_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.started_at):%Y-%m-%d %H:%M}"


class ImportRow(models.Model):
    """What became of one row: imported as somebody, rejected, or held for a person to decide.

    `sheet` counts the sheets that hold a table, from 1; `row` is the sheet's own row number. `same`
    names the kinds of blind index in which a held row is like `like`, or like row `like_row` of the
    same file. `mark` is the blind index of the whole row, made with the key `mark_key_id`, so that
    a waiting row queues only once.
    """

    class Outcome(models.TextChoices):
        """The three ways a row can go, and the two ways a held one ends without anybody added."""

        IMPORTED = "imported", _("Imported")
        REJECTED = "rejected", _("Rejected")
        HELD = "held", _("Held")
        SAME = "same", _("Already known")
        UNDECIDED = "undecided", _("Not decided in time")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    sheet = models.PositiveSmallIntegerField(_("sheet"), default=1)
    row = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    why = models.CharField(_("why"), max_length=80, blank=True)
    same = ArrayField(models.CharField(max_length=12), default=list, verbose_name=_("the same"))
    content = models.BinaryField(null=True)
    data_key = models.OneToOneField(DataKey, models.PROTECT, null=True, related_name="+")
    mark = models.BinaryField(max_length=32, null=True)
    mark_key_id = models.CharField(max_length=60, blank=True)
    volunteer = models.ForeignKey(
        Volunteer, models.SET_NULL, null=True, related_name="+", verbose_name=_("volunteer")
    )
    like = models.ForeignKey(
        Volunteer, models.SET_NULL, null=True, related_name="+", verbose_name=_("like")
    )
    like_sheet = models.PositiveSmallIntegerField(null=True)
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
            models.CheckConstraint(
                name="importrow_held_is_open",
                condition=~Q(outcome="held") | Q(settled_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index("run", "outcome", name="importrow_run_outcome"),
            models.Index("mark", name="importrow_waiting", condition=Q(outcome="held")),
        ]

    def __str__(self) -> str:
        return str(self.row)
