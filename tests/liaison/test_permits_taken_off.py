"""Whoever loses the desk or the role while they wait for their turn at a permit changes none."""

from collections.abc import Callable
from typing import Any

import pytest

from corps.accounts.models import User
from corps.errors import NotFound
from deployments.liaison.actions import holding
from deployments.liaison.actions import permits as actions
from deployments.liaison.models import Case, Permit
from deployments.models import Deployment
from tests.admin.doors import entries_since, last_number
from tests.cast import NOW, a_desk
from tests.liaison.permit_scene import GRANTED, Scene, a_scene, kind, permit_of
from tests.liaison.scenes import LOSSES

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]


def answer(case: Case, permit: Permit, by: User) -> None:
    """Enter that it was granted."""
    actions.answer_permits(case=case, answers={permit: GRANTED}, by=by, at=NOW)


def correct(case: Case, permit: Permit, by: User) -> None:
    """Enter that it has another number."""
    days = {"since": permit.since, "until": permit.until}
    actions.correct_permit(permit=permit, reference="A-2", **days, by=by, at=NOW)


def end(case: Case, permit: Permit, by: User) -> None:
    """Enter that it holds no longer."""
    actions.end_permit(permit=permit, reason="taken back", by=by, at=NOW)


def need(case: Case, permit: Permit, by: User) -> None:
    """Need another kind of permit as well."""
    work = permit.assignment.slot.deployment
    actions.need_permit(deployment=work, kind=kind("insurance"), by=by, at=NOW)


def need_none(case: Case, permit: Permit, by: User) -> None:
    """Need no permit at all."""
    work = permit.assignment.slot.deployment
    actions.set_permit_needs(deployment=work, kinds=[], by=by, at=NOW)


Act = Callable[[Case, Permit, User], None]
ACTS: dict[Act, tuple[Any, str]] = {
    answer: (actions, "hold_permits"),
    correct: (actions, "hold_permit"),
    end: (actions, "hold_permit"),
    need: (actions, "hold_deployment"),
    need_none: (actions, "hold_deployment"),
}


def a_permit(act: Act) -> tuple[Scene, Case, Permit]:
    """A permit as an act finds it: applied for where it is to be answered, granted for all else."""
    scene = a_scene("passport-use")
    permit = permit_of(scene.person())
    case = scene.applied(permit) if act is answer else scene.answered(GRANTED, permit)
    return scene, case, Permit.objects.get(pk=permit.pk)


def while_waiting(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, meanwhile: Callable[[], object]
) -> None:
    """Let something happen while the hold of that name waits for its rows."""
    hold = getattr(place, name)

    def waiting(held: object) -> object:
        meanwhile()
        return hold(held)

    monkeypatch.setattr(place, name, waiting)


@pytest.mark.parametrize("how", LOSSES)
@pytest.mark.parametrize("act", ACTS)
def test_who_is_taken_off_meanwhile_changes_no_permit(
    act: Act, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, case, permit = a_permit(act)
    desk = scene.deployment.desk
    while_waiting(monkeypatch, *ACTS[act], lambda: LOSSES[how](desk, scene.officer))
    before = last_number()
    with pytest.raises(NotFound):
        act(case, permit, scene.officer)
    assert entries_since(before) == []


@pytest.mark.parametrize("act", ACTS)
def test_who_stays_goes_on(act: Act) -> None:
    scene, case, permit = a_permit(act)
    before = last_number()
    act(case, permit, scene.officer)
    assert entries_since(before) != []


def test_a_case_that_went_to_another_desk_meanwhile_is_not_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene, case, permit = a_permit(answer)
    other = a_desk("busan")
    move = Case.objects.filter(pk=case.pk)
    while_waiting(monkeypatch, holding, "hold_case", lambda: move.update(desk=other))
    with pytest.raises(NotFound):
        answer(case, permit, scene.officer)


def test_a_deployment_that_went_to_another_desk_meanwhile_needs_nothing_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene, case, permit = a_permit(need)
    other = a_desk("busan")
    move = Deployment.objects.filter(pk=scene.deployment.pk)
    while_waiting(monkeypatch, actions, "hold_deployment", lambda: move.update(desk=other))
    with pytest.raises(NotFound):
        need(case, permit, scene.officer)
