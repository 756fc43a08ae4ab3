"""Days are whole and both included, in the deployment's own time zone."""

from datetime import UTC, datetime

import pytest

from deployments.models import Deployment, Role
from tests.admin.doors import as_, do_url, list_do_url, list_url, page_url, text_of
from tests.cast import a_coordinator, a_deployment, a_desk, a_slot, a_volunteer
from tests.deployments.admin.scene import held
from tests.deployments.admin.test_work_steps import NEW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

FIRST, LAST = "March 28, 2027".replace(" ", "\xa0"), "March 30, 2027".replace(" ", "\xa0")
SHOWN = f"{FIRST}\xa0to {LAST}"


def a_deployment_over_the_change_of_clocks() -> Deployment:
    """28 to 30 March 2027 in Kyiv, where clocks go forward on the 28th, made on the page."""
    client = as_(a_coordinator())
    assert (
        client.post(list_do_url(Deployment, "new"), {**NEW, "desk": a_desk().pk}).status_code == 302
    )
    return Deployment.objects.get()


def test_the_days_that_are_typed_are_the_days_that_are_shown() -> None:
    deployment = a_deployment_over_the_change_of_clocks()
    assert (deployment.period.lower, deployment.period.upper) == (
        datetime(2027, 3, 27, 22, tzinfo=UTC),
        datetime(2027, 3, 30, 21, tzinfo=UTC),
    )
    client = as_(a_coordinator(username="reader"))
    assert SHOWN in text_of(client.get(page_url(deployment)))
    assert SHOWN in text_of(client.get(list_url(Deployment)))
    form = client.get(do_url(deployment, "edit")).context["form"]
    assert (str(form["first_day"].value()), str(form["last_day"].value())) == (
        "2027-03-28",
        "2027-03-30",
    )


def test_places_begin_with_the_days_of_the_deployment_and_show_theirs() -> None:
    deployment = a_deployment_over_the_change_of_clocks()
    client = as_(a_coordinator(username="reader"))
    form = client.get(do_url(deployment, "places")).context["form"]
    begin = {name: str(form[name].value()) for name in ("first_day", "last_day")}
    assert begin == {"first_day": "2027-03-28", "last_day": "2027-03-30"}
    role = Role.objects.get(code="broadcaster").pk
    assert (
        client.post(do_url(deployment, "places"), {**begin, "role": role, "count": 1}).status_code
        == 302
    )
    slot = deployment.slots.get()
    assert (slot.period.lower, slot.period.upper) == (
        deployment.period.lower,
        deployment.period.upper,
    )
    assert SHOWN in text_of(client.get(page_url(slot)))
    form = client.get(do_url(slot, "days")).context["form"]
    assert (str(form["first_day"].value()), str(form["last_day"].value())) == (
        "2027-03-28",
        "2027-03-30",
    )


def test_saving_the_same_days_again_moves_nothing() -> None:
    deployment = a_deployment_over_the_change_of_clocks()
    client = as_(a_coordinator(username="reader"))
    form = client.get(do_url(deployment, "edit")).context["form"]
    sent = {field.html_name: str(field.value() or "") for field in form}
    before = deployment.period
    assert client.post(do_url(deployment, "edit"), sent).status_code == 302
    deployment.refresh_from_db()
    assert (deployment.period.lower, deployment.period.upper) == (before.lower, before.upper)


def test_a_single_day_is_shown_as_one() -> None:
    period = (datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 3, 28, 21, tzinfo=UTC))
    slot = a_slot(a_deployment("HERON", period=period), period=period)
    assignment = held(slot, a_volunteer())
    client = as_(a_coordinator())
    for one in (slot.deployment, slot, assignment):
        text = text_of(client.get(page_url(one)))
        assert (FIRST in text, f"{FIRST}\xa0to" in text) == (True, False)


def test_a_deployment_in_seoul_shows_days_of_seoul() -> None:
    period = (datetime(2027, 3, 27, 15, tzinfo=UTC), datetime(2027, 3, 30, 15, tzinfo=UTC))
    deployment = a_deployment("HERON", period=period, time_zone="Asia/Seoul", country="KR")
    assert SHOWN in text_of(as_(a_coordinator()).get(page_url(deployment)))
