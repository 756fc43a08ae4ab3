"""A deployment shared with one person until a day; given to another desk; taken from an agency."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.accounts.rules.sharing import EndOutOfRange
from corps.audit.queries import entries_about
from corps.errors import NotFound, NotPermitted
from deployments.actions import sharing
from deployments.actions.deployments import hand_over_deployment
from deployments.models import (
    Deployment,
    DeploymentGroupObjectPermission,
    DeploymentUserObjectPermission,
    Slot,
)
from deployments.queries.deployments import (
    assignments_visible_to,
    deployments_visible_to,
    slots_visible_to,
)
from deployments.queries.sharing import people_shared_with
from deployments.tasks import end_shares_over
from tests.admin.doors import as_, do_url, page_url, text_of
from tests.cast import (
    NOW,
    a_coordinator,
    a_deployment,
    a_desk,
    a_slot,
    a_stranger,
    a_user,
    a_volunteer,
    an_agency,
)
from tests.deployments.admin.scene import composition_url, held, staff_url
from volunteers.actions.sharing import share_volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

UNTIL = datetime(2026, 12, 1, 15, tzinfo=UTC)
"""The end of 1 December 2026 in Seoul."""


def a_guest(role: Role = Role.LIAISON) -> User:
    """Somebody of another desk whose role sees work."""
    return a_user("guest", role, desk=a_desk("elsewhere"))


def shared(role: Role = Role.LIAISON) -> tuple[Deployment, User, User]:
    """A deployment, the coordinator who shared it, and with whom."""
    deployment, coordinator, guest = a_deployment("HERON"), a_coordinator(), a_guest(role)
    sharing.share_deployment_with(
        deployment=deployment, person=guest, until=UNTIL, by=coordinator, at=timezone.now()
    )
    return deployment, coordinator, guest


def sees(user: User, deployment: Deployment) -> bool:
    """Whether somebody, asking anew, sees a deployment."""
    viewer = User.objects.get(pk=user.pk)
    return deployments_visible_to(viewer).filter(pk=deployment.pk).exists()


def told(deployment: Deployment) -> list[str]:
    """The verbs about the deployment, newest first."""
    return [entry.verb for entry in entries_about(deployment)]


def test_a_share_shows_the_deployment_with_its_places_and_teams() -> None:
    deployment, _, guest = shared()
    slot, hidden = a_slot(deployment), a_slot(a_deployment("CRANE"))
    assignment = held(slot, a_volunteer("bird-1"))
    assert sees(guest, deployment) is True
    assert list(slots_visible_to(guest)) == [slot]
    assert list(assignments_visible_to(guest)) == [assignment]
    assert sees(guest, hidden.deployment) is False
    assert told(deployment) == ["deployment.shared_with_person"]


def test_volunteers_in_it_stay_hidden_until_they_are_shared_too() -> None:
    deployment, coordinator, guest = shared()
    volunteer = a_volunteer("bird-1")
    held(a_slot(deployment), volunteer)
    browser = as_(guest)
    assert "bird-1" not in text_of(browser.get(page_url(deployment)))
    share_volunteer(volunteer=volunteer, person=guest, until=UNTIL, by=coordinator, at=NOW)
    assert "bird-1" in text_of(browser.get(page_url(deployment)))


def test_whom_it_is_shared_with_reads_and_changes_nothing() -> None:
    deployment, _, guest = shared(Role.COORDINATOR)
    slot, team = a_slot(deployment), deployment.teams.create(name="One")
    own = a_volunteer("own", desk=a_desk("elsewhere"))
    browser = as_(guest)
    for page in (deployment, slot):
        assert browser.get(page_url(page)).status_code == 200
    steps = ("places", "team", "edit", "share", "share-person", "hand-over", "cancel", "end-share")
    for step in steps:
        assert (step, browser.post(do_url(deployment, step)).status_code) == (step, 403)
    for url in (
        composition_url(deployment, team),
        staff_url(slot, "offer", own),
        do_url(slot, "needs"),
    ):
        assert (url, browser.post(url).status_code) == (url, 403)
    assert Slot.objects.filter(deployment=deployment).count() == 1


def test_sharing_again_changes_the_end_and_ending_ends() -> None:
    deployment, coordinator, guest = shared()
    longer = UNTIL + timedelta(days=7)
    same: dict[str, Any] = {"deployment": deployment, "person": guest, "by": coordinator}
    sharing.share_deployment_with(**same, until=longer, at=NOW)
    assert DeploymentUserObjectPermission.objects.get().until == longer
    sharing.end_sharing_with(**same, at=NOW)
    assert sees(guest, deployment) is False
    with pytest.raises(sharing.NotSharedWith):
        sharing.end_sharing_with(**same, at=NOW)
    assert told(deployment) == [
        "deployment.sharing_ended",
        "deployment.sharing_changed",
        "deployment.shared_with_person",
    ]


def test_a_share_is_over_at_its_end_and_the_clock_removes_it(time_machine: Any) -> None:
    deployment, _, guest = shared()
    time_machine.move_to(UNTIL - timedelta(microseconds=1), tick=False)
    assert sees(guest, deployment) is True
    end_shares_over()
    time_machine.move_to(UNTIL, tick=False)
    assert sees(guest, deployment) is False
    assert list(people_shared_with(deployment, at=UNTIL)) == []
    end_shares_over()
    assert DeploymentUserObjectPermission.objects.count() == 0
    assert told(deployment)[0] == "deployment.sharing_over"


def test_only_the_desk_s_coordinators_share_and_with_whom_may_see_work() -> None:
    deployment, coordinator, guest = a_deployment(), a_coordinator(), a_guest()
    same: dict[str, Any] = {"deployment": deployment, "until": UNTIL, "at": NOW}
    member, late = a_user("member", Role.LIAISON, desk=a_desk()), NOW + timedelta(days=400)
    with pytest.raises(NotPermitted):
        sharing.share_deployment_with(**same, person=guest, by=member)
    with pytest.raises(NotFound):
        sharing.share_deployment_with(**same, person=guest, by=a_stranger())
    for unfit in (a_user("vetting", Role.VETTING), member):
        with pytest.raises(sharing.NotShareable):
            sharing.share_deployment_with(**same, person=unfit, by=coordinator)
    with pytest.raises(EndOutOfRange):
        sharing.share_deployment_with(**{**same, "until": late}, person=guest, by=coordinator)


def test_another_desk_sees_it_at_once_and_every_share_ends() -> None:
    deployment, coordinator, guest = shared()
    sharing.share_deployment(deployment=deployment, agency=an_agency(), by=coordinator, at=NOW)
    other, ours = a_desk("busan", coordinator), a_user("ours", Role.APPROVER, desk=a_desk())
    theirs = a_user("theirs", Role.COORDINATOR, desk=other)
    before = [sees(user, deployment) for user in (ours, guest, theirs)]
    browser = as_(coordinator)
    answer = browser.post(do_url(deployment, "hand-over"), {"desk": other.pk})
    after = [sees(user, deployment) for user in (ours, guest, theirs)]
    assert (answer.status_code, before, after) == (
        302,
        [True, True, False],
        [False, False, True],
    )
    assert DeploymentUserObjectPermission.objects.count() == 0
    assert DeploymentGroupObjectPermission.objects.count() == 0
    assert told(deployment)[:3] == [
        "deployment.share_ended",
        "deployment.sharing_ended",
        "deployment.handed_over",
    ]


def test_nobody_gives_a_deployment_to_a_desk_that_is_not_theirs() -> None:
    deployment, coordinator, other = a_deployment(), a_coordinator(), a_desk("busan")
    with pytest.raises(NotPermitted):
        hand_over_deployment(deployment=deployment, desk=other, by=coordinator, at=NOW)
    sent = {"desk": other.pk}
    assert as_(coordinator).post(do_url(deployment, "hand-over"), sent).status_code == 403


def test_the_page_shows_with_whom_and_until_when() -> None:
    deployment, coordinator, guest = a_deployment(), a_coordinator(), a_guest()
    browser = as_(coordinator)
    sent = {"person": str(guest.pk), "last_day": "2026-12-01"}
    assert browser.post(do_url(deployment, "share-person"), sent).status_code == 302
    assert "guest · to 12/01/2026" in text_of(browser.get(page_url(deployment)))
    assert browser.post(do_url(deployment, "end-share-person"), sent).status_code == 302
    assert "guest · to" not in text_of(browser.get(page_url(deployment)))
