"""A handing over that is entered later: on the day it was, by whoever did it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from deployments.materials import actions
from deployments.materials.actions.deliveries import (
    HandedOverOutOfTime,
    NotAnOfficer,
    ReceiptOutOfTime,
)
from deployments.materials.files import Inspected
from deployments.materials.models import Delivery
from deployments.materials.queries import (
    day_in_seoul,
    deliveries_visible_to,
    without_receipt,
)
from deployments.materials.rules import NotApproved
from tests.admin.doors import as_, do_url, page_url, text_of
from tests.cast import NOW, a_desk, a_user
from tests.materials.scene import a_delivery, a_file, cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

PREPARED = datetime(2026, 11, 19, 16, tzinfo=UTC)
"""One o'clock at night of Friday 20 November in Seoul; in Kyiv it is still Thursday."""
FRIDAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def people() -> dict[str, User]:
    """Who takes part, with a second liaison officer."""
    return {**cast(), "colleague": a_user("colleague", Role.LIAISON, desk=a_desk())}


@pytest.fixture
def delivery(people: dict[str, User]) -> Delivery:
    """A delivery that was prepared on Friday."""
    return a_delivery(people, at=PREPARED)


def hand_over(delivery: Delivery, people: dict[str, User], **more: Any) -> None:
    """Enter on Sunday that all was handed over."""
    given = {"by": people["liaison"], "at": NOW, **more}
    actions.hand_over(delivery=delivery, count=2000, **given)


def receive(delivery: Delivery, people: dict[str, User], receipt_at: datetime, **more: Any) -> None:
    """Enter the receipt on Sunday."""
    actions.acknowledge_delivery(
        delivery=delivery,
        count=2000,
        receipt_by="duty officer",
        receipt_at=receipt_at,
        by=people["liaison"],
        at=NOW,
        **more,
    )


def test_a_handing_over_is_entered_for_the_day_it_was_and_whoever_did_it(
    delivery: Delivery, people: dict[str, User]
) -> None:
    """The ledger says both, and who entered it."""
    hand_over(delivery, people, on=FRIDAY, handed_over_by=people["colleague"])
    delivery.refresh_from_db()
    kept = (delivery.handed_over_at, delivery.handed_over_by, delivery.state_since)
    assert kept == (NOON, people["colleague"], NOW)
    entry = Entry.objects.get(verb="delivery.handed_over")
    told = {name: entry.facts[name] for name in ("on", "handed_over_by", "copies_handed_over")}
    assert (entry.actor, entry.at) == ("liaison", NOW)
    assert told == {
        "on": "2026-11-20",
        "handed_over_by": "colleague",
        "copies_handed_over": 2000,
    }


def test_a_handing_over_is_of_today_and_by_whoever_enters_it_unless_told(
    delivery: Delivery, people: dict[str, User]
) -> None:
    hand_over(delivery, people)
    delivery.refresh_from_db()
    assert (delivery.handed_over_at, delivery.handed_over_by) == (NOW, people["liaison"])
    assert Entry.objects.get(verb="delivery.handed_over").facts["on"] == "2026-11-22"


@pytest.mark.parametrize("on", [date(2026, 11, 19), date(2026, 11, 23)])
def test_the_day_lies_between_the_preparing_and_today_in_seoul(
    delivery: Delivery, people: dict[str, User], on: date
) -> None:
    with pytest.raises(HandedOverOutOfTime):
        hand_over(delivery, people, on=on)
    delivery.refresh_from_db()
    assert delivery.state == "prepared"


def test_what_was_prepared_in_the_afternoon_was_not_handed_over_at_noon(
    people: dict[str, User],
) -> None:
    """Of a day alone nothing is known; the order of the two is kept."""
    afternoon = NOON + timedelta(hours=4)
    delivery = a_delivery(people, at=afternoon)
    hand_over(delivery, people, on=FRIDAY)
    assert delivery.handed_over_at == afternoon


@pytest.mark.parametrize("who", ["coordinator", "editor", "other liaison", "auditor"])
def test_liaison_officers_of_the_desk_alone_hand_over(
    delivery: Delivery, people: dict[str, User], who: str
) -> None:
    with pytest.raises(NotAnOfficer):
        hand_over(delivery, people, handed_over_by=people[who])


