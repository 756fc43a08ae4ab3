"""Volunteers, as their viewer may see them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from corps.accounts.models import User
from corps.accounts.queries.sight import Viewer, seen_by, signed_in
from corps.accounts.roles import roles_that_see
from corps.errors import NotFound
from volunteers.models import IdentityMark, Volunteer, VolunteerUserObjectPermission


def volunteers_visible_to(viewer: Viewer) -> QuerySet[Volunteer]:
    """Return the volunteers on the viewer's desks and those shared with the viewer."""
    return Volunteer.objects.filter(seen_by(viewer, Volunteer))


def find_volunteer(viewer: Viewer, pk: UUID | str) -> Volunteer:
    """Return one volunteer the viewer may see. Raises NotFound, also for a hidden one."""
    volunteer = volunteers_visible_to(viewer).select_related("desk", "user").filter(pk=pk).first()
    if volunteer is None:
        raise NotFound
    return volunteer


def own_volunteer(user: Viewer) -> Volunteer:
    """Return the volunteer behind a portal account. Raises NotFound."""
    own = Volunteer.objects.select_related("desk").filter(
        user=signed_in(user), user__is_active=True
    )
    volunteer = own.first()
    if volunteer is None:
        raise NotFound
    return volunteer


def carrying_marks(viewer: Viewer, kind: str, marks: Iterable[bytes]) -> QuerySet[Volunteer]:
    """Return the volunteers a viewer may see who carry one of the blind indexes of a kind."""
    carried = IdentityMark.objects.filter(volunteer=OuterRef("pk"), kind=kind, mark__in=list(marks))
    return volunteers_visible_to(viewer).filter(Exists(carried)).select_related("desk")


def people_with_sight(volunteer: Volunteer) -> QuerySet[User]:
    """Return the people a volunteer is shared with, one by one."""
    shared = VolunteerUserObjectPermission.objects.filter(
        content_object=volunteer, permission__codename="view_volunteer", user=OuterRef("pk")
    )
    return User.objects.filter(Exists(shared)).order_by("username")


def people_to_share_with(volunteer: Volunteer) -> QuerySet[User]:
    """Return the staff whose roles see volunteers and who do not see this one yet."""
    able = User.objects.filter(
        is_active=True, is_staff=True, groups__name__in=roles_that_see("volunteers.volunteer")
    )
    others = able.exclude(desks=volunteer.desk_id)
    return others.exclude(pk__in=people_with_sight(volunteer)).distinct().order_by("username")
