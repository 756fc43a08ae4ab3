"""Whom a row is like: by each kind of mark, in the file and in the register, within one's sight."""

from typing import Any

import pytest
import time_machine

from tests.cast import NOW, a_coordinator, a_desk, a_volunteer
from tests.volunteers.imports.registers import a_preview, an_import, person, workbook
from volunteers.actions import imports_write
from volunteers.actions.imports import confirm_import
from volunteers.actions.imports_plan import Planner
from volunteers.actions.imports_work import carry_out_import
from volunteers.identity import IdentityDocument
from volunteers.models import ImportRun, Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def outcomes(run: ImportRun) -> list[tuple[int, str, list[str], int | None]]:
    """What became of each row: row, outcome, in what it is the same, which row it is like."""
    return [(row.row, row.outcome, row.same, row.like_row) for row in run.rows.order_by("row")]


ALIKE: dict[str, tuple[dict[str, Any], list[str]]] = {
    "phone": ({"연락처": "+82 10 2001 1007"}, ["phone"]),
    "e-mail": ({"이메일": "V1@EXAMPLE.ORG"}, ["email"]),
    "passport": ({"여권번호": "m 10000001"}, ["passport"]),
    "name": ({"성명": "Kim Na-Ga", "생년월일": "1961. 2. 10."}, ["name+birth"]),
    "two kinds": ({"연락처": "82-10-2001-1007", "여권번호": "M10000001"}, ["phone", "passport"]),
}


@pytest.mark.parametrize("case", ALIKE)
def test_a_row_like_another_of_the_file_is_held(case: str) -> None:
    changes, same = ALIKE[case]
    rows = workbook(person(1), person(2, **changes))
    coordinator = a_coordinator()
    held = (3, "held", same, 2)
    assert outcomes(a_preview(rows, coordinator)) == [held]
    assert outcomes(an_import(rows, coordinator)) == [(2, "imported", [], None), held]


@pytest.mark.parametrize("case", ALIKE)
def test_a_row_like_a_known_volunteer_is_held(case: str) -> None:
    changes, same = ALIKE[case]
    coordinator = a_coordinator()
    an_import(workbook(person(1)), coordinator)
    run = an_import(workbook(person(2, **changes)), coordinator)
    row = run.rows.get()
    assert (row.outcome, row.same, row.like) == ("held", same, Volunteer.objects.get())


def test_a_name_alone_or_a_birth_date_alone_holds_nobody() -> None:
    rows = workbook(
        person(1),
        person(2, 성명=person(1)["성명"]),
        person(3, 성명="박철수", 생년월일=person(1)["생년월일"]),
    )
    assert an_import(rows, a_coordinator()).imported == 3


def test_a_rejected_or_held_row_makes_nobody_known() -> None:
    rejected = person(1, 생년월일="never")
    held = person(3, 연락처=person(2)["연락처"])
    rows = workbook(rejected, person(1), person(2), held, person(4, 여권번호=held["여권번호"]))
    assert [row[:2] for row in outcomes(an_import(rows, a_coordinator()))] == [
        (2, "rejected"),
        (3, "imported"),
        (4, "imported"),
        (5, "held"),
        (6, "imported"),
    ]


def test_somebody_hidden_is_as_absent() -> None:
    a_volunteer("범-1", desk=a_desk("elsewhere"), identity=_identity())
    rows = workbook(person(1))
    coordinator = a_coordinator()
    assert (a_preview(rows, coordinator).imported, an_import(rows, coordinator).imported) == (1, 1)


def test_somebody_on_another_desk_of_ones_own_is_known() -> None:
    kyiv = a_desk("kyiv")
    a_volunteer("범-1", desk=kyiv, identity=_identity())
    coordinator = a_coordinator()
    kyiv.members.add(coordinator)
    assert an_import(workbook(person(1)), coordinator).held == 1


def _identity() -> IdentityDocument:
    return IdentityDocument(name="누구", phone="+821020011007")


def test_a_callsign_is_free_or_the_row_is_rejected() -> None:
    a_volunteer("Heron-1", desk=a_desk("elsewhere"))
    rows = workbook(
        person(1, 호출명="HERON-1"),
        person(2, 호출명="crane-2"),
        person(3, 호출명="Crane-2"),
        person(4, 호출명="two words"),
        person(5, 호출명="crane-2", 연락처=person(2)["연락처"]),
    )
    for run in (a_preview(rows, a_coordinator()), an_import(rows, a_coordinator(username="other"))):
        found = {row.row: (row.outcome, row.why) for row in run.rows.all()}
        assert found[2] == ("rejected", "callsign taken")
        assert found[4] == ("rejected", "callsign taken")
        assert found[5] == ("rejected", "not a callsign")
        assert found[6] == ("held", "")


def test_a_row_repeated_in_every_detail_queues_for_nobody() -> None:
    run = an_import(workbook(person(1), person(1)), a_coordinator())
    assert [row[:2] for row in outcomes(run)] == [(2, "imported"), (3, "same")]


def test_a_batch_that_loses_a_callsign_meanwhile_is_written_row_by_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decide = Planner.decide

    def late(self: Planner, lines: Any) -> Any:
        found = decide(self, lines)
        if len(lines) == 3:
            a_volunteer("범-2")
        return found

    coordinator = a_coordinator()
    run = a_preview(workbook(person(1), person(2, 호출명="범-2"), person(3)), coordinator)
    confirm_import(run=run, by=coordinator, at=NOW)
    monkeypatch.setattr(imports_write.Planner, "decide", late)
    carry_out_import(run_id=run.pk, now=lambda: NOW)
    assert [row[:2] for row in outcomes(run)] == [(2, "imported"), (3, "imported"), (4, "imported")]


def test_a_callsign_taken_between_look_and_write_rejects_its_row_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("volunteers.actions.imports_plan.callsigns_taken", lambda given: set())
    a_volunteer("범-2")
    rows = workbook(person(1), person(2, 호출명="범-2"), person(3))
    run = an_import(rows, a_coordinator())
    assert {row.row: (row.outcome, row.why) for row in run.rows.all()} == {
        2: ("imported", ""),
        3: ("rejected", "callsign taken"),
        4: ("imported", ""),
    }
    assert (run.imported, run.rejected, run.rows_done) == (2, 1, 3)


def test_periods_that_touch_or_overlap_are_one() -> None:
    headers = ["성명", "생년월일", "연락처", "참여 가능 기간"]
    periods = "2027-01-01~2027-01-31, 2027-02-01~2027-02-10; 2027-02-05~2027-03-01"
    row = {**person(1), "참여 가능 기간": periods}
    run = an_import(workbook(row, headers=headers), a_coordinator())
    assert run.imported == 1
    assert Volunteer.objects.get().windows.count() == 1