def test_a_receipt_may_be_of_the_day_of_the_handing_over_and_of_none_before(
    delivery: Delivery, people: dict[str, User]
) -> None:
    """Whatever the hour; the ledger says the day."""
    hand_over(delivery, people, on=FRIDAY)
    with pytest.raises(ReceiptOutOfTime):
        receive(delivery, people, PREPARED - timedelta(hours=2))
    receive(delivery, people, NOON - timedelta(hours=2))
    assert Entry.objects.get(verb="delivery.acknowledged").facts["on"] == "2026-11-20"


def test_a_receipt_is_waited_for_from_the_day_on(
    delivery: Delivery, people: dict[str, User]
) -> None:
    hand_over(delivery, people, on=FRIDAY)
    seen, due = deliveries_visible_to(people["liaison"]), NOON + timedelta(days=14)
    assert list(without_receipt(seen, at=due)) == [delivery]
    assert list(without_receipt(seen, at=due - timedelta(seconds=1))) == []


def test_what_was_handed_over_before_the_version_was_retired_is_still_entered(
    delivery: Delivery, people: dict[str, User]
) -> None:
    """The day before; from the day itself on it is too late."""
    saturday = NOW - timedelta(days=1)
    actions.retire_version(version=delivery.version, reason="old", by=people["editor"], at=saturday)
    for on in (saturday.date(), None):
        with pytest.raises(NotApproved):
            hand_over(delivery, people, on=on)
    hand_over(delivery, people, on=FRIDAY)
    assert delivery.state == "handed_over"


def test_the_form_asks_for_the_day_and_who_of_the_desk(
    delivery: Delivery, people: dict[str, User]
) -> None:
    """It begins with today and whoever is asked."""
    client = as_(people["liaison"])
    form = client.get(do_url(delivery, "hand_over")).context["form"]
    assert (form["on"].value(), form["handed_over_by"].value()) == (
        NOW.date(),
        people["liaison"].pk,
    )
    offered = set(form.fields["handed_over_by"].queryset)
    assert offered == {people["liaison"], people["colleague"]}
    given = {"count": "2000", "on": "2026-11-20", "handed_over_by": people["colleague"].pk}
    assert client.post(do_url(delivery, "hand_over"), given).status_code == 302
    receipt = {"count": "1990", "receipt_by": "duty officer", "day": "2026-11-20"}
    assert client.post(do_url(delivery, "acknowledge"), receipt).status_code == 302
    page = text_of(client.get(page_url(delivery)))
    assert "colleague, 20 November 2026" in page or "colleague, Nov. 20, 2026" in page


def test_the_form_takes_nobody_of_another_desk(delivery: Delivery, people: dict[str, User]) -> None:
    given = {"count": "2000", "handed_over_by": people["other liaison"].pk}
    answer = as_(people["liaison"]).post(do_url(delivery, "hand_over"), given)
    assert list(answer.context["form"].errors) == ["handed_over_by"]


def test_the_days_are_of_seouls_calendar_wherever_they_are_entered(
    people: dict[str, User],
) -> None:
    """In Honolulu it is still Saturday."""
    people["liaison"].time_zone = "Pacific/Honolulu"
    people["liaison"].save()
    delivery, client = a_delivery(people, at=PREPARED), as_(people["liaison"])
    client.post(do_url(delivery, "hand_over"), {"count": "2000", "on": "2026-11-22"})
    form = client.get(do_url(delivery, "acknowledge")).context["form"]
    assert form["day"].value() == NOW.date()
    receipt = {"count": "1990", "receipt_by": "duty officer", "day": "2026-11-22"}
    assert client.post(do_url(delivery, "acknowledge"), receipt).status_code == 302
    delivery.refresh_from_db()
    assert delivery.receipt_at is not None
    assert day_in_seoul(delivery.receipt_at) == NOW.date()


@pytest.mark.parametrize(("scan", "told"), [(None, "No"), (a_file(b"the receipt"), "Yes")])
def test_the_page_says_whether_there_is_a_scan_of_the_receipt(
    delivery: Delivery, people: dict[str, User], scan: Inspected | None, told: str
) -> None:
    hand_over(delivery, people)
    receive(delivery, people, NOW, scan=scan)
    page = as_(people["liaison"]).get(page_url(delivery)).content.decode()
    assert f"<dt>Scan</dt><dd>{told}</dd>".lower() in page.lower()
