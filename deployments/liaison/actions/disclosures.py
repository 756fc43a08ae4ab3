"""What a letter tells of identities: planned, checked, read by its author and in its file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from corps.accounts.models import User
from corps.audit.actions import By, record
from corps.errors import NotFound
from corps.workflow.moves import ReasonMissing, move
from corps.workflow.tables import Text
from deployments.liaison.actions.versions import write_version
from deployments.liaison.letters.persons import numbers_of
from deployments.liaison.models import Disclosure, Letter
from deployments.liaison.queries.disclosures import callsigns_seen, held_consents, planned_in
from deployments.liaison.rules.disclosures import (
    PURPOSES,
    ConsentMissing,
    FieldsNotTold,
    NotConcerned,
    OnAnotherDesk,
    check_can_plan_disclosure,
    check_can_reveal_disclosed,
    check_may_be_told,
    check_shows_nobody,
)
from deployments.liaison.states import LETTER
from volunteers.actions.quotas import QuotaSpent, note_quota_spent, spend_quota
from volunteers.actions.reveal import REVEALED, reveal_parts
from volunteers.identity import (
    PARTS,
    IdentityDocument,
    RevealReason,
    open_identity,
    part_in_words,
)
from volunteers.models import Consent, Volunteer
from volunteers.rules import GONE, check_factor_recent

DISCLOSED = "identity.disclosed"
MASK = "●●●●"
"""What stands in a letter in place of a value, for whoever is not shown it."""


@dataclass(frozen=True, slots=True, repr=False)
class PersonTold:
    """What a letter says of one volunteer: their number in it, labels and texts in its language.
    `repr()` shows nothing."""

    number: int
    lines: list[tuple[str, str]]

    def __repr__(self) -> str:
        return "PersonTold(…)"


@transaction.atomic
def plan_disclosure(
    *,
    letter: Letter,
    volunteer: Volunteer,
    fields: Sequence[str],
    purpose: str,
    by: User,
    at: datetime,
) -> Disclosure:
    """Say that a draft tells these parts of one identity; what was planned of them is replaced.

    Effects: the row, one version, the letter marked as one that discloses, one ledger entry with
    the names of the parts (two for a letter taken up again). Consent is asked for when the letter
    is submitted, approved and sent. Raises NotFound or NotPermitted, NotADraft, OnAnotherDesk,
    NotConcerned, FieldsNotTold.
    """
    letter = _writable(letter, by=by, at=at)
    check_may_be_told(by, letter, volunteer, fields)
    if purpose not in PURPOSES:
        raise FieldsNotTold
    named = [part for part in PARTS if part in set(fields)]
    planned, _made = Disclosure.objects.update_or_create(
        letter=letter,
        volunteer=volunteer,
        referral=None,
        defaults={"agency": letter.agency, "fields": named, "purpose": purpose},
    )
    mark_letter(letter)
    write_version(letter, by=by, at=at)
    facts = {"fields": named, "purpose": purpose, "agency": letter.agency.slug}
    record("disclosure.planned", letter, letter.case, volunteer, by=by, at=at, facts=facts)
    return planned


@transaction.atomic
def drop_disclosure(*, letter: Letter, volunteer: Volunteer, by: User, at: datetime) -> None:
    """Let a draft tell nothing of one volunteer any more; one version, one ledger entry.

    Raises NotFound or NotPermitted, NotADraft; nothing happens where nothing was planned.
    """
    letter = _writable(letter, by=by, at=at)
    gone, _each = Disclosure.objects.filter(letter=letter, volunteer=volunteer).delete()
    if gone:
        mark_letter(letter)
        write_version(letter, by=by, at=at)
        record("disclosure.dropped", letter, letter.case, volunteer, by=by, at=at)


def _writable(letter: Letter, *, by: User, at: datetime) -> Letter:
    """Return the letter as committed, to be written; nobody submits it before the transaction ends.
    One that was returned is taken up again."""
    letter = _held(letter)
    check_can_plan_disclosure(by, letter)
    if letter.state == "returned":
        move(letter, LETTER, "take_up", by=by, at=at, about=(letter.case,))
    return letter


def _held(letter: Letter) -> Letter:
    rows = Letter.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("case__desk", "agency").get(pk=letter.pk)


def mark_letter(letter: Letter) -> None:
    """Say of a draft that is held whether it discloses identity: in its text, or attached to it."""
    attached = letter.attachments.filter(discloses=True).exists()
    letter.discloses = attached or letter.disclosures.exists()
    letter.save(update_fields=["discloses"])


@transaction.atomic
def check_disclosures(letter: Letter, *, by: By) -> dict[Any, Consent]:
    """Raise unless everybody of whom a letter tells consents to that now: ConsentMissing names by
    callsign who does not or has left, NotConcerned whom the case no longer concerns, all as far as
    `by` sees them, OnAnotherDesk who stands on another desk than the case; NobodyNamed where only
    an attachment shows somebody.

    Called where a letter is submitted, approved and sent, and where what it tells is handed out
    before. What it found holds until the caller's transaction ends: who withdraws meanwhile, waits.
    Returns the consents by disclosure.
    """
    planned = list(planned_in(letter))
    if not planned:
        check_shows_nobody(letter)
        return {}
    people = {one.volunteer_id: one.volunteer for one in planned}
    rows = Volunteer.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    now = {one.pk: one for one in rows.filter(pk__in=people)}
    held = held_consents(planned, lock=True)
    lacking = [
        one.volunteer
        for one in planned
        if now[one.volunteer_id].standing in GONE or one.pk not in held
    ]
    if lacking:
        raise ConsentMissing(callsigns_seen(by, lacking))
    concerned = set(letter.case.concerned.values_list("volunteer_id", flat=True))
    strangers = [people[pk] for pk in people.keys() - concerned]
    if strangers:
        raise NotConcerned(callsigns_seen(by, strangers))
    moved = [one for one in now.values() if one.desk_id != letter.case.desk_id]
    if moved:
        raise OnAnotherDesk(callsigns_seen(by, moved))
    return held


@transaction.atomic
def reveal_disclosed(
    *,
    letter: Letter,
    volunteer: Volunteer,
    reason: str,
    by: User,
    proved_at: datetime | None,
    at: datetime,
) -> list[tuple[Text, str]]:
    """Return, to the author of an approved letter, exactly the parts of one identity that it tells,
    as label and text, to be shown once: the right ends when it is sent, and after seven days.

    Effects: one of the day's quota spent, one entry `identity.revealed` about the volunteer, the
    letter and its case. Raises NotFound or NotPermitted, FactorNotRecent, ReasonMissing,
    QuotaSpent, IdentityErased, SealBroken, and what `check_disclosures` does.
    """
    letter = _held(letter)
    one = planned_in(letter).filter(volunteer=volunteer).first()
    if one is None:
        raise NotFound
    check_can_reveal_disclosed(by, one, at=at)
    check_disclosures(letter, by=by)
    return reveal_parts(
        volunteer=one.volunteer,
        parts=one.fields,
        about=(letter, letter.case),
        reason=reason,
        by=by,
        proved_at=proved_at,
        at=at,
    )


def enter_reading(
    *,
    letter: Letter,
    by: By,
    proved_at: datetime | None,
    reason: str,
    at: datetime,
    shows: bool = False,
) -> None:
    """Enter that `by` is given a file of a letter, in which what it discloses is in the clear;
    nothing happens for a letter that discloses nothing, unless the file `shows` somebody. Who may
    have the file is the caller's rule.

    Effects: one of the day's quota spent, since two people have approved the file as a whole; for
    each volunteer of whom the letter tells one entry `identity.revealed`, with the names of the
    parts, or one about the letter where it does not say yet of whom.
    Raises NotFound for anybody but a person, FactorNotRecent, ReasonMissing, QuotaSpent.
    """
    told = list(planned_in(letter))
    if not told and not shows:
        return
    if not isinstance(by, User):
        raise NotFound
    try:
        _enter_reading(letter, told, reason, by=by, proved_at=proved_at, at=at)
    except QuotaSpent:
        note_quota_spent(REVEALED, letter, by=by, limit=settings.REVEALS_A_DAY, at=at)
        raise


@transaction.atomic
def _enter_reading(
    letter: Letter,
    told: Sequence[Disclosure],
    reason: str,
    *,
    by: User,
    proved_at: datetime | None,
    at: datetime,
) -> None:
    check_factor_recent(proved_at, at=at)
    if not reason.strip():
        raise ReasonMissing
    spend_quota(REVEALED, by=by, limit=settings.REVEALS_A_DAY, at=at)
    facts = {"purpose": RevealReason.DISCLOSURE.value}
    for one in told:
        about, parts = (one.volunteer, letter, letter.case), {"fields": one.fields}
        record(REVEALED, *about, by=by, at=at, reason=reason, facts=facts | parts)
    if not told:
        record(REVEALED, letter, letter.case, by=by, at=at, reason=reason, facts=facts)


def identity_lines(letter: Letter, *, masked: bool = True) -> list[PersonTold]:
    """Return what a letter says of each volunteer, in the letter's language, by their numbers.

    Values stand masked unless `masked` is False: that is for rendering the file that is sealed at
    approval, and for nothing that is shown. Raises SealBroken, Erased.
    """
    with override(letter.language):
        numbers = numbers_of(letter)
        told = {numbers[one.volunteer_id]: one for one in planned_in(letter)}
        return [_told(number, told[number], masked=masked) for number in sorted(told)]


def _told(number: int, one: Disclosure, *, masked: bool) -> PersonTold:
    document = IdentityDocument() if masked else open_identity(one.volunteer)
    lines = [
        (str(PARTS[part]), MASK if masked else part_in_words(document, part) or "–")
        for part in one.fields
    ]
    return PersonTold(number=number, lines=lines)
