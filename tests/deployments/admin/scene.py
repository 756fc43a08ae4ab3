"""One deployment with a place, a team and people around it, and who looks at it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.urls import reverse

from corps.accounts.models import User
from corps.accounts.roles import Role
from deployments.models import Assignment, Deployment, Slot, Team
from tests.cast import (
    NOW,
    a_coordinator,
    a_deployment,
    a_desk,
    a_slot,
    a_stranger,
    a_user,
    a_volunteer,
)
from volunteers.models import Volunteer

WORKERS = (Role.COORDINATOR, Role.LIAISON, Role.APPROVER)
"""The roles that see work."""

OTHERS = (Role.VETTING, Role.EDITOR, Role.AUDITOR, Role.ADMINISTRATOR)
"""The roles that see none."""


@dataclass(slots=True)
class Scene:
    """A deployment of the Seoul desk: a free place, and a place that somebody holds."""

    coordinator: User
    deployment: Deployment
    free: Slot
    taken: Slot
    team: Team
    holding: Assignment
    candidate: Volunteer

    @property
    def objects(self) -> tuple[Deployment, Slot, Assignment]:
        """One object of each kind that has pages."""
        return self.deployment, self.free, self.holding


def a_scene() -> Scene:
    """The scene, in an open deployment in March 2027."""
    coordinator = a_coordinator()
    deployment = a_deployment("HERON")
    team = Team.objects.create(deployment=deployment, name="Leaflets one")
    free, taken = a_slot(deployment), a_slot(deployment, team=team)
    holding = held(taken, a_volunteer("holder-1"))
    return Scene(coordinator, deployment, free, taken, team, holding, a_volunteer("candidate-1"))


def held(slot: Slot, volunteer: Volunteer, state: str = "accepted") -> Assignment:
    """An assignment of a volunteer in a place, at a state, asked yesterday."""
    asked: dict[str, Any] = {
        "offered_at": NOW - timedelta(days=1),
        "answer_by": NOW + timedelta(days=1),
    }
    return Assignment.objects.create(
        slot=slot,
        volunteer=volunteer,
        period=slot.period,
        state=state,
        state_since=NOW,
        **({} if state == "proposed" else asked),
    )


def a_member(role: Role) -> User:
    """Somebody of the Seoul desk in one role."""
    return a_user(f"{role.name.lower()}-1", role, desk=a_desk())


def outsiders() -> dict[str, User]:
    """Those who sign in and see none of the Seoul desk's work."""
    volunteer = a_volunteer("reader-1", account=True).user
    assert volunteer is not None
    return {"stranger": a_stranger(), "volunteer": volunteer}


def staff_url(slot: Slot, how: str, volunteer: Volunteer) -> str:
    """The page that offers or proposes a place to somebody."""
    return reverse("admin:deployments_slot_staff", args=[slot.pk, how, volunteer.pk])


def composition_url(deployment: Deployment, team: Team) -> str:
    """The page of a team's composition."""
    return reverse("admin:deployments_deployment_composition", args=[deployment.pk, team.pk])


def day(text: str) -> date:
    """A day as it is written in ISO 8601."""
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """An instant as it is written in ISO 8601."""
    return datetime.fromisoformat(text)


def days_later(months: int) -> tuple[datetime, datetime]:
    """Ten days in a month of 2027, counted from January."""
    return datetime(2027, 1 + months, 1, tzinfo=UTC), datetime(2027, 1 + months, 11, tzinfo=UTC)
