"""A volunteer's own assignments, as the volunteer may see them."""

from uuid import UUID

from django.db.models import QuerySet

from corps.accounts.queries.sight import Viewer, signed_in
from corps.errors import NotFound
from deployments.models import Assignment
from volunteers.models import Volunteer


def own_assignments(volunteer: Volunteer) -> QuerySet[Assignment]:
    """Return what was ever offered to the volunteer; a mere proposal is the desk's own matter."""
    offered = Assignment.objects.filter(volunteer=volunteer, offered_at__isnull=False)
    return offered.select_related("slot__deployment", "slot__role").order_by("period", "pk")


def find_own_assignment(viewer: Viewer, pk: UUID | str) -> Assignment:
    """Return one assignment that was offered to the person signed in.

    Raises NotFound, also for somebody else's.
    """
    offered = Assignment.objects.filter(
        volunteer__user=signed_in(viewer), volunteer__user__is_active=True, offered_at__isnull=False
    )
    found = offered.select_related("slot__deployment", "slot__role", "volunteer__desk")
    assignment = found.filter(pk=pk).first()
    if assignment is None:
        raise NotFound
    return assignment
