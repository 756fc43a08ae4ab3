"""What the ledger answers: every list starts from the entries its viewer may see."""

from typing import TYPE_CHECKING

from django.db.models import Model, QuerySet

from corps.audit.actions import reference
from corps.audit.models import Entry

if TYPE_CHECKING:
    from corps.accounts.models import User


def entries_visible_to(viewer: "User") -> QuerySet[Entry]:
    """Return the entries a person may read: an auditor all, others those of their own desks."""
    if viewer.has_role("auditor"):
        return Entry.objects.all()
    desks = [desk.slug for desk in viewer.desks.all()] if viewer.is_staff else []
    return Entry.objects.filter(desk__in=desks)


def entries_about(obj: Model) -> QuerySet[Entry]:
    """Return the entries that concern `obj`, newest first; the caller may see `obj`."""
    return Entry.objects.filter(about__contains=[reference(obj)])
