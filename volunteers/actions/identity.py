"""The sealed identity: parts of it replaced, somebody looked up by it, a person added by hand."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, User
from corps.audit.actions import By, record
from corps.errors import Refusal
from corps.vault.actions import hold_keys, open_data_key
from corps.vault.marks import EMAIL, NAME, NAME_AND_BIRTH, PASSPORT, PHONE, index_key_id
from volunteers.actions.people import (
    CallsignTaken,
    NewVolunteer,
    check_callsign,
    register_volunteers,
)
from volunteers.actions.quotas import (
    SEARCHED,
    QuotaSpent,
    check_searches_left,
    note_quota_spent,
    note_search,
    spend_quota,
)
from volunteers.identity import (
    IdentityDocument,
    marks_alike,
    marks_of,
    marks_to_find,
    open_identity,
    seal_identity,
)
from volunteers.models import Identity, IdentityMark, Volunteer
from volunteers.queries.known import callsigns_taken, known_by_marks
from volunteers.queries.people import carrying_marks
from volunteers.rules import (
    check_can_change_volunteer,
    check_can_register_on,
    check_can_search_identity,
    check_home_base,
)

TELLING = (PHONE, EMAIL, PASSPORT, NAME_AND_BIRTH)
"""The kinds of blind index by which somebody is taken to be the same person."""

SHOWN_AT_MOST = 20

ANSWERED_AFTER = 0.04
"""Seconds after the question at which a search answers, well over what it takes: how long the
database looked, for somebody hidden or for somebody absent, is nothing the answer tells."""


class AlreadyRegistered(Refusal):
    """Somebody like this is registered: `known`, on a desk of the one who asks."""

    def __init__(self, known: Volunteer) -> None:
        super().__init__(format_lazy(_("Somebody like this is registered: {}"), known.callsign))
        self.known = known


def register_by_hand(
    *, person: NewVolunteer, desk: Desk, by: User, at: datetime, anyway: bool = False
) -> Volunteer:
    """Register one person on a desk; one ledger entry.

    Raises AlreadyRegistered when somebody on a desk of `by` has the same phone, e-mail, passport,
    or name and birth date, unless `anyway`: that answer counts and is entered as a search.
    Raises CallsignTaken, CallsignTellsName, HomeBaseTooExact, NotPermitted, QuotaSpent: with the
    day's searches spent also where nobody would be met, since that would tell as much.
    """
    if not anyway:
        check_searches_left(by=by, at=at)
    try:
        return _register(person, desk, by=by, at=at, anyway=anyway)
    except AlreadyRegistered as refusal:
        note_search("register", refusal.known, by=by, at=at)
        raise


@transaction.atomic
def _register(
    person: NewVolunteer, desk: Desk, *, by: User, at: datetime, anyway: bool
) -> Volunteer:
    check_can_register_on(by, desk)
    check_home_base(person.home_base)
    if person.callsign and callsigns_taken([person.callsign]):
        raise CallsignTaken
    hold_keys()
    names = [mark for kind, mark in marks_of(person.identity, index_key_id()) if kind == NAME]
    check_callsign(person.callsign, names)
    if not anyway:
        _check_is_new(by, person.identity)
    return register_volunteers([person], desk=desk, by=by, at=at)[0]


def _check_is_new(by: User, document: IdentityDocument) -> None:
    telling = [mark for mark in marks_alike(document) if mark[0] in TELLING]
    for known in known_by_marks(by, None, telling).values():
        if known:
            raise AlreadyRegistered(
                Volunteer.objects.select_related("desk").get(callsign=known[0].callsign)
            )


@transaction.atomic
def change_identity(
    *, volunteer: Volunteer, given: Mapping[str, Any], by: By, at: datetime
) -> None:
    """Replace parts of a volunteer's sealed identity; what is not given stays.

    Effects: the document sealed again, its blind indexes made anew, one ledger entry that names
    the parts and never a value. Raises NotFound or NotPermitted; Erased where the key is gone.
    """
    check_can_change_volunteer(by, volunteer)
    hold_keys()
    sealed = Identity.objects.select_for_update().get(volunteer=volunteer)
    document = replace(open_identity(volunteer), **given)
    key = open_data_key(volunteer.data_key)
    sealed.document = seal_identity(key, volunteer, document)
    sealed.sealed_at = at
    sealed.save(update_fields=["document", "sealed_at"])
    volunteer.identity = sealed
    _renew_marks(volunteer, document)
    facts = {"changed": sorted(given)}
    record("identity.changed", volunteer, by=by, at=at, facts=facts)


def _renew_marks(volunteer: Volunteer, document: IdentityDocument) -> None:
    key_id = index_key_id()
    IdentityMark.objects.filter(volunteer=volunteer).delete()
    IdentityMark.objects.bulk_create(
        IdentityMark(volunteer=volunteer, kind=kind, mark=mark, key_id=key_id)
        for kind, mark in marks_of(document, key_id)
    )


def search_identity(*, kind: str, text: str, by: User, at: datetime) -> Sequence[Volunteer]:
    """Return the volunteers on the desks of `by` who carry this phone, e-mail, passport or name.

    Effects: one of the day's quota spent, one ledger entry with the kind and how many were found,
    about those found, never the text; over the quota an entry of that and a notice to the
    administrators instead. Somebody hidden is not found, as somebody absent, and no sooner or
    later: the answer comes ANSWERED_AFTER the question. Raises NotPermitted, QuotaSpent.
    """
    try:
        with _answered_after(ANSWERED_AFTER):
            return _search(kind, text, by=by, at=at)
    except QuotaSpent:
        note_quota_spent(SEARCHED, by=by, limit=settings.SEARCHES_A_DAY, at=at)
        raise


@transaction.atomic
def _search(kind: str, text: str, *, by: User, at: datetime) -> Sequence[Volunteer]:
    check_can_search_identity(by)
    spend_quota(SEARCHED, by=by, limit=settings.SEARCHES_A_DAY, at=at)
    hold_keys()
    found = list(carrying_marks(by, kind, marks_to_find(kind, text))[:SHOWN_AT_MOST])
    facts = {"kind": kind, "found": len(found)}
    record(SEARCHED, *found, by=by, at=at, facts=facts)
    return found


@contextmanager
def _answered_after(seconds: float) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    time.sleep(max(0.0, begun + seconds - time.perf_counter()))
