"""The words of an import: every reason, remark and problem in the reader's language.

A reason is an English sentence fragment that is its own code (volunteers.workbook.results); here
each is named once for translation.
"""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from corps.vault.marks import EMAIL, NAME_AND_BIRTH, PASSPORT, PHONE

CALLSIGN_TAKEN = "callsign taken"
NOT_WRITTEN = "could not be written"
NOTHING_NEW = "already in the register, nothing new"
WAITING_ALREADY = "already waiting for a decision"
"""Reasons that reading alone cannot know."""

KINDS: dict[str, str] = {
    PHONE: "phone",
    PASSPORT: "passport",
    EMAIL: "e-mail",
    NAME_AND_BIRTH: "name and birth date",
}
"""The kinds of blind index by which somebody is known, in the order they are named."""

WORDS: dict[str, Promise] = {
    "not a date": _("not a date"),
    "day and month cannot be told apart": _("day and month cannot be told apart"),
    "a date of the lunar calendar": _("a date of the lunar calendar"),
    "in the future": _("in the future"),
    "missing name": _("missing name"),
    "not a name": _("not a name"),
    "nothing but a name": _("nothing but a name"),
    "unknown sex": _("unknown sex"),
    "not a phone number": _("not a phone number"),
    "not an e-mail address": _("not an e-mail address"),
    "not a passport number": _("not a passport number"),
    "not a callsign": _("not a callsign"),
    "the callsign gives the name away": _("the callsign gives the name away"),
    "not a number": _("not a number"),
    "unknown language": _("unknown language"),
    "unknown skill": _("unknown skill"),
    "unknown level": _("unknown level"),
    "missing level": _("missing level"),
    "two different levels for one thing": _("two different levels for one thing"),
    "unknown field": _("unknown field of work"),
    "unknown clearance": _("unknown clearance"),
    "missing date": _("missing date"),
    "missing year": _("missing year"),
    "missing end date": _("missing end date"),
    "missing start date": _("missing start date"),
    "ends before it starts": _("ends before it starts"),
    "formula where a value is needed": _("formula where a value is needed"),
    "a spreadsheet error instead of a value": _("a spreadsheet error instead of a value"),
    "too long": _("too long"),
    "formula kept as text": _("formula kept as text"),
    "unknown column, not read": _("unknown column, not read"),
    "second column of the same kind, read only where the first is empty": _(
        "second column of the same kind, read only where the first is empty"
    ),
    "table without a column of names, not read": _("table without a column of names, not read"),
    "hidden sheet, not read": _("hidden sheet, not read"),
    "hidden row, read like any other": _("hidden row, read like any other"),
    "neither a person nor a note, not read": _("neither a person nor a note, not read"),
    "looks like a table without known headers, not read": _(
        "looks like a table without known headers, not read"
    ),
    CALLSIGN_TAKEN: _("callsign taken"),
    NOT_WRITTEN: _("could not be written"),
    NOTHING_NEW: _("already in the register, nothing new"),
    WAITING_ALREADY: _("already waiting for a decision"),
    "phone": _("phone"),
    "passport": _("passport"),
    "e-mail": _("e-mail"),
    "name and birth date": _("name and birth date"),
}

STOPPED, GAVE_UP, NOT_ALLOWED, ALTERED = "stopped", "gave up", "not allowed", "altered"
"""Why an import ends before its file does, beside what makes a file unreadable."""

PROBLEMS: dict[str, Promise] = {
    "not a workbook": _("The file is neither an .xlsx workbook nor a .csv text."),
    "old format": _("This is an old .xls workbook. Save it as .xlsx and try again."),
    "encrypted": _("The workbook is under a password. Save it without one and try again."),
    "empty": _("The file is empty."),
    "too large": _("The workbook unpacks to more than can be read. Split it and try again."),
    "unsafe": _("The workbook contains declarations that no spreadsheet writes; it is not read."),
    "damaged": _("The workbook is damaged and cannot be read to its end."),
    "unknown encoding": _("The text file is neither in UTF-8, UTF-16 nor CP949 (EUC-KR)."),
    "no table": _(
        "No table of people was found. One row must name the columns, for example name, "
        "date of birth, phone."
    ),
    STOPPED: _("It was stopped before its end. Import the file again: nobody is added twice."),
    GAVE_UP: _("It could not be finished. Ask whoever runs this installation to look at the log."),
    ALTERED: _(
        "What was kept of the file was altered or damaged, so it is not read. The administrators "
        "are told. Ask them before you import the file again."
    ),
    NOT_ALLOWED: _("Whoever started this import may no longer import on its desk."),
}
"""Why a file could not be imported, by the code of its WorkbookError."""


def problem_in_words(code: str) -> str:
    """Return why a file could not be imported, in the reader's language."""
    return str(PROBLEMS.get(code, code))


def in_words(text: str, word: str = "") -> str:
    """Return a reason in the reader's language, with the catalogue word that nobody knows."""
    shown = WORDS.get(text, text)
    return str(format_lazy("{}: {}", shown, word)) if word else str(shown)


def same_in_words(kinds: Sequence[str]) -> str:
    """Return what is the same, in the reader's language: "phone, passport"."""
    return ", ".join(in_words(KINDS[kind]) for kind in KINDS if kind in kinds)


def same_plainly(kinds: Sequence[str]) -> str:
    """Return what is the same in English, for programs: "same phone, passport and e-mail"."""
    named = [name for kind in KINDS if kind in kinds for name in KINDS[kind].split(" and ")]
    head, last = named[:-1], named[-1]
    return "same " + (f"{', '.join(head)} and {last}" if head else last)
