"""A worker that dies, a broker that is down, a run somebody ends: nothing twice, nothing lost."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from kombu.exceptions import OperationalError

from corps.audit.models import Entry
from tests.cast import NOW, a_coordinator, a_desk
from tests.volunteers.imports.registers import a_preview, person, workbook
from volunteers import tasks
from volunteers.actions import imports, imports_clock, imports_plan, imports_work
from volunteers.actions.imports import confirm_import, discard_import, start_import
from volunteers.models import ImportRun, Volunteer

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports_plan.Reading.batches, "__defaults__", (4,))


class Killed(BaseException):
    """Stands for the end of a process."""


def dies_after(monkeypatch: pytest.MonkeyPatch, name: str, batches: int) -> None:
    """Let the worker die before its next batch, once."""
    write, left = getattr(imports_work, name), [batches]

    def dying(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if left[0] == -1:
            raise Killed
        return write(*args, **kwargs)

    monkeypatch.setattr(imports_work, name, dying)


def test_an_import_goes_on_where_its_worker_died(monkeypatch: pytest.MonkeyPatch) -> None:
    coordinator = a_coordinator()
    rows = [person(number) for number in range(14)]
    run = a_preview(workbook(*rows, person(20, 연락처=rows[1]["연락처"])), coordinator)
    confirm_import(run=run, by=coordinator, at=NOW)
    dies_after(monkeypatch, "import_batch", 2)
    with pytest.raises(Killed):
        imports_work.carry_out_import(run_id=run.pk, now=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, run.rows_done, Volunteer.objects.count()) == ("importing", 8, 8)

    imports_work.carry_out_import(run_id=run.pk, now=lambda: NOW + timedelta(seconds=30))
    assert Volunteer.objects.count() == 8

    imports_work.carry_out_import(run_id=run.pk, now=lambda: LATER)
    run.refresh_from_db()
    assert (run.state, run.rows_done, run.imported, run.held) == ("done", 15, 14, 1)
    held = run.rows.get(outcome="held")
    assert (held.like_row, Volunteer.objects.count()) == (3, 14)
    assert Entry.objects.filter(verb="register.imported").count() == 14


def test_a_preview_begins_anew_when_its_worker_died(monkeypatch: pytest.MonkeyPatch) -> None:
    coordinator = a_coordinator()
    content = workbook(*(person(number, 생년월일="soon") for number in range(10)))
    run = start_import(upload=content, kind="xlsx", desk=a_desk(), by=coordinator, at=NOW)
    dies_after(monkeypatch, "preview_batch", 1)
    with pytest.raises(Killed):
        imports_work.read_import(run_id=run.pk, now=lambda: NOW)
    imports_work.read_import(run_id=run.pk, now=lambda: LATER)
    run.refresh_from_db()
    assert (run.state, run.rows_done, run.rejected, run.rows.count()) == ("preview", 10, 10, 10)


def test_the_clock_hands_out_what_nobody_works_on(monkeypatch: pytest.MonkeyPatch) -> None:
    coordinator = a_coordinator()
    sent: list[tuple[str, Any]] = []
    monkeypatch.setattr(imports_clock, "tell_worker", lambda task, pk: sent.append((task, pk)))
    content = workbook(person(1))
    waiting = start_import(upload=content, kind="xlsx", desk=a_desk(), by=coordinator, at=NOW)
    confirmed = a_preview(content, coordinator)
    confirm_import(run=confirmed, by=coordinator, at=NOW)
    a_preview(content, coordinator)
    with time_machine.travel(NOW + timedelta(seconds=10), tick=False):
        tasks.resume_imports()
    assert sent == []
    with time_machine.travel(LATER, tick=False):
        tasks.resume_imports()
    assert sorted(sent) == sorted(
        [
            ("volunteers.tasks.read_import", waiting.pk),
            ("volunteers.tasks.carry_out_import", confirmed.pk),
        ]
    )


def test_the_worker_is_told_after_the_commit(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(imports.app, "send_task", lambda *args, **kwargs: sent.append(args))
    coordinator = a_coordinator()
    with django_capture_on_commit_callbacks(execute=True):
        run = start_import(
            upload=workbook(person(1)), kind="xlsx", desk=a_desk(), by=coordinator, at=NOW
        )
        assert sent == []
    assert sent == [("volunteers.tasks.read_import", [str(run.pk)])]


def test_a_broker_that_is_down_stops_no_upload(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def down(*args: Any, **kwargs: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(imports.app, "send_task", down)
    with django_capture_on_commit_callbacks(execute=True):
        run = start_import(
            upload=workbook(person(1)), kind="xlsx", desk=a_desk(), by=a_coordinator(), at=NOW
        )
    run.refresh_from_db()
    assert run.state == "waiting"


def test_a_run_that_stops_every_worker_ends_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    run = start_import(
        upload=workbook(person(1)), kind="xlsx", desk=a_desk(), by=a_coordinator(), at=NOW
    )

    def breaks(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(imports_work, "preview_batch", breaks)
    for number in range(5):
        with pytest.raises(ZeroDivisionError):
            imports_work.read_import(
                run_id=run.pk, now=lambda number=number: NOW + number * timedelta(minutes=5)
            )
    imports_work.read_import(run_id=run.pk, now=lambda: NOW + timedelta(hours=1))
    run.refresh_from_db()
    assert (run.state, run.problem, run.upload) == ("failed", "gave up", None)


def test_a_run_that_is_discarded_while_it_is_read_stays_discarded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    coordinator = a_coordinator()
    content = workbook(*(person(number, 생년월일="soon") for number in range(10)))
    run = start_import(upload=content, kind="xlsx", desk=a_desk(), by=coordinator, at=NOW)
    write = imports_work.preview_batch

    def discarded_meanwhile(*args: Any, **kwargs: Any) -> Any:
        fresh = ImportRun.objects.get(pk=run.pk)
        if fresh.state == "reading":
            discard_import(run=fresh, by=coordinator, at=NOW)
        return write(*args, **kwargs)

    monkeypatch.setattr(imports_work, "preview_batch", discarded_meanwhile)
    imports_work.read_import(run_id=run.pk, now=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, run.rows.count(), run.upload) == ("discarded", 0, None)


def test_somebody_who_left_the_desk_imports_nothing_any_more() -> None:
    coordinator = a_coordinator()
    run = a_preview(workbook(person(1)), coordinator)
    confirm_import(run=run, by=coordinator, at=NOW)
    a_desk().members.remove(coordinator)
    imports_work.carry_out_import(run_id=run.pk, now=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, run.problem, Volunteer.objects.count()) == ("failed", "not allowed", 0)


def test_a_command_that_was_killed_is_ended_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(imports_clock, "tell_worker", lambda task, pk: sent.append(pk))
    run, _ = imports_work._start_at_once(a_desk(), kind="xlsx", expected=1, at=NOW)
    imports_clock.hand_out_again(at=LATER)
    assert sent == [run.pk]
    imports_work.carry_out_import(run_id=run.pk, now=lambda: LATER)
    run.refresh_from_db()
    assert (run.state, run.problem) == ("failed", "stopped")


def test_a_change_without_its_entry_does_not_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    coordinator = a_coordinator()
    run = a_preview(workbook(person(1)), coordinator)

    def broken(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("corps.workflow.moves.record", broken)
    with pytest.raises(ZeroDivisionError):
        confirm_import(run=run, by=coordinator, at=NOW)
    assert ImportRun.objects.get(pk=run.pk).state == "preview"
