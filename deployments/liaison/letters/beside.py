"""What stands beside the text of a letter: where an e-mail of it goes, what is attached, what is
told of whom. Each version keeps that, sealed, as it was when the version was written."""

import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256

from corps.vault.actions import Erased, seal_under, unseal_under
from corps.vault.sealing import Place
from deployments.agencies.contacts import ContactDetails, fingerprint_of, open_details
from deployments.agencies.models import Contact
from deployments.liaison.models import Letter, LetterVersion


@dataclass(frozen=True, slots=True, repr=False)
class Beside:
    """`address` is the SHA-256 of the contact's e-mail address and of the fingerprint of their
    OpenPGP key, `attached` the SHA-256 of each file in the order of their names, `told` volunteer,
    purpose and parts of each disclosure; hashes in hexadecimal. `repr()` shows nothing."""

    address: str = ""
    attached: list[str] = field(default_factory=list)
    told: list[list[str | list[str]]] = field(default_factory=list)

    def __repr__(self) -> str:
        return "Beside(…)"


def beside(letter: Letter) -> Beside:
    """Return what stands beside a letter's text now. Raises SealBroken."""
    attached = letter.attachments.order_by("name").values_list("sha256", flat=True)
    told = letter.disclosures.filter(referral=None).order_by("pk")
    return Beside(
        address=_address(letter.contact),
        attached=[bytes(one).hex() for one in attached],
        told=[[str(one.volunteer_id), one.purpose, list(one.fields)] for one in told],
    )


def seal_beside(letter: Letter, number: int, said: Beside) -> bytes:
    """Return what a version keeps of it, sealed under the letter's data key."""
    return seal_under(letter.data_key, _place(letter, number), json.dumps(asdict(said)).encode())


def open_beside(version: LetterVersion) -> Beside:
    """Return what stood beside the text when a version was written, nothing for one that kept
    nothing of it. Raises SealBroken or Erased."""
    if not version.beside:
        return Beside()
    letter, sealed = version.letter, bytes(version.beside)
    plain = unseal_under(letter.data_key, _place(letter, version.number), sealed)
    return Beside(**json.loads(plain))


def _address(contact: Contact | None) -> str:
    try:
        details = open_details(contact) if contact else ContactDetails()
    except Erased:
        details = ContactDetails()
    key = fingerprint_of(details.openpgp_key)
    return sha256(f"{details.email}\n{key}".encode()).hexdigest()


def _place(letter: Letter, number: int) -> Place:
    return Place("liaison_letterversion", "beside", f"{letter.pk}/{number}")
