"""What stands beside the text of a letter: where an e-mail of it goes, what is attached, what is
told of whom, and whom it asks back. Each version keeps that, sealed, as it was when the version was
written."""

import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256

from corps.vault.actions import Erased, seal_under, unseal_under
from corps.vault.sealing import Place
from deployments.agencies.contacts import ContactDetails, fingerprint_of, open_details
from deployments.agencies.models import Contact
from deployments.liaison.letters.beginning import persons_named
from deployments.liaison.letters.text import LetterText, open_text
from deployments.liaison.models import Letter, LetterKind, LetterVersion


@dataclass(frozen=True, slots=True, repr=False)
class Beside:
    """`address` is the SHA-256 of the contact's e-mail address and of the fingerprint of their
    OpenPGP key, `attached` the SHA-256 of each file in the order of their names, `told` volunteer,
    purpose and parts of each disclosure; hashes in hexadecimal. `asked` is whom a letter of
    withdrawal asks back, volunteers by id: None for another letter, and in versions that were
    written before this was kept. `repr()` shows nothing."""

    address: str = ""
    attached: list[str] = field(default_factory=list)
    told: list[list[str | list[str]]] = field(default_factory=list)
    asked: list[str] | None = None

    def __repr__(self) -> str:
        return "Beside(…)"


def beside(letter: Letter, text: LetterText | None = None) -> Beside:
    """Return what stands beside a letter's text now; whom it asks back stands in the text, without
    which that is left open. Raises SealBroken."""
    attached = letter.attachments.order_by("name").values_list("sha256", flat=True)
    told = letter.disclosures.filter(referral=None).order_by("pk")
    asks = letter.kind == LetterKind.WITHDRAWAL
    return Beside(
        address=_address(letter.contact),
        attached=[bytes(one).hex() for one in attached],
        told=[[str(one.volunteer_id), one.purpose, list(one.fields)] for one in told],
        asked=persons_named(letter, text) if text is not None and asks else None,
    )


def asked_back(version: LetterVersion) -> list[str]:
    """Return the ids of the volunteers whom a version of a letter asks back: those that it kept, or
    where it was written before that was kept, those whom its text names. Raises SealBroken or
    Erased."""
    if version.letter.kind != LetterKind.WITHDRAWAL:
        return []
    kept = open_beside(version).asked
    return persons_named(version.letter, open_text(version)) if kept is None else kept


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
