"""Offering a place: checked against the register again, answered by a person or by the clock."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation

from corps.accounts.models import User
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.errors import NotFound, NotPermitted, Refusal
from corps.workflow.moves import NotInThatState
from deployments import tasks
from deployments.actions import assignments, offers
from deployments.actions.offers import DoesNotFit, expire_offers, offer_slot, propose_volunteer
from deployments.actions.standing import withdraw_volunteer
from deployments.models import Assignment, Deployment, Slot, SlotLanguage
from deployments.rules import (
    AnswerTooLate,
    DeploymentNotOpen,
    DeploymentOver,
    HoldsAnother,
    PlaceOver,
    SlotTaken,
)
from tests.cast import (
    NOW,
    a_coordinator,
    a_deployment,
    a_desk,
    a_slot,
    a_stranger,
    a_volunteer,
    days,
)
from tests.deployments.acts import assignment_at
from volunteers.models import Volunteer

db = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def coordinator(db: None) -> User:
    return a_coordinator()


def verbs(assignment: Assignment) -> list[str]:
    return [entry.verb for entry in entries_about(assignment).order_by("number")]


def offer(slot: Slot, volunteer: Volunteer, by: User) -> Assignment:
    return offer_slot(slot=slot, volunteer=volunteer, by=by, at=NOW)


def test_an_offer_holds_the_place_and_waits_two_days(coordinator: User) -> None:
    slot, volunteer = a_slot(), a_volunteer()
    assignment = offer(slot, volunteer, coordinator)
    assignment.refresh_from_db()
    slot.refresh_from_db()
    assert (assignment.state, assignment.period) == ("offered", slot.period)
    assert (assignment.offered_at, assignment.answer_by) == (NOW, NOW + timedelta(hours=48))
    assert assignment.proposed_by == coordinator
    assert verbs(assignment) == ["assignment.proposed", "assignment.offered"]


def test_a_proposal_holds_nothing_and_is_made_once(coordinator: User) -> None:
    slot, one, other = a_slot(), a_volunteer(), a_volunteer()
    proposals = [
        propose_volunteer(slot=slot, volunteer=volunteer, by=coordinator, at=NOW)
        for volunteer in (one, one, other)
    ]
    assert proposals[0] == proposals[1]
    assert Assignment.objects.filter(state="proposed").count() == 2
    assert offer(slot, one, coordinator) == proposals[0]
    assert verbs(proposals[0]) == ["assignment.proposed", "assignment.offered"]


def test_a_taken_place_and_a_taken_volunteer_are_refused(coordinator: User) -> None:
    slot, volunteer = a_slot(), a_volunteer()
    offer(slot, volunteer, coordinator)
    with pytest.raises(SlotTaken):
        offer(slot, a_volunteer(), coordinator)
    with pytest.raises(HoldsAnother):
        offer(a_slot(), volunteer, coordinator)
    later = a_slot(a_deployment(period=days(date(2027, 4, 1), date(2027, 5, 1))))
    assert offer(later, volunteer, coordinator).state == "offered"


def test_who_does_not_fit_is_refused_with_every_reason(coordinator: User) -> None:
    slot = a_slot(clearance=3)
    SlotLanguage.objects.create(slot=slot, language_id="ukr", mode="speaking", level=5)
    volunteer = a_volunteer("매-7", clearance=None)
    with pytest.raises(DoesNotFit) as refused, translation.override("en"):
        offer(slot, volunteer, coordinator)
    with translation.override("en"):
        assert str(refused.value) == (
            "매-7 does not fit this place: Ukrainian speaking C1 needed, has B2;"
            " clearance 3 front needed, has none."
        )
    assert Assignment.objects.count() == 0


@pytest.mark.parametrize("state", ["draft", "closed", "cancelled"])
def test_places_are_offered_in_open_deployments_only(state: str, coordinator: User) -> None:
    with pytest.raises(DeploymentNotOpen):
        offer(a_slot(a_deployment(state=state)), a_volunteer(), coordinator)


def test_a_draft_takes_proposals_and_what_is_over_takes_none(coordinator: User) -> None:
    draft, closed = (a_slot(a_deployment(state=state)) for state in ("draft", "closed"))
    volunteer = a_volunteer()
    propose_volunteer(slot=draft, volunteer=volunteer, by=coordinator, at=NOW)
    with pytest.raises(DeploymentOver):
        propose_volunteer(slot=closed, volunteer=volunteer, by=coordinator, at=NOW)


def test_who_is_taken_off_the_desk_while_an_offer_waits_offers_nothing(
    coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The place is on one desk, the volunteer on another, and another is at work on the place."""
    elsewhere, slot = a_desk("elsewhere", coordinator), a_slot()
    volunteer = a_volunteer(desk=elsewhere)
    wait = offers.wait_for_turn

    def waiting(*alone: Any, **more: Any) -> None:
        elsewhere.members.remove(coordinator)
        wait(*alone, **more)

    monkeypatch.setattr(offers, "wait_for_turn", waiting)
    with pytest.raises(NotFound):
        offer(slot, volunteer, coordinator)
    assert not Assignment.objects.exists()


