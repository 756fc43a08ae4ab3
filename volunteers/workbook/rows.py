"""From the cells of one row to one person, or to the reasons why not."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from corps.vault.spelling import name_keys
from volunteers.workbook import lists, values
from volunteers.workbook.dates import Calendar, Unreadable, read_birth_date, read_date
from volunteers.workbook.header_words import Field
from volunteers.workbook.headers import NAMES, Column, Header
from volunteers.workbook.periods import read_end, read_periods, read_start
from volunteers.workbook.results import (
    CellError,
    CellValue,
    Fault,
    LanguageLevel,
    ParsedRow,
    Period,
    Remark,
    RowResult,
    SkillLevel,
    Warned,
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
"""Fields kept as the text they are, with the attribute that holds them; a formula stays as its text."""
_JOINED_BY = {Field.NOTES: "\n", Field.EMERGENCY: " ", Field.ADDRESS: " "}
_LONGEST = 4000
_FAULTS = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE)
_TICK = re.compile(r"[o○◯●v✓✔☑■x✗√1-9]|yes|y|true|예|네|유|가능|희망|지원|해당|так", re.IGNORECASE)
_NO_TICK = re.compile(r"[x×✗0]|no|n|false|아니[오요]|무|불가|없음|ні", re.IGNORECASE)


class _Draft:
    """One row on its way: what has been read so far, and what went wrong with which column."""

    def __init__(self) -> None:
        self.person = ParsedRow()
        self.errors: list[tuple[int, str, Why, str]] = []
        self.formulas: list[str] = []
        self.names: dict[Field, str] = {}
        self.latin_beside = ""
        self.ends: dict[Field, date] = {}
        self.ends_at: dict[Field, Column] = {}
        self.filled: set[Field] = set()

    def fail(self, column: Column, why: Why, word: str = "") -> None:
        self.errors.append((column.place, column.header, why, word))


class RowReader:
    """Reads the rows of one table. `words` and `skills` know the catalogue, `calendar` knows today."""

    def __init__(
        self, sheet: str, header: Header, languages: lists.LevelList, skills: lists.LevelList, calendar: Calendar
    ) -> None:
        """Bind the reader to one header of one sheet."""
        self._sheet = sheet
        self._header = header
        self._languages = languages
        self._skills = skills
        self._calendar = calendar
        self._columns = [c for c in header.columns if c.field is not Field.IGNORED]
        self._first = {column.field: column for column in reversed(self._columns)}

    def read(self, row: int, cells: Sequence[CellValue]) -> RowResult:
        """Return the row as a person, or with every reason why it is none, in the order of the columns."""
        draft = _Draft()
        for column in self._columns:
            value = cells[column.place] if column.place < len(cells) else None
            if value is not None and value != "":
                self._cell(draft, column, value, cells)
        for settle in (self._settle_name, self._settle_clearance, self._settle_availability, self._settle_service):
            settle(draft)
        errors = sorted(draft.errors, key=lambda error: error[0])
        return RowResult(
            sheet=self._sheet,
            row=row,
            headers=self._header.headers,
            cells=tuple(cells),
            parsed=None if errors else draft.person,
            errors=tuple(CellError(self._sheet, row, column, why, word) for _, column, why, word in errors),
            warnings=tuple(Warned(self._sheet, row, Remark.FORMULA_KEPT, header) for header in draft.formulas),
        )

    def _cell(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        """Read one filled cell into the draft."""
        field = column.field
        if isinstance(value, Fault) or (isinstance(value, str) and _FAULTS.fullmatch(value.strip())):
            draft.fail(column, Why.FAULT)
        elif is_formula(value) and field not in _FREE_TEXT:
            draft.fail(column, Why.FORMULA)
        elif field in _FREE_TEXT:
            self._text(draft, column, value)
        elif not isinstance(value, str) or field is Field.RELATIVES or not says_nothing(as_text(value)):
            draft.filled.add(field)
            try:
                _READERS[field](self, draft, column, value, cells)
            except Unreadable as unreadable:
                draft.fail(column, unreadable.why, unreadable.word)

    def _text(self, draft: _Draft, column: Column, value: CellValue) -> None:
        if is_formula(value):
            draft.formulas.append(column.header)
        lines = column.field in _JOINED_BY
        text = as_lines(value) if lines else as_text(value)
        if says_nothing(text):
            return
        draft.filled.add(column.field)
        attribute = _FREE_TEXT[column.field]
        before = getattr(draft.person, attribute)
        if len(text) + len(before) > _LONGEST:
            draft.fail(column, Why.TOO_LONG)
        elif not before:
            setattr(draft.person, attribute, text)
        elif column.field in _JOINED_BY:
            setattr(draft.person, attribute, before + _JOINED_BY[column.field] + text)

    # --- one method for each kind of cell -----------------------------------------------------------------

    def _callsign(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        draft.person.callsign = draft.person.callsign or values.read_callsign(value)

    def _name(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        name, latin = values.read_name(value)
        draft.names.setdefault(column.field, name)
        draft.latin_beside = draft.latin_beside or latin

    def _former_names(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        names = [values.read_name(part)[0] for part in re.split(r"[,;/|\n·]", as_lines(value)) if part.strip()]
        draft.person.former_names = tuple(dict.fromkeys((*draft.person.former_names, *names)))

    def _birth_date(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        draft.person.birth_date = draft.person.birth_date or read_birth_date(value, self._calendar)

    def _sex(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        draft.person.sex = draft.person.sex or values.read_sex(value)

    def _phone(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        known = [draft.person.phone, *draft.person.other_phones]
        first, *others = dict.fromkeys(number for number in (*known, *values.read_phones(value)) if number)
        draft.person.phone, draft.person.other_phones = first, tuple(others)

    def _email(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        known = [draft.person.email, *draft.person.other_emails]
        first, *others = dict.fromkeys(address for address in (*known, *values.read_emails(value)) if address)
        draft.person.email, draft.person.other_emails = first, tuple(others)

    def _passport(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        draft.person.passport = draft.person.passport or values.read_passport(value)

    def _passport_expiry(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        draft.person.passport_expiry = draft.person.passport_expiry or read_date(value, self._calendar)

    def _relatives(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        if not draft.person.relatives and plain(as_text(value)).strip("-. "):
            draft.person.relatives, draft.person.relatives_note = values.read_relatives(value)

    def _service_years(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        if draft.person.service_years is None:
            draft.person.service_years = values.read_years(value)

    def _languages_cell(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        text = _beside_levels(as_lines(value), column, cells)
        self._add_languages(draft, lists.read_languages(text, self._languages))

    def _language(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        if not _NO_TICK.fullmatch(as_text(value)):
            level = lists.language_level(self._languages.level_of(as_text(value)))
            self._add_languages(draft, (LanguageLevel(column.code, level),))

    def _add_languages(self, draft: _Draft, found: tuple[LanguageLevel, ...]) -> None:
        held = {language.code: language for language in draft.person.languages}
        if any(held.get(language.code, language) != language for language in found):
            raise Unreadable(Why.TWO_LEVELS)
        draft.person.languages = tuple({**held, **{language.code: language for language in found}}.values())

    def _skills_cell(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        self._add_skills(draft, lists.read_skills(_beside_levels(as_lines(value), column, cells), self._skills))

    def _skill(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        text = as_text(value)
        if _NO_TICK.fullmatch(text):
            return
        if self._skills.is_licence(column.code) and _TICK.fullmatch(text) and not text.isdecimal():
            level = 1
        else:
            level = lists.skill_level(self._skills.level_of(text))
        self._add_skills(draft, (SkillLevel(column.code, level),))

    def _add_skills(self, draft: _Draft, found: tuple[SkillLevel, ...]) -> None:
        held = {skill.code: skill for skill in draft.person.skills}
        if any(held.get(skill.code, skill) != skill for skill in found):
            raise Unreadable(Why.TWO_LEVELS)
        draft.person.skills = tuple({**held, **{skill.code: skill for skill in found}}.values())

    def _wishes(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        wishes = lists.read_wishes(as_lines(value))
        draft.person.wishes = tuple(dict.fromkeys((*draft.person.wishes, *wishes)))

    def _wish(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        text = as_text(value)
        if _NO_TICK.fullmatch(text):
            return
        if not _TICK.fullmatch(text) and plain(text) != plain(column.header):
            raise Unreadable(Why.UNKNOWN_WISH)
        wish: tuple[Wish, ...] = lists.read_wishes(column.header)
        draft.person.wishes = tuple(dict.fromkeys((*draft.person.wishes, *wish)))

    def _clearance(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        level, until = values.read_clearance(value, self._calendar)
        draft.person.clearance_level = level
        draft.person.clearance_until = until or draft.person.clearance_until

    def _clearance_until(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        draft.person.clearance_until = read_end(value, self._calendar)

    def _periods(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        attribute = "available" if column.field is Field.AVAILABLE else "unavailable"
        found = read_periods(value, self._calendar)
        setattr(draft.person, attribute, (*getattr(draft.person, attribute), *found))

    def _end_of_period(self, draft: _Draft, column: Column, value: CellValue, cells: Sequence[CellValue]) -> None:
        starts = column.field in (Field.AVAILABLE_FROM, Field.UNAVAILABLE_FROM)
        draft.ends_at[column.field] = column
        draft.ends[column.field] = (read_start if starts else read_end)(value, self._calendar)

    # --- what several cells say together --------------------------------------------------------------------

    def _settle_name(self, draft: _Draft) -> None:
        """Put the name together; it is required in the main name column, or in what stands for one."""
        parts = draft.names
        full = parts.get(Field.NAME, "") if Field.NAME in self._first else _joined(parts, Field.SURNAME, Field.GIVEN)
        latin = parts.get(Field.LATIN_NAME) or _joined(parts, Field.LATIN_SURNAME, Field.LATIN_GIVEN)
        latin = latin or draft.latin_beside
        if not {Field.NAME, Field.SURNAME, Field.GIVEN} & self._first.keys():
            full = latin
        person = draft.person
        person.name = full
        person.latin_name = latin or (full if full.isascii() else "")
        place = next((self._first[f] for f in _MAIN_NAME if f in self._first), self._columns[0])
        failed = {column for _, column, _, _ in draft.errors}
        if not full and place.header not in failed:
            draft.fail(place, Why.MISSING_NAME)
        elif full and not draft.filled - NAMES:
            draft.fail(place, Why.ONLY_A_NAME)
        if person.callsign and full and _same(person.callsign, full, latin):
            draft.fail(self._first[Field.CALLSIGN], Why.CALLSIGN_IS_NAME)

    def _settle_clearance(self, draft: _Draft) -> None:
        """A level needs the day until which it holds, and such a day needs a level."""
        level, until = draft.person.clearance_level, draft.person.clearance_until
        column, date_column = (self._first.get(f) for f in (Field.CLEARANCE, Field.CLEARANCE_UNTIL))
        failed = {header for _, header, _, _ in draft.errors}
        if failed & {c.header for c in (column, date_column) if c}:
            return
        if level and not until and (place := date_column or column):
            draft.fail(place, Why.MISSING_DATE)
        elif until and not level and Field.CLEARANCE not in draft.filled and (place := column or date_column):
            draft.fail(place, Why.MISSING_LEVEL)
        elif not level:
            draft.person.clearance_until = None

    def _settle_availability(self, draft: _Draft) -> None:
        """Join the two columns in which some write the first and the last day."""
        for attribute, start, end in _TWO_COLUMNS:
            first, last = draft.ends.get(start), draft.ends.get(end)
            if first and last and first <= last:
                setattr(draft.person, attribute, (*getattr(draft.person, attribute), Period(first, last)))
            elif first and last:
                draft.fail(draft.ends_at[end], Why.ENDS_BEFORE_START)
            elif first and end not in draft.ends_at:
                draft.fail(self._first.get(end, draft.ends_at[start]), Why.MISSING_END)
            elif last and start not in draft.ends_at:
                draft.fail(self._first.get(start, draft.ends_at[end]), Why.MISSING_START)

    def _settle_service(self, draft: _Draft) -> None:
        if draft.person.service_years is None and draft.person.service_period:
            draft.person.service_years = values.years_between(draft.person.service_period)


_MAIN_NAME = (
    Field.NAME, Field.GIVEN, Field.SURNAME, Field.LATIN_NAME, Field.LATIN_GIVEN, Field.LATIN_SURNAME
)  # fmt: skip
_TWO_COLUMNS = (
    ("available", Field.AVAILABLE_FROM, Field.AVAILABLE_UNTIL),
    ("unavailable", Field.UNAVAILABLE_FROM, Field.UNAVAILABLE_UNTIL),
)
_Reader = Callable[[RowReader, _Draft, Column, CellValue, Sequence[CellValue]], None]
_READERS: dict[Field, _Reader] = {
    Field.CALLSIGN: RowReader._callsign,
    **dict.fromkeys(NAMES, RowReader._name),
    Field.FORMER_NAMES: RowReader._former_names,
    Field.BIRTH_DATE: RowReader._birth_date,
    Field.SEX: RowReader._sex,
    Field.PHONE: RowReader._phone,
    Field.EMAIL: RowReader._email,
    Field.PASSPORT: RowReader._passport,
    Field.PASSPORT_EXPIRY: RowReader._passport_expiry,
    Field.RELATIVES: RowReader._relatives,
    Field.SERVICE_YEARS: RowReader._service_years,
    Field.LANGUAGES: RowReader._languages_cell,
    Field.LANGUAGE: RowReader._language,
    Field.SKILLS: RowReader._skills_cell,
    Field.SKILL: RowReader._skill,
    Field.WISHES: RowReader._wishes,
    Field.WISH: RowReader._wish,
    Field.CLEARANCE: RowReader._clearance,
    Field.CLEARANCE_UNTIL: RowReader._clearance_until,
    Field.AVAILABLE: RowReader._periods,
    Field.UNAVAILABLE: RowReader._periods,
    **dict.fromkeys((start for _, start, _ in _TWO_COLUMNS), RowReader._end_of_period),
    **dict.fromkeys((end for _, _, end in _TWO_COLUMNS), RowReader._end_of_period),
}


def _joined(parts: dict[Field, str], surname: Field, given: Field) -> str:
    """Join surname and given name: without a space in Hangul, with one otherwise; both are needed."""
    one, other = parts.get(surname, ""), parts.get(given, "")
    if not (one and other):
        return ""
    return one + other if re.fullmatch("[가-힣]+", one + other) else f"{one} {other}"


def _same(callsign: str, name: str, latin: str) -> bool:
    key = plain(callsign).replace(" ", "")
    spelled = {plain(text).replace(" ", "") for text in (name, latin) if text}
    return key in spelled or (key.isascii() and len(key) > 5 and not name_keys(callsign).isdisjoint(name_keys(name)))


def _beside_levels(text: str, column: Column, cells: Sequence[CellValue]) -> str:
    """Put the levels of a column of their own behind what they are levels of: "영어, 러시아어" with "B1, A2"."""
    levels = cells[column.levels] if column.levels is not None and column.levels < len(cells) else None
    written = as_lines(levels)
    if says_nothing(written):
        return text
    split = re.compile(r"\s*[,;/|·\n]\s*")
    names, grades = split.split(text), split.split(written)
    if len(names) != len(grades):
        return f"{text} {written}"
    return "\n".join(f"{name} {grade}" for name, grade in zip(names, grades, strict=True))
