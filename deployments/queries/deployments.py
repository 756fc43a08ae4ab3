"""Deployments and their places, as their viewer may see them."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from corps.accounts.queries.sight import Viewer, seen_by
from corps.errors import NotFound
from deployments.models import Assignment, Deployment, Slot, Team


def deployments_visible_to(viewer: Viewer) -> QuerySet[Deployment]:
    """Return the deployments on the viewer's desks and those shared with the viewer."""
    return Deployment.objects.filter(seen_by(viewer, Deployment))


def slots_visible_to(viewer: Viewer) -> QuerySet[Slot]:
    """Return the places of the deployments the viewer may see."""
    seen = deployments_visible_to(viewer).filter(pk=OuterRef("deployment_id"))
    return Slot.objects.filter(Exists(seen))


def assignments_visible_to(viewer: Viewer) -> QuerySet[Assignment]:
    """Return the assignments of the deployments the viewer may see."""
    seen = deployments_visible_to(viewer).filter(pk=OuterRef("slot__deployment_id"))
    return Assignment.objects.filter(Exists(seen))


def find_assignment(viewer: Viewer, pk: UUID | str) -> Assignment:
    """Return one assignment the viewer may see. Raises NotFound, also for a hidden one."""
    related = ("slot__deployment__desk", "slot__role", "volunteer")
    assignment = assignments_visible_to(viewer).select_related(*related).filter(pk=pk).first()
    if assignment is None:
        raise NotFound
    return assignment


def find_team(viewer: Viewer, pk: int | str) -> Team:
    """Return one team of a deployment the viewer may see. Raises NotFound, also if hidden."""
    seen = deployments_visible_to(viewer).filter(pk=OuterRef("deployment_id"))
    team = (
        Team.objects.filter(Exists(seen)).select_related("deployment__desk").filter(pk=pk).first()
    )
    if team is None:
        raise NotFound
    return team
