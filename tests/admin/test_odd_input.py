"""Odd input is answered like any other: refused, or not there, never with a failure."""

import pytest
from django.db import models

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from deployments.models import Deployment, Slot
from tests.admin.doors import as_, do_url, list_do_url, list_url
from tests.cast import NOW, a_deployment, a_desk, a_user, a_volunteer
from volunteers.actions.vetting import (
    begin_checks,
    enter_check,
    open_vetting_case,
    recommend_clearance,
)
from volunteers.models import ImportRun, Language, Skill, VettingCase, Volunteer

pytestmark = pytest.mark.django_db

LISTS: list[tuple[type[models.Model], str]] = [
    (Volunteer, "standing__exact=%00"),
    (Volunteer, "desk__id__exact=%00"),
    (Volunteer, "q=%00"),
    (VettingCase, "level__exact=%00"),
    (VettingCase, "level__exact=99999999999999999999"),
    (ImportRun, "state__exact=%00"),
    (Skill, "kind__exact=%00"),
    (Deployment, "state__exact=%00"),
    (Slot, "filling=%00"),
    (Entry, "door=%00"),
    (Entry, "before=99999999999999999999"),
    (Entry, "until=9999-12-31"),
    (Entry, "since=0001-01-01"),
    (Volunteer, "free_from=9999-12-31"),
    (Volunteer, "free_from=0001-01-01&free_to=9999-12-31"),
]


@pytest.fixture
def everybody() -> User:
    """Somebody with every role, so that no list or button is closed."""
    return a_user("everybody", *Role, desk=a_desk())


@pytest.mark.parametrize(("model", "query"), LISTS)
def test_a_list_answers_any_query(everybody: User, model: type[models.Model], query: str) -> None:
    a_volunteer()
    answer = as_(everybody).get(f"{list_url(model)}?{query}")
    assert answer.status_code in (200, 302, 400)


@pytest.mark.parametrize("page", ["change/", "history/", "do/pause/"])
def test_a_key_with_the_character_nul_answers_as_an_absent_one(everybody: User, page: str) -> None:
    assert as_(everybody).get(f"{list_url(Language)}%00/{page}").status_code == 404


def test_a_button_begins_with_nothing_that_the_database_fails_on(everybody: User) -> None:
    url = do_url(a_volunteer(), "language")
    assert as_(everybody).get(f"{url}?language=%00").status_code == 200


DAYS = ["0001-01-01", "1899-12-31", "9999-12-31"]


@pytest.mark.parametrize("day", DAYS)
def test_a_deployment_takes_no_day_with_which_nobody_can_reckon(everybody: User, day: str) -> None:
    given = {
        "codename": "HERON",
        "desk": a_desk().pk,
        "first_day": day,
        "last_day": day,
        "country": "UA",
        "time_zone": "Europe/Kyiv",
        "clearance": 2,
    }
    client = as_(everybody)
    for url in (list_do_url(Deployment, "new"), do_url(a_deployment(), "edit")):
        answer = client.post(url, given)
        assert (answer.status_code, "first_day" in answer.context["form"].errors) == (200, True)


@pytest.mark.parametrize("day", DAYS)
def test_a_clearance_takes_no_such_day(everybody: User, day: str) -> None:
    officer = a_user("officer", Role.VETTING, desk=a_desk())
    case = open_vetting_case(volunteer=a_volunteer(clearance=None), by=everybody, at=NOW)
    begin_checks(case=case, by=officer, at=NOW)
    enter_check(case=case, kind="document", outcome="passed", valid_until=None, by=officer, at=NOW)
    recommend_clearance(case=case, level=2, by=officer, at=NOW)
    answer = as_(everybody).post(do_url(case, "clear"), {"level": 2, "last_day": day})
    assert (answer.status_code, "last_day" in answer.context["form"].errors) == (200, True)
