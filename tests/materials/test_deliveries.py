"""Deliveries: approved versions alone, by liaison officers of the desk, and numbers that add up."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from corps.accounts.models import User
from corps.errors import NotFound, NotPermitted
from corps.vault.files import read_whole
from corps.workflow.moves import NotInThatState
from deployments.materials import actions
from deployments.materials.actions.deliveries import (
    ContactElsewhere,
    ReceiptOutOfTime,
    TooManyCopies,
    fetch_receipt,
)
from deployments.materials.actions.sharing import NotShared, SharedAlready
from deployments.materials.models import Delivery, MaterialGroupObjectPermission
from deployments.materials.queries import (
    Sums,
    agencies_reading,
    deliveries_visible_to,
    sums_by_agency,
    sums_by_version,
    sums_in_all,
    without_receipt,
)
from deployments.materials.rules import NotApproved
from tests.admin.doors import entries_since, last_number
from tests.cast import NOW, a_contact, an_agency
from tests.materials.scene import a_delivery, a_file, a_version, cast

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


@pytest.fixture
def people() -> dict[str, User]:
    """Who takes part."""
    return cast()


def receive(delivery: Delivery, by: User, count: int = 1990, **more: object) -> None:
    """Enter a receipt."""
    given = {"receipt_by": "duty officer", "receipt_at": LATER, "at": LATER, **more}
    actions.acknowledge_delivery(delivery=delivery, count=count, by=by, **given)


def test_a_delivery_goes_from_prepared_to_acknowledged_each_with_its_entry(
    people: dict[str, User],
) -> None:
    """Handing a version over shares nothing of its material."""
    delivery = a_delivery(people)
    began = last_number()
    actions.hand_over(delivery=delivery, count=2000, by=people["liaison"], at=NOW)
    assert list(agencies_reading(delivery.version.material)) == []
    receive(delivery, people["liaison"], scan=a_file(b"the receipt"))
    assert entries_since(began) == ["delivery.handed_over", "delivery.acknowledged"]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.acknowledged, delivery.updated_at) == (
        "acknowledged",
        1990,
        LATER,
    )
    assert delivery.receipt_scan is not None
    assert read_whole(delivery.receipt_scan) == b"the receipt"
    assert fetch_receipt(delivery=delivery, by=people["liaison"], at=LATER) == b"the receipt"
    assert entries_since(began)[2:] == ["delivery.receipt_fetched"]


@pytest.mark.parametrize("state", ["draft", "in_review", "retired"])
def test_only_an_approved_version_is_delivered(people: dict[str, User], state: str) -> None:
    """Whatever else it is."""
    with pytest.raises(NotApproved):
        a_delivery(people, a_version(people, state))


def test_a_version_retired_meanwhile_is_not_handed_over(people: dict[str, User]) -> None:
    """Also where its delivery was prepared before."""
    delivery = a_delivery(people)
    actions.retire_version(version=delivery.version, reason="x", by=people["editor"], at=NOW)
    with pytest.raises(NotApproved):
        actions.hand_over(delivery=delivery, count=1, by=people["liaison"], at=NOW)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("coordinator", NotPermitted),
        ("approver", NotPermitted),
        ("editor", NotFound),
        ("other liaison", NotFound),
        ("auditor", NotFound),
    ],
)
def test_liaison_officers_of_the_desk_alone_deliver(
    people: dict[str, User], who: str, refusal: type[Exception]
) -> None:
    """Who may see deliveries is told so; to others there are none."""
    delivery = a_delivery(people)
    with pytest.raises(refusal):
        actions.hand_over(delivery=delivery, count=1, by=people[who], at=NOW)
    assert deliveries_visible_to(people[who]).exists() == (refusal is NotPermitted)


@pytest.mark.parametrize("count", [0, 2001])
def test_no_more_is_handed_over_than_was_made(people: dict[str, User], count: int) -> None:
    """Nor nothing at all."""
    with pytest.raises(TooManyCopies):
        a_delivery(people, handed_over=count or -1)


def test_no_more_is_acknowledged_than_was_handed_over(people: dict[str, User]) -> None:
    """By rule, and by constraint."""
    delivery = a_delivery(people, handed_over=1500)
    with pytest.raises(TooManyCopies):
        receive(delivery, people["liaison"], 1501)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(
            state="acknowledged", acknowledged=1501, receipt_by="x", receipt_at=LATER
        )


@pytest.mark.parametrize("days", [-1, 4])
def test_a_receipt_lies_between_the_handing_over_and_now(
    people: dict[str, User], days: int
) -> None:
    """Neither before the one nor after the other."""
    delivery = a_delivery(people, handed_over=2000)
    with pytest.raises(ReceiptOutOfTime):
        receive(delivery, people["liaison"], receipt_at=NOW + timedelta(days=days))


def test_a_contact_of_another_agency_receives_nothing(people: dict[str, User]) -> None:
    """The contact is one of the agency's."""
    with pytest.raises(ContactElsewhere):
        actions.prepare_delivery(
            version=a_version(people, "approved"),
            agency=an_agency(),
            contact=a_contact(an_agency("ministry")),
            medium="printed",
            made=5,
            by=people["liaison"],
            at=NOW,
        )


