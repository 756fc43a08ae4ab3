"""A letter as PDF/A: the page is templates/letters/letter.typ, and what stands on it is data.

The text reaches Typst as one JSON value and is never read as markup. The same data give the same
bytes on any machine: the fonts are those of the pinned packages, and the time is the letter's own.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import noto_cjk_sans_otc
import pypdfium2
import segno
import typst
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from corps.errors import Refusal
from deployments.liaison.letters.blocks import PEOPLE, Block, blocks_of
from deployments.liaison.letters.text import LetterText
from deployments.liaison.letters.words import WORDS, day_in_words

STANDARD: Literal["a-2b"] = "a-2b"
"""PDF/A-2b (ISO 19005-2): everything needed to show the letter is inside it, for good."""

SEOUL = ZoneInfo("Asia/Seoul")
PAGES_SHOWN = 20

Person = tuple[int, Sequence[tuple[str, str]]]
"""Somebody of whom a letter tells: their number in it, and pairs of field and value."""


class NotPrintable(Refusal):
    """The text holds signs for which no font of ours has a picture."""

    message = _(
        "The letter holds signs that cannot be printed, such as pictographs: "
        "write it in Hangul, Latin or Cyrillic letters."
    )


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """All that stands on a letter. `at` is its own instant: the day in Seoul is its date.
    `annexes` are names and SHA-256 in hex. `salt` stands in the file and on no page: with a random
    one nobody can render what they guess and compare hashes. `repr()` shows nothing."""

    reference: str
    language: str
    to: str
    text: LetterText
    text_hash: str
    at: datetime
    people: Sequence[Person] = ()
    annexes: Sequence[tuple[str, str]] = ()
    draft: bool = False
    salt: str = ""

    def __repr__(self) -> str:
        return "Sheet(…)"


def render(sheet: Sheet) -> bytes:
    """Return the letter as PDF/A-2b. Raises NotPrintable."""
    try:
        return typst.compile(
            str(_folder() / "letter.typ"),
            root=str(_folder()),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"letter": json.dumps(_values(sheet), ensure_ascii=False)},
            pdf_standards=[STANDARD],
            timestamp=sheet.at.replace(microsecond=0),
        )
    except typst.TypstError:
        raise NotPrintable from None


def page_images(pdf: bytes, *, scale: float = 1.6) -> list[bytes]:
    """Return the first PAGES_SHOWN pages of a PDF of ours as PNG."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_png(document[number], scale) for number in range(min(len(document), PAGES_SHOWN))]
    finally:
        document.close()


def code_of(reference: str, text_hash: str) -> str:
    """Return what the QR code says: the reference and the hash of the approved text."""
    return f"corps:{reference}:sha256:{text_hash}"


def _png(page: Any, scale: float) -> bytes:
    picture = BytesIO()
    page.render(scale=scale).to_pil().save(picture, "PNG")
    return picture.getvalue()


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "letters"


@lru_cache(maxsize=1)
def _fonts() -> Any:
    folder = Path(str(noto_cjk_sans_otc.__file__)).parent
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


def _values(sheet: Sheet) -> dict[str, Any]:
    """Return what the page is made of, as plain values; all of it is text."""
    words = WORDS[sheet.language]
    day = sheet.at.astimezone(SEOUL).date()
    blocks, closing = _parted(sheet, words.closing)
    return {
        "reference": sheet.reference,
        "language": sheet.language,
        "letterhead": [line.strip() for line in settings.LETTERHEAD.split("|")],
        "draft": words.draft if sheet.draft else "",
        "head": [
            [words.reference, sheet.reference],
            [words.date, day_in_words(day, sheet.language)],
            [words.to, sheet.to],
            [words.subject, sheet.text.subject],
        ],
        "blocks": blocks,
        "closing": closing,
        "people": [{"number": number, "fields": list(map(list, f))} for number, f in sheet.people],
        "told": words.told,
        "annexes": [list(annex) for annex in sheet.annexes],
        "annexes_word": words.annexes,
        "proof": words.proof,
        "text_hash": sheet.text_hash,
        "code": _code(sheet),
        "salt": sheet.salt,
    }


def _parted(sheet: Sheet, closing: str) -> tuple[list[Block], list[str]]:
    """Return the blocks of the body and the lines of its closing. Persons stand before that in a
    body that has no place for them."""
    blocks = blocks_of(sheet.text.body)
    closes = bool(blocks) and blocks[-1]["kind"] == "par" and blocks[-1]["lines"][0] == closing
    lines = blocks.pop()["lines"] if closes else []
    if not sheet.people:
        return [block for block in blocks if block["kind"] != "people"], lines
    placed = any(block["kind"] == "people" for block in blocks)
    return (blocks if placed else [*blocks, *blocks_of(PEOPLE)]), lines


def _code(sheet: Sheet) -> str:
    picture = BytesIO()
    code = segno.make(code_of(sheet.reference, sheet.text_hash), error="m", micro=False)
    code.save(picture, kind="svg", border=0, xmldecl=False, svgns=True, nl=False)
    return picture.getvalue().decode()