def test_a_deployment_that_goes_to_another_desk_meanwhile_is_not_staffed_from_this_one(
    coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot, volunteer = a_slot(), a_volunteer()
    wait = offers.wait_for_turn

    def waiting(*alone: Any, **more: Any) -> None:
        Deployment.objects.filter(pk=slot.deployment_id).update(desk=a_desk("elsewhere"))
        wait(*alone, **more)

    monkeypatch.setattr(offers, "wait_for_turn", waiting)
    for act in (propose_volunteer, offer_slot):
        with pytest.raises(NotFound):
            act(slot=slot, volunteer=volunteer, by=coordinator, at=NOW)
    assert not Assignment.objects.exists()


def test_a_place_whose_days_are_over_is_not_offered(coordinator: User) -> None:
    slot, volunteer = a_slot(), a_volunteer()
    with pytest.raises(PlaceOver):
        offer_slot(slot=slot, volunteer=volunteer, by=coordinator, at=slot.period[1])


def test_hidden_places_and_hidden_volunteers_are_not_there(coordinator: User) -> None:
    slot, volunteer = a_slot(), a_volunteer()
    theirs = a_volunteer(desk=a_desk("elsewhere"))
    for act in (offer_slot, propose_volunteer):
        with pytest.raises(NotFound):
            act(slot=slot, volunteer=volunteer, by=a_user_elsewhere(), at=NOW)
        with pytest.raises(NotFound):
            act(slot=slot, volunteer=theirs, by=coordinator, at=NOW)


def a_user_elsewhere() -> User:
    return User.objects.filter(username="stranger").first() or a_stranger()


def test_a_place_removed_meanwhile_is_not_there(coordinator: User) -> None:
    slot, volunteer = a_slot(), a_volunteer()
    Slot.objects.filter(pk=slot.pk).delete()
    with pytest.raises(NotFound):
        offer(slot, volunteer, coordinator)


@db
def test_an_answer_after_the_time_is_refused() -> None:
    assignment = assignment_at("offered")
    assert assignment.answer_by is not None
    user: Any = assignment.volunteer.user
    with pytest.raises(AnswerTooLate):
        assignments.accept_offer(assignment=assignment, by=user, at=assignment.answer_by)
    assignments.accept_offer(assignment=assignment, by=user, at=assignment.answer_by - HOUR)
    assert assignment.state == "accepted"


@pytest.mark.parametrize(
    ("state", "action"),
    [
        ("offered", assignments.accept_offer),
        ("offered", assignments.decline_offer),
        ("accepted", assignments.withdraw_assignment),
    ],
)
def test_nobody_answers_for_a_volunteer(
    state: str, action: Callable[..., None], coordinator: User
) -> None:
    assignment, other = assignment_at(state), a_volunteer(account=True).user
    for by in (coordinator, other):
        with pytest.raises(NotFound):
            action(assignment=assignment, by=by, at=NOW)


def test_coordinators_of_the_desk_alone_move_what_is_theirs(coordinator: User) -> None:
    assignment, stranger = assignment_at("accepted"), a_stranger()
    volunteer: Any = assignment.volunteer.user
    for by in (stranger, volunteer):
        with pytest.raises(NotFound):
            assignments.confirm_assignment(assignment=assignment, by=by, at=NOW)
    assignments.confirm_assignment(assignment=assignment, by=coordinator, at=NOW)


@pytest.mark.parametrize("end", ["decline", "withdraw"])
def test_a_place_that_is_left_is_free_at_once(end: str, coordinator: User) -> None:
    slot, volunteer = a_slot(), a_volunteer(account=True)
    assignment, user = offer(slot, volunteer, coordinator), volunteer.user
    assert user is not None
    if end == "decline":
        assignments.decline_offer(assignment=assignment, by=user, at=NOW)
    else:
        assignments.accept_offer(assignment=assignment, by=user, at=NOW)
        assignments.withdraw_assignment(assignment=assignment, by=user, at=NOW)
    assert offer(slot, a_volunteer(), coordinator).state == "offered"
    assert offer(a_slot(), volunteer, coordinator).state == "offered"


@db
def test_the_clock_expires_what_is_due_and_nothing_else() -> None:
    due, later, taken = (assignment_at(state) for state in ("offered", "offered", "accepted"))
    for assignment, until in ((due, NOW), (later, NOW + HOUR), (taken, NOW - HOUR)):
        Assignment.objects.filter(pk=assignment.pk).update(answer_by=until)
    assert (expire_offers(at=NOW), expire_offers(at=NOW)) == (1, 0)
    states = [Assignment.objects.get(pk=one.pk).state for one in (due, later, taken)]
    assert states == ["expired", "offered", "accepted"]


@db
def test_many_offers_expire_in_batches_each_with_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offers, "EXPIRED_AT_ONCE", 2)
    for _ in range(5):
        assignment_at("offered")
    assert expire_offers(at=NOW.replace(year=2028)) == 5
    assert Entry.objects.filter(verb="assignment.expired").count() == 5


