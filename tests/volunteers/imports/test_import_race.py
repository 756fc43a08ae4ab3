"""Two imports of the same people at the same time add each of them once."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from tests.cast import NOW, a_coordinator
from tests.volunteers.imports.registers import a_preview, person, workbook
from volunteers.actions import imports_write
from volunteers.actions.imports import confirm_import
from volunteers.actions.imports_plan import Decision, Line, Planner
from volunteers.actions.imports_work import carry_out_import
from volunteers.models import ImportRun, Volunteer

PEOPLE = [person(number) for number in range(20)]


@pytest.fixture
def two_confirmed(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> list[ImportRun]:
    """Two imports of the same workbook, ready for the worker; deciding takes a while."""
    coordinator = a_coordinator()
    runs = [a_preview(workbook(*PEOPLE), coordinator) for _ in range(2)]
    for run in runs:
        confirm_import(run=run, by=coordinator, at=NOW)
    decide = Planner.decide

    def slowly(self: Planner, lines: Sequence[Line]) -> list[Decision]:
        found = decide(self, lines)
        time.sleep(0.5)
        return found

    monkeypatch.setattr(Planner, "decide", slowly)
    return runs


def at_once(runs: list[ImportRun]) -> int:
    """Carry out all imports at the same time; return how many volunteers there are then."""

    def work(run: ImportRun) -> None:
        try:
            carry_out_import(run_id=run.pk, now=lambda: NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(runs)) as pool:
        list(pool.map(work, runs))
    return Volunteer.objects.count()


def test_two_imports_at_once_add_everybody_once(two_confirmed: list[ImportRun]) -> None:
    assert at_once(two_confirmed) == len(PEOPLE)
    first, second = ImportRun.objects.order_by("-imported")
    assert [(run.imported, run.held) for run in (first, second)] == [(20, 0), (0, 20)]


def test_without_taking_turns_they_would_be_doubled(
    two_confirmed: list[ImportRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports_write, "take_turn", lambda: None)
    assert at_once(two_confirmed) == 2 * len(PEOPLE)


def test_one_import_handed_out_twice_is_carried_out_once(two_confirmed: list[Any]) -> None:
    run = two_confirmed[0]
    assert at_once([run, run]) == len(PEOPLE)
