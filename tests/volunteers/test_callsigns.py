"""A callsign stands in the clear everywhere, so it may be no spelling of the name."""

from typing import Any

import pytest

from corps.accounts.models import User
from tests.cast import NOW, a_coordinator, a_desk, a_volunteer
from volunteers.actions.identity import register_by_hand
from volunteers.actions.imports import confirm_import, start_import
from volunteers.actions.imports_settle import settle_as_new
from volunteers.actions.imports_work import carry_out_import, read_import
from volunteers.actions.people import CallsignTellsName, NewVolunteer, change_volunteer
from volunteers.identity import IdentityDocument
from volunteers.models import ImportRow, Volunteer

pytestmark = pytest.mark.django_db

TELLING = ["홍길동", "Hong-Gil-Dong", "HONG.GILDONG", "홍.길동"]
WHO = IdentityDocument(name="홍길동")


@pytest.mark.parametrize("callsign", TELLING)
def test_nobody_is_registered_under_their_name(callsign: str) -> None:
    given: dict[str, Any] = {"desk": a_desk(), "by": a_coordinator(), "at": NOW}
    with pytest.raises(CallsignTellsName):
        register_by_hand(person=NewVolunteer(identity=WHO, callsign=callsign), **given)
    assert not Volunteer.objects.exists()


@pytest.mark.parametrize("callsign", TELLING)
def test_nobody_is_renamed_to_their_name(callsign: str) -> None:
    volunteer, by = a_volunteer("매-7", identity=WHO), a_coordinator()
    with pytest.raises(CallsignTellsName):
        change_volunteer(volunteer=volunteer, changed={"callsign": callsign}, by=by, at=NOW)
    volunteer.refresh_from_db()
    assert volunteer.callsign == "매-7"


@pytest.mark.parametrize("callsign", ["매-8", "길잡이", "Hawk-2", "한강-29"])
def test_another_callsign_will_do(callsign: str) -> None:
    volunteer, by = a_volunteer("매-7", identity=WHO), a_coordinator()
    change_volunteer(volunteer=volunteer, changed={"callsign": callsign}, by=by, at=NOW)
    assert volunteer.callsign == callsign


def test_a_held_person_is_not_registered_under_their_name() -> None:
    by = a_coordinator()
    row = a_held_row(by)
    with pytest.raises(CallsignTellsName):
        settle_as_new(row=row, callsign="Hong-Gil-Dong", by=by, at=NOW)
    row.refresh_from_db()
    assert row.outcome == "held"


def a_held_row(by: User) -> ImportRow:
    """A row of a workbook that is like somebody known."""
    a_volunteer("매-7", identity=IdentityDocument(name="홍길순", phone="+821012345678"))
    text = "name,date of birth,phone\n홍길동,1990-01-02,010-1234-5678\n"
    run = start_import(upload=text.encode(), kind="csv", desk=a_desk(), by=by, at=NOW)
    read_import(run_id=run.pk, now=lambda: NOW)
    run.refresh_from_db()
    confirm_import(run=run, by=by, at=NOW)
    carry_out_import(run_id=run.pk, now=lambda: NOW)
    return ImportRow.objects.select_related("run__desk", "data_key").get(run=run)
