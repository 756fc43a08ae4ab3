"""A case from its opening to its end: numbers, moves, who may, what the ledger keeps."""

from datetime import date, timedelta
from typing import Any

import pytest

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.actions import CLOCK
from corps.audit.models import Entry
from corps.errors import NotFound, NotPermitted, Refusal
from corps.workflow.moves import NotInThatState, ReasonMissing
from deployments.liaison.actions import cases, links, notes
from deployments.liaison.models import Case, CaseGroupObjectPermission, CaseNumber, Referral
from deployments.liaison.queries.cases import (
    case_by_reference,
    cases_visible_to,
    concerned_by,
    find_case,
    owners_for,
)
from deployments.liaison.rules.cases import (
    CaseClosed,
    DoneAlready,
    DueInThePast,
    HolderAlready,
    LettersWaiting,
    NotAnOwner,
    NotLinked,
)
from tests.admin.doors import entries_since, last_number
from tests.cast import NOW, a_deployment, a_desk, a_user, a_volunteer, an_agency
from tests.liaison.scenes import DUE, Cast, a_case, a_cast, a_letter, case_at

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def test_opening_gives_the_next_number_of_the_year_in_seoul(cast: Cast) -> None:
    first, second = a_case(cast.liaison), a_case(cast.liaison)
    new_year = NOW.replace(month=12, day=31, hour=15)
    third = a_case(cast.liaison, at=new_year, due=None)
    assert [case.reference for case in (first, second, third)] == [
        "2026-0001",
        "2026-0002",
        "2027-0001",
    ]


def test_opening_links_what_was_given_and_is_one_entry(cast: Cast) -> None:
    deployment, volunteer = a_deployment(), a_volunteer("매-77")
    before = last_number()
    case = a_case(cast.liaison, deployment=deployment, volunteers=[volunteer])
    assert entries_since(before) == ["case.opened"]
    entry = Entry.objects.get(number__gt=before)
    assert entry.about == [
        f"liaison.case:{case.pk}",
        f"deployments.deployment:{deployment.pk}",
        f"volunteers.volunteer:{volunteer.pk}",
    ]
    assert (entry.object, entry.desk) == ("2026-0001", "seoul")
    assert entry.facts == {
        "kind": "permits",
        "agency": "embassy",
        "due": "2026-12-01",
        "codename": deployment.codename,
        "volunteers": ["매-77"],
    }
    assert (case.owner, case.state, case.due) == (cast.liaison, "open", DUE)


def test_a_refused_opening_leaves_no_gap(cast: Cast) -> None:
    hidden = a_deployment(desk=a_desk("elsewhere"))
    with pytest.raises(NotFound):
        a_case(cast.liaison, deployment=hidden)
    assert not CaseNumber.objects.exists()
    assert a_case(cast.liaison).number == 1


@pytest.mark.parametrize("who", ["approver", "coordinator", "stranger", "auditor"])
def test_only_a_liaison_officer_of_the_desk_opens(cast: Cast, who: str) -> None:
    by: User = getattr(cast, who)
    with pytest.raises(NotPermitted):
        cases.open_case(
            by=by, at=NOW, desk=cast.desk, kind="other", subject="x", agency=an_agency()
        )


def test_a_day_that_is_over_in_seoul_is_no_due_day(cast: Cast) -> None:
    assert a_case(cast.liaison, due=TODAY).due == TODAY
    with pytest.raises(DueInThePast):
        a_case(cast.liaison, due=TODAY - timedelta(days=1))


def test_owner_is_a_liaison_officer_of_the_desk(cast: Cast) -> None:
    assert list(owners_for(cast.liaison)) == [cast.liaison]
    for nobody in (cast.coordinator, cast.stranger):
        with pytest.raises(NotAnOwner):
            a_case(cast.liaison, owner=nobody)


def test_changing_is_one_entry_with_what_changed(cast: Cast) -> None:
    case = a_case(cast.liaison)
    same: dict[str, Any] = {"subject": case.subject, "owner": cast.liaison}
    before = last_number()
    cases.change_case(case=case, by=cast.liaison, at=NOW, due=DUE, **same)
    assert entries_since(before) == []
    cases.change_case(case=case, by=cast.liaison, at=NOW, due=None, **same)
    assert Entry.objects.get(number__gt=before).facts == {"due": {"from": "2026-12-01", "to": ""}}
    with pytest.raises(NotPermitted):
        cases.change_case(case=case, by=cast.approver, at=NOW, due=None, **same)
    with pytest.raises(NotFound):
        cases.change_case(case=case, by=cast.stranger, at=NOW, due=None, **same)


def test_a_case_follows_its_letters(cast: Cast) -> None:
    case = a_case(cast.liaison)
    letter = a_letter(case, cast.liaison)
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
    first, _second = (a_letter(case, cast.liaison, "submitted") for _ in range(2))
    cases.follow_letter(first, "return", cast.approver, NOW)
    case.refresh_from_db()
    assert case.state == "in_review"


def test_a_reminder_written_while_an_agency_holds_the_case_moves_nothing(cast: Cast) -> None:
    case = case_at("sent", cast.liaison)
    letter = a_letter(case, cast.liaison)
    before = last_number()
    for step in ("begin", "submit", "approve", "send"):
        cases.follow_letter(letter, step, cast.liaison, NOW)
    assert entries_since(before) == []