@db
def test_the_task_says_that_the_clock_did_it() -> None:
    assignment = assignment_at("offered")
    Assignment.objects.filter(pk=assignment.pk).update(
        offered_at=NOW, answer_by=NOW - 365 * 24 * HOUR
    )
    tasks.expire_offers()
    entry = entries_about(assignment)[0]
    assert (entry.verb, entry.actor, entry.door) == ("assignment.expired", "clock", "clock")


def test_the_clock_leaves_alone_an_offer_that_is_being_answered(committed_db: str) -> None:
    assignment = assignment_at("offered")
    user: Any = assignment.volunteer.user
    expired: list[int] = []

    def clock() -> None:
        expired.append(expire_offers(at=NOW.replace(year=2028)))
        connection.close()

    with transaction.atomic():
        assignments.accept_offer(assignment=assignment, by=user, at=NOW)
        thread = Thread(target=clock)
        thread.start()
        thread.join(10)
    assert expired == [0]
    assignment.refresh_from_db()
    assert assignment.state == "accepted"


def test_an_answer_that_waits_for_the_clock_is_refused_in_words(committed_db: str) -> None:
    assignment = assignment_at("offered")
    user: Any = assignment.volunteer.user
    refused: list[type[Refusal]] = []

    def answer() -> None:
        try:
            assignments.accept_offer(assignment=assignment, by=user, at=NOW)
        except Refusal as refusal:
            refused.append(type(refusal))
        connection.close()

    thread = Thread(target=answer)
    with transaction.atomic():
        assert expire_offers(at=NOW.replace(year=2028)) == 1
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(10)
    assert refused == [NotInThatState]


def test_a_volunteer_who_withdraws_leaves_every_place(coordinator: User) -> None:
    volunteer = a_volunteer(account=True)
    ends = {
        "proposed": ["assignment.cancelled"],
        "offered": ["assignment.declined"],
        "accepted": ["assignment.withdrawn"],
        "lost_contact": ["assignment.contact_regained", "assignment.withdrawn"],
        "completed": [],
    }
    held = {}
    for month, state in enumerate(ends, 1):
        held[state] = assignment_at(state)
        Assignment.objects.filter(pk=held[state].pk).update(
            volunteer=volunteer, period=days(date(2027, month, 1), date(2027, month, 2))
        )
    user: Any = volunteer.user
    withdraw_volunteer(volunteer=volunteer, by=user, at=NOW)
    volunteer.refresh_from_db()
    assert volunteer.standing == "withdrawn"
    assert {state: verbs(one) for state, one in held.items()} == ends
    assert entries_about(volunteer)[0].verb == "standing.withdrawn"


def test_who_may_withdraw_a_volunteer(coordinator: User) -> None:
    volunteer, other = a_volunteer(), a_volunteer(account=True)
    for by in (a_stranger(), other.user):
        assert by is not None
        with pytest.raises(NotFound):
            withdraw_volunteer(volunteer=volunteer, by=by, at=NOW)
    withdraw_volunteer(volunteer=volunteer, by=coordinator, at=NOW)
    with pytest.raises(NotInThatState):
        withdraw_volunteer(volunteer=volunteer, by=COMMAND, at=NOW)


def test_one_who_only_sees_a_deployment_offers_nothing(coordinator: User) -> None:
    from corps.accounts.roles import Role
    from tests.cast import a_user

    approver = a_user("approver", Role.APPROVER, desk=a_desk())
    with pytest.raises(NotPermitted):
        offer(a_slot(), a_volunteer(), approver)
