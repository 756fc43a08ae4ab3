"""Vetting cases and clearances, as their viewer may see them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from corps.accounts.models import User
from corps.accounts.queries.sight import Viewer
from corps.errors import NotFound
from volunteers.models import VettingCase
from volunteers.queries.people import volunteers_visible_to

UNDER_WAY = ("open", "checks", "recommended")
LAPSING_WITHIN = timedelta(days=30)


def cases_visible_to(viewer: Viewer) -> QuerySet[VettingCase]:
    """Return the cases of the volunteers a viewer may see, for roles that see vetting at all."""
    if not isinstance(viewer, User) or not viewer.may_see_kind("volunteers.vettingcase"):
        return VettingCase.objects.none()
    seen = volunteers_visible_to(viewer).filter(pk=OuterRef("volunteer_id"))
    return VettingCase.objects.filter(Exists(seen)).select_related("volunteer__desk")


def find_case(viewer: Viewer, pk: UUID | str) -> VettingCase:
    """Return one case the viewer may see. Raises NotFound, also for a hidden one."""
    case = cases_visible_to(viewer).filter(pk=pk).first()
    if case is None:
        raise NotFound
    return case


def clearances_on(day: date) -> QuerySet[VettingCase]:
    """Return the cleared cases that hold on a day."""
    return VettingCase.objects.filter(state="cleared", holds__contains=day)


def clearances_of(volunteers: Iterable[UUID], *, on: date) -> dict[UUID, VettingCase]:
    """Return each volunteer's best clearance on a day: the highest, of these the longest."""
    held = clearances_on(on).filter(volunteer_id__in=list(volunteers))
    best: dict[UUID, VettingCase] = {}
    for case in held.order_by("level", "holds"):
        old = best.get(case.volunteer_id)
        if old is None or (case.level, case.holds.upper) >= (old.level, old.holds.upper):
            best[case.volunteer_id] = case
    return best


def lapsing(cases: QuerySet[VettingCase], *, on: date) -> QuerySet[VettingCase]:
    """Return the cleared cases that hold on a day and end within LAPSING_WITHIN of it."""
    return cases.filter(
        state="cleared", holds__contains=on, holds__endswith__lte=on + LAPSING_WITHIN
    )


def cleared_until(case: VettingCase) -> date:
    """Return the last day on which a clearance holds."""
    last: date = case.holds.upper - timedelta(days=1)
    return last


def over_somewhere(*, at: datetime) -> QuerySet[VettingCase]:
    """Return the cleared cases that may be over somewhere on Earth at the instant `at`.

    The day changes first at UTC+14; whether a case is over where its volunteer is, is for the
    caller to see.
    """
    earliest = (at + timedelta(hours=14)).date()
    return VettingCase.objects.filter(state="cleared", holds__endswith__lte=earliest)
