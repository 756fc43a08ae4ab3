"""What is applied for is what was approved: once others read a request, its case keeps its
permits."""

import pytest

from deployments.liaison.actions import permits as actions
from deployments.liaison.actions.links import link_deployment, unlink_deployment, unlink_volunteer
from deployments.liaison.actions.permit_cases import put_into_case
from deployments.liaison.models import Case, Permit, PermitNeed
from deployments.liaison.rules.permits import (
    AnotherDeployment,
    AppliedForHere,
    PermitsInCase,
    RequestUnderWay,
)
from deployments.models import Assignment
from tests.admin.doors import as_, entries_since, last_number, page_url, text_of
from tests.cast import NOW, a_deployment, an_agency
from tests.liaison.letter_rows import a_letter_row
from tests.liaison.permit_scene import (
    REFUSED,
    Scene,
    a_scene,
    board_url,
    entries_of,
    kind,
    permit_of,
)
from tests.liaison.scenes import a_case

pytestmark = pytest.mark.django_db

READ = ("submitted", "approved", "bounced")


@pytest.fixture
def scene() -> Scene:
    """Two people of a deployment who need a permit to use a passport."""
    scene = a_scene("passport-use")
    for _each in range(2):
        scene.person()
    return scene


def put(scene: Scene, case: Case, *people: Assignment) -> None:
    """Put people's permits into a case."""
    permits = [permit_of(made) for made in people]
    put_into_case(case=case, permits=permits, by=scene.officer, at=NOW)


def unlink(scene: Scene, case: Case, made: Assignment) -> None:
    """Take somebody out of a case."""
    unlink_volunteer(case=case, volunteer=made.volunteer, by=scene.officer, at=NOW)


# -- into and out of a case


@pytest.mark.parametrize("state", READ)
def test_a_case_takes_no_permits_once_others_have_read_its_request(
    scene: Scene, state: str
) -> None:
    first, second = scene.assignments
    case = scene.case(permit_of(first))
    a_letter_row(case, scene.officer, state)
    with pytest.raises(RequestUnderWay):
        put(scene, case, second)
    assert permit_of(second).case is None
    assert not case.concerned.filter(volunteer=second.volunteer).exists()


@pytest.mark.parametrize("state", READ)
def test_a_case_gives_no_permit_away_once_others_have_read_its_request(
    scene: Scene, state: str
) -> None:
    first, second = scene.assignments
    case, other = scene.case(permit_of(first)), scene.case(permit_of(second))
    a_letter_row(case, scene.officer, state)
    with pytest.raises(RequestUnderWay):
        put(scene, other, first)
    with pytest.raises(RequestUnderWay):
        scene.case(permit_of(first))
    assert permit_of(first).case == case


@pytest.mark.parametrize("state", ["draft", "returned", "sent", "acknowledged", "discarded"])
def test_before_and_after_that_permits_come_and_go(scene: Scene, state: str) -> None:
    first, second = scene.assignments
    case, other = scene.case(permit_of(first)), scene.case(permit_of(second))
    a_letter_row(case, scene.officer, state)
    put(scene, case, second)
    put(scene, other, first, second)
    assert [permit_of(made).case for made in scene.assignments] == [other, other]


@pytest.mark.parametrize("state", READ)
def test_a_deployment_goes_on_needing_what_others_have_read_a_request_for(
    scene: Scene, state: str
) -> None:
    first = scene.assignments[0]
    case = scene.case(permit_of(first))
    a_letter_row(case, scene.officer, state)
    given = {"deployment": scene.deployment, "by": scene.coordinator, "at": NOW}
    with pytest.raises(RequestUnderWay):
        actions.unneed_permit(kind=kind(), **given)
    with pytest.raises(RequestUnderWay):
        actions.set_permit_needs(kinds=[], **given)
    assert permit_of(first).case == case
    Case.objects.filter(pk=case.pk).update(state="closed")
    actions.unneed_permit(kind=kind(), **given)
    assert not Permit.objects.exists()


def test_other_letters_and_closed_cases_hold_no_permit(scene: Scene) -> None:
    first, second = scene.assignments
    case, other = scene.case(permit_of(first)), scene.case(permit_of(second))
    a_letter_row(case, scene.officer, "approved", kind="information")
    put(scene, case, second)
    a_letter_row(case, scene.officer, "bounced")
    Case.objects.filter(pk=case.pk).update(state="closed")
    put(scene, other, first)
    assert permit_of(first).case == other


