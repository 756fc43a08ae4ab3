"""What happens to contacts: people at agencies, whose name and details are sealed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.audit.actions import By, record
from corps.errors import Refusal
from corps.vault.actions import draft_data_key, hold_keys, open_data_key
from corps.vault.marks import NAME, index_key_id
from deployments.agencies.contacts import (
    ContactDetails,
    details_into,
    marks_of,
    open_details,
    parts_held,
    public_key_of,
    seal_details,
    tells_name,
)
from deployments.agencies.models import Agency, Contact, ContactMark
from deployments.agencies.queries import all_of_contact
from deployments.agencies.rules import check_keep_contacts
from volunteers.actions.quotas import QuotaSpent, note_quota_spent, spend_quota

SEARCHED = "contact.searched"


class ContactMerged(Refusal):
    """The contact was merged into another; nothing happens to it any more."""

    message = _("This contact was merged into another one meanwhile: use that one.")


class NotSameAgency(Refusal):
    """Two contacts of two agencies are two contacts, also where they are one person."""

    message = _("These are contacts of two agencies: whoever changed agencies is a new contact.")


class NotTwo(Refusal):
    """Somebody would merge a contact into itself."""

    message = _("Choose another contact than this one.")


class DaysTurned(Refusal):
    """The last day lies before the first."""

    message = _("The last day lies before the first.")


class PostTellsName(Refusal):
    """A post stands in the clear everywhere."""

    message = _("A post stands in the clear everywhere: leave the name out of it.")


@transaction.atomic
def add_contact(
    *,
    agency: Agency,
    post: str,
    details: ContactDetails,
    language: str = "en",
    since: date | None = None,
    until: date | None = None,
    by: By,
    at: datetime,
) -> Contact:
    """Add a contact to an agency; `since` and `until` are days, both included.

    Effects: one contact with its details sealed under a key of its own, their blind indexes, one
    ledger entry with no detail. Raises NotPermitted, DaysTurned, PostTellsName, KeyUnusable.
    """
    check_keep_contacts(by)
    key, plain = draft_data_key()
    contact = Contact(agency=agency, post=post, language=language, since=since, until=until)
    details = _checked(contact, details, at=at)
    key.save(force_insert=True)
    contact.data_key = key
    _seal(contact, plain, details)
    contact.save(force_insert=True)
    _mark(contact, details)
    record("contact.added", contact, agency, by=by, at=at, facts={"parts": parts_held(details)})
    return contact


def change_contact(
    *,
    contact: Contact,
    changed: Mapping[str, Any] | None = None,
    given: Mapping[str, str] | None = None,
    by: By,
    at: datetime,
) -> None:
    """Change what is said of a contact (`changed`: post, language, since, until), and replace parts
    of the sealed details (`given`); what is not named stays.

    Effects: the row, the details sealed again with their blind indexes, one ledger entry that names
    fields and parts and never a detail. A new post is looked through for the name, and so counts as
    a search for it, which is entered where the name was met; over the day's quota an entry of that
    and a notice to the administrators instead. Raises NotPermitted, ContactMerged, Erased,
    QuotaSpent, and like `add_contact`.
    """
    try:
        _change(contact, dict(changed or {}), dict(given or {}), by=by, at=at)
    except PostTellsName:
        _enter_search(contact, by=by, at=at)
        raise
    except QuotaSpent:
        _note_spent(by=by, at=at)
        raise


@transaction.atomic
def _change(
    contact: Contact, changed: dict[str, Any], given: dict[str, str], *, by: By, at: datetime
) -> None:
    check_keep_contacts(by)
    if "post" in changed:
        _count_search(by=by, at=at)
    hold_keys()
    held = _held(contact)
    for name, value in changed.items():
        setattr(held, name, value)
    if given or "post" in changed:
        details = _checked(held, replace(open_details(held), **given), at=at)
        _seal(held, open_data_key(held.data_key), details)
        _mark(held, details)
    _check_days(held)
    held.save()
    facts = {"changed": sorted(changed), "parts": sorted(given)}
    told = {name: what for name, what in facts.items() if what}
    record("contact.changed", held, held.agency, by=by, at=at, facts=told)
    _follow(contact, held)


@transaction.atomic
def _enter_search(contact: Contact, *, by: By, at: datetime) -> None:
    """Enter that a refusal told what a contact is called; the act that was undone counts again."""
    _count_search(by=by, at=at)
    record(SEARCHED, contact, by=by, at=at, facts={"kind": NAME, "found": 1})


def _count_search(*, by: By, at: datetime) -> None:
    if isinstance(by, User):
        spend_quota(SEARCHED, by=by, limit=settings.SEARCHES_A_DAY, at=at)


def _note_spent(*, by: By, at: datetime) -> None:
    if isinstance(by, User):
        note_quota_spent(SEARCHED, by=by, limit=settings.SEARCHES_A_DAY, at=at)


@transaction.atomic
def end_contact(*, contact: Contact, until: date, by: By, at: datetime) -> None:
    """Say that a contact is one no longer after the day `until`.

    Effects: the day set, one ledger entry. Raises NotPermitted, ContactMerged, DaysTurned.
    """
    check_keep_contacts(by)
    held = _held(contact)
    held.until = until
    _check_days(held)
    held.save(update_fields=["until"])
    facts = {"until": until.isoformat()}
    record("contact.ended", held, held.agency, by=by, at=at, facts=facts)
    _follow(contact, held)


@transaction.atomic
def merge_contacts(*, keep: Contact, other: Contact, by: By, at: datetime) -> None:
    """Merge two records of one contact: whatever named `other` names `keep` from now on.

    Effects: letters, deliveries, and what was merged into `other` before follow; what was known of
    `other` alone goes into the details of `keep`, so that both are found under either's name, phone
    and e-mail; `other` keeps its row and says into whom it went; one ledger entry. Whoever writes
    down `other` in the same moment is led to `keep` by the database (a trigger). Raises
    NotPermitted, NotTwo, NotSameAgency, ContactMerged, Erased.
    """
    check_keep_contacts(by)
    hold_keys()
    if keep.pk == other.pk:
        raise NotTwo
    first, second = (_held(one) for one in sorted((keep, other), key=lambda one: str(one.pk)))
    into, gone = (first, second) if first.pk == keep.pk else (second, first)
    if into.agency_id != gone.agency_id:
        raise NotSameAgency
    _seal(into, open_data_key(into.data_key), details_into(open_details(into), open_details(gone)))
    into.since, into.until = _days_of_both(into, gone)
    into.save()
    _move_links(into, gone)
    _mark(into, open_details(into))
    record("contact.merged", into, gone, into.agency, by=by, at=at)
    _follow(keep, into)
    _follow(other, gone)


def _move_links(into: Contact, gone: Contact) -> None:
    """Let whatever names `gone` name `into`, on whichever desk."""
    gone.merged_into = into
    gone.save(update_fields=["merged_into"])
    Contact.objects.filter(merged_into=gone).update(merged_into=into)
    for relation in Contact._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        if model not in (Contact, ContactMark):
            model._default_manager.filter(**{name: gone}).update(**{name: into})


def _days_of_both(one: Contact, other: Contact) -> tuple[date | None, date | None]:
    """Return the first and the last day of both together; one that is open stays open."""
    firsts, lasts = (one.since, other.since), (one.until, other.until)
    since = min((day for day in firsts if day), default=None)
    until = None if None in lasts else max(day for day in lasts if day)
    return since, until


def _held(contact: Contact) -> Contact:
    """Return the contact as committed, locked until the transaction ends. Raises ContactMerged."""
    locked = Contact.objects.select_for_update(of=("self",)).select_related("agency", "data_key")
    held = locked.get(pk=contact.pk)
    if held.merged_into_id is not None:
        raise ContactMerged
    return held


def _follow(shown: Contact, held: Contact) -> None:
    """Let the caller's object say what was saved."""
    for field in Contact._meta.concrete_fields:
        setattr(shown, field.attname, getattr(held, field.attname))


