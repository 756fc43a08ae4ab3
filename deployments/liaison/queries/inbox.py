"""The inbox: cases in the order in which somebody should look at them, and how many wait."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, LPad

from corps.accounts.queries.sight import Viewer
from deployments.agencies.models import Agency
from deployments.liaison.models import Case, Letter, Reminder
from deployments.liaison.queries.cases import cases_visible_to, day_in_seoul
from deployments.liaison.states import WITH_AN_AGENCY

WITH_US = ("open", "drafting", "in_review", "answered")
"""The states in which the next step is ours."""

ORDER: tuple[Any, ...] = (
    F("overdue_since").asc(nulls_last=True),
    F("due").asc(nulls_last=True),
    "-year",
    "-number",
)
"""Overdue ones first, then by due day."""


def inbox_of(viewer: Viewer) -> QuerySet[Case]:
    """Return the cases the viewer may see, overdue first, with what a row shows: also `is_back`,
    whether a letter came back."""
    related = ("desk", "owner", "agency", "holder", "deployment")
    seen = cases_visible_to(viewer).annotate(is_back=_has_come_back())
    return seen.select_related(*related).order_by(*ORDER)


def overdue(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return those that the clock found overdue."""
    return cases.filter(overdue_since__isnull=False)


def due_within_a_week(cases: QuerySet[Case], *, at: datetime) -> QuerySet[Case]:
    """Return those not closed that fall due from today to a week from today, in Seoul."""
    today = day_in_seoul(at)
    week = (today, today + timedelta(days=7))
    return cases.exclude(state="closed").filter(due__range=week, overdue_since=None)


def to_look_at(cases: QuerySet[Case], *, at: datetime) -> QuerySet[Case]:
    """Return those not closed with a reminder for today or earlier, in Seoul."""
    due = Reminder.objects.filter(case=OuterRef("pk"), done_at=None, on__lte=day_in_seoul(at))
    return cases.exclude(state="closed").filter(Exists(due))


def waiting_for_us(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return those in which the next step is ours, also where a letter to an agency came back."""
    return cases.filter(Q(state__in=WITH_US) | _has_come_back())


def came_back(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return those not closed with a letter that came back, to be sent again another way."""
    return cases.filter(_has_come_back())


def _has_come_back() -> Q:
    """A letter of the case came back, and none reached the same agency that was sent later."""
    later = Letter.objects.filter(
        case=OuterRef("case"),
        agency=OuterRef("agency"),
        state__in=("sent", "acknowledged"),
        sent_at__gt=OuterRef("sent_at"),
    )
    back = Letter.objects.filter(~Exists(later), case=OuterRef("pk"), state="bounced")
    return Q(Exists(back)) & ~Q(state="closed")


def with_an_agency(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return those that an agency holds."""
    return cases.filter(state__in=WITH_AN_AGENCY)


def with_text(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Return those whose subject or reference holds `text`."""
    number = LPad(Cast("number", CharField()), 4, Value("0"))
    whole = Concat(Cast("year", CharField()), Value("-"), number, output_field=CharField())
    found = cases.alias(whole_reference=whole)
    return found.filter(Q(subject__icontains=text) | Q(whole_reference__contains=text))


def holders_of(cases: QuerySet[Case]) -> QuerySet[Agency]:
    """Return the agencies that hold one of the cases."""
    held = cases.filter(state__in=WITH_AN_AGENCY, holder=OuterRef("pk"))
    return Agency.objects.filter(Exists(held.order_by()))
