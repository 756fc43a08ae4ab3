"""Assignments that need a look: something they stand on no longer holds until their end."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import DateRangeField
from django.db.models import (
    BooleanField,
    DateField,
    DurationField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Greatest, Least

from deployments.models import Assignment
from deployments.states import HOLDING
from volunteers.models import VettingCase

A_MOMENT = Value(timedelta(microseconds=1), output_field=DurationField())


class DayThere(Func):
    """The day of an instant in a time zone: `DayThere(instant, zone)`."""

    template = "(%(expressions)s)::date"
    arg_joiner = " AT TIME ZONE "
    output_field = DateField()


class RangesTogether(Func):
    """All ranges of a group as one multirange; those that touch count as one."""

    function = "range_agg"
    output_field = DateRangeField()


class Covers(Func):
    """Whether a multirange holds a range; no multirange holds none."""

    template = "COALESCE(%(expressions)s, false)"
    arg_joiner = " @> "
    output_field = BooleanField()


def with_attention(assignments: QuerySet[Assignment], *, at: datetime) -> QuerySet[Assignment]:
    """Return the assignments, each with `permit_lapsed`: whether a permit that the deployment needs
    has lapsed; and `cleared_to_end`: whether the volunteer's clearances, taken
    together, cover at the place's level the days that are left from the instant `at` (the last day
    of one that is over). Days are those of the deployment's time zone."""
    return assignments.annotate(
        cleared_to_end=Covers(Subquery(_clearances()), _days_left(at)),
        permit_lapsed=Exists(_with_a_permit_lapsed()),
    )


def needing_attention(assignments: QuerySet[Assignment], *, at: datetime) -> QuerySet[Assignment]:
    """Return those that hold a place although the clearance ends before the place does, a permit
    has lapsed, or the volunteer is not active any more."""
    lacking = Q(cleared_to_end=False) | Q(permit_lapsed=True) | ~Q(volunteer__standing="active")
    return with_attention(assignments, at=at).filter(lacking, state__in=HOLDING)


def _with_a_permit_lapsed() -> QuerySet[Assignment]:
    needed = F("slot__deployment")
    return Assignment.objects.filter(
        pk=OuterRef("pk"), permits__state="lapsed", permits__kind__needs__deployment=needed
    ).order_by()


def _clearances() -> QuerySet[VettingCase, object]:
    enough = VettingCase.objects.filter(
        volunteer=OuterRef("volunteer"), state="cleared", level__gte=OuterRef("slot__clearance")
    )
    together = enough.order_by().values("volunteer").annotate(together=RangesTogether("holds"))
    return together.values("together")


def _days_left(at: datetime) -> Func:
    zone = F("slot__deployment__time_zone")
    last = DayThere(F("period__endswith") - A_MOMENT, zone)
    first = Greatest(DayThere(F("period__startswith"), zone), DayThere(Value(at), zone))
    return Func(
        Least(first, last),
        last,
        Value("[]"),
        function="daterange",
        output_field=DateRangeField(),
    )
