"""Finding the header of a table, wherever it stands, and what each of its columns holds."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from volunteers.workbook.header_words import EXPIRY_WORDS, Field
from volunteers.workbook.lists import LevelList
from volunteers.workbook.meanings import Meanings, bare_header, by_words, exact
from volunteers.workbook.results import CellValue, Remark
from volunteers.workbook.text import squeezed

NAMES = frozenset(
    (
        Field.NAME,
        Field.LATIN_NAME,
        Field.SURNAME,
        Field.GIVEN,
        Field.LATIN_SURNAME,
        Field.LATIN_GIVEN,
    )
)
_PERSONAL_GROUPS = frozenset(
    (
        Field.EMERGENCY,
        Field.RELATIVES,
        Field.FORMER_NAMES,
        Field.SERVICE_PERIOD,
        Field.SERVICE_YEARS,
        Field.AVAILABLE,
        Field.UNAVAILABLE,
    )
)
"""Groups that count for more than what is below: a name under "비상연락처" is somebody else's."""
_ALONE = NAMES | frozenset(
    (
        Field.CALLSIGN,
        Field.BIRTH_DATE,
        Field.SEX,
        Field.PASSPORT,
        Field.PASSPORT_EXPIRY,
        Field.RELATIVES,
        Field.BRANCH,
        Field.RANK,
        Field.UNIT,
        Field.SERVICE_YEARS,
        Field.CLEARANCE,
        Field.CLEARANCE_UNTIL,
        Field.AVAILABLE_FROM,
        Field.AVAILABLE_UNTIL,
        Field.UNAVAILABLE_FROM,
        Field.UNAVAILABLE_UNTIL,
        Field.HOME_BASE,
    )
)
"""Fields that one column fills; the others several columns may fill together."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is read: where it stands (from 0), its header as written, and what it holds.

    `code` is the language or skill when the header itself names one, or the field of work; `levels`
    is the place of the column that holds the levels of this one's languages or skills.
    """

    place: int
    header: str
    field: Field
    code: str = ""
    levels: int | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table: its texts as written, the columns that are read, how many rows."""

    headers: tuple[str, ...]
    columns: tuple[Column, ...]
    depth: int
    remarks: tuple[tuple[Remark, str], ...] = ()

    @property
    def fields(self) -> frozenset[Field]:
        """The distinct fields of the columns, serial numbers and the like aside."""
        return frozenset(column.field for column in self.columns) - {Field.IGNORED}

    def names_people(self) -> bool:
        """Whether there is a column of names, without which nobody can be registered."""
        return bool(self.fields & NAMES)

    def width_of_block(self) -> int:
        """Return after how many places the same columns begin again, or 0 when they do not.

        Lists are printed in two or three blocks side by side; each is a table of its own.
        """
        fields = [column.field for column in self.columns]
        for length in range(2, len(fields) // 2 + 1):
            again = all(one is other for one, other in zip(fields, fields[length:], strict=False))
            if again and NAMES & set(fields[:length]):
                return self.columns[length].place - self.columns[0].place
        return 0

    def reads_like(self, other: "Header") -> bool:
        """Whether two headers place the same fields in the same columns."""
        return self.columns == other.columns or {
            (c.place, c.field, c.code) for c in self.columns
        } == {(c.place, c.field, c.code) for c in other.columns}


class HeaderFinder:
    """Tells headers from other rows, and knows the catalogue: a language may head a column."""

    def __init__(self, languages: LevelList, skills: LevelList) -> None:
        """Take the lists by which languages and skills are known."""
        self._meanings = Meanings(languages, skills)

    def find(self, row: Sequence[CellValue], below: Sequence[CellValue] | None) -> Header | None:
        """Return the header that `row` is, alone or with the row `below` it, or None."""
        if not _mostly_labels(row):
            return None
        upper = [_label(value) for value in row]
        alone = self._header(upper, [""] * len(upper), 1)
        if below is None or not _may_be_headers(below):
            return alone
        lower = [_label(value) for value in below]
        width = max(len(upper), len(lower))
        upper, lower = (labels + [""] * (width - len(labels)) for labels in (upper, lower))
        both = self._header(upper, lower, 2)
        if both and len(both.fields) > max(
            _count(alone), _count(self._header(lower, [""] * width, 1))
        ):
            return both
        return alone

    def _header(self, upper: list[str], lower: list[str], depth: int) -> Header | None:
        texts: list[str] = []
        columns: list[Column] = []
        group = ""
        for place, (above, sub) in enumerate(zip(upper, lower, strict=True)):
            group = above or (group if sub else "")
            text, field, code = self._column(group if sub else above, sub)
            field = _expiry_of(columns, place, bare_header(text)) or field
            texts.append(text)
            if field:
                columns.append(Column(place, text, field, code))
        columns = _with_given_names(_with_levels(columns))
        header = Header(tuple(texts), tuple(columns), depth, tuple(_remarks(texts, columns)))
        return header if _is_header(header, [text for text in texts if text]) else None

    def _column(self, above: str, sub: str) -> tuple[str, Field | None, str]:
        """Return the text, the field and the code of a column that one or two rows head."""
        if not (above and sub):
            return (above or sub, *self._meanings.of(above or sub))
        joined = f"{above} {sub}"
        group, sub_alone = by_words(bare_header(above)), bare_header(sub)
        if group in _PERSONAL_GROUPS or group in NAMES:
            return (joined, *self._meanings.of(joined))
        own = exact(sub_alone)
        if own and own not in _VAGUE:
            return sub, own, ""
        if named := self._meanings.named(sub_alone):
            return (sub, *named)
        field, code = self._meanings.of(joined)
        return (joined, field, code) if field else (sub, own if own is Field.IGNORED else None, "")


_VAGUE = frozenset((Field.AVAILABLE_FROM, Field.AVAILABLE_UNTIL, Field.IGNORED))
"""What a header below a group may mean only if the group does not say more: "번호" under "여권"."""


_EXPIRES = {Field.PASSPORT: Field.PASSPORT_EXPIRY, Field.CLEARANCE: Field.CLEARANCE_UNTIL}
_AROUND = " \t\r\n\u00a0\u3000\u200b\ufeff"
_FIGURES = re.compile(r"\d{3}|@")


def _label(value: CellValue) -> str:
    """Return a header as written, but for white space around it and decomposed Hangul."""
    return unicodedata.normalize("NFC", value).strip(_AROUND) if isinstance(value, str) else ""


def _mostly_labels(row: Sequence[CellValue]) -> bool:
    """Whether a row has two texts, and few cells with dates or figures, as people's rows have."""
    texts = others = 0
    for value in row:
        if isinstance(value, str):
            if len(value) > 60 or _FIGURES.search(value):
                others += 1
            elif value:
                texts += 1
        elif value is not None:
            others += 1
    return texts >= 2 and texts >= 3 * others


