"""What the administrators are told of."""

from django.db.models import QuerySet

from corps.accounts.models import Notice
from corps.accounts.queries.sight import Viewer


def notices_visible_to(viewer: Viewer) -> QuerySet[Notice]:
    """Return every notice to administrators, none to others."""
    sees = getattr(viewer, "is_staff", False) and viewer.may_see_kind("accounts.notice")  # type: ignore[union-attr]
    return Notice.objects.select_related("seen_by") if sees else Notice.objects.none()


def unseen_notices(viewer: Viewer) -> QuerySet[Notice]:
    """Return the notices nobody has taken off the board yet."""
    return notices_visible_to(viewer).filter(seen_at=None)