@pytest.mark.time_machine("2026-11-22T03:00:00Z")
def test_the_board_says_why_not(scene: Scene) -> None:
    first, second = scene.assignments
    case = scene.case(permit_of(first))
    a_letter_row(case, scene.officer, "approved")
    given = {"permits": [str(permit_of(second).pk)], "case": str(case.pk)}
    page = as_(scene.officer).post(board_url(scene.deployment), given)
    assert str(RequestUnderWay.message) in text_of(page)


# -- whom a case concerns


def test_whoever_is_taken_out_of_a_case_is_not_applied_for(scene: Scene) -> None:
    first, second = scene.assignments
    case, before = scene.case(permit_of(first), permit_of(second)), last_number()
    unlink(scene, case, second)
    assert (permit_of(second).case, permit_of(second).state) == (None, "needed")
    assert entries_since(before) == ["case.volunteer_unlinked"]
    assert entries_of("case.volunteer_unlinked")[0].facts == {"permits": 1}
    assert actions.permits_applied(case, scene.officer, NOW) == 1
    assert (permit_of(first).state, permit_of(second).state) == ("applied", "needed")


def test_one_who_was_refused_and_is_taken_out_is_not_applied_for_again(scene: Scene) -> None:
    first, second = scene.assignments
    case = scene.answered(REFUSED, permit_of(first), permit_of(second))
    unlink(scene, case, second)
    assert actions.permits_applied(case, scene.officer, NOW) == 1
    found = [(permit_of(made).state, permit_of(made).case) for made in scene.assignments]
    assert found == [("applied", case), ("refused", case)]


def test_nobody_is_taken_out_while_their_permit_is_applied_for(scene: Scene) -> None:
    first, _second = scene.assignments
    case = scene.applied(permit_of(first))
    with pytest.raises(AppliedForHere):
        unlink(scene, case, first)
    assert case.concerned.filter(volunteer=first.volunteer).exists()


@pytest.mark.parametrize("state", READ)
def test_nobody_is_taken_out_once_others_have_read_the_request(scene: Scene, state: str) -> None:
    first, _second = scene.assignments
    case = scene.case(permit_of(first))
    a_letter_row(case, scene.officer, state)
    with pytest.raises(RequestUnderWay):
        unlink(scene, case, first)
    assert permit_of(first).case == case


# -- the deployment of a case


def test_a_case_with_permits_stays_with_their_deployment(scene: Scene) -> None:
    case, other = scene.case(permit_of(scene.assignments[0])), a_deployment("CRANE")
    for linked in ([scene.deployment], [scene.deployment, other]):
        with pytest.raises(PermitsInCase):
            unlink_deployment(case=case, deployment=scene.deployment, by=scene.officer, at=NOW)
        assert list(case.deployments.order_by("codename")) == sorted(linked, key=str)
        if other not in linked:
            link_deployment(case=case, deployment=other, by=scene.officer, at=NOW)
    unlink_deployment(case=case, deployment=other, by=scene.officer, at=NOW)
    assert list(case.deployments.all()) == [scene.deployment]


def test_a_case_applies_for_permits_of_each_deployment_that_it_is_about(scene: Scene) -> None:
    case, other = scene.case(permit_of(scene.assignments[0])), a_deployment("CRANE")
    first = scene.deployment
    PermitNeed.objects.create(deployment=other, kind=kind())
    scene.deployment = other
    made = scene.person()
    with pytest.raises(AnotherDeployment):
        put(scene, case, made)
    link_deployment(case=case, deployment=other, by=scene.officer, at=NOW)
    put(scene, case, made)
    assert permit_of(made).case == case
    page = as_(scene.officer).get(page_url(case)).content.decode()
    for one in (first, other):
        assert board_url(one) in page


def test_a_case_about_no_deployment_is_linked_to_that_of_its_permits(scene: Scene) -> None:
    case, before = a_case(scene.officer, agency=an_agency("ministry")), last_number()
    put(scene, case, scene.assignments[0])
    assert list(case.deployments.all()) == [scene.deployment]
    assert Permit.objects.filter(case=case, kind=kind()).count() == 1
    assert entries_since(before) == [
        "case.deployment_linked",
        "case.volunteers_linked",
        "case.permits_added",
    ]


def test_permits_of_two_deployments_go_into_a_case_about_none(scene: Scene) -> None:
    first, other = scene.deployment, a_deployment("CRANE")
    PermitNeed.objects.create(deployment=other, kind=kind())
    scene.deployment = other
    made = scene.person()
    case = a_case(scene.officer, agency=an_agency("ministry"))
    put(scene, case, scene.assignments[0], made)
    assert set(case.deployments.all()) == {first, other}
    assert permit_of(made).case == case
