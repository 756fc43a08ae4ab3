"""Who may change work, and when: `can_…` answers, `check_…` raises the refusal beside it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, User
from corps.accounts.queries.sight import own_desks
from corps.audit.actions import Actor, By
from corps.audit.models import ActorKind
from corps.errors import NotFound, NotPermitted, Refusal
from deployments.models import Assignment, Deployment, Slot
from deployments.queries.deployments import deployments_visible_to
from volunteers.models import Volunteer
from volunteers.queries.people import volunteers_visible_to

PLANNED_IN = ("draft", "open", "ready", "active")
OFFERED_IN = ("open", "ready", "active")


class DeploymentOver(Refusal):
    """The deployment is closed or cancelled."""

    message = _("This deployment is over: nothing about it can be changed any more.")


class DeploymentNotOpen(Refusal):
    """Places of the deployment cannot be offered now."""

    message = _(
        "Open the deployment first: its places cannot be offered while it is a draft or over."
    )


class PlaceOver(Refusal):
    """The period of the place has ended."""

    message = _("The days of this place are over.")


class PlaceHeld(Refusal):
    """The place is held, so what it asks for stays as it was offered."""

    message = _("Somebody holds this place: cancel the assignment first.")


class SlotTaken(Refusal):
    """Another volunteer holds the place."""

    message = _("This place is already taken.")


class HoldsAnother(Refusal):
    """The volunteer holds another place at that time."""

    message = _("The volunteer holds another place then.")


class AnswerTooLate(Refusal):
    """The time to answer the offer is over."""

    message = _("The time to answer this offer is over.")


def can_make_deployment(by: By, desk: Desk) -> bool:
    """Whether `by` may put deployments on a desk: a member whose role changes deployments."""
    if isinstance(by, Actor):
        return by.kind == ActorKind.SYSTEM
    if not isinstance(by, User) or not by.is_staff:
        return False
    return (
        by.may_change_kind("deployments.deployment") and own_desks(by).filter(pk=desk.pk).exists()
    )


def check_can_make_deployment(by: By, desk: Desk) -> None:
    """Raise NotPermitted unless `by` may put deployments on the desk."""
    if not can_make_deployment(by, desk):
        raise NotPermitted


def can_change_deployment(by: By, deployment: Deployment) -> bool:
    """Whether `by` may change a deployment, its places, teams and assignments.

    A deployment that is only shared with somebody may be seen by them, not changed.
    """
    return can_make_deployment(by, deployment.desk)


def check_can_change_deployment(by: By, deployment: Deployment) -> None:
    """Raise NotFound for one who may not see the deployment, NotPermitted for one who only may."""
    if can_change_deployment(by, deployment):
        return
    if isinstance(by, User) and deployments_visible_to(by).filter(pk=deployment.pk).exists():
        raise NotPermitted
    raise NotFound


def can_answer(by: By, assignment: Assignment) -> bool:
    """Whether `by` may accept, decline or withdraw: the volunteer's own account, nobody else."""
    if isinstance(by, Actor):
        return by.kind == ActorKind.SYSTEM
    return isinstance(by, User) and by.is_active and assignment.volunteer.user_id == by.pk


def check_can_answer(by: By, assignment: Assignment) -> None:
    """Raise NotFound unless the assignment is the person's own."""
    if not can_answer(by, assignment):
        raise NotFound


def can_withdraw_volunteer(by: By, volunteer: Volunteer) -> bool:
    """Whether `by` may withdraw a volunteer: the person, or a coordinator of the desk, told so."""
    if isinstance(by, Actor):
        return by.kind == ActorKind.SYSTEM
    if not isinstance(by, User) or not by.is_active:
        return False
    if volunteer.user_id == by.pk:
        return True
    on_desk = own_desks(by).filter(pk=volunteer.desk_id).exists()
    return by.is_staff and by.may_change_kind("volunteers.volunteer") and on_desk


def check_can_withdraw_volunteer(by: By, volunteer: Volunteer) -> None:
    """Raise NotFound unless `by` may withdraw the volunteer."""
    if not can_withdraw_volunteer(by, volunteer):
        raise NotFound


def check_can_see_volunteer(by: By, volunteer: Volunteer) -> None:
    """Raise NotFound unless `by` may see the volunteer; the system's own actors may."""
    if isinstance(by, Actor) and by.kind == ActorKind.SYSTEM:
        return
    if not isinstance(by, User) or not volunteers_visible_to(by).filter(pk=volunteer.pk).exists():
        raise NotFound


def check_is_planned(deployment: Deployment) -> None:
    """Raise DeploymentOver for a closed or cancelled deployment."""
    if deployment.state not in PLANNED_IN:
        raise DeploymentOver


def check_can_be_offered(slot: Slot, *, at: datetime) -> None:
    """Raise DeploymentNotOpen or PlaceOver when the place cannot be offered at the instant `at`."""
    if slot.deployment.state not in OFFERED_IN:
        raise DeploymentNotOpen
    if slot.period.upper <= at:
        raise PlaceOver


def check_in_time(assignment: Assignment, *, at: datetime) -> None:
    """Raise AnswerTooLate when an offer is answered at or after `answer_by`."""
    if assignment.answer_by is not None and assignment.answer_by <= at:
        raise AnswerTooLate
