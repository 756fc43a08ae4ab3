"""The inbox: cases in the order in which somebody should look at them, and how many wait."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, LPad

from corps.accounts.queries.sight import Viewer
from corps.audit.models import Entry
from deployments.agencies.models import Agency
from deployments.liaison.models import Case, Letter, Reminder
from deployments.liaison.queries.cases import cases_visible_to, day_in_seoul
from deployments.liaison.states import WITH_AN_AGENCY

WITH_US = ("open", "drafting", "in_review", "answered")
"""The states in which the next step is ours."""

ARRIVED = ("sent", "acknowledged")
"""The states of a letter that went out and did not come back."""

ORDER: tuple[Any, ...] = (
    F("overdue_since").asc(nulls_last=True),
    F("due").asc(nulls_last=True),
    "-year",
    "-number",
)
"""Overdue ones first, then by due day."""


def inbox_of(viewer: Viewer) -> QuerySet[Case]:
    """Return the cases the viewer may see, overdue first, with what a row shows: also `is_back`,
    whether a letter came back, and `is_held`, whether an agency has the case."""
    related = ("desk", "owner", "agency", "holder")
    seen = cases_visible_to(viewer).annotate(is_back=_has_come_back(), is_held=is_held())
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


def letters_back() -> QuerySet[Letter]:
    """Return the letters that came back and are to be sent again: none reached the same agency that
    was sent later, and the case did not go to an agency anew."""
    later = Letter.objects.filter(
        case=OuterRef("case"),
        agency=OuterRef("agency"),
        state__in=ARRIVED,
        sent_at__gt=OuterRef("sent_at"),
    )
    return Letter.objects.filter(~Exists(later), ~Exists(_gone_anew()), state="bounced")


def _gone_anew() -> QuerySet[Entry]:
    """The entries by which the case of a letter went to an agency after the letter came back."""
    of_case = Concat(
        Value(f"{Case._meta.label_lower}:"),
        Cast(OuterRef("case"), TextField()),
        output_field=TextField(),
    )
    return Entry.objects.filter(
        about__contains=[of_case], verb="case.sent", at__gt=OuterRef("state_since")
    )


def _has_come_back() -> Q:
    """A letter of the case came back, and the case is not closed."""
    return Q(Exists(letters_back().filter(case=OuterRef("pk")))) & ~Q(state="closed")


def with_an_agency(cases: QuerySet[Case], agency: Agency | None = None) -> QuerySet[Case]:
    """Return those that an agency has, that one if told."""
    held = cases.filter(is_held())
    return held.filter(holder=agency) if agency else held


def nobody_has(case: Case) -> bool:
    """Whether a case was sent, and all letters to its holder came back."""
    alone = Case.objects.filter(pk=case.pk, state="sent")
    return case.state == "sent" and alone.exclude(is_held()).exists()


def is_held() -> Q:
    """Return the condition that an agency has a case: it holds it, and not only by a letter that
    came back."""
    letters = Letter.objects.filter(case=OuterRef("pk"), agency=OuterRef("holder"))
    back = letters.filter(state="bounced")
    here = letters.filter(state__in=ARRIVED, state_since__gte=OuterRef("state_since"))
    arrived = ~Q(state="sent") | Q(Exists(here)) | ~Q(Exists(back))
    return Q(state__in=WITH_AN_AGENCY) & arrived


def with_text(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Return those whose subject or reference holds `text`."""
    number = LPad(Cast("number", CharField()), 4, Value("0"))
    whole = Concat(Cast("year", CharField()), Value("-"), number, output_field=CharField())
    found = cases.alias(whole_reference=whole)
    return found.filter(Q(subject__icontains=text) | Q(whole_reference__contains=text))


def holders_of(cases: QuerySet[Case]) -> QuerySet[Agency]:
    """Return the agencies that have one of the cases."""
    held = with_an_agency(cases).filter(holder=OuterRef("pk"))
    return Agency.objects.filter(Exists(held.order_by()))
