"""One cell of a row: what its column says it holds, read into the draft of a person.

A reader raises Unreadable for a cell it cannot accept; what is filled is noted before that, so that
a row with a bad phone number is not also said to lack one.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from volunteers.workbook import lists, values
from volunteers.workbook.dates import Calendar, Unreadable, read_birth_date
from volunteers.workbook.header_words import Field
from volunteers.workbook.headers import NAMES, Column
from volunteers.workbook.lists import LevelList
from volunteers.workbook.periods import read_end, read_periods, read_start
from volunteers.workbook.results import (
    CellValue,
    Fault,
    LanguageLevel,
    ParsedRow,
    SkillLevel,
    Why,
    Wish,
)
from volunteers.workbook.text import as_lines, as_text, is_formula, plain, says_nothing

_FREE_TEXT = {
    Field.ADDRESS: "address",
    Field.EMERGENCY: "emergency_contact",
    Field.BRANCH: "service_branch",
    Field.RANK: "rank",
    Field.UNIT: "unit",
    Field.SERVICE_PERIOD: "service_period",
    Field.HOME_BASE: "home_base",
    Field.NOTES: "notes",
}
"""Fields kept as the text they are, and the attribute that holds each; a formula stays its text."""
_JOINED_BY = {
    Field.NOTES: "\n",
    Field.EMERGENCY: " ",
    Field.ADDRESS: " ",
    Field.SERVICE_PERIOD: " ~ ",
}
_LONGEST = 4000
_LONGEST_VALUE = 1000
_FAULTS = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE)
_TICK = re.compile(r"[o○◯●v✓✔☑■1-9]|yes|y|true|예|네|유|가능|희망|지원|해당|так", re.IGNORECASE)
_NO_TICK = re.compile(r"[x×✗0]|no|n|false|아니[오요]|무|불가|없음|ні", re.IGNORECASE)
_STARTS = (Field.AVAILABLE_FROM, Field.UNAVAILABLE_FROM)
_ENDS = (Field.AVAILABLE_UNTIL, Field.UNAVAILABLE_UNTIL)


@dataclass(frozen=True, slots=True)
class Known:
    """What reading a cell depends on: the catalogue, and what day it is."""

    languages: LevelList
    skills: LevelList
    calendar: Calendar


@dataclass(slots=True, repr=False)
class Draft:
    """One row on its way: its cells, what has been read so far, and what went wrong where."""

    known: Known
    cells: Sequence[CellValue]
    person: ParsedRow = field(default_factory=ParsedRow)
    errors: list[tuple[Column, Why, str]] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    names: dict[Field, str] = field(default_factory=dict)
    latin_beside: str = ""
    ends: dict[Field, date] = field(default_factory=dict)
    filled: dict[Field, Column] = field(default_factory=dict)

    def fail(self, column: Column, why: Why, word: str = "") -> None:
        """Note why a cell, or the row in the place of that cell, cannot be accepted."""
        self.errors.append((column, why, word))

    def failed(self, *columns: Column | None) -> bool:
        """Return whether one of some columns has failed already."""
        return any(column in columns for column, _, _ in self.errors)


def read_cell(draft: Draft, column: Column, value: CellValue) -> None:
    """Read one filled cell into the draft, or note why that cannot be."""
    kind = column.field
    if isinstance(value, str) and (isinstance(value, Fault) or _FAULTS.fullmatch(value.strip())):
        draft.fail(column, Why.FAULT)
    elif kind in _FREE_TEXT:
        _text(draft, column, value)
    elif is_formula(value):
        draft.fail(column, Why.FORMULA)
    elif isinstance(value, str) and len(value) > _LONGEST_VALUE:
        draft.fail(column, Why.TOO_LONG)
    elif kind is Field.RELATIVES or not _is_blank(value):
        draft.filled.setdefault(kind, column)
        try:
            _READERS[kind](draft, column, value)
        except Unreadable as unreadable:
            draft.fail(column, unreadable.why, unreadable.word)


def _is_blank(value: CellValue) -> bool:
    return isinstance(value, str) and len(value) < 16 and says_nothing(as_text(value))


def _text(draft: Draft, column: Column, value: CellValue) -> None:
    if is_formula(value):
        draft.formulas.append(column.header)
    lines = column.field in _JOINED_BY
    text = as_lines(value) if lines else as_text(value)
    if says_nothing(text):
        return
    draft.filled.setdefault(column.field, column)
    attribute = _FREE_TEXT[column.field]
    before = getattr(draft.person, attribute)
    if len(text) + len(before) > _LONGEST:
        draft.fail(column, Why.TOO_LONG)
    elif not before:
        setattr(draft.person, attribute, text)
    elif column.field in _JOINED_BY:
        setattr(draft.person, attribute, before + _JOINED_BY[column.field] + text)


def _callsign(draft: Draft, column: Column, value: CellValue) -> None:
    draft.person.callsign = draft.person.callsign or values.read_callsign(value)


def _name(draft: Draft, column: Column, value: CellValue) -> None:
    name, latin = values.read_name(value)
    draft.names.setdefault(column.field, name)
    draft.latin_beside = draft.latin_beside or latin


def _former_names(draft: Draft, column: Column, value: CellValue) -> None:
    names = [
        values.read_name(part)[0]
        for part in re.split(r"[,;/|\n·]", as_lines(value))
        if part.strip()
    ]
    draft.person.former_names = tuple(dict.fromkeys((*draft.person.former_names, *names)))


def _birth_date(draft: Draft, column: Column, value: CellValue) -> None:
    draft.person.birth_date = draft.person.birth_date or read_birth_date(
        value, draft.known.calendar
    )


def _sex(draft: Draft, column: Column, value: CellValue) -> None:
    draft.person.sex = draft.person.sex or values.read_sex(value)


def _phone(draft: Draft, column: Column, value: CellValue) -> None:
    known = [draft.person.phone, *draft.person.other_phones]
    first, *others = dict.fromkeys(
        number for number in (*known, *values.read_phones(value)) if number
    )
    draft.person.phone, draft.person.other_phones = first, tuple(others)


def _email(draft: Draft, column: Column, value: CellValue) -> None:
    known = [draft.person.email, *draft.person.other_emails]
    first, *others = dict.fromkeys(
        address for address in (*known, *values.read_emails(value)) if address
    )
    draft.person.email, draft.person.other_emails = first, tuple(others)


def _passport(draft: Draft, column: Column, value: CellValue) -> None:
    draft.person.passport = draft.person.passport or values.read_passport(value)


def _passport_expiry(draft: Draft, column: Column, value: CellValue) -> None:
    draft.person.passport_expiry = draft.person.passport_expiry or read_end(
        value, draft.known.calendar
    )


def _relatives(draft: Draft, column: Column, value: CellValue) -> None:
    if not draft.person.relatives and plain(as_text(value)).strip("-. "):
        draft.person.relatives, draft.person.relatives_note = values.read_relatives(value)


def _service_years(draft: Draft, column: Column, value: CellValue) -> None:
    if draft.person.service_years is None:
        draft.person.service_years = values.read_years(value)


def _languages_cell(draft: Draft, column: Column, value: CellValue) -> None:
    text = _beside_levels(as_lines(value), column, draft.cells)
    _add_languages(draft, lists.read_languages(text, draft.known.languages))


def _language(draft: Draft, column: Column, value: CellValue) -> None:
    text = as_text(value)
    if _NO_TICK.fullmatch(text) and plain(text) != "n":  # N is a native speaker here
        return
    level = lists.language_level(draft.known.languages.level_of(text))
    _add_languages(draft, (LanguageLevel(column.code, level),))


def _add_languages(draft: Draft, found: tuple[LanguageLevel, ...]) -> None:
    held = {language.code: language for language in draft.person.languages}
    if any(held.get(language.code, language) != language for language in found):
        raise Unreadable(Why.TWO_LEVELS)
    draft.person.languages = tuple(
        {**held, **{language.code: language for language in found}}.values()
    )


def _skills_cell(draft: Draft, column: Column, value: CellValue) -> None:
    _add_skills(
        draft,
        lists.read_skills(_beside_levels(as_lines(value), column, draft.cells), draft.known.skills),
    )


def _skill(draft: Draft, column: Column, value: CellValue) -> None:
    text = as_text(value)
    if _NO_TICK.fullmatch(text):
        return
    if (
        draft.known.skills.is_licence(column.code)
        and _TICK.fullmatch(text)
        and not text.isdecimal()
    ):
        level = 1
    else:
        level = lists.skill_level(draft.known.skills.level_of(text))
    _add_skills(draft, (SkillLevel(column.code, level),))


def _add_skills(draft: Draft, found: tuple[SkillLevel, ...]) -> None:
    held = {skill.code: skill for skill in draft.person.skills}
    if any(held.get(skill.code, skill) != skill for skill in found):
        raise Unreadable(Why.TWO_LEVELS)
    draft.person.skills = tuple({**held, **{skill.code: skill for skill in found}}.values())


def _wishes(draft: Draft, column: Column, value: CellValue) -> None:
    wishes = lists.read_wishes(as_lines(value))
    draft.person.wishes = tuple(dict.fromkeys((*draft.person.wishes, *wishes)))


def _wish(draft: Draft, column: Column, value: CellValue) -> None:
    text = as_text(value)
    if _NO_TICK.fullmatch(text):
        return
    if not _TICK.fullmatch(text) and plain(text) != plain(column.header):
        raise Unreadable(Why.UNKNOWN_WISH)
    wish: tuple[Wish, ...] = lists.read_wishes(column.header)
    draft.person.wishes = tuple(dict.fromkeys((*draft.person.wishes, *wish)))


def _clearance(draft: Draft, column: Column, value: CellValue) -> None:
    level, until = values.read_clearance(value, draft.known.calendar)
    draft.person.clearance_level = level
    draft.person.clearance_until = until or draft.person.clearance_until


def _clearance_until(draft: Draft, column: Column, value: CellValue) -> None:
    draft.person.clearance_until = read_end(value, draft.known.calendar)


def _periods(draft: Draft, column: Column, value: CellValue) -> None:
    attribute = "available" if column.field is Field.AVAILABLE else "unavailable"
    found = read_periods(value, draft.known.calendar)
    setattr(draft.person, attribute, (*getattr(draft.person, attribute), *found))


def _end_of_period(draft: Draft, column: Column, value: CellValue) -> None:
    starts = column.field in _STARTS
    draft.ends[column.field] = (read_start if starts else read_end)(value, draft.known.calendar)


def _beside_levels(text: str, column: Column, cells: Sequence[CellValue]) -> str:
    """Put the levels of another column behind their languages: "영어, 러시아어" with "B1, A2"."""
    levels = (
        cells[column.levels] if column.levels is not None and column.levels < len(cells) else None
    )
    written = as_lines(levels)
    if says_nothing(written):
        return text
    split = re.compile(r"\s*[,;/|·\n]\s*")
    names, grades = split.split(text), split.split(written)
    if len(names) != len(grades):
        return f"{text} {written}"
    return "\n".join(f"{name} {grade}" for name, grade in zip(names, grades, strict=True))


_READERS: dict[Field, Callable[[Draft, Column, CellValue], None]] = {
    Field.CALLSIGN: _callsign,
    **dict.fromkeys(NAMES, _name),
    Field.FORMER_NAMES: _former_names,
    Field.BIRTH_DATE: _birth_date,
    Field.SEX: _sex,
    Field.PHONE: _phone,
    Field.EMAIL: _email,
    Field.PASSPORT: _passport,
    Field.PASSPORT_EXPIRY: _passport_expiry,
    Field.RELATIVES: _relatives,
    Field.SERVICE_YEARS: _service_years,
    Field.LANGUAGES: _languages_cell,
    Field.LANGUAGE: _language,
    Field.SKILLS: _skills_cell,
    Field.SKILL: _skill,
    Field.WISHES: _wishes,
    Field.WISH: _wish,
    Field.CLEARANCE: _clearance,
    Field.CLEARANCE_UNTIL: _clearance_until,
    Field.AVAILABLE: _periods,
    Field.UNAVAILABLE: _periods,
    **dict.fromkeys((*_STARTS, *_ENDS), _end_of_period),
}
