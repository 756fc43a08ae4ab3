"""Registering volunteers, one or many at once, and moving their standing."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, User
from corps.audit.actions import By, draft, record, record_many
from corps.errors import Refusal
from corps.vault.actions import draft_data_keys, hold_keys
from corps.vault.marks import NAME, ROW, index_key_id, mark
from corps.vault.models import DataKey
from corps.vault.sealing import seal
from corps.workflow.moves import move
from volunteers.actions.consents import check_fresh_consent, end_all_consents
from volunteers.actions.quotas import check_searches_left, note_search
from volunteers.actions.sharing import end_all_sharing
from volunteers.identity import (
    IdentityDocument,
    marks_of,
    marks_to_find,
    seal_identity,
    source_place,
)
from volunteers.models import (
    AvailabilityWindow,
    Identity,
    IdentityMark,
    LanguageHeld,
    SkillHeld,
    VettingCase,
    Volunteer,
)
from volunteers.queries.people import on_its_desk
from volunteers.rules import (
    check_can_change_volunteer,
    check_can_move_standing,
    check_can_register_on,
    check_home_base,
)
from volunteers.states import STANDING

CHANGEABLE = ("callsign", "desk", "home_base", "time_zone", "portal_language", "wishes")
"""What `change_volunteer` changes."""

CALLSIGN_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class CallsignTaken(Refusal):
    """Callsigns are unique across the installation."""

    message = _("This callsign is taken.")


class CallsignTellsName(Refusal):
    """A callsign stands in the clear everywhere."""

    message = _("This callsign gives the person's name away.")


@dataclass(slots=True)
class NewVolunteer:
    """Somebody to register. Windows are whole days, first and last, in the person's time zone.

    `languages` maps a language's code to one level for every mode (corps' Level), `skills` maps
    a skill's id to a level; `clearance` is a level with the last day on which it holds. `marks`
    are the blind indexes, where the caller has made them already, with the index key of the id
    `marked_with`; else they are made here. `row` is
    the digest of the workbook's row that tells of the person (volunteers.identity.row_digest).
    """

    identity: IdentityDocument
    callsign: str = ""
    standing: str = "active"
    home_base: str = ""
    time_zone: str = "Asia/Seoul"
    wishes: Sequence[str] = ()
    languages: dict[str, int] = field(default_factory=dict)
    skills: dict[int, int] = field(default_factory=dict)
    windows: Sequence[tuple[str, date, date]] = ()
    clearance: tuple[int, date] | None = None
    marks: Sequence[tuple[str, bytes]] | None = None
    marked_with: str = ""
    row: str = ""


@transaction.atomic
def register_volunteers(
    people: Sequence[NewVolunteer],
    *,
    desk: Desk,
    by: By,
    at: datetime,
    verb: str = "register.added",
) -> list[Volunteer]:
    """Register people on a desk, all in one transaction, in a fixed number of statements.

    Effects: for each person a volunteer with a data key, the sealed identity, its blind indexes,
    skills, languages, availability and clearance, and one ledger entry. Raises IntegrityError
    for a callsign that is taken; callers give free ones.
    """
    keys = draft_data_keys(len(people))
    DataKey.objects.bulk_create([key for key, _ in keys])
    made = [
        _volunteer(person, key, desk=desk, at=at)
        for person, (key, _) in zip(people, keys, strict=True)
    ]
    Volunteer.objects.bulk_create(made)
    pairs = list(zip(people, made, strict=True))
    Identity.objects.bulk_create(
        Identity(volunteer=one, document=seal_identity(key, one, person.identity), sealed_at=at)
        for (person, one), (_, key) in zip(pairs, keys, strict=True)
    )
    _add_marks(pairs, [key for _, key in keys])
    _add_abilities(pairs)
    _add_time_and_clearance(pairs, by=by, at=at)
    record_many(draft(verb, one, by=by, at=at) for one in made)
    return made


def _volunteer(person: NewVolunteer, key: DataKey, *, desk: Desk, at: datetime) -> Volunteer:
    return Volunteer(
        callsign=person.callsign or new_callsign(),
        standing=person.standing,
        standing_since=at,
        desk=desk,
        data_key=key,
        home_base=person.home_base,
        time_zone=person.time_zone,
        wishes=list(person.wishes),
    )


def new_callsign() -> str:
    """Return a callsign that says nothing about the person: V- and six letters or digits."""
    return "V-" + "".join(secrets.choice(CALLSIGN_LETTERS) for _ in range(6))


def _add_marks(pairs: Iterable[tuple[NewVolunteer, Volunteer]], data_keys: Iterable[bytes]) -> None:
    """Write the blind indexes from five arrays: a person has some twenty of them."""
    rows = [
        (one.pk, *row)
        for (person, one), key in zip(pairs, data_keys, strict=True)
        for row in _marks(person, one, key)
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 5
    table = connection.ops.quote_name(IdentityMark._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (volunteer_id, kind, mark, source, key_id)"  # noqa: S608  (the model's own name)
            " SELECT * FROM"
            " unnest(%s::uuid[], %s::text[], %s::bytea[], %s::bytea[], %s::text[])",
            columns,
        )


def _marks(
    person: NewVolunteer, one: Volunteer, key: bytes
) -> Iterable[tuple[str, bytes, bytes | None, str]]:
    """Return kind, mark, source and the key's id of each blind index of a person."""
    key_id = person.marked_with or index_key_id()
    made = marks_of(person.identity, key_id) if person.marks is None else person.marks
    found: list[tuple[str, bytes, bytes | None]] = [(kind, value, None) for kind, value in made]
    if person.row:
        source = seal(key, source_place(one), person.row.encode())
        found.append((ROW, mark(ROW, person.row, key_id), source))
    return [(*row, key_id) for row in found]


