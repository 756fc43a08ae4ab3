"""The text of a letter: plain, sealed at rest, and hashed in one form that anybody can rebuild."""

import json
import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from corps.errors import Refusal
from corps.vault.actions import seal_under, unseal_under
from corps.vault.sealing import Place
from deployments.liaison.models import Letter, LetterVersion

LONGEST_SUBJECT = 200
LONGEST_BODY = 20_000


class TextRefused(Refusal):
    """The text of a letter cannot be kept; the message says why."""


@dataclass(frozen=True, slots=True, repr=False)
class LetterText:
    """Subject and body as plain text: paragraphs between empty lines, items that begin with a dash
    or a number. `repr()` shows nothing, so that no log or traceback does."""

    subject: str
    body: str

    def __repr__(self) -> str:
        return "LetterText(…)"

    def to_bytes(self) -> bytes:
        """Return the text as JSON."""
        return json.dumps({"subject": self.subject, "body": self.body}, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "LetterText":
        """Return the text that `to_bytes()` wrote."""
        return cls(**json.loads(content))


def clean_text(subject: str, body: str) -> LetterText:
    """Return a text as it is kept: Unicode NFC, lines without blanks at their ends, nothing that
    is invisible or turns the direction of writing. Raises TextRefused where one is empty or long.
    """
    text = LetterText(" ".join(_visible(subject).split()), _lines(_visible(body)))
    if not text.subject or not text.body:
        raise TextRefused(_("A letter needs a subject and a text."))
    if len(text.subject) > LONGEST_SUBJECT or len(text.body) > LONGEST_BODY:
        raise TextRefused(_("The letter is too long: put the rest into an attachment."))
    return text


def _visible(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.replace("\t", " ").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return "".join(
        sign for sign in text if sign == "\n" or unicodedata.category(sign) not in HIDDEN
    )


HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of signs that are no text: controls, formats (directions, zero width), the rest."""


def _lines(text: str) -> str:
    trimmed = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", trimmed).strip("\n")


def canonical(reference: str, language: str, to: str, text: LetterText) -> bytes:
    """Return what is hashed: reference, language, addressee and subject, a line each, an empty
    line, the body, a line feed; in UTF-8."""
    return f"{reference}\n{language}\n{to}\n{text.subject}\n\n{text.body}\n".encode()


def text_hash(letter: Letter, text: LetterText) -> bytes:
    """Return the SHA-256 of a letter's text in its canonical form."""
    return sha256(canonical(str(letter), letter.language, addressee(letter), text)).digest()


def addressee(letter: Letter) -> str:
    """Return to whom a letter goes, in its language: the agency and the post of the contact."""
    agency = str(getattr(letter.agency, f"name_{letter.language}"))
    return f"{agency} ({letter.contact.post})" if letter.contact else agency


def seal_text(letter: Letter, number: int, text: LetterText) -> bytes:
    """Return a version's text sealed under the letter's data key."""
    return seal_under(letter.data_key, _place(letter, number), text.to_bytes())


def open_text(version: LetterVersion) -> LetterText:
    """Return a version's text. Raises SealBroken or Erased."""
    letter = version.letter
    plain = unseal_under(letter.data_key, _place(letter, version.number), bytes(version.content))
    return LetterText.from_bytes(plain)


def _place(letter: Letter, number: int) -> Place:
    return Place("liaison_letterversion", "content", f"{letter.pk}/{number}")
