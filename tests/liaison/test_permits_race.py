"""Somebody begins while a permit changes at the same moment: never without the permit."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

from django.db import connection, transaction

from corps.errors import Refusal
from deployments.actions.assignments import activate_assignment, confirm_assignment
from deployments.liaison.actions import permits as actions
from deployments.liaison.actions.links import unlink_deployment
from deployments.liaison.actions.permit_cases import put_into_case
from deployments.liaison.models import Case, Permit
from deployments.liaison.rules.permits import PermitAnswer
from deployments.models import Assignment
from tests.cast import NOW, an_agency
from tests.conftest import as_admin
from tests.liaison.permit_scene import GRANTED, REFUSED, Scene, a_scene, kind, permit_of
from tests.liaison.scenes import a_case

ROUNDS = 12

ACTIVE_WITHOUT = """
    SELECT count(*) FROM deployments_assignment a
    JOIN liaison_permit p ON p.assignment_id = a.id
    WHERE a.state = 'active' AND p.state <> 'granted'
"""


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Do all at the same moment in threads; what came of each."""
    start = Barrier(len(acts))

    def work(act: Callable[[], Any]) -> str:
        start.wait()
        try:
            act()
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(work, acts))


def active_without() -> int:
    """How many are at work with a permit that is not granted."""
    with connection.cursor() as cursor:
        cursor.execute(ACTIVE_WITHOUT)
        return int(cursor.fetchone()[0])


def beginning(scene: Scene, made: Assignment) -> Callable[[], None]:
    """What lets somebody begin."""
    return lambda: activate_assignment(assignment=made, by=scene.coordinator, at=NOW)


def answering(scene: Scene, made: Assignment, answer: PermitAnswer) -> Callable[[], None]:
    """What answers somebody's permit, which was applied for."""
    permit = permit_of(made)
    case = scene.applied(permit)
    answers = {permit: answer}
    return lambda: actions.answer_permits(case=case, answers=answers, by=scene.officer, at=NOW)


def test_begun_while_the_answer_comes_in_nobody_begins_without(committed_db: str) -> None:
    scene = a_scene("passport-use")
    for number in range(ROUNDS):
        made = scene.person()
        answer = GRANTED if number % 2 else REFUSED
        began, answered = at_once(beginning(scene, made), answering(scene, made, answer))
        assert (began in {"done", "NotReady"}, answered) == (True, "done")
        assert number % 2 == 1 or began == "NotReady"
    assert active_without() == 0


def test_the_database_decides_when_the_rule_looked_too_early(committed_db: str) -> None:
    scene = a_scene("passport-use")
    outcomes = {rule_out(scene, scene.person()) for _round in range(ROUNDS)}
    assert (outcomes, active_without()) == ({"NotReady"}, 0)


def test_without_the_constraint_somebody_would_begin(committed_db: str) -> None:
    drop = "DROP TRIGGER {} ON {}"
    as_admin(drop, "assignment_permits_granted", "deployments_assignment", database=committed_db)
    scene = a_scene("passport-use")
    outcomes = {rule_out(scene, scene.person()) for _round in range(ROUNDS)}
    assert (outcomes, active_without()) == ({"done"}, ROUNDS)


def rule_out(scene: Scene, made: Assignment) -> str:
    """Begin with a permit that the rule still found and that lapsed before the move: what comes."""
    from deployments.actions import assignments

    scene.answered(GRANTED, permit_of(made))
    checked = assignments.check_ready

    def check_then_lapse(assignment: Assignment, *, at: datetime) -> None:
        checked(assignment, at=at)
        Permit.objects.filter(assignment=assignment).update(state="lapsed")

    assignments.check_ready = check_then_lapse
    try:
        return at_once(beginning(scene, made))[0]
    finally:
        assignments.check_ready = checked


def test_a_permit_that_is_being_looked_at_waits_until_somebody_has_begun(committed_db: str) -> None:
    scene = a_scene("passport-use")
    made = scene.person()
    scene.answered(PermitAnswer(granted=True, until=NOW.date()), permit_of(made))
    later = datetime(2026, 12, 1, tzinfo=UTC)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            activate_assignment(assignment=made, by=scene.coordinator, at=NOW)
            lapsing = pool.submit(at_once, lambda: actions.lapse_permits(at=later))
            while not waiting():
                assert not lapsing.done()
                time.sleep(0.02)
        assert lapsing.result() == ["done"]
    assert permit_of(made).state == "lapsed"


def waiting() -> bool:
    """Whether another connection waits for a lock; looked up anew in the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_confirmed_while_a_need_comes_in_nobody_is_without_a_list(committed_db: str) -> None:
    scene = a_scene()
    for number in range(ROUNDS):
        made = scene.person("accepted")
        code = "medical" if number % 2 else "insurance"
        scene.need()
        outcomes = at_once(
            lambda made=made: confirm_assignment(assignment=made, by=scene.coordinator, at=NOW),
            lambda code=code: actions.need_permit(
                deployment=scene.deployment, kind=kind(code), by=scene.officer, at=NOW
            ),
        )
        assert outcomes == ["done", "done"]
        assert made.permits.filter(kind__code=code).count() == 1


def test_permits_come_in_while_their_deployment_is_unlinked(committed_db: str) -> None:
    """One waits for the other, and finds the case as it is by then: never permits without it."""
    scene = a_scene("passport-use")
    made = scene.person()
    case = a_case(scene.officer, agency=an_agency("ministry"), deployments=[scene.deployment])
    own = Case.objects.get(pk=case.pk)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            put_into_case(case=case, permits=[permit_of(made)], by=scene.officer, at=NOW)
            removing = pool.submit(
                at_once,
                lambda: unlink_deployment(
                    case=own, deployment=scene.deployment, by=scene.officer, at=NOW
                ),
            )
            while not waiting():
                assert not removing.done()
                time.sleep(0.02)
        assert removing.result() == ["PermitsInCase"]
    assert list(case.deployments.all()) == [scene.deployment]
