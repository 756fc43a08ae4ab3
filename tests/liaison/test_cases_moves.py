"""A case from state to state: after its letters, by hand, by the clock."""

from datetime import date, timedelta
from typing import Any

import pytest

from corps.audit.actions import CLOCK
from corps.audit.models import Entry
from corps.errors import Refusal
from corps.workflow.moves import NotInThatState, ReasonMissing
from deployments.liaison.actions import cases, notes
from deployments.liaison.models import Case, CaseGroupObjectPermission, Referral
from deployments.liaison.rules.cases import (
    CaseClosed,
    HolderAlready,
    LettersWaiting,
    ReferredOutOfTime,
)
from tests.admin.doors import entries_since, last_number
from tests.cast import NOW, an_agency
from tests.liaison.letter_rows import a_letter_row
from tests.liaison.scenes import Cast, a_case, a_cast, case_at

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def test_a_case_follows_its_letters(cast: Cast) -> None:
    case = a_case(cast.liaison)
    letter = a_letter_row(case, cast.liaison)
    before, seen = last_number(), []
    for step in ("begin", "submit", "return", "take_up", "submit", "approve", "send"):
        cases.follow_letter(letter, step, cast.liaison, NOW)
        seen.append(letter.case.state)
    assert seen == [
        "drafting",
        "in_review",
        "drafting",
        "drafting",
        "in_review",
        "in_review",
        "sent",
    ]
    assert entries_since(before) == [
        "case.drafting",
        "case.submitted",
        "case.returned",
        "case.submitted",
        "case.sent",
    ]
    case.refresh_from_db()
    assert case.holder == case.agency
    assert CaseGroupObjectPermission.objects.get(content_object=case).group == case.agency.group


def test_a_second_letter_in_review_keeps_the_case_there(cast: Cast) -> None:
    case = case_at("in_review", cast.liaison)
    first, _second = (a_letter_row(case, cast.liaison, "submitted") for _ in range(2))
    cases.follow_letter(first, "return", cast.approver, NOW)
    case.refresh_from_db()
    assert case.state == "in_review"


def test_a_reminder_written_while_an_agency_holds_the_case_moves_nothing(cast: Cast) -> None:
    case = case_at("sent", cast.liaison)
    letter = a_letter_row(case, cast.liaison)
    before = last_number()
    for step in ("begin", "submit", "approve", "send"):
        cases.follow_letter(letter, step, cast.liaison, NOW)
    assert entries_since(before) == []


def test_a_letter_that_goes_out_after_the_answer_takes_the_case_along(cast: Cast) -> None:
    case = case_at("answered", cast.liaison)
    letter, before = a_letter_row(case, cast.liaison, "approved"), last_number()
    cases.follow_letter(letter, "send", cast.liaison, NOW)
    assert entries_since(before) == ["case.drafting", "case.submitted", "case.sent"]


def test_a_receipt_counts_when_the_holder_gave_it(cast: Cast) -> None:
    case = case_at("sent", cast.liaison)
    elsewhere = a_letter_row(case, cast.liaison, "draft", agency=an_agency("ministry"))
    cases.follow_letter(elsewhere, "acknowledge", cast.liaison, NOW)
    assert elsewhere.case.state == "sent"
    here = a_letter_row(case, cast.liaison, "draft")
    cases.follow_letter(here, "acknowledge", cast.liaison, NOW)
    assert here.case.state == "acknowledged"


@pytest.mark.parametrize("step", ["begin", "send"])
def test_no_letter_is_begun_or_sent_for_a_closed_case(cast: Cast, step: str) -> None:
    letter = a_letter_row(case_at("closed", cast.liaison), cast.liaison)
    with pytest.raises(CaseClosed):
        cases.follow_letter(letter, step, cast.liaison, NOW)


def test_a_referral_gives_the_case_another_holder_and_due_day(cast: Cast) -> None:
    case = case_at("acknowledged", cast.liaison, due=TODAY)
    unification, foreign = an_agency("unification"), an_agency("foreign")
    notes.flag_overdue(at=NOW + timedelta(days=1))
    later, on = date(2027, 1, 10), TODAY
    for agency in (unification, foreign, unification):
        cases.refer_case(
            case=case, to_agency=agency, by=cast.liaison, at=NOW, on=on, due=later, remark="전화"
        )
    assert (case.state, case.holder, case.due, case.overdue_since) == (
        "referred",
        unification,
        later,
        None,
    )
    trail = Referral.objects.values_list("from_agency__slug", "to_agency__slug")
    assert list(trail) == [
        ("embassy", "unification"),
        ("unification", "foreign"),
        ("foreign", "unification"),
    ]
    assert not CaseGroupObjectPermission.objects.exists()
    with pytest.raises(HolderAlready):
        cases.refer_case(case=case, to_agency=unification, by=cast.liaison, at=NOW, on=on)
    cases.acknowledge_case(case=case, by=cast.liaison, at=NOW)
    assert case.state == "acknowledged"


