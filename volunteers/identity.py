"""The identity of one volunteer: the only place where a person's own data are in the clear."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from hashlib import sha256
from typing import Any

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from corps.vault.actions import unseal_under
from corps.vault.marks import (
    EMAIL,
    NAME,
    NAME_AND_BIRTH,
    PASSPORT,
    PHONE,
    mark,
    marks_to_look_for,
)
from corps.vault.sealing import Place, seal
from corps.vault.spelling import name_keys, normal_email, normal_passport, normal_phone
from corps.workflow.tables import Text
from volunteers.models import Volunteer

PARTS: dict[str, Text] = {
    "name": _("Name"),
    "latin_name": _("Name in Latin letters"),
    "former_names": _("Former names"),
    "birth_date": _("Date of birth"),
    "sex": _("Sex"),
    "phone": _("Phone"),
    "other_phones": _("Other phone numbers"),
    "email": _("E-mail"),
    "other_emails": _("Other e-mail addresses"),
    "address": _("Address"),
    "passport": _("Passport number"),
    "passport_expires": _("Passport expires"),
    "emergency_contact": _("Emergency contact"),
    "relatives_in_north": _("Relatives in the North"),
    "service_branch": _("Branch of service"),
    "service_rank": _("Rank"),
    "service_unit": _("Unit"),
    "service_years": _("Years of service"),
    "service_period": _("Time of service"),
    "notes": _("Notes"),
    "other": _("Other"),
}
"""The parts of an identity and what each is called, in the order in which they are shown."""

SEXES: dict[str, Text] = {"male": _("male"), "female": _("female")}
RELATIVES: dict[str, Text] = {"yes": _("yes"), "no": _("no"), "unknown": _("unknown")}


class RevealReason(TextChoices):
    """What an identity is looked at for."""

    EMERGENCY = "emergency", _("Contact in an emergency")
    DOCUMENT = "document", _("Check of a document")
    TRAVEL = "travel", _("Travel papers")
    CORRECTION = "correction", _("Correcting the record")
    REQUEST = "request", _("Request of the volunteer")
    DISCLOSURE = "disclosure", _("Telling an agency, with the volunteer's consent")
    OTHER = "other", _("Another reason")


@dataclass(frozen=True, slots=True, repr=False)
class IdentityDocument:
    """What is known of a person. `repr()` shows nothing, so that no log or traceback does."""

    name: str = ""
    latin_name: str = ""
    former_names: tuple[str, ...] = ()
    birth_date: date | None = None
    sex: str = ""
    phone: str = ""
    other_phones: tuple[str, ...] = ()
    email: str = ""
    other_emails: tuple[str, ...] = ()
    address: str = ""
    passport: str = ""
    passport_expires: date | None = None
    emergency_contact: str = ""
    relatives_in_north: str = ""
    service_branch: str = ""
    service_rank: str = ""
    service_unit: str = ""
    service_years: str = ""
    service_period: str = ""
    notes: str = ""
    other: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "IdentityDocument(…)"

    def to_bytes(self) -> bytes:
        """Return the document as JSON, dates in ISO 8601."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return json.dumps(values, ensure_ascii=False, default=date.isoformat).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "IdentityDocument":
        """Return the document that `to_bytes()` wrote; what it does not name keeps its default."""
        known = {item.name for item in fields(cls)}
        values: dict[str, Any] = {k: v for k, v in json.loads(data).items() if k in known}
        for name in ("birth_date", "passport_expires"):
            if values.get(name):
                values[name] = date.fromisoformat(values[name])
        for name in ("former_names", "other_phones", "other_emails"):
            values[name] = tuple(values.get(name) or ())
        return cls(**values)


def parts_held(document: IdentityDocument) -> list[str]:
    """Return the names of the parts of which something is kept, in the order of PARTS."""
    return [part for part in PARTS if getattr(document, part)]