def _add_abilities(pairs: Iterable[tuple[NewVolunteer, Volunteer]]) -> None:
    pairs = list(pairs)
    LanguageHeld.objects.bulk_create(
        LanguageHeld(
            volunteer=one,
            language_id=code,
            listening=level,
            speaking=level,
            reading=level,
            writing=level,
        )
        for person, one in pairs
        for code, level in person.languages.items()
    )
    SkillHeld.objects.bulk_create(
        SkillHeld(volunteer=one, skill_id=skill, level=level)
        for person, one in pairs
        for skill, level in person.skills.items()
    )


def _add_time_and_clearance(
    pairs: Iterable[tuple[NewVolunteer, Volunteer]], *, by: By, at: datetime
) -> None:
    pairs = list(pairs)
    AvailabilityWindow.objects.bulk_create(
        AvailabilityWindow(volunteer=one, kind=kind, during=whole_days(first, last, one))
        for person, one in pairs
        for kind, first, last in person.windows
    )
    VettingCase.objects.bulk_create(
        _clearance(one, *person.clearance, by=by, at=at)
        for person, one in pairs
        if person.clearance
    )


def _clearance(one: Volunteer, level: int, until: date, *, by: By, at: datetime) -> VettingCase:
    """Return the case that stands for a clearance taken over; one that is over has lapsed."""
    today = at.astimezone(ZoneInfo(str(one.time_zone))).date()
    return VettingCase(
        volunteer=one,
        state="cleared" if until >= today else "lapsed",
        state_since=at,
        from_register=True,
        opened_by=by if isinstance(by, User) else None,
        level=level,
        holds=(min(today, until), until + timedelta(days=1)),
    )


def whole_days(first: date, last: date, volunteer: Volunteer) -> tuple[datetime, datetime]:
    """Return the half-open period from the start of `first` to the end of `last`, both included,
    in the volunteer's time zone."""
    zone = ZoneInfo(str(volunteer.time_zone))
    return (
        datetime.combine(first, time.min, zone),
        datetime.combine(last + timedelta(days=1), time.min, zone),
    )


