"""What happens to a delivery: prepared, handed over, acknowledged with a receipt, or given up.

Each step moves the delivery along DELIVERY and leaves one ledger entry about the delivery, its
version, its material and its agency.
"""

from datetime import date, datetime, time
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.audit.actions import By, record
from corps.errors import NotFound, NotPermitted, Refusal
from corps.vault.files import read_whole, seal_file
from corps.workflow.moves import move
from deployments.agencies.models import Agency, Contact
from deployments.materials.files import DOCUMENTS, Inspected
from deployments.materials.models import Delivery, MaterialVersion
from deployments.materials.queries import SEOUL, day_in_seoul, versions_visible_to
from deployments.materials.rules import (
    can_deliver_version,
    can_keep_delivery,
    check_approved,
    check_handed_over_on,
    check_keep_delivery,
)
from deployments.materials.states import DELIVERY


class ContactElsewhere(Refusal):
    """The contact is not at the agency."""

    message = _("This contact belongs to another agency.")


class TooManyCopies(Refusal):
    """More is handed over than was made, or acknowledged than was handed over; or none is."""

    message = _("The number must be at least 1, and no more than in the step before.")


class HandedOverOutOfTime(Refusal):
    """The handing over is dated before the delivery was prepared, or after today."""

    message = _(
        "The day of the handing over lies between the day on which the delivery was prepared "
        "and today."
    )


class NotAnOfficer(Refusal):
    """Somebody is to have handed over who may not: no liaison officer of the desk."""

    message = _("Only a liaison officer of the desk hands over.")


class ReceiptOutOfTime(Refusal):
    """The receipt is dated before the handing over, or after today."""

    message = _("The receipt cannot be older than the handing over, nor from the future.")


class ReceiptNamesNobody(Refusal):
    """The receipt does not say who received it."""

    message = _("Enter the post of whoever received it.")


@transaction.atomic
def prepare_delivery(
    *,
    version: MaterialVersion,
    agency: Agency,
    medium: str,
    made: int,
    by: User,
    at: datetime,
    contact: Contact | None = None,
) -> Delivery:
    """Prepare the delivery of `made` copies (or media) of an approved version to an agency.

    Effects: the delivery, on the material's desk; one ledger entry. Raises NotFound, NotPermitted,
    NotApproved, ContactElsewhere, TooManyCopies.
    """
    if not can_deliver_version(by, version):
        seen = versions_visible_to(by).filter(pk=version.pk).exists()
        raise NotPermitted if seen else NotFound
    version = _held(version)
    check_approved(version)
    if contact is not None and contact.agency_id != agency.pk:
        raise ContactElsewhere
    if made < 1:
        raise TooManyCopies
    delivery = Delivery.objects.create(
        version=version,
        agency=agency,
        contact=contact,
        desk=version.material.desk,
        medium=medium,
        made=made,
        prepared_by=by,
        prepared_at=at,
        state_since=at,
    )
    facts = {"agency": agency.slug, "medium": medium, "copies_made": made}
    record("delivery.prepared", delivery, *_about(delivery), by=by, at=at, facts=facts)
    return delivery


@transaction.atomic
def hand_over(
    *,
    delivery: Delivery,
    count: int,
    by: User,
    at: datetime,
    on: date | None = None,
    handed_over_by: User | None = None,
) -> None:
    """Enter that `count` of the copies that were made were handed over: on a day of Seoul's
    calendar (today unless told), by a liaison officer of the desk (`by` unless told).

    Effects: the move with who, when and how many; the agency reads this version through the API
    from now on; one ledger entry. Raises NotFound, NotPermitted, HandedOverOutOfTime, NotApproved
    for a version that was retired by that day, NotAnOfficer, TooManyCopies, NotInThatState.
    """
    check_keep_delivery(by, delivery)
    day, officer = on or day_in_seoul(at), handed_over_by or by
    if not day_in_seoul(delivery.prepared_at) <= day <= day_in_seoul(at):
        raise HandedOverOutOfTime
    check_handed_over_on(_held(delivery.version), day)
    if not can_keep_delivery(officer, delivery):
        raise NotAnOfficer
    if not 1 <= count <= delivery.made:
        raise TooManyCopies
    facts = {**_told(delivery), "copies_handed_over": count, "on": day.isoformat()}
    facts["handed_over_by"] = str(officer)
    handed = {"handed_over": count, "handed_over_by": officer}
    handed["handed_over_at"] = _instant(day, delivery, at=at)
    _move(delivery, "hand_over", by=by, at=at, facts=facts, **handed)


