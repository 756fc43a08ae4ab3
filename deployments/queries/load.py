"""How much work a volunteer has: places held now, and completed lately."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from deployments.models import Assignment
from deployments.states import HOLDING

LATELY = timedelta(days=180)


def loads_of(volunteers: Iterable[UUID], *, at: datetime) -> dict[UUID, int]:
    """Return the load of volunteers that the caller may see: places held, and those completed in
    the 180 days before `at`. One query; those with no load are left out."""
    counted = Q(state__in=HOLDING) | Q(state="completed", state_since__gt=at - LATELY)
    found = Assignment.objects.filter(counted, volunteer__in=list(volunteers)).order_by()
    return dict(found.values_list("volunteer_id").annotate(load=Count("pk")))
