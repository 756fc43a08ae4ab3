"""Vetting: one recommends, another decides, the clock lapses."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.errors import NotFound, NotPermitted
from corps.workflow.moves import NotInThatState, ReasonMissing
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user, a_volunteer
from volunteers.actions.vetting import (
    AboveRecommendation,
    CaseUnderWay,
    ClearanceOver,
    NothingChecked,
    begin_checks,
    decide_clearance,
    enter_check,
    lapse_clearances,
    open_vetting_case,
    recommend_clearance,
    refuse_clearance,
    revoke_clearance,
)
from volunteers.models import VettingCase, Volunteer
from volunteers.queries.vetting import cases_visible_to, clearances_of
from volunteers.rules import OwnRecommendation, VolunteerGone

pytestmark = pytest.mark.django_db

LAST_DAY = date(2027, 11, 21)


@pytest.fixture
def officer() -> User:
    """A vetting officer of Seoul who is an approver too."""
    return a_user("officer", Role.VETTING, Role.APPROVER, desk=a_desk())


@pytest.fixture
def approver() -> User:
    """An approver of Seoul."""
    return a_user("approver", Role.APPROVER, desk=a_desk())


def case_at(state: str, officer: User, **fields: object) -> VettingCase:
    """A case of a new volunteer, brought to a state by its own steps."""
    there = a_volunteer(clearance=None, **fields)
    case = open_vetting_case(volunteer=there, by=a_coordinator_once(), at=NOW)
    if state != "open":
        begin_checks(case=case, by=officer, at=NOW)
    if state in ("recommended", "cleared"):
        enter_check(
            case=case, kind="document", outcome="passed", valid_until=None, by=officer, at=NOW
        )
        recommend_clearance(case=case, level=2, by=officer, at=NOW)
    if state == "cleared":
        decider = a_user(f"decider-{case.pk}", Role.APPROVER, desk=there.desk)
        decide_clearance(case=case, level=2, last_day=LAST_DAY, by=decider, at=NOW)
    return case


def a_coordinator_once() -> User:
    """The coordinator of Seoul, made once."""
    return User.objects.filter(username="coordinator").first() or a_coordinator()


def test_a_case_goes_from_open_to_cleared_with_one_entry_a_step(
    officer: User, approver: User
) -> None:
    case = case_at("recommended", officer)
    decide_clearance(case=case, level=2, last_day=LAST_DAY, by=approver, at=NOW)
    case.refresh_from_db()
    assert (case.state, case.level, case.decided_by) == ("cleared", 2, approver)
    assert (case.holds.lower, case.holds.upper) == (date(2026, 11, 22), date(2027, 11, 22))
    assert [entry.verb for entry in entries_about(case)] == [
        "vetting.cleared",
        "vetting.recommended",
        "vetting.check_entered",
        "vetting.checks_begun",
        "vetting.opened",
    ]


def test_the_recommender_does_not_decide(officer: User) -> None:
    case = case_at("recommended", officer)
    with pytest.raises(OwnRecommendation):
        decide_clearance(case=case, level=1, last_day=LAST_DAY, by=officer, at=NOW)
    with pytest.raises(OwnRecommendation):
        refuse_clearance(case=case, reason="No.", by=officer, at=NOW)


def test_the_database_refuses_the_recommender_too(officer: User) -> None:
    case = case_at("recommended", officer)
    decided = {"state": "refused", "decided_by": officer, "decided_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        VettingCase.objects.filter(pk=case.pk).update(**decided)


def test_a_decision_stays_below_the_recommendation_and_in_the_future(
    officer: User, approver: User
) -> None:
    case = case_at("recommended", officer)
    with pytest.raises(AboveRecommendation):
        decide_clearance(case=case, level=3, last_day=LAST_DAY, by=approver, at=NOW)
    with pytest.raises(ClearanceOver):
        decide_clearance(case=case, level=1, last_day=date(2026, 11, 21), by=approver, at=NOW)


def test_nothing_is_recommended_without_a_check(officer: User) -> None:
    with pytest.raises(NothingChecked):
        recommend_clearance(case=case_at("checks", officer), level=1, by=officer, at=NOW)


def test_a_check_is_replaced_not_doubled_and_health_stays_out_of_the_ledger(
    officer: User,
) -> None:
    case = case_at("checks", officer)
    for outcome in ("failed", "passed"):
        enter_check(
            case=case, kind="medical", outcome=outcome, valid_until=None, by=officer, at=NOW
        )
    assert [check.outcome for check in case.checks.all()] == ["passed"]
    facts = Entry.objects.filter(verb="vetting.check_entered").values_list("facts", flat=True)
    assert list(facts) == [{"check": "medical"}] * 2


def test_checks_are_entered_only_while_they_are_under_way(officer: User) -> None:
    case = case_at("open", officer)
    with pytest.raises(NotInThatState):
        enter_check(
            case=case, kind="document", outcome="passed", valid_until=None, by=officer, at=NOW
        )


def test_one_case_at_a_time(officer: User) -> None:
    case = case_at("open", officer)
    with pytest.raises(CaseUnderWay):
        open_vetting_case(volunteer=case.volunteer, by=a_coordinator_once(), at=NOW)


def test_somebody_who_has_left_is_not_vetted() -> None:
    with pytest.raises(VolunteerGone):
        open_vetting_case(
            volunteer=a_volunteer(standing="withdrawn"), by=a_coordinator_once(), at=NOW
        )


@pytest.mark.parametrize("act", [refuse_clearance, revoke_clearance])
def test_refusing_and_revoking_need_a_reason(act: object, officer: User, approver: User) -> None:
    case = case_at("recommended" if act is refuse_clearance else "cleared", officer)
    with pytest.raises(ReasonMissing):
        act(case=case, reason=" ", by=approver, at=NOW)  # type: ignore[operator]


def test_others_may_not(officer: User, approver: User) -> None:
    case = case_at("open", officer)
    with pytest.raises(NotPermitted):
        begin_checks(case=case, by=approver, at=NOW)
    with pytest.raises(NotFound):
        begin_checks(case=case, by=a_stranger(), at=NOW)
    with pytest.raises(NotPermitted):
        open_vetting_case(volunteer=case.volunteer, by=officer, at=NOW)
    with pytest.raises(NotPermitted):
        revoke_clearance(case=case, reason="No.", by=a_coordinator_once(), at=NOW)


def test_a_case_is_seen_with_its_volunteer_by_roles_that_see_vetting(officer: User) -> None:
    case = case_at("open", officer)
    liaison = a_user("liaison", Role.LIAISON, desk=a_desk())
    seen = [list(cases_visible_to(who)) for who in (officer, liaison, a_stranger())]
    assert seen == [[case], [], []]


def test_a_clearance_lapses_the_day_after_where_the_volunteer_is(officer: User) -> None:
    seoul = case_at("cleared", officer)
    kyiv = case_at("cleared", officer, time_zone="Europe/Kyiv")
    midnight = datetime(2027, 11, 21, 15, 0, tzinfo=UTC)
    assert lapse_clearances(at=midnight - timedelta(seconds=1)) == 0
    assert lapse_clearances(at=midnight) == 1
    assert lapse_clearances(at=midnight) == 0
    seoul.refresh_from_db()
    kyiv.refresh_from_db()
    assert (seoul.state, kyiv.state) == ("lapsed", "cleared")
    assert lapse_clearances(at=midnight + timedelta(hours=7)) == 1
    lapsed = Entry.objects.filter(verb="vetting.lapsed")
    assert [(entry.actor, entry.facts["to"]) for entry in lapsed] == [("clock", "lapsed")] * 2


def test_many_lapse_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("volunteers.actions.vetting.BATCH", 2)
    for _number in range(5):
        a_volunteer(clearance=(1, LAST_DAY))
    assert lapse_clearances(at=NOW + timedelta(days=400)) == 5


def test_the_best_clearance_counts() -> None:
    there = a_volunteer(clearance=(1, date(2028, 1, 1)))
    VettingCase.objects.create(
        volunteer=there,
        state="cleared",
        state_since=NOW,
        from_register=True,
        level=2,
        holds=(date(2026, 1, 1), date(2027, 1, 1)),
    )
    assert clearances_of([there.pk], on=date(2026, 12, 31))[there.pk].level == 2
    assert clearances_of([there.pk], on=date(2027, 1, 1))[there.pk].level == 1
    assert clearances_of([there.pk], on=date(2028, 1, 2)) == {}
    assert Volunteer.objects.count() == 1
