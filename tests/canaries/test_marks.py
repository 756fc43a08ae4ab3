"""The search finds a canary in whatever writing, and nothing where there is none."""

import base64
import gzip
import html
import json
import random
import re
import zlib
from collections.abc import Callable
from unicodedata import normalize
from urllib.parse import quote, quote_plus

import pytest

from tests.canaries import people
from tests.canaries.marks import search

WRITINGS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "decomposed": lambda text: normalize("NFD", text).encode(),
    "in a JSON document": lambda text: json.dumps({"name": text}).encode(),
    "in JSON inside JSON": lambda text: json.dumps({"says": json.dumps(text)}).encode(),
    "in JSON with capital escapes": lambda text: re.sub(
        r"(?<=\\\\u)....", lambda found: found[0].upper(), json.dumps(text)
    ).encode(),
    "for an address": lambda text: quote(text).encode(),
    "for an address, in small letters": lambda text: quote(text).lower().encode(),
    "for a form": lambda text: quote_plus(f"a b {text}").encode(),
    "for a page": lambda text: html.escape(f"<{text}>").encode(),
    "as numbers in a page": lambda text: text.encode("ascii", "xmlcharrefreplace"),
    "as hexadecimal numbers in a page": lambda text: "".join(
        letter if letter.isascii() else f"&#x{ord(letter):X};" for letter in text
    ).encode(),
    "as PostgreSQL shows bytes": lambda text: b"\\x" + text.encode().hex().encode(),
    "in base64": lambda text: base64.b64encode(text.encode()),
    "in base64, one byte on": lambda text: base64.b64encode(b"1" + text.encode()),
    "in base64, two bytes on": lambda text: base64.b64encode(b"12" + text.encode()),
    "in base64 for addresses": lambda text: base64.urlsafe_b64encode(b"?>?" + text.encode()),
    "backwards": lambda text: text[::-1].encode(),
    "in UTF-16": lambda text: text.encode("utf-16"),
    "as a line of a comma file from Korea": lambda text: text.encode("cp949", "replace"),
    "as bytes in a traceback": lambda text: repr(text.encode()).encode(),
    "compressed": lambda text: zlib.compress((text * 9).encode()),
    "compressed to a file": lambda text: b"before" + gzip.compress((text * 9).encode()),
    "in a session as Django packs it": lambda text: base64.urlsafe_b64encode(
        zlib.compress((text * 9).encode())
    ),
}

CANARIES: dict[str, Callable[[], str]] = {
    "Hangul": people.hangul,
    "Latin": people.latin,
    "capitals": lambda: people.latin().upper(),
    "phone": people.phone,
    "phone in one": lambda: people.phone().replace("-", ""),
    "phone from abroad": lambda: f"+82{people.phone().replace('-', '')[1:]}",
    "passport": lambda: people.person()["passport"],
    "day of birth": lambda: people.person()["birth_date"],
}


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_is_found_in_every_writing(canary: str, writing: str) -> None:
    content = b"before " + WRITINGS[writing](CANARIES[canary]()) + b" after"
    assert search("here", content) != []


@pytest.mark.parametrize("field", sorted(set(people.person()) - {"sex", "service_years"}))
def test_every_personal_field_holds_a_canary(field: str) -> None:
    person = people.person()
    assert search("here", person[field].encode()) != []
    assert search("here", people.decomposed(person)[field].encode()) != []


def test_a_workbook_of_canaries_is_found() -> None:
    assert search("here", people.workbook(people.rows(people.person()))) != []


def test_nothing_is_found_where_there_is_none() -> None:
    chance = random.Random(1)
    noise = chance.randbytes(1_000_000)
    text = "서울 김철수 010-1234-5678 1961-03-04 M12345678 quiz vexo".encode()
    assert search("here", noise + noise.hex().encode() + base64.b64encode(noise) + text) == []
