"""Vetting in the admin: each sees their own steps, and the page says no in words."""

from typing import Any

import pytest

from corps.accounts.models import User
from corps.accounts.roles import Role
from tests.admin.doors import as_, do_url, entries_since, last_number, list_url, page_url, text_of
from tests.cast import a_coordinator, a_desk, a_user, a_volunteer
from volunteers.models import VettingCase

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> dict[str, User]:
    """Who takes part."""
    desk = a_desk()
    return {
        "coordinator": a_coordinator(desk),
        "officer": a_user("officer", Role.VETTING, Role.APPROVER, desk=desk),
        "approver": a_user("approver", Role.APPROVER, desk=desk),
    }


def opened(staff: dict[str, User]) -> VettingCase:
    """A case, opened from the volunteer's page."""
    there = a_volunteer("heron-1", clearance=None)
    answer = as_(staff["coordinator"]).post(do_url(there, "vet"))
    case = there.vetting.get()
    assert answer.headers["Location"] == page_url(case)
    return case


def steps(user: User, case: VettingCase) -> list[str]:
    """The buttons a person has on a case's page."""
    return [step["name"] for step in as_(user).get(page_url(case)).context["steps"]]


def press(user: User, case: VettingCase, name: str, **given: Any) -> tuple[int, list[str]]:
    """Press a button; return the status and the verbs it left in the ledger."""
    client = as_(user)
    before = last_number()
    return client.post(do_url(case, name), given).status_code, entries_since(before)


def test_the_way_from_open_to_cleared(staff: dict[str, User]) -> None:
    case = opened(staff)
    officer, approver = staff["officer"], staff["approver"]
    assert (steps(staff["coordinator"], case), steps(officer, case)) == ([], ["check"])
    assert press(officer, case, "check") == (302, ["vetting.checks_begun"])
    assert steps(officer, case) == ["enter-check", "recommend"]
    given = {"kind": "document", "outcome": "passed"}
    assert press(officer, case, "enter-check", **given) == (302, ["vetting.check_entered"])
    assert press(officer, case, "recommend", level=2) == (302, ["vetting.recommended"])
    assert (steps(officer, case), steps(approver, case)) == ([], ["clear", "refuse"])
    assert press(approver, case, "clear", level=2, last_day="2099-01-01") == (
        302,
        ["vetting.cleared"],
    )
    assert steps(approver, case) == ["revoke"]


def test_a_refusal_by_the_rules_is_said_on_the_page_and_entered(staff: dict[str, User]) -> None:
    case = opened(staff)
    press(staff["officer"], case, "check")
    client = as_(staff["officer"])
    before = last_number()
    answer = client.post(do_url(case, "recommend"), {"level": 2})
    assert (answer.status_code, entries_since(before)) == (200, ["access.refused"])
    assert "Enter at least one check before you recommend." in text_of(answer)


def test_a_level_above_the_recommended_one_is_not_offered(staff: dict[str, User]) -> None:
    case = opened(staff)
    press(staff["officer"], case, "check")
    press(staff["officer"], case, "enter-check", kind="document", outcome="passed")
    press(staff["officer"], case, "recommend", level=1)
    form = as_(staff["approver"]).get(do_url(case, "clear")).context["form"]
    assert [value for value, _label in form.fields["level"].choices] == [1]


def test_the_list_filters_by_state(staff: dict[str, User]) -> None:
    case = opened(staff)
    client = as_(staff["officer"])
    found = [
        client.get(list_url(VettingCase), {"state__exact": state}).context["cl"].result_count
        for state in ("open", "cleared")
    ]
    assert (found, case.state) == ([1, 0], "open")
