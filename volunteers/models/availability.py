"""When a volunteer is free: dated windows and weekly rules of three kinds."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from volunteers.models.people import Volunteer


class DayKind(models.TextChoices):
    """What a day is to a volunteer."""

    AVAILABLE = "available", _("Available")
    AVOID = "avoid", _("Rather not")
    UNAVAILABLE = "unavailable", _("Unavailable")


class AvailabilityWindow(models.Model):
    """A dated window, half-open, entered in the volunteer's own time zone.

    A dated window beats a weekly rule; on one layer unavailable beats avoid, and avoid beats
    available. Windows that touch count as one.
    """

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="windows")
    kind = models.CharField(_("kind"), max_length=12, choices=DayKind)
    during = DateTimeRangeField(_("period"))

    class Meta:
        verbose_name = _("availability window")
        verbose_name_plural = _("availability windows")
        ordering: ClassVar = ["during"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="window_kind", condition=Q(kind__in=[kind.value for kind in DayKind])
            ),
            models.CheckConstraint(
                name="window_half_open",
                condition=Q(
                    during__isempty=False,
                    during__startswith__isnull=False,
                    during__endswith__isnull=False,
                    during__lower_inc=True,
                    during__upper_inc=False,
                ),
            ),
            ExclusionConstraint(
                name="window_one_of_a_kind",
                expressions=[
                    ("volunteer", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes: ClassVar = [
            models.Index("volunteer", name="window_volunteer"),
            GistIndex("during", name="window_during"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class WeeklyRule(models.Model):
    """What every such weekday is (1 Monday to 7 Sunday, ISO 8601), in the volunteer's time zone."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="weekly_rules")
    weekday = models.PositiveSmallIntegerField(
        _("weekday"),
        choices=[
            (1, _("Monday")),
            (2, _("Tuesday")),
            (3, _("Wednesday")),
            (4, _("Thursday")),
            (5, _("Friday")),
            (6, _("Saturday")),
            (7, _("Sunday")),
        ],
    )
    kind = models.CharField(_("kind"), max_length=12, choices=DayKind)

    class Meta:
        verbose_name = _("weekly rule")
        verbose_name_plural = _("weekly rules")
        ordering: ClassVar = ["weekday"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="weeklyrule_once", fields=["volunteer", "weekday"]),
            models.CheckConstraint(name="weeklyrule_weekday", condition=Q(weekday__range=(1, 7))),
            models.CheckConstraint(
                name="weeklyrule_kind", condition=Q(kind__in=[kind.value for kind in DayKind])
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_weekday_display())
