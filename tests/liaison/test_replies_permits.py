"""From an answer one is led on to what it says of each permit, and none is granted without end."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from deployments.liaison.models import Case
from tests.admin.doors import as_, do_url, list_do_url, page_url, text_of
from tests.liaison.permit_scene import Scene, a_scene, permit_of
from tests.liaison.test_replies_mail import a_mail, upload

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]


@pytest.fixture
def scene() -> Scene:
    """Two people whose permits a case applied for; the ministry holds it."""
    scene = a_scene("passport-use")
    scene.applied(*(permit_of(scene.person()) for _each in range(2)))
    case = Case.objects.get()
    Case.objects.update(state="sent", holder=case.agency)
    return scene


def answered(scene: Scene, outcome: str) -> Any:
    case = Case.objects.get()
    given = {"agency": case.agency_id, "outcome": outcome, "came_on": "2026-11-22"}
    return as_(scene.officer).post(do_url(case, "reply"), given)


@pytest.mark.parametrize("outcome", ["granted", "refused", "partly"])
def test_an_answer_leads_on_to_each_permit(scene: Scene, outcome: str) -> None:
    answer, case = answered(scene, outcome), Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, do_url(case, "permit-answers"))
    states = [permit_of(one).state for one in scene.assignments]
    assert (case.state, states) == ("answered", ["applied", "applied"])


@pytest.mark.parametrize("outcome", ["no_comment", "information"])
def test_one_that_says_nothing_of_permits_leads_to_its_case(scene: Scene, outcome: str) -> None:
    answer = answered(scene, outcome)
    assert answer["Location"] == page_url(Case.objects.get())


def test_an_e_mail_leads_on_as_well(scene: Scene) -> None:
    case = Case.objects.get()
    given: dict[str, Any] = {"outcome": "granted", "reference": case.reference}
    mail = {"file": upload(a_mail("hello"))}
    answer = as_(scene.officer).post(list_do_url(Case, "e-mail"), mail | given)
    assert answer["Location"] == do_url(case, "permit-answers")


def test_what_is_granted_there_has_number_and_days_and_lapses(scene: Scene) -> None:
    answered(scene, "granted")
    url, browser = do_url(Case.objects.get(), "permit-answers"), as_(scene.officer)
    rows = {"answer_0": "granted", "answer_1": "granted", "until_1": "2027-04-30"}
    refused = browser.post(url, {**rows, "since": timezone.localdate().isoformat()})
    assert list(refused.context["form"].errors) == ["until_0"]
    assert "without one it would never lapse" in text_of(refused)
    browser.post(url, {**rows, "until": "2027-03-31", "reference_0": "N-1"})
    found = sorted((permit_of(one) for one in scene.assignments), key=lambda one: str(one.until))
    told = [(one.state, one.reference, one.until) for one in found]
    assert told == [
        ("granted", "N-1", date(2027, 3, 31)),
        ("granted", "", date(2027, 4, 30)),
    ]
