"""A volunteer shared with one person until a day: begun, changed, ended, over, and gone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.accounts.rules.sharing import EndOutOfRange, last_day_before, until_after
from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.errors import NotFound, NotPermitted
from tests.admin.doors import as_, do_url, page_url, text_of
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user, a_volunteer
from volunteers.actions import sharing
from volunteers.actions.people import change_volunteer
from volunteers.forms.sharing import ShareForm
from volunteers.models import Volunteer, VolunteerUserObjectPermission
from volunteers.queries.people import people_shared_with, volunteers_visible_to
from volunteers.tasks import end_shares_over

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

UNTIL = datetime(2026, 12, 1, 15, tzinfo=UTC)
"""The end of 1 December 2026 in Seoul."""


def a_guest(**fields: Any) -> User:
    """A liaison officer of another desk."""
    return a_user("guest", Role.LIAISON, desk=a_desk("elsewhere"), **fields)


def shared(until: datetime = UNTIL) -> tuple[Volunteer, User, User]:
    """A volunteer, the coordinator who shared it, and with whom."""
    volunteer, coordinator, guest = a_volunteer("heron"), a_coordinator(), a_guest()
    sharing.share_volunteer(
        volunteer=volunteer, person=guest, until=until, by=coordinator, at=timezone.now()
    )
    return volunteer, coordinator, guest


def sees(user: User, volunteer: Volunteer) -> bool:
    """Whether somebody, asking anew, sees a volunteer."""
    return volunteers_visible_to(User.objects.get(pk=user.pk)).filter(pk=volunteer.pk).exists()


def told(volunteer: Volunteer) -> list[tuple[str, str, Any]]:
    """The entries about sharing, newest first: verb, who acted, facts."""
    found = entries_about(volunteer).filter(verb__contains="shar")
    return [(entry.verb, entry.actor, entry.facts) for entry in found]


def test_a_last_day_is_included_in_the_zone_of_whoever_shares() -> None:
    assert until_after(date(2026, 12, 1), "Asia/Seoul") == UNTIL
    assert last_day_before(UNTIL, "Asia/Seoul") == date(2026, 12, 1)
    assert last_day_before(UNTIL + timedelta(microseconds=1), "Asia/Seoul") == date(2026, 12, 2)


def test_a_share_lets_one_person_see_and_is_entered() -> None:
    volunteer, _, guest = shared()
    another = a_user("another", Role.LIAISON, desk=a_desk("third"))
    assert (sees(guest, volunteer), sees(another, volunteer)) == (True, False)
    facts = {"with": "guest", "until": "2026-12-01T15:00:00+00:00"}
    assert told(volunteer) == [("volunteer.shared", "coordinator", facts)]


def test_sharing_again_changes_the_end() -> None:
    volunteer, coordinator, guest = shared()
    longer = UNTIL + timedelta(days=7)
    sharing.share_volunteer(volunteer=volunteer, person=guest, until=longer, by=coordinator, at=NOW)
    assert VolunteerUserObjectPermission.objects.get().until == longer
    ends = {"from": "2026-12-01T15:00:00+00:00", "to": "2026-12-08T15:00:00+00:00"}
    entry = ("volunteer.sharing_changed", "coordinator", {"with": "guest", "until": ends})
    assert told(volunteer)[0] == entry


def test_a_share_is_over_at_its_end_whether_or_not_the_clock_has_run(time_machine: Any) -> None:
    volunteer, _, guest = shared()
    time_machine.move_to(UNTIL - timedelta(microseconds=1), tick=False)
    assert sees(guest, volunteer) is True
    time_machine.move_to(UNTIL, tick=False)
    assert sees(guest, volunteer) is False
    assert list(people_shared_with(volunteer, at=UNTIL)) == []


def test_the_clock_removes_what_is_over_with_an_entry(time_machine: Any) -> None:
    volunteer, _, _ = shared()
    assert sharing.end_shares_over(at=UNTIL - timedelta(microseconds=1)) == 0
    time_machine.move_to(UNTIL, tick=False)
    end_shares_over()
    assert VolunteerUserObjectPermission.objects.count() == 0
    facts = {"with": "guest", "until": "2026-12-01T15:00:00+00:00"}
    assert told(volunteer)[0] == ("volunteer.sharing_over", "clock", facts)
    assert sharing.end_shares_over(at=UNTIL) == 0


def test_a_share_is_ended_before_its_end() -> None:
    volunteer, coordinator, guest = shared()
    sharing.end_sharing(volunteer=volunteer, person=guest, by=coordinator, at=NOW)
    assert sees(guest, volunteer) is False
    assert [verb for verb, _, _ in told(volunteer)] == [
        "volunteer.sharing_ended",
        "volunteer.shared",
    ]
    with pytest.raises(sharing.NotShared):
        sharing.end_sharing(volunteer=volunteer, person=guest, by=coordinator, at=NOW)


@pytest.mark.parametrize(
    "until", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=366, seconds=1)]
)
def test_no_share_is_over_before_it_begins_or_outlasts_a_year(until: datetime) -> None:
    with pytest.raises(EndOutOfRange):
        shared(until)
    assert VolunteerUserObjectPermission.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "role"),
    [
        ({}, Role.EDITOR),
        ({}, Role.AUDITOR),
        ({"is_active": False}, Role.LIAISON),
        ({"is_staff": False}, Role.LIAISON),
    ],
)
def test_nothing_is_shared_with_those_whose_role_sees_no_volunteers(
    fields: dict[str, bool], role: Role
) -> None:
    person = a_user("person", role, desk=a_desk("elsewhere"), **fields)
    with pytest.raises(sharing.NotShareable):
        sharing.share_volunteer(
            volunteer=a_volunteer(), person=person, until=UNTIL, by=a_coordinator(), at=NOW
        )


def test_nothing_is_shared_with_a_member_of_the_desk() -> None:
    person = a_user("person", Role.VETTING, desk=a_desk())
    with pytest.raises(sharing.NotShareable):
        sharing.share_volunteer(
            volunteer=a_volunteer(), person=person, until=UNTIL, by=a_coordinator(), at=NOW
        )


def test_only_the_desk_s_coordinators_share() -> None:
    volunteer, guest = a_volunteer(), a_guest()
    member = a_user("member", Role.APPROVER, desk=a_desk())
    same: dict[str, Any] = {"volunteer": volunteer, "person": guest, "until": UNTIL, "at": NOW}
    with pytest.raises(NotPermitted):
        sharing.share_volunteer(**same, by=member)
    with pytest.raises(NotFound):
        sharing.share_volunteer(**same, by=a_stranger())


def test_whom_it_is_shared_with_shares_it_no_further_and_changes_nothing() -> None:
    volunteer, _, _ = shared()
    guest = a_user("second-guest", Role.COORDINATOR, desk=a_desk("elsewhere"))
    sharing.share_volunteer(
        volunteer=volunteer, person=guest, until=UNTIL, by=a_user_of_desk(), at=NOW
    )
    browser = as_(guest)
    assert browser.get(page_url(volunteer)).status_code == 200
    for step in ("share", "end-sharing", "details", "pause", "identity", "invite"):
        assert (step, browser.post(do_url(volunteer, step)).status_code) == (step, 403)


def a_user_of_desk() -> User:
    """Another coordinator of the Seoul desk."""
    return a_user("colleague", Role.COORDINATOR, desk=a_desk())


def test_a_change_of_desk_moves_sight_at_once_and_ends_every_share() -> None:
    volunteer, coordinator, guest = shared()
    other = a_desk("busan", coordinator)
    theirs = a_user("theirs", Role.COORDINATOR, desk=other)
    ours = a_user("ours", Role.APPROVER, desk=a_desk())
    before = [sees(user, volunteer) for user in (ours, guest, theirs)]
    change_volunteer(volunteer=volunteer, changed={"desk": other}, by=coordinator, at=NOW)
    after = [sees(user, volunteer) for user in (ours, guest, theirs)]
    assert (before, after) == ([True, True, False], [False, False, True])
    assert VolunteerUserObjectPermission.objects.count() == 0
    assert told(volunteer)[0][0] == "volunteer.sharing_ended"


def test_another_fact_changed_leaves_shares_alone() -> None:
    volunteer, coordinator, guest = shared()
    same = {"home_base": "Incheon", "desk": volunteer.desk}
    change_volunteer(volunteer=volunteer, changed=same, by=coordinator, at=NOW)
    assert sees(guest, volunteer) is True


@pytest.mark.parametrize("change", ["closed", "no role", "no staff"])
def test_a_share_shows_nothing_to_an_account_that_lost_what_it_stood_on(change: str) -> None:
    volunteer, _, guest = shared()
    browser = as_(guest)
    assert browser.get(page_url(volunteer)).status_code == 200
    if change == "closed":
        User.objects.filter(pk=guest.pk).update(is_active=False)
    elif change == "no staff":
        User.objects.filter(pk=guest.pk).update(is_staff=False)
    else:
        guest.groups.clear()
    assert sees(guest, volunteer) is False
    assert browser.get(page_url(volunteer)).status_code in (302, 403, 404)


def test_without_the_entry_nothing_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(sharing, "record", broken)
    with pytest.raises(RuntimeError):
        shared()
    assert VolunteerUserObjectPermission.objects.count() == 0


def share_form(volunteer: Volunteer, viewer: User, person: User, last_day: str) -> ShareForm:
    """The form as it is sent."""
    sent = {"person": str(person.pk), "last_day": last_day}
    return ShareForm(data=sent, viewer=viewer, obj=volunteer)


@pytest.mark.parametrize(
    ("last_day", "valid"),
    [
        ("2026-11-21", False),
        ("2026-11-22", True),
        ("2027-11-21", True),
        ("2027-11-22", False),
        ("9999-12-31", False),
        ("0001-01-01", False),
    ],
)
def test_the_form_takes_a_last_day_from_today_for_a_year(last_day: str, valid: bool) -> None:
    volunteer, coordinator, guest = a_volunteer(), a_coordinator(), a_guest()
    assert share_form(volunteer, coordinator, guest, last_day).is_valid() is valid


def test_the_form_begins_with_thirty_days_and_ends_the_day_where_the_sharer_is() -> None:
    volunteer, guest = a_volunteer(), a_guest()
    coordinator = a_user("kyiv", Role.COORDINATOR, desk=a_desk(), time_zone="Europe/Kyiv")
    empty = ShareForm(viewer=coordinator, obj=volunteer)
    assert empty.initial["last_day"] == date(2026, 12, 21)
    form = share_form(volunteer, coordinator, guest, "2026-12-01")
    assert form.is_valid()
    assert form.until() == datetime(2026, 12, 1, 22, tzinfo=UTC)


def test_the_page_shows_with_whom_and_until_when_and_shares_and_ends(time_machine: Any) -> None:
    volunteer, coordinator, guest = a_volunteer(), a_coordinator(), a_guest()
    browser = as_(coordinator)
    sent = {"person": str(guest.pk), "last_day": "2026-12-01"}
    assert browser.post(do_url(volunteer, "share"), sent).status_code == 302
    page = text_of(browser.get(page_url(volunteer)))
    assert "guest · to 12/01/2026" in page
    time_machine.move_to(UNTIL, tick=False)
    assert "guest · to" not in text_of(as_(coordinator).get(page_url(volunteer)))
    time_machine.move_to(NOW, tick=False)
    assert browser.post(do_url(volunteer, "end-sharing"), sent).status_code == 302
    assert Entry.objects.order_by("-number").values_list("verb", flat=True)[0] == (
        "volunteer.sharing_ended"
    )
