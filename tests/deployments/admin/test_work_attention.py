"""Places to look at: the clearance ends before the place does, or the volunteer is not active."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from psycopg.types.range import Range

from deployments.models import Assignment
from deployments.queries.attention import needing_attention
from deployments.states import ASSIGNMENT, HOLDING
from tests.admin.doors import as_, list_url, page_url, text_of
from tests.cast import NOW, a_coordinator, a_deployment, a_slot, a_volunteer
from tests.deployments.admin.scene import held
from volunteers.models import VettingCase, Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

PERIOD = (datetime(2027, 3, 9, 22, tzinfo=UTC), datetime(2027, 3, 20, 22, tzinfo=UTC))
"""10 to 20 March 2027 in Kyiv."""


def cleared(volunteer: Volunteer, level: int, first: date, until: date) -> None:
    """One more clearance, half-open days."""
    VettingCase.objects.create(
        volunteer=volunteer,
        state="cleared",
        state_since=NOW,
        from_register=True,
        level=level,
        holds=Range(first, until),
    )


def lacking(
    volunteer: Volunteer, *, at: datetime = NOW, state: str = "confirmed", **slot: Any
) -> bool:
    """Whether an assignment of 10 to 20 March needs a look at an instant."""
    deployment = a_deployment(period=PERIOD)
    made = held(a_slot(deployment, **slot), volunteer, state)
    return needing_attention(Assignment.objects.filter(pk=made.pk), at=at).exists()


@pytest.mark.parametrize(
    ("last_day", "expected"),
    [
        (date(2027, 3, 20), False),
        (date(2027, 3, 19), True),
        (date(2027, 3, 10), True),
        (date(2027, 3, 9), True),
    ],
)
def test_a_clearance_has_to_hold_through_the_last_day(last_day: date, expected: bool) -> None:
    assert lacking(a_volunteer(clearance=(3, last_day))) is expected


def test_a_clearance_too_low_or_none_at_all_needs_a_look() -> None:
    low = a_volunteer(clearance=(1, date(2027, 12, 31)))
    assert lacking(low) is True
    assert lacking(a_volunteer(clearance=(1, date(2027, 12, 31))), clearance=1) is False
    assert lacking(a_volunteer(clearance=None)) is True


def test_clearances_that_touch_count_as_one_and_a_gap_does_not() -> None:
    touching = a_volunteer(clearance=(2, date(2027, 3, 14)))
    cleared(touching, 3, date(2027, 3, 15), date(2027, 3, 21))
    assert lacking(touching) is False
    gap = a_volunteer(clearance=(2, date(2027, 3, 14)))
    cleared(gap, 3, date(2027, 3, 16), date(2027, 3, 21))
    assert lacking(gap) is True
    lesser = a_volunteer(clearance=(2, date(2027, 3, 14)))
    cleared(lesser, 1, date(2027, 3, 15), date(2027, 3, 21))
    assert lacking(lesser) is True


def test_only_the_days_that_are_left_count() -> None:
    late = a_volunteer(clearance=None)
    cleared(late, 2, date(2027, 3, 15), date(2027, 3, 21))
    deployment = a_deployment(period=PERIOD)
    made = Assignment.objects.filter(pk=held(a_slot(deployment), late, "active").pk)
    on = {
        text: needing_attention(made, at=datetime.fromisoformat(text)).exists()
        for text in (
            "2027-03-14T21:59:00+00:00",
            "2027-03-14T22:00:00+00:00",
            "2027-03-25T00:00:00+00:00",
        )
    }
    assert list(on.values()) == [True, False, False]


@pytest.mark.parametrize("standing", ["paused", "released", "withdrawn"])
def test_a_holder_who_is_no_longer_active_needs_a_look(standing: str) -> None:
    assert lacking(a_volunteer(standing=standing)) is True


@pytest.mark.parametrize("state", list(ASSIGNMENT.states))
def test_only_what_holds_a_place_needs_a_look(state: str) -> None:
    assert lacking(a_volunteer(clearance=None), state=state) is (state in HOLDING)


def test_the_board_leads_to_the_list_the_list_to_the_page_and_each_says_so() -> None:
    client = as_(a_coordinator())
    short = held(a_slot(), a_volunteer("short-1", clearance=(2, date(2027, 3, 10))))
    held(a_slot(), a_volunteer("fine-1"))
    board = client.get("/admin/").context["board"]
    [tile] = [tile for tile in board if tile.url.endswith("waiting=look")]
    assert tile.count == 1
    listed = client.get(tile.url)
    assert list(listed.context["cl"].result_list) == [short]
    assert tile.url.startswith(list_url(Assignment))
    assert "ends before the place does" in text_of(client.get(page_url(short)))
    assert "Needs a look" in text_of(client.get(page_url(short.slot.deployment)))


def test_nothing_is_said_where_all_is_well() -> None:
    client = as_(a_coordinator())
    fine = held(a_slot(), a_volunteer("fine-1"))
    assert client.get(page_url(fine)).context["attention"] is None
    assert "Needs a look" not in text_of(client.get(page_url(fine.slot.deployment)))