def test_what_is_over_stays_over(people: dict[str, User]) -> None:
    """A delivery that failed is handed over no more."""
    delivery = a_delivery(people)
    actions.fail_delivery(delivery=delivery, reason="the border", by=people["liaison"], at=NOW)
    with pytest.raises(NotInThatState):
        actions.hand_over(delivery=delivery, count=1, by=people["liaison"], at=NOW)


def test_sums_reconcile_what_was_made_handed_over_and_acknowledged(
    people: dict[str, User],
) -> None:
    """Each difference is where it belongs: left, awaited, or missing."""
    leaflet, other = a_version(people, "approved"), a_version(people, "approved")
    embassy, ministry = an_agency(), an_agency("ministry")
    received = a_delivery(people, leaflet, embassy, 2000, 1900)
    receive(received, people["liaison"], 1890)
    a_delivery(people, leaflet, embassy, 100, 100)
    a_delivery(people, other, embassy, 50)
    lost = a_delivery(people, leaflet, ministry, 10, 10)
    actions.fail_delivery(delivery=lost, reason="gone", by=people["liaison"], at=NOW)
    seen = deliveries_visible_to(people["liaison"])
    agencies = sums_by_agency(seen)
    assert agencies == [Sums(embassy, 3, 2150, 2000, 1890, 100), Sums(ministry, 1, 10, 10, 0, 0)]
    assert [(one.left, one.open, one.lost) for one in agencies] == [(150, 100, 10), (0, 0, 10)]
    versions = {one.name: (one.made, one.handed_over) for one in sums_by_version(seen)}
    assert versions == {leaflet: (2110, 2010), other: (50, 0)}
    assert sums_in_all("all", seen) == Sums("all", 4, 2160, 2010, 1890, 100)
    assert sums_in_all("none", seen.none()) == Sums("none", 0, 0, 0, 0, 0)


def test_the_sums_of_the_versions_delivered_last_are_told(people: dict[str, User]) -> None:
    """As many as are asked for, by when their last delivery was prepared."""
    first, second, third = (a_version(people, "approved") for _number in range(3))
    for day, version in enumerate((first, second, third, first)):
        a_delivery(people, version, at=NOW + timedelta(days=day))
    found = sums_by_version(deliveries_visible_to(people["liaison"]), most=2)
    assert [(one.name, one.deliveries) for one in found] == [(first, 2), (third, 1)]


def test_a_receipt_is_missed_after_fourteen_days(people: dict[str, User]) -> None:
    """To the day."""
    delivery = a_delivery(people, handed_over=5)
    seen, due = deliveries_visible_to(people["liaison"]), NOW + timedelta(days=14)
    assert list(without_receipt(seen, at=due)) == [delivery]
    assert list(without_receipt(seen, at=due - timedelta(seconds=1))) == []


def test_a_material_is_shared_with_an_agency_and_no_more(people: dict[str, User]) -> None:
    """By liaison officers of the desk, once each way."""
    material, agency = a_version(people, "approved").material, an_agency()
    given = {"material": material, "agency": agency, "at": LATER}
    for who, refusal in (("editor", NotPermitted), ("other liaison", NotFound)):
        with pytest.raises(refusal):
            actions.share_material(by=people[who], **given)
    began = last_number()
    actions.share_material(by=people["liaison"], **given)
    share = MaterialGroupObjectPermission.objects.get()
    assert (share.content_object, share.group, share.shared_at) == (material, agency.group, LATER)
    with pytest.raises(SharedAlready):
        actions.share_material(by=people["liaison"], **given)
    actions.end_share_material(by=people["liaison"], **given)
    with pytest.raises(NotShared):
        actions.end_share_material(by=people["liaison"], **given)
    assert entries_since(began) == ["material.shared", "material.share_ended"]
