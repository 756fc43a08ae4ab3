"""A permit of which the authority says nothing is needed again: nobody enters what nobody said."""

from datetime import date

import pytest

from corps.adminkit.words import in_words
from deployments.actions.assignments import cancel_assignment
from deployments.liaison.actions import permits as actions
from deployments.liaison.actions.cases import close_case
from deployments.liaison.models import Case, Permit
from deployments.liaison.rules.cases import PermitsWaiting
from deployments.liaison.rules.permits import PermitAnswer
from deployments.models import Assignment
from tests.admin.doors import as_, do_url, entries_since, last_number, page_url, text_of
from tests.cast import NOW, a_desk, a_slot, a_volunteer
from tests.deployments.admin.scene import held
from tests.liaison.permit_scene import GRANTED, Scene, a_scene, entries_of, permit_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]
NO_COMMENT = PermitAnswer(granted=None)


@pytest.fixture
def scene() -> Scene:
    """A deployment that needs permits to use a passport."""
    return a_scene("passport-use")


def answered(case: Case, outcome: str = "no_comment") -> None:
    """Let the case stand answered."""
    Case.objects.filter(pk=case.pk).update(state="answered", outcome=outcome)
    case.refresh_from_db()


def somebody_hidden(scene: Scene, case: Case) -> Assignment:
    """Somebody of another desk, whose permit the case applied for while they were shared."""
    other = a_volunteer("other-1", desk=a_desk("elsewhere"))
    hidden = held(a_slot(scene.deployment), other)
    actions.list_permits_for(assignment=hidden, by=scene.officer, at=NOW)
    Permit.objects.filter(assignment=hidden).update(case=case, state="applied")
    return hidden


def test_what_got_no_comment_is_needed_again_each_by_itself(scene: Scene) -> None:
    first, second = scene.person(), scene.person()
    case, before = scene.applied(permit_of(first), permit_of(second)), last_number()
    said = {permit_of(first): NO_COMMENT, permit_of(second): GRANTED}
    actions.answer_permits(case=case, answers=said, by=scene.officer, at=NOW)
    assert (permit_of(first).state, permit_of(second).state) == ("needed", "granted")
    assert sorted(entries_since(before)) == ["permit.granted", "permit.put_back"]
    [entry] = entries_of("permit.put_back")
    told = in_words(entry)
    assert told.what == "Permit: Put back as needed"
    assert "Applied for → Needed" in told.detail


def test_another_authority_can_be_asked_then(scene: Scene) -> None:
    made = scene.person()
    case = scene.answered(NO_COMMENT, permit_of(made))
    other = scene.applied(permit_of(made))
    assert (permit_of(made).state, permit_of(made).case) == ("applied", other)
    assert actions.permits_applied(case, scene.officer, NOW) == 0


def test_a_second_request_in_the_same_case_asks_again(scene: Scene) -> None:
    made = scene.person()
    case = scene.answered(NO_COMMENT, permit_of(made))
    assert actions.permits_applied(case, scene.officer, NOW) == 1


def test_it_is_a_choice_for_each_row_of_the_case(scene: Scene) -> None:
    people = sorted((scene.person() for _ in range(2)), key=lambda made: made.volunteer.callsign)
    case = scene.applied(*(permit_of(made) for made in people))
    url, client = do_url(case, "permit-answers"), as_(scene.officer)
    assert "No comment: needed again" in text_of(client.get(url))
    client.post(url, {"answer_0": "no_comment", "reference_0": "unused"})
    assert [permit_of(made).state for made in people] == ["needed", "applied"]
    assert permit_of(people[0]).reference == ""


def test_it_is_a_button_on_the_permit_s_page(scene: Scene) -> None:
    made = scene.person()
    scene.applied(permit_of(made))
    url, client = do_url(permit_of(made), "put_back"), as_(scene.officer)
    assert url in client.get(page_url(permit_of(made))).content.decode()
    client.post(url)
    assert permit_of(made).state == "needed"
    assert url not in client.get(page_url(permit_of(made))).content.decode()


def test_closing_a_case_puts_back_what_has_no_answer(scene: Scene) -> None:
    stays, left, granted = (scene.person() for _ in range(3))
    case = scene.applied(*(permit_of(made) for made in scene.assignments))
    hidden = somebody_hidden(scene, case)
    answers = {permit_of(granted): GRANTED}
    actions.answer_permits(case=case, answers=answers, by=scene.officer, at=NOW)
    cancel_assignment(assignment=left, by=scene.coordinator, at=NOW, reason="left")
    answered(case)
    before = last_number()
    close_case(case=case, by=scene.officer, at=NOW, reason="nobody commented")
    states = [permit_of(made).state for made in (stays, left, hidden, granted)]
    assert states == ["needed", "needed", "needed", "granted"]
    assert entries_since(before) == ["permit.put_back"] * 3 + ["case.closed"]
    assert (case.state, permit_of(granted).until) == ("closed", date(2027, 12, 31))


@pytest.mark.parametrize("outcome", ["granted", "refused", "partly"])
def test_after_a_decision_what_it_says_of_each_permit_is_entered_first(
    scene: Scene, outcome: str
) -> None:
    made = scene.person()
    case = scene.applied(permit_of(made))
    hidden = somebody_hidden(scene, case)
    answered(case, outcome)
    with pytest.raises(PermitsWaiting):
        close_case(case=case, by=scene.officer, at=NOW, reason="done")
    assert (permit_of(made).state, permit_of(hidden).state) == ("applied", "applied")
    answers = {permit_of(made): NO_COMMENT}
    actions.answer_permits(case=case, answers=answers, by=scene.officer, at=NOW)
    close_case(case=case, by=scene.officer, at=NOW, reason="done")
    assert (permit_of(made).state, permit_of(hidden).state) == ("needed", "needed")


def test_closing_says_so_before(scene: Scene) -> None:
    case = scene.applied(permit_of(scene.person()))
    answered(case)
    asked = text_of(as_(scene.officer).get(do_url(case, "close")))
    assert "that have no answer are needed again" in asked


def test_answers_are_not_asked_of_one_who_sees_none_of_the_permits(scene: Scene) -> None:
    case = scene.applied(permit_of(scene.person()))
    actions.answer_permits(
        case=case, answers={permit_of(scene.assignments[0]): NO_COMMENT}, by=scene.officer, at=NOW
    )
    hidden = somebody_hidden(scene, case)
    answered(case)
    client = as_(scene.officer)
    assert do_url(case, "permit-answers") not in client.get(page_url(case)).content.decode()
    client.post(do_url(case, "close"), {"reason": "nobody commented"})
    assert permit_of(hidden).state == "needed"
