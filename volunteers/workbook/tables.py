"""Where the tables of a sheet are, and which of their rows are people.

A table begins at a header and goes on, over empty rows, to the next header or the end of the sheet.
Titles before it, footnotes, totals and headers repeated for print are passed over; a row that is
none of these and no person either is spoken of, never dropped in silence.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from volunteers.workbook.header_words import Field
from volunteers.workbook.headers import NAMES, Header, HeaderFinder
from volunteers.workbook.results import CellValue
from volunteers.workbook.sheets import SheetRow
from volunteers.workbook.text import as_text, plain, says_nothing

_NOTE_MARK = re.compile(
    r"[*※☆★☞•▶◆■□○●→☎]|(?:주|註|비고|참고|note|nb|n\.b|remark|примітка)\s*\d*\s*[.):]",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(?:합\s*계|총\s*계|소\s*계|누\s*계|계|총원|총\s*\d+\s*명|인원\s*(?:수|계)?"
    r"|(?:sub|grand)?\s*total|sum|count|всього|разом)\b.*"
)
_END = re.compile(
    r"[-~\s]*(?:이상|끝|이하\s*여백|이하\s*빈칸|end(?:\s+of\s+(?:list|table|file))?|кінець)[-~.\s]*"
)
_OFFICE = re.compile(
    r"(?:작성자?|작성일자?|담당자?|확인자?|기준일?|문의처?|출처|갱신일?|최종\s*수정\w*|출력일?|결재|승인|검토|페이지|쪽"
    r"|prepared|updated|last\s+updated|contact|source|approved|printed|as\s+of|page|date|signed|складено|оновлено)\b"
)
_HANGUL_NAME = re.compile(r"[가-힣](?:\s?[가-힣]){1,4}")
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z'’]+(?:[ \-][A-Z]?[A-Za-z'’]+){1,3}")


class Kind(Enum):
    """What a row of a table is."""

    EMPTY = "empty"
    PERSON = "person"
    NOTE = "note"
    STRAY = "stray"


@dataclass(frozen=True, slots=True)
class Found:
    """A step through a sheet: a header, or a row with what it is under the header last found."""

    row: SheetRow
    header: Header | None = None
    kind: Kind = Kind.EMPTY


def walk(rows: Iterable[SheetRow], finder: HeaderFinder) -> Iterator[Found]:
    """Yield every header that begins a table, and every row below one that is more than a note."""
    header: Header | None = None
    fresh_until = 0
    pending = _with_next(rows)
    for row, below in pending:
        new = finder.find(
            row.cells, below.cells if below and below.number == row.number + 1 else None
        )
        if new and header and new.reads_like(header):
            continue
        if new and header and row.number <= fresh_until and not _starts_anew(new, header):
            continue
        if new:
            header = new
            fresh_until = row.number + new.depth
            if new.depth == 2:
                next(pending, None)
            yield Found(row, header=new)
        elif header and header.names_people():
            kind = kind_of(row.cells, header)
            if kind in (Kind.PERSON, Kind.STRAY):
                yield Found(row, kind=kind)


def _with_next(rows: Iterable[SheetRow]) -> Iterator[tuple[SheetRow, SheetRow | None]]:
    stream = iter(rows)
    row = next(stream, None)
    while row is not None:
        below = next(stream, None)
        yield row, below
        row = below


def _starts_anew(new: Header, header: Header) -> bool:
    """Whether a header right below another begins a table, not the same in another language."""
    return len(new.fields - header.fields) > len(new.fields & header.fields)


def kind_of(cells: Sequence[CellValue], header: Header) -> Kind:
    """Return what a row below a header is."""
    if _plainly_a_person(cells, header):
        return Kind.PERSON
    filled = {
        place: text
        for place, value in enumerate(cells)
        if value is not None and not says_nothing(text := as_text(value))
    }
    fields = {column.place: column.field for column in header.columns}
    telling = {
        place
        for place, text in filled.items()
        if fields.get(place) is not Field.IGNORED or not (text[:1].isdigit() or text[:1] in "=#")
    }
    if not telling:
        return Kind.EMPTY
    known = {place for place in telling if fields.get(place, Field.IGNORED) is not Field.IGNORED}
    names = [filled[place] for place in known if fields[place] in NAMES]
    named = any(_like_a_name(name) for name in names)
    first = filled[min(telling)]
    if len(telling) == 1:
        return _alone(first, named)
    if _beside_the_table(first, list(filled.values()), named):
        return Kind.NOTE
    return Kind.PERSON if len(known) >= 2 or named else Kind.STRAY


def _plainly_a_person(cells: Sequence[CellValue], header: Header) -> bool:
    """Whether so many known cells say something that no note could look like it."""
    telling = sum(
        len(str(cells[column.place] or "")) > 2
        for column in header.columns
        if column.place < len(cells) and column.field is not Field.IGNORED
    )
    return telling >= 5


def _alone(text: str, named: bool) -> Kind:
    """A single filled cell: a mark, a total or a sentence is a note, a bare name is a person."""
    if _NOTE_MARK.match(text) or _TOTAL.fullmatch(plain(text)) or _END.fullmatch(plain(text)):
        return Kind.NOTE
    if named:
        return Kind.PERSON
    sentence = len(text) >= 8 and (
        " " in text.strip() or text.endswith((".", "!", "음", "함", "임", "다"))
    )
    return Kind.NOTE if sentence or _OFFICE.match(plain(text)) else Kind.STRAY


def _beside_the_table(first: str, texts: list[str], named: bool) -> bool:
    """Whether a row of several cells is a total, a marked note, or says who made the list."""
    if len(texts) > 4:
        return False
    if _TOTAL.fullmatch(plain(first)):
        return all(
            re.fullmatch(r"[\d,.\s]*(?:명|건|persons?|people|осіб)?", plain(text))
            for text in texts
            if text != first
        )
    if named and not _OFFICE.match(plain(first)):
        return False
    return bool(
        _NOTE_MARK.match(first)
        or _END.fullmatch(plain(first))
        or (_OFFICE.match(plain(first)) and len(texts) <= 3)
    )


def _like_a_name(text: str) -> bool:
    if _TOTAL.fullmatch(plain(text)) or _END.fullmatch(plain(text)) or _OFFICE.match(plain(text)):
        return False
    return bool(_HANGUL_NAME.fullmatch(text) or _LATIN_NAME.fullmatch(text))
