"""Cases, as their viewer may see them."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from corps.accounts.models import User
from corps.accounts.queries.sight import Viewer, own_desks, seen_by
from corps.accounts.roles import CASES, Role, roles_that_see
from corps.errors import NotFound
from deployments.liaison.models import Case, CaseUserObjectPermission
from deployments.materials.models import Delivery
from deployments.materials.queries import deliveries_visible_to
from deployments.models import Deployment
from deployments.queries.deployments import deployments_visible_to
from volunteers.models import Volunteer
from volunteers.queries.people import volunteers_visible_to

WHOLE_DESK = roles_that_see(next(iter(CASES))) - {Role.COORDINATOR}
"""The roles that see all cases of their desks; a coordinator sees those of deployments."""

SEOUL = ZoneInfo("Asia/Seoul")


def day_in_seoul(at: datetime) -> date:
    """Return the day of Seoul's calendar at an aware instant: in it due days are reckoned."""
    return at.astimezone(SEOUL).date()


def cases_visible_to(viewer: Viewer) -> QuerySet[Case]:
    """Return the cases on the viewer's desks and those shared with the viewer.

    A coordinator sees the cases of deployments that they see; the other roles all of a desk.
    """
    cases = Case.objects.filter(seen_by(viewer, Case))
    if not isinstance(viewer, User) or not viewer.is_staff or viewer.has_role(*WHOLE_DESK):
        return cases
    own = deployments_visible_to(viewer).filter(cases=OuterRef("pk"))
    return cases.filter(Exists(own) | _shared_with(viewer))


def _shared_with(viewer: User) -> Exists:
    lasting = Q(until=None) | Q(until__gt=timezone.now())
    shares = CaseUserObjectPermission.objects.filter(
        lasting,
        user=viewer,
        content_object_id=OuterRef("pk"),
        permission__codename="view_case",
    )
    return Exists(shares)


def find_case(viewer: Viewer, pk: UUID | str) -> Case:
    """Return one case the viewer may see. Raises NotFound, also for a hidden one."""
    found = cases_visible_to(viewer).select_related("desk", "owner", "agency", "holder")
    try:
        case = found.filter(pk=pk).first()
    except (ValueError, ValidationError):
        case = None
    if case is None:
        raise NotFound
    return case


def case_by_reference(viewer: Viewer, reference: str) -> Case | None:
    """Return the visible case of a reference such as `2026-0042`, or None."""
    year, _dash, number = reference.partition("-")
    if not (year.isdecimal() and number.isdecimal() and len(year) == 4 and len(number) <= 9):
        return None
    return cases_visible_to(viewer).filter(year=int(year), number=int(number)).first()


def owners_for(viewer: Viewer) -> QuerySet[User]:
    """Return who can own cases on the viewer's desks: their liaison officers."""
    officers = User.objects.filter(is_active=True, is_staff=True, groups__name=Role.LIAISON)
    return officers.filter(desks__in=own_desks(viewer)).distinct().order_by("username")


def deployments_to_link(viewer: Viewer) -> QuerySet[Deployment]:
    """Return the deployments a case may come to be about, of those the viewer may see: none that is
    over; by codename."""
    running = deployments_visible_to(viewer).exclude(state__in=("closed", "cancelled"))
    return running.order_by("codename")


def deployments_of(viewer: Viewer, case: Case) -> QuerySet[Deployment]:
    """Return the deployments a case is about which the viewer may see, by codename."""
    return deployments_visible_to(viewer).filter(cases=case).order_by("codename")


def deliveries_of(viewer: Viewer, case: Case) -> QuerySet[Delivery]:
    """Return the deliveries a case names which the viewer may see."""
    return deliveries_visible_to(viewer).filter(cases=case)


def concerned_by(viewer: Viewer, case: Case) -> QuerySet[Volunteer]:
    """Return the volunteers a case concerns whom the viewer may see, by callsign."""
    return volunteers_visible_to(viewer).filter(cases__case=case).order_by("callsign")
