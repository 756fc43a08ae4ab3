"""People whose every personal field is a canary, and the workbooks they come in."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import count
from typing import Any
from unicodedata import normalize

from openpyxl import Workbook

from tests.canaries.marks import BIRTH, EXPIRY, HANGUL, LATIN, PASSPORT, PHONES

_SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오"
_LETTERS = "bcdfghjklmnpqrstvwxz"
_numbers = count()
_phones = count()

COLUMNS = {
    "호출명": "callsign",
    "성명": "name",
    "영문 성명": "latin_name",
    "이전 이름": "former_names",
    "생년월일": "birth_date",
    "연락처": "phone",
    "이메일": "email",
    "주소": "address",
    "여권번호": "passport",
    "여권 만료일": "passport_expires",
    "비상연락처": "emergency_contact",
    "북한 가족": "relatives_in_north",
    "군종": "service_branch",
    "계급": "service_rank",
    "부대": "service_unit",
    "복무 연수": "service_years",
    "거점": "home_base",
    "언어": "languages",
    "비고": "notes",
}
"""The headers of a canary's workbook, and which field each holds."""


def hangul(surname: str = "김") -> str:
    """A name nobody has, of a surname and a given name that holds the mark."""
    number = next(_numbers)
    return f"{surname}{HANGUL}{_SYLLABLES[number % 36]}{_SYLLABLES[number // 36 % 36]}"


def latin() -> str:
    """A word of Latin letters that holds the mark."""
    number = next(_numbers)
    return f"{LATIN}{_LETTERS[number % 20]}a{_LETTERS[number // 20 % 20]}o"


def phone() -> str:
    """A phone number as people write it, each once."""
    number = next(_phones)
    return f"0{PHONES[:2]}-{PHONES[2:6]}-{PHONES[6:]}{800 + number % 60}"


def person(**changes: Any) -> dict[str, str]:
    """One person's personal fields, as they are typed into the form: each a canary, but for sex and
    years of service, of which a workbook takes a choice and a number."""
    number, near = next(_numbers), phone()
    fields = {
        "name": hangul(),
        "latin_name": f"Kim {latin().capitalize()}",
        "former_names": f"{hangul('리')}, {hangul('박')}",
        "birth_date": f"{BIRTH[0]}-{BIRTH[1]:02}-{1 + number % 28:02}",
        "sex": "male",
        "phone": phone(),
        "email": f"{latin()}@{latin()}.example.org",
        "address": f"서울 {hangul('')}로 12길 {latin()} 101동",
        "passport": f"{PASSPORT}{number % 100:02}",
        "passport_expires": f"{EXPIRY[0]}-{EXPIRY[1]:02}-{1 + number % 28:02}",
        "emergency_contact": f"{hangul('최')} {near}",
        "relatives_in_north": f"어머니 {hangul('정')}, 동생 {hangul('김')} {latin()}",
        "service_branch": f"{hangul('')} 군",
        "service_rank": f"{latin()} 상사",
        "service_unit": f"제{hangul('')} 여단",
        "service_years": "10",
        "notes": f"{hangul('조')} <b>{latin()}</b> & '{near}'",
    }
    return {**fields, **changes}


def decomposed(fields: Mapping[str, str]) -> dict[str, str]:
    """The same person as a phone or a Mac may type it: Hangul taken apart."""
    return {name: normalize("NFD", text) for name, text in fields.items()}


def rows(*people: Mapping[str, str], **cells: str) -> list[list[str]]:
    """Rows of a workbook, headers first; `cells` go into every row."""
    lines = [
        [{"languages": "한국어 N", **one, **cells}.get(field, "") for field in COLUMNS.values()]
        for one in people
    ]
    return [list(COLUMNS), *lines]


def workbook(lines: Sequence[Sequence[str]], *, title: str = "명단") -> bytes:
    """An .xlsx file of one sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for line in lines:
        sheet.append(list(line))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def comma_file(lines: Sequence[Sequence[str]], encoding: str) -> bytes:
    """A .csv file as a spreadsheet saves it."""
    quoted = (",".join(f'"{cell}"' for cell in line) for line in lines)
    return "\r\n".join(quoted).encode(encoding, "ignore")


def awkward() -> Iterator[tuple[str, dict[str, str]]]:
    """People with something wrong, so that the import says no: what for, and the person."""
    yield "no phone number", person(phone=f"{hangul()} {phone()} {latin()}")
    yield "no date", person(birth_date=f"{BIRTH[0]}-{BIRTH[1]:02}-31 {latin()}")
    yield "no e-mail address", person(email=f"{hangul()} at {latin()}")
    yield "no passport number", person(passport=f"{PASSPORT} {hangul()} {latin()}")
    yield "no number", person(service_years=f"{hangul()} {phone()}")
    yield "no name", person(name="", latin_name="")
    name = hangul()
    yield "a callsign that tells the name", person(name=name, callsign=name)
    own, word = hangul(), f"Kim {latin().capitalize()}"
    among = f"{own} B2, {word} C1"
    yield "a name among the languages", person(name=own, latin_name=word, languages=among)
    yield "an address as home base", person(home_base=f"서울 {hangul('')}로 12길 {latin()} 3호")
