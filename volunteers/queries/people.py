"""Volunteers, as their viewer may see them."""

from uuid import UUID

from django.db.models import QuerySet

from corps.accounts.queries import Viewer, seen_by
from corps.errors import NotFound
from volunteers.models import Volunteer


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
    own = Volunteer.objects.select_related("desk").filter(user_id=user.pk, user__is_active=True)
    volunteer = own.first()
    if volunteer is None:
        raise NotFound
    return volunteer
