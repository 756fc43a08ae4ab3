"""Many of everything at once, straight into the tables, on one desk; shared in one statement."""

from datetime import date
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, Permission

from corps.accounts.models import Desk, User
from corps.vault.actions import draft_data_key
from corps.vault.models import DataKey
from deployments.agencies.models import Agency
from deployments.models import (
    Assignment,
    Deployment,
    DeploymentGroupObjectPermission,
    DeploymentUserObjectPermission,
    Role,
    Slot,
)
from tests.cast import NOW, days
from volunteers.models import (
    AvailabilityWindow,
    LanguageHeld,
    SkillHeld,
    VettingCase,
    Volunteer,
    VolunteerGroupObjectPermission,
    VolunteerUserObjectPermission,
)

_numbers = count(1)
MARCH = days(date(2027, 3, 1), date(2027, 4, 1))


def add_volunteers(desk: Desk, how_many: int) -> list[Volunteer]:
    """Active volunteers who speak Ukrainian, interpret, are free in March and cleared."""
    keys = [draft_data_key()[0] for _ in range(how_many)]
    DataKey.objects.bulk_create(keys)
    people = [
        Volunteer(
            callsign=f"crowd-{next(_numbers):06}",
            standing="active",
            standing_since=NOW,
            desk=desk,
            data_key=key,
        )
        for key in keys
    ]
    Volunteer.objects.bulk_create(people)
    skill = _skill()
    modes = dict.fromkeys(("listening", "speaking", "reading", "writing"), 5)
    LanguageHeld.objects.bulk_create(
        LanguageHeld(volunteer=one, language_id="ukr", **modes) for one in people
    )
    SkillHeld.objects.bulk_create(
        SkillHeld(volunteer=one, skill_id=skill, level=3) for one in people
    )
    AvailabilityWindow.objects.bulk_create(
        AvailabilityWindow(volunteer=one, kind="available", during=MARCH) for one in people
    )
    VettingCase.objects.bulk_create(
        VettingCase(
            volunteer=one,
            state="cleared",
            state_since=NOW,
            from_register=True,
            level=3,
            holds=(date(2026, 1, 1), date(2028, 1, 1)),
        )
        for one in people
    )
    return people


def _skill() -> int:
    from volunteers.models import Skill

    return Skill.objects.get(code="interpreting-consecutive").pk


def add_deployments(desk: Desk, people: list[Volunteer]) -> list[Deployment]:
    """An open deployment for each of the people, with one place, which they have accepted."""
    role = Role.objects.get(code="interpreter")
    made = [
        Deployment(
            codename=f"crowd-{next(_numbers):06}",
            desk=desk,
            period=MARCH,
            state="open",
            state_since=NOW,
        )
        for _ in people
    ]
    Deployment.objects.bulk_create(made)
    slots = [Slot(deployment=one, number=1, role=role, period=MARCH, clearance=1) for one in made]
    Slot.objects.bulk_create(slots)
    Assignment.objects.bulk_create(
        Assignment(
            slot=slot,
            volunteer=one,
            period=MARCH,
            state="accepted",
            state_since=NOW,
            offered_at=NOW,
            answer_by=NOW,
        )
        for slot, one in zip(slots, people, strict=True)
    )
    return made


def share_all(person: User, *kinds: list[Any]) -> None:
    """Share volunteers and deployments with one person, for good."""
    for rows in kinds:
        _add(VolunteerUserObjectPermission, DeploymentUserObjectPermission, rows, user=person)


def share_all_with(agency: Agency, *kinds: list[Any]) -> None:
    """Share them with an agency's group."""
    group: Group = agency.group
    for rows in kinds:
        _add(VolunteerGroupObjectPermission, DeploymentGroupObjectPermission, rows, group=group)


def _add(of_people: Any, of_work: Any, rows: list[Any], **whom: Any) -> None:
    model = of_people if rows and isinstance(rows[0], Volunteer) else of_work
    name = "volunteer" if model is of_people else "deployment"
    may = Permission.objects.get(codename=f"view_{name}", content_type__model=name)
    model.objects.bulk_create(model(permission=may, content_object=row, **whom) for row in rows)