@transaction.atomic
def acknowledge_delivery(
    *,
    delivery: Delivery,
    count: int,
    receipt_by: str,
    receipt_at: datetime,
    by: By,
    at: datetime,
    scan: Inspected | None = None,
) -> None:
    """Enter the agency's receipt for `count` copies: by whom (a post, no name), when, and perhaps
    its scan. It may be of the day of the handing over, whatever the hour.

    Effects: the scan sealed and stored, the move, one ledger entry. Raises NotFound, NotPermitted,
    TooManyCopies, ReceiptOutOfTime, ReceiptNamesNobody, NotInThatState.
    """
    check_keep_delivery(by, delivery)
    if not 0 <= count <= (delivery.handed_over or 0):
        raise TooManyCopies
    if not receipt_by.strip():
        raise ReceiptNamesNobody
    begun, day = delivery.handed_over_at, day_in_seoul(receipt_at)
    if receipt_at > at or (begun is not None and day < day_in_seoul(begun)):
        raise ReceiptOutOfTime
    received: dict[str, Any] = {"acknowledged": count, "receipt_at": receipt_at}
    received["receipt_by"] = receipt_by.strip()
    facts = {**_told(delivery), "copies_acknowledged": count, "on": day.isoformat()}
    facts["with_scan"] = scan is not None
    if scan is not None:
        received["receipt_scan"] = _stored(scan)
    _move(delivery, "acknowledge", by=by, at=at, facts=facts, **received)


@transaction.atomic
def fail_delivery(*, delivery: Delivery, reason: str, by: By, at: datetime) -> None:
    """Give a delivery up, with the reason. Effects: the move, one ledger entry.

    Raises NotFound, NotPermitted, NotInThatState, ReasonMissing.
    """
    check_keep_delivery(by, delivery)
    _move(delivery, "fail", by=by, at=at, facts=_told(delivery), reason=reason)


@transaction.atomic
def fetch_receipt(*, delivery: Delivery, by: By, at: datetime) -> bytes:
    """Return the scan of the receipt of a delivery that `by` may see.

    Effects: one ledger entry. Raises NotFound where there is none, SealBroken, Erased.
    """
    if delivery.receipt_scan is None:
        raise NotFound
    content = read_whole(delivery.receipt_scan)
    record("delivery.receipt_fetched", delivery, *_about(delivery), by=by, at=at)
    return content


def _instant(day: date, delivery: Delivery, *, at: datetime) -> datetime:
    """Return the instant kept of the day of a handing over: `at` for today, for an earlier one noon
    in Seoul, or when the delivery was prepared where that was later."""
    if day == day_in_seoul(at):
        return at
    return max(delivery.prepared_at, datetime.combine(day, time(12), SEOUL))


def _stored(scan: Inspected) -> models.Model:
    if scan.media_type not in DOCUMENTS:
        raise NotPermitted
    return seal_file([scan.content], media_type=scan.media_type)


def _held(version: MaterialVersion) -> MaterialVersion:
    """Return the version as it stands, kept from being retired until the transaction ends."""
    held = MaterialVersion.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("material__desk").get(pk=version.pk)


def _move(delivery: Delivery, name: str, **given: Any) -> None:
    given = {"about": _about(delivery), "updated_at": given["at"], **given}
    move(delivery, DELIVERY, name, **given)


def _about(delivery: Delivery) -> tuple[models.Model, ...]:
    return delivery.version, delivery.version.material, delivery.agency


def _told(delivery: Delivery) -> dict[str, object]:
    return {"agency": delivery.agency.slug, "copies_made": delivery.made}
