"""What a case's page tells: all that happened, from the ledger; who held it; at one price."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.models import Door
from deployments.liaison.actions import cases, notes
from deployments.liaison.actions.letters import (
    bounce_letter,
    record_letter_receipt,
    return_letter,
    send_letter,
)
from deployments.liaison.actions.links import link_delivery
from deployments.liaison.actions.replies import record_reply
from deployments.liaison.models import Case, Referral
from deployments.liaison.queries.timeline import events_of, holders_in_order, missing_of
from deployments.materials import actions as materials
from tests.admin.doors import as_, page_url, text_of
from tests.cast import NOW, a_desk, a_user, an_agency
from tests.liaison.disclosing import a_telling
from tests.liaison.letter_scene import Office, an_office
from tests.liaison.scenes import a_case, a_cast, case_at
from tests.materials.scene import a_delivery, a_version
from volunteers.actions.consents import withdraw_consent

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

TODAY = date(2026, 11, 22)


def told(viewer: User, case: Case) -> list[tuple[str, str, str]]:
    """The titles, details and texts of what happened, in order."""
    return [(str(e.title), e.detail, e.text) for e in events_of(viewer, case)]


def makers(office: Office) -> dict[str, User]:
    """Who makes, approves and delivers materials on the office's desk."""
    editor = a_user("editor", Role.EDITOR, desk=a_desk())
    return {"editor": editor, "approver": office.approver, "liaison": office.officer}


