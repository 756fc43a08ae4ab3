"""Every move of an assignment and of a deployment: from where it is allowed, what it records."""

import pytest

from corps.accounts.models import User
from corps.audit.actions import CLOCK
from corps.audit.models import Entry
from corps.workflow.moves import NotInThatState, ReasonMissing
from deployments.actions import assignments
from deployments.actions.deployments import StillHeld, move_deployment
from deployments.models import Assignment, Deployment
from deployments.states import ASSIGNMENT, DEPLOYMENT, HOLDING
from tests.cast import NOW, a_coordinator, a_deployment, a_slot
from tests.deployments.acts import ACTS, assignment_at

pytestmark = pytest.mark.django_db

BOTH = {("lost_contact", "withdraw"): ["assignment.contact_regained", "assignment.withdrawn"]}
"""Who withdraws is in contact: the one act that makes two moves."""

CASES = [(state, name) for state in ASSIGNMENT.states for name in ASSIGNMENT.moves]


@pytest.fixture
def coordinator() -> User:
    return a_coordinator()


def entries_after(number: int) -> list[Entry]:
    return list(Entry.objects.filter(number__gt=number).order_by("number"))


def last_number() -> int:
    return Entry.objects.order_by("number").values_list("number", flat=True).last() or 0


def test_every_move_has_its_act() -> None:
    assert set(ACTS) == set(ASSIGNMENT.moves)


@pytest.mark.parametrize(("state", "name"), CASES)
def test_a_move_goes_from_its_sources_only_and_leaves_one_entry(
    state: str, name: str, coordinator: User
) -> None:
    step = ASSIGNMENT.moves[name]
    assignment, number = assignment_at(state), last_number()
    verbs = BOTH.get((state, name)) or ([step.verb] if state in step.sources else [])
    if verbs:
        ACTS[name](assignment, coordinator)
    else:
        with pytest.raises(NotInThatState):
            ACTS[name](assignment, coordinator)
    assignment.refresh_from_db()
    entries = entries_after(number)
    assert assignment.state == (step.target if verbs else state)
    assert [entry.verb for entry in entries] == verbs
    for entry in entries:
        assert entry.about == [
            f"deployments.assignment:{assignment.pk}",
            f"deployments.slot:{assignment.slot_id}",
            f"deployments.deployment:{assignment.slot.deployment_id}",
            f"volunteers.volunteer:{assignment.volunteer_id}",
        ]
        assert entry.desk == "seoul"


def test_the_clock_is_named_where_an_offer_expires(coordinator: User) -> None:
    ACTS["expire"](assignment_at("offered"), coordinator)
    last = Entry.objects.order_by("number").last()
    assert last is not None
    assert (last.verb, last.actor) == ("assignment.expired", CLOCK.name)


def test_a_reason_is_asked_for_cancelling_and_kept(coordinator: User) -> None:
    assignment = assignment_at("accepted")
    with pytest.raises(ReasonMissing):
        assignments.cancel_assignment(assignment=assignment, by=coordinator, at=NOW, reason="  ")
    assignments.cancel_assignment(assignment=assignment, by=coordinator, at=NOW, reason="storm")
    assert Entry.objects.filter(verb="assignment.cancelled").get().reason == "storm"


def test_the_second_of_two_answers_is_refused() -> None:
    assignment = assignment_at("offered")
    same = Assignment.objects.get(pk=assignment.pk)
    user = assignment.volunteer.user
    assert user is not None
    assignments.accept_offer(assignment=assignment, by=user, at=NOW)
    with pytest.raises(NotInThatState):
        assignments.decline_offer(assignment=same, by=user, at=NOW)
    same.refresh_from_db()
    assert same.state == "accepted"


DEPLOYMENT_CASES = [(state, name) for state in DEPLOYMENT.states for name in DEPLOYMENT.moves]


@pytest.mark.parametrize(("state", "name"), DEPLOYMENT_CASES)
def test_a_deployment_moves_from_its_sources_only_and_leaves_one_entry(
    state: str, name: str, coordinator: User
) -> None:
    step = DEPLOYMENT.moves[name]
    deployment, number = a_deployment(state=state), last_number()
    allowed = state in step.sources
    if allowed:
        move_deployment(
            deployment=deployment, move_name=name, by=coordinator, at=NOW, reason="storm"
        )
    else:
        with pytest.raises(NotInThatState):
            move_deployment(
                deployment=deployment, move_name=name, by=coordinator, at=NOW, reason="storm"
            )
    deployment.refresh_from_db()
    assert deployment.state == (step.target if allowed else state)
    assert [entry.verb for entry in entries_after(number)] == ([step.verb] if allowed else [])


def test_cancelling_a_deployment_cancels_what_is_not_over_and_records_each(
    coordinator: User,
) -> None:
    deployment = a_deployment()
    for state in ASSIGNMENT.states:
        Assignment.objects.filter(pk=assignment_at(state).pk).update(slot=a_slot(deployment))
    number = last_number()
    move_deployment(
        deployment=deployment, move_name="cancel", by=coordinator, at=NOW, reason="storm"
    )
    now = Assignment.objects.filter(slot__deployment=deployment).values_list("state", flat=True)
    over = ["completed", "declined", "expired", "withdrawn"]
    assert sorted(now) == sorted(["cancelled"] * 7 + over)
    verbs = [entry.verb for entry in entries_after(number)]
    assert verbs == ["deployment.cancelled", *["assignment.cancelled"] * 6]
    assert {entry.reason for entry in entries_after(number)} == {"storm"}


@pytest.mark.parametrize("state", HOLDING)
def test_a_deployment_is_not_closed_while_a_place_is_held(state: str, coordinator: User) -> None:
    assignment = assignment_at(state)
    deployment = assignment.slot.deployment
    Deployment.objects.filter(pk=deployment.pk).update(state="active")
    deployment.refresh_from_db()
    with pytest.raises(StillHeld):
        move_deployment(deployment=deployment, move_name="close", by=coordinator, at=NOW)


def test_closing_a_deployment_ends_its_proposals(coordinator: User) -> None:
    assignment = assignment_at("proposed")
    deployment = assignment.slot.deployment
    Deployment.objects.filter(pk=deployment.pk).update(state="active")
    deployment.refresh_from_db()
    move_deployment(deployment=deployment, move_name="close", by=coordinator, at=NOW)
    assignment.refresh_from_db()
    assert assignment.state == "cancelled"
