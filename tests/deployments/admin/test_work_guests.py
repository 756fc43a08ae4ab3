"""What work shows and does on the pages of people: load, places, and leaving for good."""

import pytest

from corps.accounts.roles import Role
from deployments.models import Assignment
from tests.admin.doors import as_, do_url, entries_since, last_number, list_url, page_url, text_of
from tests.cast import a_coordinator, a_deployment, a_desk, a_slot, a_stranger, a_user, a_volunteer
from tests.deployments.admin.scene import a_member, days_later, held
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]


def a_busy_volunteer() -> Volunteer:
    """Somebody who is proposed for, was offered, and holds a place, one after the other."""
    volunteer = a_volunteer("busy-1", account=True)
    for number, state in enumerate(("proposed", "offered", "confirmed", "lost_contact")):
        deployment = a_deployment(f"D-{number}", period=days_later(number))
        held(a_slot(deployment), volunteer, state)
    return volunteer


def test_withdrawing_a_volunteer_frees_every_place_and_enters_each() -> None:
    client, volunteer = as_(a_coordinator()), a_busy_volunteer()
    before = last_number()
    assert client.post(do_url(volunteer, "withdraw")).status_code == 302
    volunteer.refresh_from_db()
    assert volunteer.standing == "withdrawn"
    states = Assignment.objects.values_list("slot__deployment__codename", "state")
    assert dict(states) == {
        "D-0": "cancelled",
        "D-1": "declined",
        "D-2": "withdrawn",
        "D-3": "withdrawn",
    }
    assert sorted(entries_since(before)) == [
        "assignment.cancelled",
        "assignment.contact_regained",
        "assignment.declined",
        "assignment.withdrawn",
        "assignment.withdrawn",
        "standing.withdrawn",
    ]


def test_there_is_one_button_to_withdraw_and_it_asks_no_reason() -> None:
    client, volunteer = as_(a_coordinator()), a_busy_volunteer()
    steps = client.get(page_url(volunteer)).context["steps"]
    assert [step["name"] for step in steps].count("withdraw") == 1
    question = client.get(do_url(volunteer, "withdraw"))
    assert list(question.context["form"].fields) == []
    client.post(do_url(volunteer, "withdraw"))
    steps = client.get(page_url(volunteer)).context["steps"]
    assert "withdraw" not in [step["name"] for step in steps]


@pytest.mark.parametrize("role", [Role.VETTING, Role.LIAISON, Role.APPROVER])
def test_those_who_only_see_a_volunteer_withdraw_nobody(role: Role) -> None:
    volunteer = a_busy_volunteer()
    client = as_(a_member(role))
    assert "withdraw" not in [s["name"] for s in client.get(page_url(volunteer)).context["steps"]]
    assert client.post(do_url(volunteer, "withdraw")).status_code == 403
    volunteer.refresh_from_db()
    assert volunteer.standing == "active"


def test_a_stranger_withdraws_nobody() -> None:
    volunteer = a_busy_volunteer()
    assert as_(a_stranger()).post(do_url(volunteer, "withdraw")).status_code == 404
    assert Assignment.objects.filter(state="confirmed").exists()


def test_places_and_load_stand_on_the_pages_of_people_for_those_who_see_work() -> None:
    volunteer = a_busy_volunteer()
    coordinator, vetting = as_(a_coordinator()), as_(a_member(Role.VETTING))
    page = text_of(coordinator.get(page_url(volunteer)))
    assert ["D-0" in page, "D-1" in page, "D-2" in page, "D-3" in page] == [True] * 4
    page = text_of(vetting.get(page_url(volunteer)))
    assert ["D-0" in page, "D-1" in page, "D-2" in page, "D-3" in page] == [False] * 4
    [row] = coordinator.get(list_url(Volunteer)).context["cl"].result_list
    assert row.guest_load == 3


def test_places_in_hidden_deployments_are_not_on_the_page() -> None:
    volunteer = a_volunteer("seen-1")
    held(a_slot(a_deployment("SECRET", desk=a_desk("elsewhere"))), volunteer)
    held(a_slot(a_deployment("HERON", period=days_later(3))), volunteer)
    page = text_of(as_(a_coordinator()).get(page_url(volunteer)))
    assert ("HERON" in page, "SECRET" in page) == (True, False)


def test_an_auditor_and_an_editor_have_no_page_of_a_volunteer() -> None:
    volunteer = a_busy_volunteer()
    for role in (Role.AUDITOR, Role.EDITOR, Role.ADMINISTRATOR):
        client = as_(a_user(f"{role.name.lower()}-2", role, desk=a_desk()))
        assert client.get(page_url(volunteer)).status_code == 404
