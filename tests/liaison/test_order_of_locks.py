"""Everybody who holds several rows takes them in one order, so that nobody waits in a circle."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from deployments.liaison.actions.letters import approve_letter, send_letter, submit_letter
from deployments.liaison.actions.permits import set_permit_needs
from deployments.liaison.models import Case, Letter, Permit
from tests.cast import NOW
from tests.liaison.disclosing import Telling, a_telling
from tests.liaison.permit_scene import a_scene, kind
from tests.liaison.test_permits_race import waiting
from volunteers.models import Volunteer


def while_it_waits(case: Case, act: Callable[[], Any], free: QuerySet[Any]) -> None:
    """Let an act wait for a case; meanwhile it holds none of the rows `free`, and goes on after."""

    def doing() -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            other = pool.submit(doing)
            while not waiting():
                assert not other.done()
                time.sleep(0.02)
            assert len(free.select_for_update(nowait=True, of=("self",))) > 0
        other.result(20)


def submitting(telling: Telling) -> Callable[[], Any]:
    letter = telling.letter()
    return lambda: submit_letter(letter=letter, by=telling.office.officer, at=NOW)


def approving(telling: Telling) -> Callable[[], Any]:
    letter, by = telling.submitted(), telling.office.approver
    version = letter.versions.count()
    return lambda: approve_letter(letter=letter, version=version, by=by, at=NOW)


def sending(telling: Telling) -> Callable[[], Any]:
    letter, by = telling.approved(), telling.office.officer
    return lambda: send_letter(letter=letter, through="post", by=by, at=NOW)


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("step", [submitting, approving, sending])
def test_a_letter_holds_its_case_before_those_of_whom_it_tells(
    step: Callable[[Telling], Callable[[], Any]],
) -> None:
    with transaction.atomic():
        telling = a_telling()
        act = step(telling)
    while_it_waits(telling.office.case, act, Volunteer.objects.filter(pk=telling.one.pk))
    assert Letter.objects.exclude(state="draft").count() == 1


@pytest.mark.usefixtures("committed_db")
def test_needs_that_end_together_hold_all_their_cases_before_any_permit() -> None:
    with transaction.atomic():
        scene = a_scene("insurance", "medical", "passport-use")
        made = scene.person()
        cases = [scene.case(one) for one in made.permits.order_by("kind__code")]

    def end() -> None:
        set_permit_needs(deployment=scene.deployment, kinds=[kind("medical")], by=officer, at=NOW)

    officer = scene.officer
    while_it_waits(cases[2], end, Permit.objects.all())
    assert [one.kind.code for one in Permit.objects.select_related("kind")] == ["medical"]
