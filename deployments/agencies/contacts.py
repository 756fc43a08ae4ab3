"""The details of one contact: the only place where they are in the clear."""

import json
from dataclasses import dataclass, fields, replace
from datetime import datetime

import pysequoia
from django.utils.translation import gettext_lazy as _

from corps.errors import Refusal
from corps.vault.actions import unseal_under
from corps.vault.sealing import Place, seal
from corps.vault.spelling import clean_text, same_name
from corps.workflow.tables import Text
from deployments.agencies.models import Contact
from volunteers import identity

PARTS: dict[str, Text] = {
    "name": _("Name"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "address": _("Address"),
    "notes": _("Notes"),
    "openpgp_key": _("OpenPGP key"),
}
"""The parts of the details and what each is called, in the order in which they are shown."""

LONGEST_KEY = 40_000
"""Characters of an OpenPGP key in ASCII armour."""


class KeyUnusable(Refusal):
    """No letter can be encrypted to what was given as an OpenPGP key."""

    message = _(
        "This is no OpenPGP key to which a letter can be encrypted today: paste a whole public "
        "key, neither expired nor revoked, from BEGIN to END."
    )


@dataclass(frozen=True, slots=True, repr=False)
class ContactDetails:
    """What is known of a contact; `openpgp_key` is a public key in ASCII armour, which names its
    owner. `repr()` shows nothing, so that no log or traceback does."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    notes: str = ""
    openpgp_key: str = ""

    def __repr__(self) -> str:
        return "ContactDetails(…)"

    def to_bytes(self) -> bytes:
        """Return the details as JSON."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return json.dumps(values, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "ContactDetails":
        """Return the details that `to_bytes()` wrote; what it does not name keeps its default."""
        known = {item.name for item in fields(cls)}
        return cls(**{name: value for name, value in json.loads(data).items() if name in known})


def parts_held(details: ContactDetails) -> list[str]:
    """Return the names of the parts of which something is kept, in the order of PARTS."""
    return [part for part in PARTS if getattr(details, part)]


def details_place(contact: Contact) -> Place:
    """Return where a contact's details are kept."""
    return Place("agencies_contact", "details", str(contact.pk))


def seal_details(key: bytes, contact: Contact, details: ContactDetails) -> bytes:
    """Return the details sealed under the contact's opened data key."""
    return seal(key, details_place(contact), details.to_bytes())


def open_details(contact: Contact) -> ContactDetails:
    """Return a contact's details. Raises SealBroken or Erased. The caller records what for."""
    return ContactDetails.from_bytes(
        unseal_under(contact.data_key, details_place(contact), bytes(contact.details))
    )


def marks_of(details: ContactDetails, key_id: str) -> list[tuple[str, bytes]]:
    """Return the blind indexes to keep of a contact, as `(kind, mark)`, each once, made with the
    key `key_id`."""
    document = identity.IdentityDocument(
        name=details.name, phone=details.phone, email=details.email
    )
    return identity.marks_of(document, key_id)


def marks_to_find(kind: str, text: str) -> list[bytes]:
    """Return the blind indexes under which a typed name, phone or e-mail is found."""
    return identity.marks_to_find(kind, text)


def details_into(kept: ContactDetails, other: ContactDetails) -> ContactDetails:
    """Return what is known of one contact from two records: `kept` first; what `other` says
    otherwise stands in the notes. Of two OpenPGP keys the kept one counts."""
    both, notes = {}, [kept.notes] if kept.notes else []
    for part, label in PARTS.items():
        mine, theirs = getattr(kept, part), getattr(other, part)
        both[part] = mine or theirs
        if theirs and theirs != mine and part == "notes":
            notes.append(theirs)
        elif mine and theirs and theirs != mine and part != "openpgp_key":
            notes.append(f"{label}: {theirs}")
    return replace(kept, **{**both, "notes": "\n".join(notes)})


def tells_name(post: str, name: str) -> bool:
    """Return whether a post gives away the name of whoever holds it."""
    text, told = clean_text(post).casefold(), clean_text(name).casefold()
    return bool(told) and (told in text or same_name(post, name))


def fingerprint_of(text: str) -> str:
    """Return the fingerprint of a kept OpenPGP key in hexadecimal, nothing where none is kept."""
    return str(pysequoia.Cert.from_bytes(text.encode()).fingerprint) if text else ""


def public_key_of(text: str, *, at: datetime) -> str:
    """Return an OpenPGP key (RFC 9580) as its public part in ASCII armour.

    Raises KeyUnusable for what is no key, and for one that cannot be encrypted to at `at`.
    """
    try:
        key = pysequoia.Cert.from_bytes(text.strip().encode())
        public = str(key)
        pysequoia.encrypt(recipients=[pysequoia.Cert.from_bytes(public.encode())], bytes=b"?")
    except (RuntimeError, ValueError, TypeError):
        raise KeyUnusable from None
    over = key.expiration is not None and key.expiration <= at
    if key.is_revoked or over or "PUBLIC KEY BLOCK" not in public:
        raise KeyUnusable
    return public
