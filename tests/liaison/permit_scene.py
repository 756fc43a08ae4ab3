"""A deployment that needs permits, its people, and the liaison officer who gets them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from deployments.actions.assignments import confirm_assignment
from deployments.liaison.actions.permit_cases import open_permit_case
from deployments.liaison.actions.permits import (
    answer_permits,
    permits_applied,
    set_permit_needs,
)
from deployments.liaison.models import Case, Permit, PermitKind
from deployments.liaison.rules.permits import PermitAnswer
from deployments.models import Assignment, Deployment, Slot
from deployments.models import Role as WorkRole
from tests.cast import (
    NOW,
    a_coordinator,
    a_deployment,
    a_desk,
    a_slot,
    a_user,
    a_volunteer,
    an_agency,
)
from tests.deployments.admin.scene import held
from volunteers.actions.people import NewVolunteer, register_volunteers
from volunteers.identity import IdentityDocument

GRANTED = PermitAnswer(granted=True, reference="A-1", until=date(2027, 12, 31))
REFUSED = PermitAnswer(granted=False)


SOMEBODY = IdentityDocument(name="홍길동")
ANSWERED_BY_NOW: dict[str, Any] = {"offered_at": NOW, "answer_by": NOW, "state_since": NOW}


def kind(code: str = "passport-use") -> PermitKind:
    """A kind that ships with Corps."""
    return PermitKind.objects.get(code=code)


@dataclass(slots=True)
class Scene:
    """A deployment of the Seoul desk in March 2027, its coordinator and its liaison officer."""

    deployment: Deployment
    coordinator: User
    officer: User
    assignments: list[Assignment] = field(default_factory=list)

    def need(self, *codes: str) -> None:
        """Let the deployment need these kinds, and no others."""
        kinds = [kind(code) for code in codes]
        set_permit_needs(deployment=self.deployment, kinds=kinds, by=self.officer, at=NOW)

    def person(self, state: str = "confirmed", *, consents: bool = True) -> Assignment:
        """One more person: confirmed by the coordinator, or in another state by hand."""
        slot = a_slot(self.deployment)
        begun = "accepted" if state == "confirmed" else state
        made = held(slot, a_volunteer(account=True, consents=consents), begun)
        if state == "confirmed":
            confirm_assignment(assignment=made, by=self.coordinator, at=NOW)
        self.assignments.append(made)
        return made

    def many(self, number: int) -> list[Assignment]:
        """So many more confirmed people with their lists, as rows."""
        first, role = self.deployment.slots.count() + 1, WorkRole.objects.get(code="interpreter")
        new = [NewVolunteer(SOMEBODY, callsign=f"떼-{first + place}") for place in range(number)]
        people = register_volunteers(new, desk=a_desk(), by=COMMAND, at=NOW)
        slots = Slot.objects.bulk_create(
            Slot(
                deployment=self.deployment,
                number=first + place,
                role=role,
                period=self.deployment.period,
                clearance=2,
            )
            for place in range(number)
        )
        made = Assignment.objects.bulk_create(
            Assignment(
                slot=slot, volunteer=one, period=slot.period, state="confirmed", **ANSWERED_BY_NOW
            )
            for slot, one in zip(slots, people, strict=True)
        )
        kinds = PermitKind.objects.filter(needs__deployment=self.deployment)
        Permit.objects.bulk_create(
            Permit(assignment=one, kind=kind, state_since=NOW) for kind in kinds for one in made
        )
        self.assignments += made
        return made

    def case(self, *permits: Permit) -> Case:
        """A case by which permits are to be applied for."""
        return open_permit_case(
            deployment=self.deployment,
            permits=permits,
            agency=an_agency("ministry"),
            subject="Permits",
            by=self.officer,
            at=NOW,
        )

    def applied(self, *permits: Permit) -> Case:
        """A case by which permits were applied for."""
        case = self.case(*permits)
        permits_applied(case, self.officer, NOW)
        return case

    def answered(self, answer: PermitAnswer, *permits: Permit) -> Case:
        """A case by which permits were applied for and all answered alike."""
        case = self.applied(*permits)
        answers = dict.fromkeys(permits, answer)
        answer_permits(case=case, answers=answers, by=self.officer, at=NOW)
        return case


def a_scene(*codes: str) -> Scene:
    """The scene, with a deployment that needs the kinds `codes`."""
    scene = Scene(
        a_deployment("HERON"), a_coordinator(), a_user("officer", Role.LIAISON, desk=a_desk())
    )
    scene.need(*codes)
    return scene


def board_url(deployment: Deployment) -> str:
    """The board of a deployment."""
    return reverse("admin:liaison_permit_board", args=[deployment.pk])


def permit_of(assignment: Assignment, code: str = "passport-use") -> Permit:
    """The permit of one kind, as it stands now."""
    return Permit.objects.get(assignment=assignment, kind__code=code)


def states_of(assignment: Assignment) -> dict[str, str]:
    """The states of an assignment's permits by kind."""
    return dict(assignment.permits.values_list("kind__code", "state"))


def entries_of(verb: str) -> list[Any]:
    """The entries of a verb, oldest first."""
    return list(Entry.objects.filter(verb=verb).order_by("number"))
