"""What a letter told stands in the register once it went out, and not where it never left."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from corps.audit.actions import By, record
from deployments.liaison.actions.asking_back import change_told, mark_recalled
from deployments.liaison.actions.disclosures import DISCLOSED, check_disclosures
from deployments.liaison.models import Disclosure, Letter
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.queries.disclosures import (
    callsigns_seen,
    consents_of_day,
    held_consents,
    planned_in,
)
from deployments.liaison.rules.disclosures import ConsentMissing, had_left
from volunteers.models import Consent


@transaction.atomic
def mark_disclosed(
    *, letter: Letter, by: By, at: datetime, told_at: datetime | None = None
) -> None:
    """Enter in the register what a letter tells that is sent in this transaction, or that went out
    on paper at the instant `told_at`, as we learn now.

    Paper that has gone is a fact, whatever was withdrawn since: it is entered by the consents of
    its day, so that it can be asked back. Effects: each disclosure stands, with its consent, also
    one that was asked back before a letter went out again; one entry `identity.disclosed` a
    volunteer. A letter of withdrawal marks instead what it asks back. Raises like
    `check_disclosures`; ConsentMissing where nobody consented on that day.
    """
    if told_at is None:
        _enter_told(letter, check_disclosures(letter, by=by), by=by, at=at)
    else:
        day = day_in_seoul(told_at)
        held = _consents_then(letter, day, by=by)
        _enter_told(letter, held, by=by, at=at, told_at=told_at, on=day.isoformat())


@transaction.atomic
def mark_disclosed_again(*, letter: Letter, by: By, at: datetime) -> None:
    """Enter what a letter tells whose e-mail went out once more, as `mark_disclosed` does. It was
    checked before it went: a consent that ended meanwhile keeps nothing out of the register."""
    _enter_told(letter, held_consents(planned_in(letter)), by=by, at=at)


def mark_never_left(letter: Letter, *, since: datetime, by: By, at: datetime) -> None:
    """Enter that what a letter tells never left, since the e-mail that was written at the instant
    `since` was never taken up: neither its agency nor one to which that passed the case on was told
    of it then.

    Effects: the rows of the register, one entry `disclosure.never_left` a volunteer.
    """
    told = Disclosure.objects.filter(letter=letter, disclosed_at__gte=since)
    change_told("disclosure.never_left", letter, told, by=by, at=at, disclosed_at=None)


def _consents_then(letter: Letter, day: date, *, by: By) -> dict[Any, Consent]:
    """Return the consents of a day of Seoul's calendar by which a letter told, by disclosure.
    Raises ConsentMissing."""
    planned = list(planned_in(letter))
    held = consents_of_day(planned, day)
    lacking = [o.volunteer for o in planned if o.pk not in held or had_left(o.volunteer, day)]
    if lacking:
        raise ConsentMissing(callsigns_seen(by, lacking))
    return held


def _enter_told(
    letter: Letter,
    held: dict[Any, Consent],
    *,
    by: By,
    at: datetime,
    told_at: datetime | None = None,
    **more: str,
) -> None:
    for one in planned_in(letter):
        one.agency, one.consent = letter.agency, held.get(one.pk, one.consent)
        one.disclosed_at = one.disclosed_at or told_at or at
        one.recalled_by = one.recalled_at = None
        one.save(update_fields=["agency", "consent", "disclosed_at", "recalled_by", "recalled_at"])
        facts = {"fields": one.fields, "purpose": one.purpose, "agency": letter.agency.slug}
        record(DISCLOSED, one.volunteer, letter, letter.case, by=by, at=at, facts=facts | more)
    mark_recalled(letter, by=by, at=at)
