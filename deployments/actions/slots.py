"""What happens to places: made many at a time, changed, given other needs, removed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from corps.audit.actions import By, record
from corps.errors import NotFound, Refusal
from deployments.actions.deployments import LastBeforeFirst
from deployments.actions.locks import wait_for_turn
from deployments.models import Deployment, Role, Slot, SlotLanguage, SlotSkill, Team
from deployments.queries.days import period_of_days
from deployments.rules import PlaceHeld, check_can_change_deployment, check_is_planned
from deployments.states import HOLDING

MOST_AT_ONCE = 200


class OutsideDeployment(Refusal):
    """The days of the place lie outside those of its deployment."""

    message = _("These days lie outside the deployment's own.")


class OtherTeam(Refusal):
    """The team belongs to another deployment."""

    message = _("This team belongs to another deployment.")


class TooMany(Refusal):
    """More places at a time than one does on purpose, or none."""

    message = _("Add between 1 and 200 places at a time.")


class OnceHeld(Refusal):
    """The place has a history, which stays."""

    message = _(
        "This place has been proposed or offered to somebody: it stays in the deployment's history."
    )


@dataclass(frozen=True, slots=True)
class Needs:
    """What a place needs: a level (1 to 4) for each skill's id, a level (1 A1 to 7 native) for each
    language's code and mode, and a clearance (1 to 3), or None for the deployment's own."""

    skills: Mapping[int, int] = field(default_factory=dict)
    languages: Mapping[tuple[str, str], int] = field(default_factory=dict)
    clearance: int | None = None


@transaction.atomic
def add_slots(
    *,
    deployment: Deployment,
    role: Role,
    count: int,
    first_day: date,
    last_day: date,
    by: By,
    at: datetime,
    team: Team | None = None,
    requirements: Needs | None = None,
) -> list[Slot]:
    """Add `count` places in a role, from `first_day` to `last_day`, both included, in the
    deployment's time zone; without `requirements` they need what the role needs by default.

    Effects: the places with their needs, one ledger entry about all of them. Raises NotFound,
    NotPermitted, DeploymentOver, TooMany, LastBeforeFirst, OutsideDeployment, OtherTeam.
    """
    check_can_change_deployment(by, deployment)
    if not 1 <= count <= MOST_AT_ONCE:
        raise TooMany
    wait_for_turn(deployment)
    deployment.refresh_from_db()
    check_is_planned(deployment)
    needs = requirements or role_needs(role)
    last = deployment.slots.aggregate(last=Max("number"))["last"] or 0
    slots = [
        Slot(
            deployment=deployment,
            number=last + 1 + place,
            role=role,
            team=_team_of(deployment, team),
            period=_days_within(deployment, first_day, last_day),
            clearance=needs.clearance or deployment.clearance,
        )
        for place in range(count)
    ]
    Slot.objects.bulk_create(slots)
    _write_needs(slots, needs)
    facts = {"role": role.code, "count": count, "first": str(first_day), "last": str(last_day)}
    record("slots.added", deployment, *slots, by=by, at=at, facts=facts)
    return slots


@transaction.atomic
def change_slot(
    *, slot: Slot, first_day: date, last_day: date, team: Team | None, by: By, at: datetime
) -> None:
    """Change the days (both included, in the deployment's time zone) or the team of a place.

    Effects: the place, the period of its proposals, one ledger entry. Raises NotFound,
    NotPermitted, DeploymentOver, LastBeforeFirst, OutsideDeployment, OtherTeam, and PlaceHeld for
    other days while somebody holds the place.
    """
    _begin_change(slot, by)
    period = _days_within(slot.deployment, first_day, last_day)
    other_days = (slot.period.lower, slot.period.upper) != (period.lower, period.upper)
    if other_days:
        _check_free(slot)
    slot.period, slot.team = period, _team_of(slot.deployment, team)
    slot.save(update_fields=["period", "team"])
    if other_days:
        slot.assignments.filter(state="proposed").update(period=period, updated_at=at)
    facts = {"first": str(first_day), "last": str(last_day), "team": str(team or "")}
    record("slot.changed", slot, slot.deployment, by=by, at=at, facts=facts)


@transaction.atomic
def set_slot_needs(*, slot: Slot, needs: Needs, by: By, at: datetime) -> None:
    """Replace what a place needs; a holder was chosen by the old needs, so a held place is refused.

    Effects: the needs, one ledger entry. Raises NotFound, NotPermitted, DeploymentOver, PlaceHeld.
    """
    _begin_change(slot, by)
    _check_free(slot)
    slot.skills.all().delete()
    slot.languages.all().delete()
    _write_needs([slot], needs)
    slot.clearance = needs.clearance or slot.deployment.clearance
    slot.save(update_fields=["clearance"])
    record("slot.needs_set", slot, slot.deployment, by=by, at=at, facts=_told(needs, slot))


@transaction.atomic
def remove_slot(*, slot: Slot, by: By, at: datetime) -> None:
    """Remove a place that was never proposed or offered to anybody.

    Effects: the place gone, one ledger entry. Raises NotFound, NotPermitted, DeploymentOver,
    OnceHeld.
    """
    _begin_change(slot, by)
    if slot.assignments.exists():
        raise OnceHeld
    record("slot.removed", slot, slot.deployment, by=by, at=at, facts={"role": slot.role.code})
    slot.delete()


def role_needs(role: Role) -> Needs:
    """Return what a role needs by default."""
    return Needs(
        skills={need.skill_id: need.level for need in role.skills.all()},
        languages={(need.language_id, need.mode): need.level for need in role.languages.all()},
    )


def _begin_change(slot: Slot, by: By) -> None:
    """Wait for the turn to change a place, and read it as it is now. Raises NotFound for one that
    somebody has removed meanwhile."""
    check_can_change_deployment(by, slot.deployment)
    wait_for_turn(slot.deployment)
    try:
        slot.refresh_from_db()
    except Slot.DoesNotExist:
        raise NotFound from None
    check_is_planned(slot.deployment)


def _check_free(slot: Slot) -> None:
    if slot.assignments.filter(state__in=HOLDING).exists():
        raise PlaceHeld


def _days_within(deployment: Deployment, first_day: date, last_day: date) -> Any:
    if last_day < first_day:
        raise LastBeforeFirst
    period = period_of_days(first_day, last_day, deployment.time_zone)
    if period.lower < deployment.period.lower or deployment.period.upper < period.upper:
        raise OutsideDeployment
    return period


def _team_of(deployment: Deployment, team: Team | None) -> Team | None:
    if team is not None and team.deployment_id != deployment.pk:
        raise OtherTeam
    return team


def _write_needs(slots: list[Slot], needs: Needs) -> None:
    SlotSkill.objects.bulk_create(
        SlotSkill(slot=slot, skill_id=skill, level=level)
        for slot in slots
        for skill, level in needs.skills.items()
    )
    SlotLanguage.objects.bulk_create(
        SlotLanguage(slot=slot, language_id=code, mode=mode, level=level)
        for slot in slots
        for (code, mode), level in needs.languages.items()
    )


def _told(needs: Needs, slot: Slot) -> dict[str, Any]:
    codes = {need.skill_id: need.skill.code for need in slot.skills.select_related("skill")}
    return {
        "clearance": slot.clearance,
        "skills": {codes[skill]: level for skill, level in needs.skills.items()},
        "languages": {f"{code} {mode}": level for (code, mode), level in needs.languages.items()},
    }