def test_a_letter_is_told_from_its_beginning_to_its_receipt() -> None:
    office = an_office()
    first = office.submitted()
    return_letter(letter=first, by=office.approver, at=NOW, reason="shorter")
    letter = office.sent()
    bounce_letter(letter=letter, by=office.officer, at=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    send_letter(letter=letter, through="hand", by=office.officer, at=later)
    receipt: dict[str, Any] = {
        "received_by": "front desk",
        "on": TODAY,
        "at": NOW + timedelta(hours=3),
    }
    record_letter_receipt(letter=letter, by=office.officer, **receipt)
    agency = office.case.agency
    assert told(office.officer, office.case) == [
        ("Case opened", "", ""),
        ("Letter begun", f"2026-0001/1 · Request for information → {agency}", ""),
        ("Letter submitted for approval", "2026-0001/1", ""),
        ("Letter returned to its author", "2026-0001/1", "shorter"),
        ("Letter begun", f"2026-0001/2 · Request for information → {agency}", ""),
        ("Letter submitted for approval", "2026-0001/2", ""),
        ("Letter approved", "2026-0001/2", ""),
        ("Letter sent", f"2026-0001/2 · {agency} · Post", ""),
        ("Letter came back", "2026-0001/2", ""),
        ("Letter sent", f"2026-0001/2 · {agency} · By hand", ""),
        ("Letter received", "2026-0001/2 · front desk", ""),
    ]


def test_a_delivery_is_told_up_to_its_receipt_to_those_who_see_it() -> None:
    office = an_office()
    people = makers(office)
    delivery = a_delivery(people, handed_over=1500)
    link_delivery(case=office.case, delivery=delivery, by=office.officer, at=NOW)
    materials.acknowledge_delivery(
        delivery=delivery,
        count=1400,
        receipt_by="quartermaster",
        receipt_at=NOW,
        by=office.officer,
        at=NOW,
    )
    assert told(office.officer, office.case)[1:] == [
        ("Delivery prepared", f"{delivery} · 2000", ""),
        ("Delivery handed over", f"{delivery} · 1500", ""),
        ("Delivery received", f"{delivery} · 1400 · quartermaster", ""),
    ]
    outsider = a_user("stranger", Role.LIAISON, desk=a_desk("elsewhere"))
    assert told(outsider, office.case) == [("Case opened", "", "")]
    page = text_of(as_(office.officer).get(page_url(office.case)))
    assert (page_url(delivery) in page, "Delivery received" in page) == (True, True)


def test_what_the_clock_found_overdue_is_told_and_so_is_the_end() -> None:
    cast = a_cast()
    case = a_case(cast.liaison)
    Case.objects.filter(pk=case.pk).update(state="sent", holder=case.agency)
    late = NOW + timedelta(days=20)
    assert notes.flag_overdue(at=late) == 1
    case.refresh_from_db()
    cases.acknowledge_case(case=case, by=cast.liaison, at=late)
    later = late + timedelta(hours=1)
    record_reply(
        case=case,
        by=cast.liaison,
        at=later,
        agency=case.agency,
        outcome="no_comment",
        came_on=TODAY,
    )
    end = later + timedelta(hours=1)
    cases.close_case(case=case, by=cast.liaison, at=end, reason="no comment")
    assert [title for title, _detail, _text in told(cast.liaison, case)] == [
        "Case opened",
        "Case overdue",
        "Receipt entered",
        "Answer",
        "Case closed",
    ]
    overdue = events_of(cast.liaison, case)[1]
    assert overdue.who == str(Door.CLOCK.label)


def test_the_trail_names_the_present_holder_after_an_answer_and_another_letter() -> None:
    office = an_office()
    office.sent()
    on, ministry, foreign = TODAY, an_agency("ministry"), an_agency("foreign")
    office.case.refresh_from_db()
    cases.refer_case(case=office.case, to_agency=ministry, by=office.officer, at=NOW, on=on)
    record_reply(
        case=office.case, by=office.officer, at=NOW, agency=ministry, outcome="refused", came_on=on
    )
    office.sent(agency=foreign)
    case = Case.objects.get()
    trail = [held.agency for held in holders_in_order(case)]
    assert (trail, case.holder) == ([case.agency, ministry, foreign], foreign)


def test_what_a_letter_lacks_names_who_does_not_consent() -> None:
    telling = a_telling()
    telling.letter(telling.one, telling.other)
    officer, case = telling.office.officer, telling.office.case
    assert missing_of(officer, case, at=NOW) == []
    withdraw_consent(volunteer=telling.other, purpose="permits", by=telling.other.user, at=NOW)
    assert missing_of(officer, case, at=NOW) == [
        f"{telling.other.callsign} has not consented to what letter 2026-0001/1 tells."
    ]


def test_a_case_page_costs_the_same_however_much_belongs_to_it() -> None:
    telling = a_telling()
    office, numbers = telling.office, []
    telling.sent()
    people, browser = makers(office), as_(office.officer)
    version, ministry = a_version(people, "approved"), an_agency("ministry")
    who: dict[str, Any] = {"by": office.officer, "at": NOW}
    case = Case.objects.get()
    for count in (1, 4, 10):
        for _each in range(count):
            telling.letter(telling.one, telling.other)
            link_delivery(case=case, delivery=a_delivery(people, version, handed_over=9), **who)
            record_reply(
                case=case, agency=ministry, outcome="information", came_on=TODAY, text="x", **who
            )
            Referral.objects.create(
                case=case,
                from_agency=case.agency,
                to_agency=ministry,
                on=TODAY,
                entered_by=office.officer,
                entered_at=NOW,
            )
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page_url(case)).status_code == 200
        numbers.append(len(queries))
    assert len(set(numbers)) == 1, numbers


@pytest.mark.parametrize("state", ["open", "drafting", "in_review", "answered", "closed"])
def test_the_database_refuses_a_holder_of_what_no_agency_has(state: str) -> None:
    case = case_at(state, a_cast().liaison)
    with pytest.raises(IntegrityError, match="case_held"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(holder=case.agency)


def test_the_clock_flags_a_bounded_number_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "FLAGGED_AT_ONCE", 2)
    cast = a_cast()
    late = [case_at("sent", cast.liaison, due=TODAY + timedelta(days=n)) for n in (2, 0, 1)]
    at = NOW + timedelta(days=9)
    assert notes.flag_overdue(at=at) == 2
    flagged = Case.objects.filter(overdue_since=at).order_by("due")
    assert list(flagged) == [late[1], late[2]]
    with CaptureQueriesContext(connection) as queries:
        assert [notes.flag_overdue(at=at), notes.flag_overdue(at=at)] == [1, 0]
    assert len(queries) <= 14
