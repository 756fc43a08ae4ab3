"""Where the details of contacts come into the clear, are looked for, marked anew, and destroyed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.audit.actions import By, record
from corps.errors import Refusal
from corps.vault.actions import Erased, destroy_data_key, hold_keys
from corps.vault.keys import KeyUnavailable
from corps.vault.rotation import BATCH, Remade
from corps.vault.sealing import SealBroken
from corps.workflow.moves import ReasonMissing
from deployments.agencies.actions.contacts import SEARCHED, ContactMerged
from deployments.agencies.contacts import (
    ContactDetails,
    marks_of,
    marks_to_find,
    open_details,
    parts_held,
)
from deployments.agencies.models import Contact, ContactMark
from deployments.agencies.queries import (
    all_of_contact,
    contacts_carrying,
    contacts_marked_otherwise,
)
from deployments.agencies.rules import check_erase_contact, check_keep_contacts
from volunteers.actions.keys import in_passes
from volunteers.actions.quotas import QuotaSpent, note_quota_spent, spend_quota
from volunteers.rules import check_factor_recent

REVEALED = "contact.revealed"
SHOWN_AT_MOST = 20


class StillInOffice(Refusal):
    """Erasure is for a contact who is one no longer."""

    message = _("This contact has not ended: that comes first.")


class ContactErased(Refusal):
    """The data key is destroyed; not even a backup can be read."""

    message = _("The details of this contact were erased. Nothing of them is left.")


def reveal_contact(
    *, contact: Contact, reason: str, by: User, proved_at: datetime | None, at: datetime
) -> ContactDetails:
    """Return the details of one contact in the clear, to be shown once.

    `proved_at` is when `by` last used a second factor. Effects: one of the day's quota spent, one
    ledger entry with the reason and the names of the parts, never a value; over the quota an entry
    of that and a notice to the administrators instead. Raises NotPermitted, FactorNotRecent,
    ReasonMissing, QuotaSpent, ContactMerged, ContactErased, SealBroken.
    """
    try:
        return _reveal(contact, reason, by=by, proved_at=proved_at, at=at)
    except QuotaSpent:
        note_quota_spent(REVEALED, contact, by=by, limit=settings.REVEALS_A_DAY, at=at)
        raise


@transaction.atomic
def _reveal(
    contact: Contact, reason: str, *, by: User, proved_at: datetime | None, at: datetime
) -> ContactDetails:
    check_keep_contacts(by)
    check_factor_recent(proved_at, at=at)
    if not reason.strip():
        raise ReasonMissing
    contact = Contact.objects.select_related("agency", "data_key").get(pk=contact.pk)
    if contact.merged_into_id is not None:
        raise ContactMerged
    spend_quota(REVEALED, by=by, limit=settings.REVEALS_A_DAY, at=at)
    try:
        details = open_details(contact)
    except Erased:
        raise ContactErased from None
    facts = {"parts": parts_held(details)}
    record(REVEALED, contact, contact.agency, by=by, at=at, reason=reason, facts=facts)
    return details


def find_contacts(*, kind: str, text: str, by: User, at: datetime) -> Sequence[Contact]:
    """Return the contacts who carry exactly this name, phone or e-mail.

    Effects: one of the day's quota of searches spent, one ledger entry with the kind and how many
    were found, about those found, never the text; over the quota as `reveal_contact`. Raises
    NotPermitted, QuotaSpent.
    """
    try:
        return _find(kind, text, by=by, at=at)
    except QuotaSpent:
        note_quota_spent(SEARCHED, by=by, limit=settings.SEARCHES_A_DAY, at=at)
        raise


@transaction.atomic
def _find(kind: str, text: str, *, by: User, at: datetime) -> Sequence[Contact]:
    check_keep_contacts(by)
    spend_quota(SEARCHED, by=by, limit=settings.SEARCHES_A_DAY, at=at)
    hold_keys()
    found = list(contacts_carrying(by, kind, marks_to_find(kind, text))[:SHOWN_AT_MOST])
    record(SEARCHED, *found, by=by, at=at, facts={"kind": kind, "found": len(found)})
    return found


@transaction.atomic
def erase_contact(*, contact: Contact, reason: str, by: By, at: datetime) -> None:
    """Destroy the data key of a contact who has ended, and of what was merged into it.

    Effects: the keys destroyed, the sealed details and the blind indexes removed, one ledger entry.
    The row with its post, the letters and deliveries that name it, and the ledger stand. Raises
    NotPermitted, ContactMerged, StillInOffice, ContactErased.
    """
    check_erase_contact(by)
    hold_keys()
    rows = list(all_of_contact(contact).select_for_update(of=("self",)).order_by("pk"))
    held = next(one for one in rows if one.pk == contact.pk)
    if held.merged_into_id is not None:
        raise ContactMerged
    if held.until is None or held.until >= timezone.localdate(at):
        raise StillInOffice
    if held.data_key.wrapped is None:
        raise ContactErased
    marks, _each = ContactMark.objects.filter(contact__in=rows).delete()
    all_of_contact(contact).update(details=b"", has_openpgp_key=False)
    for one in rows:
        destroy_data_key(one.data_key, at=at)
    facts = {"blind indexes": marks}
    record("contact.erased", held, held.agency, by=by, at=at, reason=reason, facts=facts)


def mark_contacts_anew(key_id: str) -> Remade:
    """Make every blind index of contacts again with the current index key `key_id`."""
    remade = Remade()
    in_passes(contacts_marked_otherwise(key_id), _mark_batch, key_id, remade)
    return remade


@transaction.atomic
def _mark_batch(waiting: QuerySet[Contact], key_id: str, remade: Remade) -> UUID | None:
    """Mark the next contacts, under the lock that whoever changes one takes too. Return the last
    one's id, None at the end."""
    contacts = list(
        waiting.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:BATCH]
    )
    for contact in contacts:
        try:
            found = {
                mark
                for one in all_of_contact(contact)
                for mark in marks_of(open_details(one), key_id)
            }
        except (SealBroken, KeyUnavailable, Erased):
            remade.broken.add(contact.pk)
            continue
        contact.marks.all().delete()
        ContactMark.objects.bulk_create(
            ContactMark(contact=contact, kind=kind, mark=mark, key_id=key_id)
            for kind, mark in sorted(found)
        )
        remade.done += 1
    return contacts[-1].pk if contacts else None
