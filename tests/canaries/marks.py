"""What is looked for: marks that stand in every canary, in every writing they may turn up in.

A canary is a personal value that holds one of a few marks, so that a whole disk is searched for
some hundred needles instead of many thousand. Each mark is long enough to turn up nowhere by
chance: the shortest needle is seven bytes, and digits that could stand in hexadecimal are found
only where they stand alone or number at least nine.
"""

import base64
import html
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import normalize
from urllib.parse import quote

HANGUL = "뙠쎀휑뿱"
LATIN = "quzvexo"
PHONES = "1077418"
PASSPORT = "M774188"
BIRTH, EXPIRY = (1961, 2), (2087, 3)
SHORTEST = 7
HEXADECIMAL = b"0123456789abcdefABCDEF"
SHOWN = 40


@dataclass(frozen=True)
class Needle:
    """Bytes to look for, and what they are; `alone` counts only beside no hexadecimal digit."""

    name: str
    wanted: bytes
    alone: bool = False


@dataclass(frozen=True)
class Hit:
    """A needle that was found, and where; `around` shows the bytes beside it."""

    place: str
    needle: str
    around: bytes

    def __str__(self) -> str:
        return f"{self.place}: {self.needle}: {self.around!r}"


def spellings() -> Iterator[tuple[str, str]]:
    """Each mark as people and programs write it, by name."""
    yield "Hangul", HANGUL
    yield "Hangul decomposed", normalize("NFD", HANGUL)
    for text in (LATIN, LATIN.upper(), LATIN.capitalize()):
        yield "Latin", text
    for between in "- .":
        yield "phone", between.join((PHONES[:2], PHONES[2:6], PHONES[6:]))
    for digits in range(80, 86):
        yield "phone", f"{PHONES}{digits}"
    for text in (PASSPORT, PASSPORT.lower()):
        yield "passport", text
    for name, (year, month) in (("birth date", BIRTH), ("passport expiry", EXPIRY)):
        yield from ((name, text) for text in _days_of(year, month))


def _days_of(year: int, month: int) -> Iterator[str]:
    """The part that all days of a month share, in the usual ways to write a date."""
    for sign in "-./":
        yield f"{year}{sign}{month:02}{sign}"
        yield f"{sign}{month:02}{sign}{year}"
    yield f"{year}. {month}. "
    yield f"{year}년 {month}월"


def writings(text: str) -> Iterator[tuple[str, bytes]]:
    """Every form in which a text might be kept, by name."""
    raw = text.encode()
    yield "as it is", raw
    yield "backwards", raw[::-1]
    yield "letters backwards", text[::-1].encode()
    yield "UTF-16", text.encode("utf-16-le")
    yield "UTF-16 the other way round", text.encode("utf-16-be")
    yield "read as Latin-1", raw.decode("latin-1").encode()
    yield "hexadecimal", raw.hex().encode()
    yield "hexadecimal capitals", raw.hex().upper().encode()
    yield "hexadecimal of UTF-16", text.encode("utf-16-le").hex().encode()
    for offset in range(3):
        yield "base64", base64_at(raw, offset)
        yield "base64 for addresses", base64_at(raw, offset, altchars=b"-_")
        yield "base64 of UTF-16", base64_at(text.encode("utf-16-le"), offset)
    if not text.isascii():
        yield from _escapes(text)


def _escapes(text: str) -> Iterator[tuple[str, bytes]]:
    for name, escaped in (
        ("URL", quote(text)),
        ("JSON", json.dumps(text)[1:-1]),
        ("JSON in JSON", json.dumps(json.dumps(text))[3:-3]),
        ("bytes of Python", str(text.encode())[2:-1]),
        ("HTML hexadecimal", "".join(f"&#x{ord(letter):x};" for letter in text)),
    ):
        yield name, escaped.encode()
        yield f"{name} in the other case", _other_case(escaped).encode()
    yield "HTML decimal", text.encode("ascii", "xmlcharrefreplace")
    yield "HTML", html.escape(text).encode()
    yield "Korean code page", text.encode("cp949", "ignore")


