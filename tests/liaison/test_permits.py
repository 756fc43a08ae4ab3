"""Permits: what a deployment needs its people get, case by case, and nobody begins without."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from corps.accounts.roles import Role
from corps.errors import NotFound, NotPermitted
from corps.workflow.moves import NotInThatState
from deployments.actions.assignments import (
    cancel_assignment,
)
from deployments.liaison.actions import permits as actions
from deployments.liaison.actions.permit_cases import put_into_case
from deployments.liaison.models import Permit, PermitNeed
from deployments.liaison.queries.permits import missing_for
from deployments.liaison.rules.permits import (
    AnotherDeployment,
    AppliedAlready,
    LastDayMissing,
    NothingChosen,
    OfAnotherCase,
    OverBeforeItBegins,
    PermitAnswer,
    PersonLeft,
)
from deployments.rules import DeploymentOver
from tests.admin.doors import entries_since, last_number
from tests.cast import NOW, a_deployment, a_stranger, a_user
from tests.liaison.permit_scene import (
    GRANTED,
    REFUSED,
    a_scene,
    entries_of,
    kind,
    permit_of,
    states_of,
)

pytestmark = pytest.mark.django_db

BOTH = ("medical", "passport-use")


# -- needs and lists


def test_the_kinds_come_in_three_languages_with_authority_needs_and_source() -> None:
    for code in ("passport-use", "accreditation", "insurance", "medical"):
        found = kind(code)
        for part in ("name", "authority", "needs"):
            assert all(getattr(found, f"{part}_{language}") for language in ("ko", "en", "uk"))
        assert found.source
    assert "제17조" in kind("passport-use").source


def test_confirming_gives_the_list_with_one_entry_for_each_permit() -> None:
    scene = a_scene(*BOTH)
    number = last_number()
    made = scene.person()
    assert states_of(made) == dict.fromkeys(BOTH, "needed")
    verbs = [verb for verb in entries_since(number) if verb.split(".")[0] != "register"]
    assert [verb for verb in verbs if "consent" not in verb] == [
        "assignment.confirmed",
        "permit.listed",
        "permit.listed",
    ]


def test_a_need_added_later_reaches_those_who_are_confirmed_and_at_work_alone() -> None:
    scene = a_scene()
    states = ("confirmed", "active", "lost_contact", "accepted", "completed", "withdrawn")
    people = {state: scene.person(state) for state in states}
    scene.need("medical")
    listed = {state for state, made in people.items() if states_of(made) == {"medical": "needed"}}
    assert listed == {"confirmed", "active", "lost_contact"}


def test_needing_twice_changes_and_enters_nothing() -> None:
    scene = a_scene("medical")
    scene.person()
    number = last_number()
    scene.need("medical")
    actions.need_permit(deployment=scene.deployment, kind=kind("medical"), by=scene.officer, at=NOW)
    assert entries_since(number) == []


def test_a_need_that_ends_takes_along_what_was_never_applied_for() -> None:
    scene = a_scene("medical")
    fresh, applied = scene.person(), scene.person()
    scene.applied(permit_of(applied, "medical"))
    number = last_number()
    scene.need()
    assert (states_of(fresh), states_of(applied)) == ({}, {"medical": "applied"})
    assert entries_since(number) == ["deployment.permit_not_needed", "permit.dropped"]
    assert missing_for(applied, at=NOW) == []


def test_who_may_say_what_is_needed() -> None:
    scene = a_scene()
    give = {"deployment": scene.deployment, "kinds": [kind()], "at": NOW}
    actions.set_permit_needs(by=scene.coordinator, **give)
    actions.set_permit_needs(by=scene.officer, **give)
    with pytest.raises(NotPermitted):
        actions.set_permit_needs(
            by=a_user("boss", Role.APPROVER, desk=scene.deployment.desk), **give
        )
    with pytest.raises(NotFound):
        actions.set_permit_needs(by=a_stranger(), **give)


def test_nothing_is_needed_any_more_of_what_is_over() -> None:
    scene = a_scene()
    type(scene.deployment).objects.filter(pk=scene.deployment.pk).update(state="closed")
    with pytest.raises(DeploymentOver):
        scene.need("medical")


# -- applying and answering


def test_a_case_applies_for_many_and_each_is_answered_by_itself() -> None:
    scene = a_scene("passport-use")
    first, second, third = (permit_of(scene.person()) for _ in range(3))
    case = scene.applied(first, second, third)
    number = last_number()
    answers = {first: GRANTED, second: REFUSED}
    actions.answer_permits(case=case, answers=answers, by=scene.officer, at=NOW)
    found = [permit_of(made) for made in scene.assignments]
    assert [permit.state for permit in found] == ["granted", "refused", "applied"]
    assert (found[0].reference, found[0].until) == ("A-1", date(2027, 12, 31))
    assert sorted(entries_since(number)) == ["permit.granted", "permit.refused"]
    assert "A-1" not in str([entry.facts for entry in entries_of("permit.granted")])


def test_a_case_concerns_those_it_applies_for() -> None:
    scene = a_scene(*BOTH)
    made = scene.person()
    case = scene.case(permit_of(made, "medical"), permit_of(made))
    assert [one.volunteer for one in case.concerned.all()] == [made.volunteer]
    assert ([scene.deployment], case.kind, case.state) == (
        list(case.deployments.all()),
        "permits",
        "open",
    )
    assert states_of(made) == dict.fromkeys(BOTH, "needed")
    [entry] = entries_of("case.permits_added")
    assert entry.facts == {"permits": 2, "permit_kind": ["medical", "passport-use"]}


def test_what_was_refused_or_has_lapsed_can_be_applied_for_again() -> None:
    scene = a_scene("passport-use")
    made = scene.person()
    case = scene.answered(REFUSED, permit_of(made))
    again = scene.case(permit_of(made))
    assert actions.permits_applied(case, scene.officer, NOW) == 0
    assert actions.permits_applied(again, scene.officer, NOW) == 1
    assert permit_of(made).state == "applied"


def test_a_permit_with_an_answer_under_way_is_not_applied_for_twice() -> None:
    scene = a_scene("passport-use")
    permit = permit_of(scene.person())
    scene.applied(permit)
    with pytest.raises(AppliedAlready):
        scene.case(permit)


def test_nothing_is_applied_for_one_who_left_and_none_for_nobody() -> None:
    scene = a_scene("passport-use")
    made, other = scene.person(), scene.person()
    case = scene.case(permit_of(made), permit_of(other))
    cancel_assignment(assignment=made, by=scene.coordinator, at=NOW, reason="left")
    with pytest.raises(PersonLeft):
        put_into_case(case=case, permits=[permit_of(made)], by=scene.officer, at=NOW)
    with pytest.raises(NothingChosen):
        put_into_case(case=case, permits=[], by=scene.officer, at=NOW)
    assert actions.permits_applied(case, scene.officer, NOW) == 1
    assert (permit_of(made).state, permit_of(other).state) == ("needed", "applied")


def test_permits_of_another_deployment_are_not_put_into_a_case() -> None:
    scene = a_scene("passport-use")
    case = scene.case(permit_of(scene.person()))
    other = a_deployment("CRANE")
    PermitNeed.objects.create(deployment=other, kind=kind())
    scene.deployment = other
    with pytest.raises(AnotherDeployment):
        put_into_case(case=case, permits=[permit_of(scene.person())], by=scene.officer, at=NOW)


def test_only_the_case_that_applied_is_answered_and_only_once() -> None:
    scene = a_scene("passport-use")
    permit, other = permit_of(scene.person()), permit_of(scene.person())
    case, elsewhere = scene.applied(permit), scene.case(other)
    give = {"by": scene.officer, "at": NOW}
    with pytest.raises(OfAnotherCase):
        actions.answer_permits(case=elsewhere, answers={permit: GRANTED}, **give)
    with pytest.raises(NotInThatState):
        actions.answer_permits(case=elsewhere, answers={other: GRANTED}, **give)
    actions.answer_permits(case=case, answers={permit: GRANTED}, **give)
    with pytest.raises(NotInThatState):
        actions.answer_permits(case=case, answers={permit: REFUSED}, **give)
    assert permit_of(scene.assignments[0]).state == "granted"


def test_the_usual_length_counts_where_the_last_day_is_not_told() -> None:
    scene = a_scene("medical")
    permit = permit_of(scene.person(), "medical")
    scene.answered(PermitAnswer(granted=True, since=date(2027, 1, 1)), permit)
    assert permit_of(scene.assignments[0], "medical").until == date(2027, 6, 29)
    later = permit_of(scene.person(), "medical")
    scene.answered(PermitAnswer(granted=True), later)
    assert permit_of(scene.assignments[1], "medical").until == date(2027, 5, 20)


def test_what_is_granted_has_a_last_day_by_rule_and_by_constraint() -> None:
    scene = a_scene("passport-use")
    made = scene.person()
    case = scene.applied(permit_of(made))
    who: dict[str, Any] = {"by": scene.officer, "at": NOW}
    endless = {permit_of(made): PermitAnswer(granted=True, reference="A-1")}
    with pytest.raises(LastDayMissing):
        actions.answer_permits(case=case, answers=endless, **who)
    with pytest.raises(IntegrityError, match="permit_granted_until"), transaction.atomic():
        Permit.objects.update(state="granted")
    actions.answer_permits(case=case, answers={permit_of(made): GRANTED}, **who)
    new = {"reference": "B-2", "since": None, "until": None}
    with pytest.raises(LastDayMissing):
        actions.correct_permit(permit=permit_of(made), **who, **new)
    assert permit_of(made).until == GRANTED.until


def test_days_that_end_before_they_begin_are_refused() -> None:
    scene = a_scene("passport-use")
    permit = permit_of(scene.person())
    wrong = PermitAnswer(granted=True, since=date(2027, 3, 2), until=date(2027, 3, 1))
    with pytest.raises(OverBeforeItBegins):
        scene.answered(wrong, permit)
    assert permit_of(scene.assignments[0]).state == "applied"


def test_who_may_apply_and_answer() -> None:
    scene = a_scene("passport-use")
    permit = permit_of(scene.person())
    case = scene.applied(permit)
    with pytest.raises(NotPermitted):
        actions.answer_permits(case=case, answers={permit: GRANTED}, by=scene.coordinator, at=NOW)
    with pytest.raises(NotFound):
        actions.answer_permits(case=case, answers={permit: GRANTED}, by=a_stranger(), at=NOW)


def test_a_granted_permit_is_corrected_and_ended() -> None:
    scene = a_scene("passport-use")
    made = scene.person()
    scene.answered(GRANTED, permit_of(made))
    new = {"reference": "B-2", "since": date(2027, 1, 1), "until": date(2027, 5, 1)}
    actions.correct_permit(permit=permit_of(made), by=scene.officer, at=NOW, **new)
    assert permit_of(made).reference == "B-2"
    [entry] = entries_of("permit.corrected")
    assert (entry.facts["changed"], "B-2" in str(entry.facts)) == (
        ["reference", "since", "until"],
        False,
    )
    actions.end_permit(permit=permit_of(made), by=scene.officer, at=NOW, reason="taken back")
    assert permit_of(made).state == "lapsed"


# -- lapsing


def test_a_permit_lapses_when_its_last_day_is_over_in_seoul() -> None:
    scene = a_scene("passport-use")
    made = scene.person()
    until = PermitAnswer(granted=True, until=date(2027, 3, 10))
    scene.answered(until, permit_of(made))
    last_moment = datetime(2027, 3, 10, 14, 59, 59, tzinfo=UTC)
    assert actions.lapse_permits(at=last_moment) == 0
    assert actions.lapse_permits(at=last_moment + timedelta(seconds=1)) == 1
    assert permit_of(made).state == "lapsed"
    [entry] = entries_of("permit.lapsed")
    assert (entry.actor, entry.desk) == ("clock", "seoul")
