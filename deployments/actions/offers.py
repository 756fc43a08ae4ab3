"""Proposing and offering places, and what the clock does with offers nobody answers."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.queries.sight import ask_anew
from corps.audit.actions import CLOCK, By, record
from corps.errors import NotFound, Refusal
from deployments.actions.assignments import move_assignment
from deployments.actions.constraints import DOUBLE_BOOKING, refusing
from deployments.actions.locks import wait_for_turn
from deployments.models import Assignment, Slot
from deployments.roster.queries import Candidate, judge
from deployments.rules import (
    HoldsAnother,
    SlotTaken,
    check_can_be_offered,
    check_can_change_deployment,
    check_can_see_volunteer,
    check_is_planned,
)
from deployments.states import HOLDING
from volunteers.models import Volunteer

ANSWER_WITHIN = timedelta(hours=48)
EXPIRED_AT_ONCE = 200


class DoesNotFit(Refusal):
    """The volunteer does not meet what the place needs; the message names every reason."""

    kept = _("The volunteer does not fit this place.")

    def __init__(self, candidate: Candidate) -> None:
        told = "; ".join(str(reason) for reason in candidate.obstacles)
        super().__init__(
            _("%(callsign)s does not fit this place: %(reasons)s.")
            % {"callsign": candidate.callsign, "reasons": told}
        )
        self.candidate = candidate


@transaction.atomic
def propose_volunteer(*, slot: Slot, volunteer: Volunteer, by: By, at: datetime) -> Assignment:
    """Propose a volunteer for a place, without asking yet; a proposal holds neither. Proposing
    again gives the proposal that is there.

    Effects: an assignment in `proposed`, one ledger entry. Raises NotFound for a place or a
    volunteer that `by` may not see, NotPermitted, DeploymentOver.
    """
    slot = _begin_staffing(slot, volunteer, by)
    check_is_planned(slot.deployment)
    return _proposal(slot, volunteer, by=by, at=at)


@transaction.atomic
def offer_slot(
    *,
    slot: Slot,
    volunteer: Volunteer,
    by: By,
    at: datetime,
    answer_within: timedelta = ANSWER_WITHIN,
) -> Assignment:
    """Offer a place to a volunteer, who may answer until `at` + `answer_within`.

    Everything is checked again against the register as it is now, one at a time for each place and
    each volunteer. Effects: the assignment in `offered`, which holds the place and the volunteer's
    calendar; one ledger entry for the proposal, unless there was one, and one for the offer.
    Raises NotFound for a place or a volunteer that `by` may not see, NotPermitted,
    DeploymentNotOpen, PlaceOver, SlotTaken, HoldsAnother, DoesNotFit.
    """
    slot = _begin_staffing(slot, volunteer, by)
    check_can_be_offered(slot, at=at)
    _check_free(slot, volunteer)
    candidate = judge(slot, volunteer, by, at=at)
    if not candidate.fits:
        raise DoesNotFit(candidate)
    assignment = _proposal(slot, volunteer, by=by, at=at)
    until = at + answer_within
    with refusing(DOUBLE_BOOKING):
        move_assignment(
            assignment,
            "offer",
            by=by,
            at=at,
            facts={"answer_by": until.isoformat()},
            offered_at=at,
            answer_by=until,
            period=slot.period,
        )
    return assignment


def expire_offers(*, at: datetime) -> int:
    """Expire the offers whose time to answer is over at the instant `at`; say how many.

    Effects: each moved to `expired` with one ledger entry, by the clock. An offer that is being
    answered at this moment is left alone: whoever moves first wins.
    """
    total = 0
    while expired := _expire_some(at=at):
        total += expired
    return total


@transaction.atomic
def _expire_some(*, at: datetime) -> int:
    due = Assignment.objects.filter(state="offered", answer_by__lte=at).order_by("pk")
    found = due.select_related("slot__deployment__desk", "volunteer")
    offers = list(found.select_for_update(skip_locked=True, of=("self",))[:EXPIRED_AT_ONCE])
    for assignment in offers:
        move_assignment(assignment, "expire", by=CLOCK, at=at)
    return len(offers)


def _begin_staffing(slot: Slot, volunteer: Volunteer, by: By) -> Slot:
    """Wait for the turn at the place and the volunteer; return the place as it is now, of which
    `by` may still dispose."""
    check_can_change_deployment(by, slot.deployment)
    check_can_see_volunteer(by, volunteer)
    wait_for_turn(slot, volunteer, shared=(slot.deployment,))
    ask_anew(by)
    now = Slot.objects.select_related("deployment__desk", "role").filter(pk=slot.pk).first()
    if now is None:
        raise NotFound
    check_can_change_deployment(by, now.deployment)
    check_can_see_volunteer(by, volunteer)
    return now


def _check_free(slot: Slot, volunteer: Volunteer) -> None:
    holding = Assignment.objects.filter(state__in=HOLDING)
    if holding.filter(slot=slot).exists():
        raise SlotTaken
    if holding.filter(volunteer=volunteer, period__overlap=slot.period).exists():
        raise HoldsAnother


def _proposal(slot: Slot, volunteer: Volunteer, *, by: By, at: datetime) -> Assignment:
    """Return the proposal of the volunteer for the place, made and recorded unless it is there."""
    found = Assignment.objects.filter(slot=slot, volunteer=volunteer, state="proposed").first()
    if found is not None:
        found.slot, found.volunteer = slot, volunteer
        return found
    made = Assignment.objects.create(
        slot=slot,
        volunteer=volunteer,
        period=slot.period,
        state_since=at,
        proposed_by=by if isinstance(by, User) else None,
    )
    record("assignment.proposed", made, slot, slot.deployment, volunteer, by=by, at=at)
    return made