def _checked(contact: Contact, details: ContactDetails, *, at: datetime) -> ContactDetails:
    """Return the details to keep. Raises DaysTurned, PostTellsName, KeyUnusable."""
    _check_days(contact)
    if tells_name(contact.post, details.name):
        raise PostTellsName
    if not details.openpgp_key:
        return details
    return replace(details, openpgp_key=public_key_of(details.openpgp_key, at=at))


def _check_days(contact: Contact) -> None:
    if contact.since and contact.until and contact.until < contact.since:
        raise DaysTurned


def _seal(contact: Contact, key: bytes, details: ContactDetails) -> None:
    contact.details = seal_details(key, contact, details)
    contact.has_openpgp_key = bool(details.openpgp_key)


def _mark(contact: Contact, details: ContactDetails) -> None:
    """Make the blind indexes of a contact anew: its own, and those of what was merged into it."""
    known = [details, *(open_details(one) for one in all_of_contact(contact) if one != contact)]
    key_id = index_key_id()
    found: Iterable[tuple[str, bytes]] = {mark for one in known for mark in marks_of(one, key_id)}
    ContactMark.objects.filter(contact__in=all_of_contact(contact)).delete()
    ContactMark.objects.bulk_create(
        ContactMark(contact=contact, kind=kind, mark=mark, key_id=key_id)
        for kind, mark in sorted(found)
    )