def test_a_letter_that_goes_out_after_the_answer_takes_the_case_along(cast: Cast) -> None:
    case = case_at("answered", cast.liaison)
    letter, before = a_letter(case, cast.liaison, "approved"), last_number()
    cases.follow_letter(letter, "send", cast.liaison, NOW)
    assert entries_since(before) == ["case.drafting", "case.submitted", "case.sent"]


def test_a_receipt_counts_when_the_holder_gave_it(cast: Cast) -> None:
    case = case_at("sent", cast.liaison)
    elsewhere = a_letter(case, cast.liaison, "draft", agency=an_agency("ministry"))
    cases.follow_letter(elsewhere, "acknowledge", cast.liaison, NOW)
    assert elsewhere.case.state == "sent"
    here = a_letter(case, cast.liaison, "draft")
    cases.follow_letter(here, "acknowledge", cast.liaison, NOW)
    assert here.case.state == "acknowledged"


@pytest.mark.parametrize("step", ["begin", "send"])
def test_no_letter_is_begun_or_sent_for_a_closed_case(cast: Cast, step: str) -> None:
    letter = a_letter(case_at("closed", cast.liaison), cast.liaison)
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
    letter = a_letter(case, cast.liaison)
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


def test_notes_and_reminders(cast: Cast) -> None:
    case = a_case(cast.liaison)
    before = last_number()
    notes.add_note(case=case, text=" Called the consul. ", by=cast.liaison, at=NOW)
    reminder = notes.add_reminder(case=case, on=TODAY, says="Call again", by=cast.liaison, at=NOW)
    notes.done_reminder(reminder=reminder, by=cast.liaison, at=NOW)
    assert entries_since(before) == ["case.noted", "case.reminder_added", "case.reminder_done"]
    assert case.notes.get().text == "Called the consul."
    with pytest.raises(DoneAlready):
        notes.done_reminder(reminder=reminder, by=cast.liaison, at=NOW)
    day = TODAY - timedelta(days=1)
    with pytest.raises(DueInThePast):
        notes.add_reminder(case=case, on=day, says="x", by=cast.liaison, at=NOW)
    for by, refusal in ((cast.approver, NotPermitted), (cast.stranger, NotFound)):
        with pytest.raises(refusal):
            notes.add_note(case=case, text="x", by=by, at=NOW)


def test_volunteers_are_linked_by_whoever_sees_them(cast: Cast) -> None:
    case, volunteer = a_case(cast.liaison), a_volunteer()
    hidden = a_volunteer(desk=a_desk("elsewhere"))
    before = last_number()
    links.link_volunteers(case=case, volunteers=[volunteer, volunteer][:1], by=cast.liaison, at=NOW)
    links.link_volunteers(case=case, volunteers=[volunteer], by=cast.liaison, at=NOW)
    assert entries_since(before) == ["case.volunteers_linked"]
    with pytest.raises(NotFound):
        links.link_volunteers(case=case, volunteers=[hidden], by=cast.liaison, at=NOW)
    assert concerned_by(cast.liaison, case) == ([volunteer], 0)
    assert concerned_by(cast.auditor, case) == ([], 1)
    links.unlink_volunteer(case=case, volunteer=volunteer, by=cast.liaison, at=NOW)
    with pytest.raises(NotLinked):
        links.unlink_volunteer(case=case, volunteer=volunteer, by=cast.liaison, at=NOW)


def test_a_deployment_is_linked_and_unlinked(cast: Cast) -> None:
    case, deployment, before = a_case(cast.liaison), a_deployment(), last_number()
    for wanted in (deployment, deployment, None):
        links.link_deployment(case=case, deployment=wanted, by=cast.liaison, at=NOW)
    assert entries_since(before) == ["case.deployment_linked"] * 2
    hidden = a_deployment(desk=a_desk("elsewhere"))
    with pytest.raises(NotFound):
        links.link_deployment(case=case, deployment=hidden, by=cast.liaison, at=NOW)


def test_nothing_of_a_closed_case_is_linked(cast: Cast) -> None:
    case = case_at("closed", cast.liaison)
    acts: list[tuple[Any, dict[str, Any]]] = [
        (links.link_volunteers, {"volunteers": [a_volunteer()]}),
        (links.link_deployment, {"deployment": a_deployment()}),
        (links.link_version, {"version": None}),
    ]
    for act, more in acts:
        with pytest.raises(CaseClosed):
            act(case=case, by=cast.liaison, at=NOW, **more)


def test_who_sees_a_case(cast: Cast) -> None:
    alone = a_case(cast.liaison)
    of_work = a_case(cast.liaison, deployment=a_deployment())
    assert set(cases_visible_to(cast.liaison)) == {alone, of_work}
    assert set(cases_visible_to(cast.approver)) == {alone, of_work}
    assert set(cases_visible_to(cast.coordinator)) == {of_work}
    for nobody in (cast.stranger, cast.auditor, a_user("editor", Role.EDITOR, desk=cast.desk)):
        assert not cases_visible_to(nobody).exists()
    assert case_by_reference(cast.liaison, alone.reference) == alone
    assert case_by_reference(cast.coordinator, alone.reference) is None
    assert case_by_reference(cast.liaison, "2026") is None
    for key in (str(alone.pk), "no-key"):
        with pytest.raises(NotFound):
            find_case(cast.coordinator, key)


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
