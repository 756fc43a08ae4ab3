"""A case: one matter with the outside, held by one agency at a time."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from corps.accounts.models import Desk, User
from deployments.agencies.models import Agency
from deployments.liaison.states import CASE, WITH_AN_AGENCY
from deployments.materials.models import Delivery, MaterialVersion
from deployments.models import Deployment
from volunteers.models import Volunteer


class CaseKind(models.TextChoices):
    """What a case is about."""

    PERMITS = "permits", _("Permits")
    HANDOVER = "handover", _("Handover of materials")
    PROPOSAL = "proposal", _("Proposal of a deployment")
    INFORMATION = "information", _("Request for information")
    WITHDRAWAL = "withdrawal", _("Withdrawal of what was sent")
    OTHER = "other", _("Other")


class CaseNumber(models.Model):
    """The last number given in a year. Its row is locked while a case is opened, so that the
    numbers of a year have no gap."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}/{self.last}"


class Case(models.Model):
    """One matter. `subject` names nobody; volunteers are linked by callsign.

    `year` is that of Seoul's calendar when the case was opened. `due` is a day in the desk's
    reckoning (Seoul), itself the last that is in time; `overdue_since` is set by the clock.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind)
    subject = models.CharField(_("subject"), max_length=160)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="cases", verbose_name=_("desk"))
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("owner"))
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="cases", verbose_name=_("written to")
    )
    holder = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="held_cases",
        verbose_name=_("held by"),
    )
    due = models.DateField(_("due"), null=True, blank=True)
    overdue_since = models.DateTimeField(_("overdue since"), null=True, blank=True)
    deployments = models.ManyToManyField(
        Deployment,
        through="CaseDeployment",
        related_name="cases",
        blank=True,
        verbose_name=_("deployments"),
    )
    version = models.ForeignKey(
        MaterialVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("material"),
    )
    deliveries = models.ManyToManyField(
        Delivery, related_name="cases", blank=True, verbose_name=_("deliveries")
    )
    outcome = models.CharField(_("outcome"), max_length=12, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=CASE.choices(), default=CASE.initial
    )
    state_since = models.DateTimeField(_("since"))
    opened_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened"))
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering: ClassVar = ["-year", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="case_reference", fields=["year", "number"]),
            models.CheckConstraint(name="case_state", condition=Q(state__in=list(CASE.states))),
            models.CheckConstraint(name="case_number", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="case_held",
                condition=Q(state__in=WITH_AN_AGENCY, holder__isnull=False)
                | (~Q(state__in=WITH_AN_AGENCY) & Q(holder__isnull=True)),
            ),
            models.CheckConstraint(
                name="case_overdue_with_an_agency",
                condition=Q(overdue_since__isnull=True)
                | Q(state__in=WITH_AN_AGENCY, due__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index("desk", "state", "due", name="case_desk_state"),
            models.Index("holder", "due", name="case_holder"),
            models.Index("owner", "due", name="case_owner"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The reference that stands on letters, such as `2026-0042`."""
        return f"{self.year}-{self.number:04}"


class CaseUserObjectPermission(UserObjectPermissionBase):
    """A case shared with one person, until an instant (itself excluded) or without an end."""

    content_object = models.ForeignKey(Case, models.CASCADE)
    until = models.DateTimeField(_("until"), null=True, blank=True)


class CaseGroupObjectPermission(GroupObjectPermissionBase):
    """A case that an agency was written to about (an agency is a group), since the first letter."""

    content_object = models.ForeignKey(Case, models.CASCADE)
    since = models.DateTimeField(_("since"), null=True, blank=True)


class CaseDeployment(models.Model):
    """A deployment that a case is about."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    deployment = models.ForeignKey(
        Deployment, models.PROTECT, related_name="+", verbose_name=_("deployment")
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="casedeployment_once", fields=["case", "deployment"])
        ]

    def __str__(self) -> str:
        return str(self.deployment)


class CaseVolunteer(models.Model):
    """A volunteer whom a case concerns."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="concerned")
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="cases", verbose_name=_("volunteer")
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="casevolunteer_once", fields=["case", "volunteer"])
        ]

    def __str__(self) -> str:
        return str(self.volunteer)


class CaseNote(models.Model):
    """What somebody of the organisation noted about a case; it names nobody."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    text = models.TextField(_("note"), max_length=2000)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["written_at", "id"]

    def __str__(self) -> str:
        return str(self.case)


class Reminder(models.Model):
    """A day on which somebody should look at a case again."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reminders")
    on = models.DateField(_("day"))
    says = models.CharField(_("what for"), max_length=200)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="reminder_done_together",
                condition=Q(done_by__isnull=True, done_at__isnull=True)
                | Q(done_by__isnull=False, done_at__isnull=False),
            )
        ]
        indexes: ClassVar = [
            models.Index("on", name="reminder_due", condition=Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return str(self.case)