def part_in_words(document: IdentityDocument, part: str) -> str:
    """Return one part as a text for people, several values one after another."""
    value = getattr(document, part)
    if isinstance(value, date):
        return str(date_format(value, "DATE_FORMAT"))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {text}" for name, text in value.items())
    if isinstance(value, tuple):
        return ", ".join(value)
    words = {"sex": SEXES, "relatives_in_north": RELATIVES}.get(part, {})
    return str(words.get(value, value))


def identity_place(volunteer: Volunteer) -> Place:
    """Return where a volunteer's document is kept."""
    return Place("volunteers_identity", "document", str(volunteer.pk))


def seal_identity(key: bytes, volunteer: Volunteer, document: IdentityDocument) -> bytes:
    """Return the document sealed under the volunteer's opened data key."""
    return seal(key, identity_place(volunteer), document.to_bytes())


def open_identity(volunteer: Volunteer) -> IdentityDocument:
    """Return a volunteer's document. Raises SealBroken or Erased. The caller records the reveal."""
    sealed = bytes(volunteer.identity.document)
    return IdentityDocument.from_bytes(
        unseal_under(volunteer.data_key, identity_place(volunteer), sealed)
    )


def normal_forms(document: IdentityDocument) -> list[tuple[str, str]]:
    """Return what blind indexes are made of: `(kind, normal form)`, each once."""
    keys = _keys_kept([document.name, document.latin_name, *document.former_names])
    births = [f"{key}|{document.birth_date}" for key in keys] if document.birth_date else []
    forms: dict[str, Iterable[str | None]] = {
        PHONE: map(normal_phone, (document.phone, *document.other_phones)),
        EMAIL: map(normal_email, (document.email, *document.other_emails)),
        PASSPORT: [normal_passport(document.passport)],
        NAME: keys,
        NAME_AND_BIRTH: births,
    }
    return sorted({(kind, form) for kind, found in forms.items() for form in found if form})


def marks_of(document: IdentityDocument, key_id: str) -> list[tuple[str, bytes]]:
    """Return the blind indexes to keep of a document, as `(kind, mark)`, each once.

    They are made with the key `key_id` and kept under its name: the present key may become another
    between two questions, and a mark under another key's name would be found by nobody.
    """
    return sorted((kind, mark(kind, form, key_id)) for kind, form in normal_forms(document))


def marks_alike(document: IdentityDocument) -> list[tuple[str, bytes]]:
    """Return the blind indexes that anybody like a document may carry: while keys rotate, some
    carry those of the old key and some those of the new one."""
    return marks_to_look_for(normal_forms(document))


def row_digest(content: bytes) -> str:
    """Return what the blind index of a workbook's whole row (ROW) is made of: SHA-256, in hex."""
    return sha256(content).hexdigest()


def source_place(volunteer: Volunteer) -> Place:
    """Return where the digests of the rows a volunteer came from are kept."""
    return Place("volunteers_identitymark", "source", str(volunteer.pk))


def _keys_kept(names: Iterable[str]) -> list[str]:
    """Return the keys to keep of a person's names. A romanisation has many readings; where the
    Hangul is one of them, the Hangul's key is enough, since whoever looks brings every reading."""
    kept: set[str] = set()
    for name in names:
        keys = name_keys(name) if name else frozenset()
        if kept.isdisjoint(keys):
            kept |= keys
    return sorted(kept)


def marks_to_find(kind: str, text: str) -> list[bytes]:
    """Return the blind indexes under which a typed phone, e-mail, passport or name is found."""
    normal: dict[str, Callable[[], Sequence[str | None]]] = {
        PHONE: lambda: [normal_phone(text)],
        EMAIL: lambda: [normal_email(text)],
        PASSPORT: lambda: [normal_passport(text)],
        NAME: lambda: sorted(name_keys(text)),
    }
    forms = [(kind, form) for form in normal[kind]() if form]
    return [found for _kind, found in marks_to_look_for(forms)]
