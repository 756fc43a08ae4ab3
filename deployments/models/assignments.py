"""An assignment: a volunteer in a slot, from proposal to completion."""

import uuid
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from deployments.models.deployments import half_open
from deployments.models.slots import Slot
from deployments.states import ASSIGNMENT, HOLDING
from volunteers.models import Volunteer


class Assignment(models.Model):
    """A volunteer in a slot. `period` repeats the slot's: the database refuses overlap by it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slot = models.ForeignKey(
        Slot, models.PROTECT, related_name="assignments", verbose_name=_("place")
    )
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="assignments", verbose_name=_("volunteer")
    )
    period = DateTimeRangeField(_("period"))
    state = models.CharField(
        _("state"), max_length=14, choices=ASSIGNMENT.choices(), default=ASSIGNMENT.initial
    )
    state_since = models.DateTimeField(_("since"))
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    offered_at = models.DateTimeField(_("offered"), null=True)
    answer_by = models.DateTimeField(_("answer by"), null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering: ClassVar = ["-state_since"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="assignment_no_double_booking",
                expressions=[
                    ("volunteer", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=HOLDING),
            ),
            models.UniqueConstraint(
                name="assignment_one_holder", fields=["slot"], condition=Q(state__in=HOLDING)
            ),
            models.UniqueConstraint(
                name="assignment_proposed_once",
                fields=["slot", "volunteer"],
                condition=Q(state="proposed"),
            ),
            models.CheckConstraint(name="assignment_period", condition=half_open("period")),
            models.CheckConstraint(
                name="assignment_state", condition=Q(state__in=list(ASSIGNMENT.states))
            ),
            models.CheckConstraint(
                name="assignment_offered_together",
                condition=Q(offered_at__isnull=True, answer_by__isnull=True)
                | Q(offered_at__isnull=False, answer_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index("volunteer", "state", name="assignment_volunteer_state"),
            models.Index("slot", "state", name="assignment_slot_state"),
            models.Index("answer_by", name="assignment_answer_by", condition=Q(state="offered")),
        ]

    def __str__(self) -> str:
        return f"{self.slot} {self.volunteer.callsign}"
