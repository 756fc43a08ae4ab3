"""Cases, as their viewer may see them."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from corps.accounts.models import User
from corps.accounts.queries.sight import Viewer, seen_by
from corps.accounts.roles import CASES, Role, roles_that_see
from corps.errors import NotFound
from deployments.liaison.models import Case
from deployments.models import Deployment
from deployments.queries.deployments import deployments_visible_to

WHOLE_DESK = roles_that_see(next(iter(CASES))) - {Role.COORDINATOR}
"""The roles that see all cases of their desks; a coordinator sees those of deployments."""


def cases_visible_to(viewer: Viewer) -> QuerySet[Case]:
    """Return the cases on the viewer's desks and those shared with the viewer.

    A coordinator sees the cases of deployments that they see; the other roles all of a desk.
    """
    cases = Case.objects.filter(seen_by(viewer, Case))
    if not isinstance(viewer, User) or not viewer.is_staff or viewer.has_role(*WHOLE_DESK):
        return cases
    own: QuerySet[Deployment] = deployments_visible_to(viewer).filter(pk=OuterRef("deployment"))
    shared = Q(caseuserobjectpermission__user=viewer)
    return cases.filter(Exists(own) | shared).distinct()


def find_case(viewer: Viewer, pk: UUID | str) -> Case:
    """Return one case the viewer may see. Raises NotFound, also for a hidden one."""
    found = cases_visible_to(viewer).select_related("desk", "owner", "agency", "holder")
    case = found.filter(pk=pk).first()
    if case is None:
        raise NotFound
    return case
