"""A deployment that is over shows who served in it, and asks for nobody any more."""

import pytest

from tests.admin.doors import as_, page_url, text_of
from tests.cast import a_coordinator, a_deployment, a_desk, a_slot, a_volunteer
from tests.deployments.admin.scene import held

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]


@pytest.mark.parametrize(("state", "asks"), [("closed", False), ("open", True)])
def test_a_deployment_that_is_over_shows_who_served_and_no_candidates(
    state: str, asks: bool
) -> None:
    deployment = a_deployment(state=state)
    held(a_slot(deployment), a_volunteer("매-71"), "completed")
    hidden = a_volunteer("매-72", desk=a_desk("elsewhere"))
    held(a_slot(deployment), hidden, "completed")
    text = text_of(as_(a_coordinator()).get(page_url(deployment)))
    assert ("매-71" in text, "매-72" in text, "Candidates" in text) == (True, False, asks)
    assert "2 / 2" not in text
