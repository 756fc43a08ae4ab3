"""A deployment: where, for whom, when, and at what clearance."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from timezone_field import TimeZoneField

from corps.accounts.models import Desk
from deployments.agencies.models import Agency
from deployments.states import DEPLOYMENT
from volunteers.models import Clearance


def half_open(field: str) -> models.Q:
    """Return the condition that a range is bounded, half-open and not empty."""
    return models.Q(
        **{
            f"{field}__isempty": False,
            f"{field}__startswith__isnull": False,
            f"{field}__endswith__isnull": False,
            f"{field}__lower_inc": True,
            f"{field}__upper_inc": False,
        }
    )


class Deployment(models.Model):
    """A piece of work with places for people; `period` is half-open, days in its own time zone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    codename = models.CharField(_("codename"), max_length=60)
    desk = models.ForeignKey(
        Desk, models.PROTECT, related_name="deployments", verbose_name=_("desk")
    )
    host_agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="hosted",
        verbose_name=_("host agency"),
    )
    country = CountryField(_("country"), default="UA")
    region = models.CharField(_("region"), max_length=80, blank=True)
    time_zone = TimeZoneField(_("time zone"), default="Europe/Kyiv")
    period = DateTimeRangeField(_("period"))
    clearance = models.PositiveSmallIntegerField(
        _("clearance needed"), choices=Clearance, default=Clearance.ABROAD
    )
    state = models.CharField(
        _("state"), max_length=10, choices=DEPLOYMENT.choices(), default=DEPLOYMENT.initial
    )
    state_since = models.DateTimeField(_("since"))
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
        ordering: ClassVar = ["codename"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("codename"),
                name="deployment_codename",
                violation_error_message=_("This codename is taken."),
            ),
            models.CheckConstraint(name="deployment_period", condition=half_open("period")),
            models.CheckConstraint(
                name="deployment_state", condition=models.Q(state__in=list(DEPLOYMENT.states))
            ),
            models.CheckConstraint(
                name="deployment_clearance", condition=models.Q(clearance__range=(1, 3))
            ),
        ]
        indexes: ClassVar = [models.Index("desk", "state", name="deployment_desk_state")]

    def __str__(self) -> str:
        return self.codename


class DeploymentUserObjectPermission(UserObjectPermissionBase):
    """A deployment shared with one person, until an instant (itself excluded) or without an end."""

    content_object = models.ForeignKey(Deployment, models.CASCADE)
    until = models.DateTimeField(_("until"), null=True, blank=True)


class DeploymentGroupObjectPermission(GroupObjectPermissionBase):
    """A deployment shared with an agency (an agency is a group)."""

    content_object = models.ForeignKey(Deployment, models.CASCADE)
    shared_at = models.DateTimeField(default=timezone.now)
