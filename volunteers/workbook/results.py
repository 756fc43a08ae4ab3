"""What reading a workbook gives: rows that parse, rows that do not and why, and remarks on the way.

Everything here is plain data without Django. A reason is an English sentence fragment that doubles
as its own code, so that a door can hand it to gettext as it stands. Reasons never carry a cell's
value; the one exception is `CellError.word`, which names a language, skill, level or field of work
nobody knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal


class Formula(str):
    """The text of a formula, with its equals sign. It is never evaluated."""

    __slots__ = ()


class Fault(str):
    """What a spreadsheet shows instead of a value, such as #N/A."""

    __slots__ = ()


CellValue = str | int | float | bool | date | datetime | time | timedelta | None


class WorkbookError(Exception):
    """The file as a whole cannot be read: `code` is for programs, `message` for people.

    The message names no cell's value and no file name.
    """

    def __init__(self, code: str, message: str) -> None:
        """Keep the code ("not a workbook", "encrypted", "too large", …) beside the sentence."""
        super().__init__(message)
        self.code = code
        self.message = message


class Why(StrEnum):
    """Why a row is rejected. The value is the English text, and the key of its translation."""

    NOT_A_DATE = "not a date"
    AMBIGUOUS_DATE = "day and month cannot be told apart"
    LUNAR_DATE = "a date of the lunar calendar"
    IN_THE_FUTURE = "in the future"
    MISSING_NAME = "missing name"
    NOT_A_NAME = "not a name"
    ONLY_A_NAME = "nothing but a name"
    UNKNOWN_SEX = "unknown sex"
    NOT_A_PHONE = "not a phone number"
    NOT_AN_EMAIL = "not an e-mail address"
    NOT_A_PASSPORT = "not a passport number"
    NOT_A_CALLSIGN = "not a callsign"
    CALLSIGN_IS_NAME = "the callsign gives the name away"
    NOT_A_NUMBER = "not a number"
    UNKNOWN_LANGUAGE = "unknown language"
    UNKNOWN_SKILL = "unknown skill"
    UNKNOWN_LEVEL = "unknown level"
    MISSING_LEVEL = "missing level"
    TWO_LEVELS = "two different levels for one thing"
    UNKNOWN_WISH = "unknown field"
    UNKNOWN_CLEARANCE = "unknown clearance"
    MISSING_DATE = "missing date"
    MISSING_YEAR = "missing year"
    MISSING_END = "missing end date"
    MISSING_START = "missing start date"
    ENDS_BEFORE_START = "ends before it starts"
    FORMULA = "formula where a value is needed"
    FAULT = "a spreadsheet error instead of a value"
    TOO_LONG = "too long"


class Remark(StrEnum):
    """What is said without rejecting anything. The value is the English text, and its key."""

    FORMULA_KEPT = "formula kept as text"
    UNKNOWN_COLUMN = "unknown column, not read"
    COLUMN_TWICE = "second column of the same kind, read only where the first is empty"
    TABLE_WITHOUT_NAMES = "table without a column of names, not read"
    HIDDEN_SHEET = "hidden sheet, not read"
    HIDDEN_ROW = "hidden row, read like any other"
    NOT_UNDERSTOOD = "neither a person nor a note, not read"
    NO_HEADER = "looks like a table without known headers, not read"


@dataclass(frozen=True, slots=True)
class CellError:
    """One reason a row is rejected: the sheet's own row number, the header as written, and why.

    `word` is empty, or the catalogue word that nobody knows (a language, a skill, a level, a field
    of work).
    """

    sheet: str
    row: int
    column: str
    why: Why
    word: str = ""


@dataclass(frozen=True, slots=True)
class Warned:
    """One remark; `column` is the header as written, or empty when it is about a row or a sheet."""

    sheet: str
    row: int
    remark: Remark
    column: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words the installation knows: each name, in any of its languages, with its code.

    `licences` are the codes of skills one either has or has not: they may be listed without a
    level, and then count as level 1. Codes themselves are accepted as names too.
    """

    languages: Mapping[str, str]
    skills: Mapping[str, str]
    licences: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole days, both included, as people write them: 5 March to 9 March is five days."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class LanguageLevel:
    """A language code of the catalogue and "A1" … "C2" or "native", meant for all four modes."""

    code: str
    level: str


@dataclass(frozen=True, slots=True)
class SkillLevel:
    """A skill code of the catalogue and a level from 1 to 4."""

    code: str
    level: int


Sex = Literal["", "male", "female"]
Relatives = Literal["", "yes", "no", "unknown"]
Wish = Literal["interpreter", "broadcaster", "leaflets"]


@dataclass(slots=True)
class ParsedRow:
    """One person as the row tells it. Empty text, None or () mean that the row says nothing.

    Texts are NFC, trimmed, and free of invisible characters. `phone` is E.164, `email` and
    `passport` are in the normal forms of `corps.vault.spelling`. `name` is the main name (Hangul
    where there is one; spaces inside a Hangul name are taken out). `wishes` are in the order
    written. `available` and `unavailable` are as written, not merged.
    """

    name: str = ""
    latin_name: str = ""
    former_names: tuple[str, ...] = ()
    callsign: str = ""
    birth_date: date | None = None
    sex: Sex = ""
    phone: str = ""
    other_phones: tuple[str, ...] = ()
    email: str = ""
    other_emails: tuple[str, ...] = ()
    address: str = ""
    passport: str = ""
    passport_expiry: date | None = None
    emergency_contact: str = ""
    relatives: Relatives = ""
    relatives_note: str = ""
    service_branch: str = ""
    rank: str = ""
    unit: str = ""
    service_years: int | None = None
    service_period: str = ""
    languages: tuple[LanguageLevel, ...] = ()
    skills: tuple[SkillLevel, ...] = ()
    wishes: tuple[Wish, ...] = ()
    clearance_level: int | None = None
    clearance_until: date | None = None
    available: tuple[Period, ...] = ()
    unavailable: tuple[Period, ...] = ()
    home_base: str = ""
    notes: str = ""

    def __repr__(self) -> str:
        """Say nothing personal, wherever this ends up being printed."""
        return "<ParsedRow>"


@dataclass(slots=True)
class RowResult:
    """One row of the file, as it was and as it was read.

    Exactly one of three: `parsed` is set (the row is good), `errors` is not empty (the row is
    rejected; the first error, in column order, is the one to show), or neither (`is_person` is
    false: only `warnings` about a sheet, a header or a stray line, not to be counted as a row).
    """

    sheet: str
    row: int
    headers: tuple[str, ...] = field(default=(), repr=False)
    cells: tuple[CellValue, ...] = field(default=(), repr=False)
    parsed: ParsedRow | None = None
    errors: tuple[CellError, ...] = ()
    warnings: tuple[Warned, ...] = ()

    @property
    def is_person(self) -> bool:
        """Whether this result stands for a person's row, good or rejected."""
        return self.parsed is not None or bool(self.errors)


Row = Sequence[CellValue]