@pytest.mark.parametrize("day", [date(2062, 11, 22), date(2026, 11, 23), date(2026, 11, 18)])
def test_a_case_is_referred_after_it_was_sent_and_not_tomorrow(cast: Cast, day: date) -> None:
    case, by, before = case_at("sent", cast.liaison), cast.liaison, last_number()
    a_letter_row(case, by, "sent", sent={"sent_at": NOW - timedelta(days=3)})
    more: dict[str, Any] = {"case": case, "to_agency": an_agency("ministry"), "by": by, "at": NOW}
    with pytest.raises(ReferredOutOfTime):
        cases.refer_case(on=day, **more)
    assert entries_since(before) == []
    cases.refer_case(on=date(2026, 11, 19), **more)
    assert case.referrals.get().on == date(2026, 11, 19)


def test_an_answer_leaves_the_case_with_us(cast: Cast) -> None:
    case = case_at("referred", cast.liaison)
    moved = cases.answer_case(
        case, outcome="no_comment", agency=case.agency, by=cast.liaison, at=NOW
    )
    case.refresh_from_db()
    assert moved
    assert (case.state, case.outcome, case.holder, case.due) == (
        "answered",
        "no_comment",
        None,
        None,
    )
    again = cases.answer_case(case, outcome="granted", agency=case.agency, by=cast.liaison, at=NOW)
    assert (again, case.outcome) == (False, "no_comment")


def test_closing_asks_for_a_reason_and_for_no_letter_under_way(cast: Cast) -> None:
    case = case_at("drafting", cast.liaison)
    letter = a_letter_row(case, cast.liaison)
    with pytest.raises(LettersWaiting):
        cases.close_case(case=case, by=cast.liaison, at=NOW, reason="withdrawn")
    letter.state = "discarded"
    letter.save()
    with pytest.raises(ReasonMissing):
        cases.close_case(case=case, by=cast.liaison, at=NOW, reason=" ")
    cases.close_case(case=case, by=cast.liaison, at=NOW, reason="withdrawn")
    assert case.state == "closed"
    with pytest.raises(NotInThatState):
        cases.close_case(case=case, by=cast.liaison, at=NOW, reason="withdrawn")


def test_the_clock_flags_what_is_overdue_once(cast: Cast) -> None:
    case = case_at("sent", cast.liaison)
    case_at("answered", cast.liaison)
    case_at("sent", cast.liaison, due=None)
    last_minute = NOW.replace(month=12, day=1, hour=14, minute=59)
    before = last_number()
    assert notes.flag_overdue(at=last_minute) == 0
    assert notes.flag_overdue(at=last_minute + timedelta(minutes=1)) == 1
    assert notes.flag_overdue(at=last_minute + timedelta(minutes=2)) == 0
    entry = Entry.objects.get(number__gt=before)
    assert (entry.verb, entry.actor, entry.desk) == ("case.overdue", CLOCK.name, "seoul")
    case.refresh_from_db()
    assert case.overdue_since == last_minute + timedelta(minutes=1)


def test_a_new_due_day_takes_a_case_out_of_those_overdue(cast: Cast) -> None:
    case = case_at("sent", cast.liaison)
    late = NOW + timedelta(days=20)
    notes.flag_overdue(at=late)
    case.refresh_from_db()
    cases.change_case(
        case=case,
        by=cast.liaison,
        at=late,
        subject=case.subject,
        owner=case.owner,
        due=date(2027, 1, 5),
    )
    case.refresh_from_db()
    assert case.overdue_since is None
    assert notes.flag_overdue(at=late) == 0


@pytest.mark.parametrize("state", ["open", "drafting", "in_review", "answered", "closed"])
def test_no_agency_can_act_on_what_it_does_not_hold(cast: Cast, state: str) -> None:
    case, other = case_at(state, cast.liaison), an_agency("ministry")
    acts: list[tuple[Any, dict[str, Any]]] = [
        (cases.acknowledge_case, {}),
        (cases.refer_case, {"to_agency": other, "on": TODAY}),
    ]
    before = last_number()
    for act, more in acts:
        with pytest.raises(Refusal):
            act(case=case, by=cast.liaison, at=NOW, **more)
    assert entries_since(before) == []
    assert Case.objects.get(pk=case.pk).state == state
