"""What needs doing in the work of one's desks."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit import board
from corps.adminkit.board import Tile
from deployments.queries.attention import needing_attention
from deployments.queries.deployments import deployments_visible_to
from deployments.queries.staffing import assignments_with_people, unfilled_slots


@board.register
def work(viewer: User) -> Iterator[Tile]:
    """Places without a person, offers without an answer, and what starts soon."""
    if not viewer.may_see_kind("deployments.deployment"):
        return
    at = timezone.now()
    slots = reverse("admin:deployments_slot_changelist")
    assignments = reverse("admin:deployments_assignment_changelist")
    deployments = reverse("admin:deployments_deployment_changelist")
    people = assignments_with_people(viewer)
    yield Tile(
        _("Places without a person"),
        unfilled_slots(viewer, at=at).count(),
        f"{slots}?filling=soon",
        note=_("in deployments that start within 30 days"),
    )
    yield Tile(
        _("Offers without an answer"),
        people.filter(state="offered").count(),
        f"{assignments}?waiting=answer",
    )
    yield Tile(
        _("Accepted, to be confirmed"),
        people.filter(state="accepted").count(),
        f"{assignments}?waiting=confirmation",
    )
    yield Tile(
        _("Places to look at"),
        needing_attention(people, at=at).count(),
        f"{assignments}?waiting=look",
        note=_("clearance too short, permit lapsed, or the volunteer is no longer active"),
    )
    yield Tile(
        _("Contact lost"),
        people.filter(state="lost_contact").count(),
        f"{assignments}?state__exact=lost_contact",
        look="is-blocked",
    )
    soon = at + timedelta(days=7)
    yield Tile(
        _("Starting within a week, not ready"),
        deployments_visible_to(viewer).filter(state="open", period__startswith__lt=soon).count(),
        f"{deployments}?state__exact=open",
    )