def _may_be_headers(row: Sequence[CellValue]) -> bool:
    """Whether a row could be the second of a header: short texts without figures, nothing else."""
    filled = [value for value in row if value is not None and value != ""]
    return bool(filled) and all(
        isinstance(value, str) and len(value) <= 40 and not _FIGURES.search(value)
        for value in filled
    )


def _count(header: Header | None) -> int:
    return len(header.fields) if header else 0


def _is_header(header: Header, texts: list[str]) -> bool:
    """Two known columns, a name or callsign among them, and a third of all; or five known ones."""
    counted = [
        c for c in header.columns if c.field not in (Field.LANGUAGE, Field.SKILL, Field.WISH)
    ]
    fields = {c.field for c in counted} - {Field.IGNORED, Field.SKILL_LEVEL}
    tells_who = fields & (NAMES | {Field.CALLSIGN})
    return len(fields) >= 5 or (
        len(fields) >= 2 and bool(tells_who) and len(header.columns) * 3 >= len(texts)
    )


def _expiry_of(columns: list[Column], place: int, text: str) -> Field | None:
    """Return what "만료일" or "valid until" right beside a passport or a clearance is about."""
    beside = columns[-1] if columns and columns[-1].place == place - 1 else None
    return _EXPIRES.get(beside.field) if beside and squeezed(text) in EXPIRY_WORDS else None


def _with_levels(columns: list[Column]) -> list[Column]:
    """Join a column of levels to the languages or skills before it; alone it holds both."""
    joined: list[Column] = []
    for column in columns:
        if column.field not in (Field.LANGUAGE_LEVEL, Field.SKILL_LEVEL):
            joined.append(column)
            continue
        of = (Field.LANGUAGES, Field.SKILLS) if column.code == "?" else (_LEVELS_OF[column.field],)
        place = next((n for n in range(len(joined) - 1, -1, -1) if joined[n].field in of), None)
        near = place is not None and (column.code != "?" or joined[place].place == column.place - 1)
        if place is not None and near and joined[place].levels is None:
            joined[place] = replace(joined[place], levels=column.place)
        elif column.code != "?":
            joined.append(replace(column, field=_LEVELS_OF[column.field]))
    return joined


def _with_given_names(columns: list[Column]) -> list[Column]:
    """Beside a column of surnames alone, "이름" or "name" is the given name."""
    fields = {column.field for column in columns}
    if Field.SURNAME not in fields or Field.GIVEN in fields:
        return columns
    return [replace(c, field=Field.GIVEN) if c.field is Field.NAME else c for c in columns]


_LEVELS_OF = {Field.LANGUAGE_LEVEL: Field.LANGUAGES, Field.SKILL_LEVEL: Field.SKILLS}


def _remarks(texts: list[str], columns: list[Column]) -> Iterator[tuple[Remark, str]]:
    read = {c.place for c in columns} | {c.levels for c in columns}
    for place, text in enumerate(texts):
        if text and place not in read:
            yield Remark.UNKNOWN_COLUMN, text
    seen = Counter[Field]()
    for column in columns:
        seen[column.field] += 1
        if seen[column.field] == 2 and column.field in _ALONE:
            yield Remark.COLUMN_TWICE, column.header