def _other_case(escaped: str) -> str:
    """The same escapes with their hexadecimal digits in the other case."""
    return re.sub(r"[0-9a-fA-F]{2,4}(?=[%\\&;]|$)", lambda found: found[0].swapcase(), escaped)


def base64_at(raw: bytes, offset: int, altchars: bytes | None = None) -> bytes:
    """The part of base64 that bytes give whatever stands `offset` bytes before and after them."""
    encoded = base64.b64encode(bytes(offset) + raw + bytes(2), altchars)
    return encoded[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6]


def needles() -> list[Needle]:
    """Everything to look for, each once."""
    found: dict[bytes, Needle] = {}
    for what, text in spellings():
        for how, wanted in writings(text):
            if len(wanted) >= SHORTEST:
                found.setdefault(wanted, Needle(f"{what}, {how}", wanted))
    for year, month in (BIRTH, EXPIRY):
        for day in range(1, 29):
            wanted = f"{year}{month:02}{day:02}".encode()
            found.setdefault(wanted, Needle("date in digits", wanted, alone=True))
    return list(found.values())


NEEDLES = needles()


def search(place: str, content: bytes) -> list[Hit]:
    """Return what of the canaries stands in `content`, packed parts of it included."""
    content = _EMPTY.sub(bytes(8), content)
    hits = _in(place, content)
    for name, unpacked in _unpacked(content):
        hits += _in(f"{place}, {name}", unpacked)
    return hits


def _in(place: str, content: bytes) -> list[Hit]:
    return [
        Hit(place, needle.name, content[max(0, at - SHOWN) : at + len(needle.wanted) + SHOWN])
        for needle in NEEDLES
        if (at := _position(needle, content)) >= 0
    ]


def _position(needle: Needle, content: bytes) -> int:
    at = content.find(needle.wanted)
    while needle.alone and at >= 0:
        beside = content[max(0, at - 1) : at] + content[at + len(needle.wanted) :][:1]
        if not any(byte in HEXADECIMAL for byte in beside):
            break
        at = content.find(needle.wanted, at + 1)
    return at


_EMPTY = re.compile(rb"\x00{64,}")
_ZIPPED = re.compile(rb"PK\x03\x04.{22}(..)(..)", re.DOTALL)
_DEFLATED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_DEFLATED_TEXT = re.compile(rb"(?:eJ|eA|eN|H4sI)[A-Za-z0-9_+/-]{24,4096}")
_LONGEST_PACKED, _LONGEST_PLAIN = 4 * 1024 * 1024, 32 * 1024 * 1024


def _unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    """What stands packed in `content`: parts of zip files, and zlib, also inside base64."""
    view = memoryview(content)
    for zipped in _ZIPPED.finditer(content):
        start = zipped.end() + sum(int.from_bytes(size, "little") for size in zipped.groups())
        yield "zipped", _inflate(view[start:], -zlib.MAX_WBITS)
    for packed in _DEFLATED.finditer(content):
        yield "packed", _inflate(view[packed.start() :], zlib.MAX_WBITS | 32)
    for text in _DEFLATED_TEXT.finditer(content):
        whole = text[0].translate(bytes.maketrans(b"-_", b"+/"))[: len(text[0]) // 4 * 4]
        yield "packed in base64", _inflate(memoryview(base64.b64decode(whole)), zlib.MAX_WBITS | 32)


def _inflate(packed: memoryview, bits: int) -> bytes:
    """Return what can be unpacked from the beginning of `packed`, however little."""
    unpacking = zlib.decompressobj(bits)
    try:
        return unpacking.decompress(packed[:_LONGEST_PACKED], _LONGEST_PLAIN)
    except zlib.error:
        return b""


def search_all(parts: Iterable[tuple[str, bytes]]) -> list[Hit]:
    """Return what stands in any of the named parts."""
    return [hit for place, content in parts for hit in search(place, content)]