def check_callsign(callsign: str, own: Iterable[bytes]) -> None:
    """Raise CallsignTellsName when a callsign is a spelling of a name, `own` being the blind
    indexes of the person's names."""
    if callsign and not set(own).isdisjoint(marks_to_find(NAME, callsign)):
        raise CallsignTellsName


def change_volunteer(
    *, volunteer: Volunteer, changed: Mapping[str, Any], by: By, at: datetime
) -> None:
    """Change plain facts of a volunteer (CHANGEABLE) by the values in `changed`; one ledger entry.

    The entry names the fields and holds their new values: they are plain. With another desk every
    share with one person ends: the new desk has decided none of them. A callsign that is refused
    because it tells the name has told the name: that counts and is entered as a search. Raises
    NotFound or NotPermitted, also where the new desk is not one of `by`, CallsignTaken,
    CallsignTellsName, HomeBaseTooExact, QuotaSpent: for any new callsign once the day's searches
    are spent.
    """
    if "callsign" in changed:
        check_searches_left(by=by, at=at)
    try:
        _change(volunteer, changed, by=by, at=at)
    except CallsignTellsName:
        note_search("callsign", volunteer, by=by, at=at)
        raise


@transaction.atomic
def _change(volunteer: Volunteer, changed: Mapping[str, Any], *, by: By, at: datetime) -> None:
    standing = on_its_desk(volunteer)
    check_can_change_volunteer(by, standing)
    values = {name: value for name, value in changed.items() if name in CHANGEABLE}
    if "desk" in values:
        check_can_register_on(by, values["desk"])
    check_home_base(values.get("home_base", ""))
    if "callsign" in values:
        _check_new_callsign(volunteer, values["callsign"])
    facts = {name: _plain(value) for name, value in values.items()}
    record("volunteer.changed", volunteer, by=by, at=at, facts=facts)
    if "desk" in values and values["desk"] != standing.desk:
        end_all_sharing(volunteer=volunteer, by=by, at=at)
    for name, value in values.items():
        setattr(volunteer, name, value)
    try:
        with transaction.atomic():
            volunteer.save(update_fields=list(values))
    except IntegrityError:
        raise CallsignTaken from None


def _check_new_callsign(volunteer: Volunteer, callsign: str) -> None:
    """Raise CallsignTaken or CallsignTellsName; whether it is free comes first, so that nothing
    else can refuse a callsign that was compared with the name."""
    if Volunteer.objects.filter(callsign__iexact=callsign).exclude(pk=volunteer.pk).exists():
        raise CallsignTaken
    hold_keys()
    names = IdentityMark.objects.filter(volunteer=volunteer, kind=NAME)
    check_callsign(callsign, map(bytes, names.values_list("mark", flat=True)))


def _plain(value: Any) -> Any:
    return list(map(str, value)) if isinstance(value, list | tuple) else str(value)


@transaction.atomic
def change_standing(
    *, volunteer: Volunteer, move_name: str, by: By, at: datetime, reason: str = ""
) -> None:
    """Move a volunteer's standing by one of the moves of STANDING; one ledger entry.

    Whoever withdraws has withdrawn every consent too, which the entry says; they return only with a
    fresh one. Raises NotFound or NotPermitted for somebody who may not make this move,
    FreshConsentNeeded.
    """
    check_can_move_standing(by, volunteer, move_name)
    if move_name == "return":
        check_fresh_consent(volunteer)
    ended = _end_consents(volunteer, at=at) if move_name == "withdraw" else []
    facts = {"consents": ended} if ended else None
    move(volunteer, STANDING, move_name, by=by, at=at, reason=reason, facts=facts)


def _end_consents(volunteer: Volunteer, *, at: datetime) -> list[str]:
    """Withdraw every consent; the volunteer's row is locked before theirs, as where a letter is
    sent, so that the two never wait for each other."""
    on_its_desk(volunteer)
    return end_all_consents(volunteer, at=at)
