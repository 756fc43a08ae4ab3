"""What one header says its column holds, and how sure that is."""

import re

from corps.vault.spelling import clean_text
from volunteers.workbook.dates import Unreadable
from volunteers.workbook.header_words import EXACT, LEVEL_WORDS, REQUIRED_MARKS, RULES, Field
from volunteers.workbook.lists import LevelList, read_wishes
from volunteers.workbook.results import Wish
from volunteers.workbook.text import squeezed

_TOLD_IN_PARENTHESES = frozenset(
    (
        Field.EMERGENCY,
        Field.LATIN_NAME,
        Field.EMAIL,
        Field.RELATIVES,
        Field.FORMER_NAMES,
        Field.UNAVAILABLE,
        Field.PASSPORT_EXPIRY,
        Field.CLEARANCE_UNTIL,
    )
)
"""What parentheses may turn a header into: "연락처 (비상)" is not the volunteer's own phone."""
_OF_WHAT_LEVEL = re.compile(
    r"[\s:(\-]*(?:수준|등급|레벨|실력|능력|가능|여부|level|proficiency|cefr|рівень)[\s)]*$",
    re.IGNORECASE,
)
"""What may follow a language or a skill in a header of its own: "영어 수준", "Russian (CEFR)"."""


class Meanings:
    """Knows headers by the words for fields, and by the names in the catalogue."""

    def __init__(self, languages: LevelList, skills: LevelList) -> None:
        """Take the lists by which languages and skills are known."""
        self._languages = languages
        self._skills = skills

    def of(self, text: str) -> tuple[Field | None, str]:
        """Return the field of a header, or None, and the code of what has a column of its own."""
        text = bare_header(text)
        key = squeezed(text)
        if not key or len(key) > 40:
            return None, ""
        if key in LEVEL_WORDS:
            return Field.SKILL_LEVEL, "?"
        if field := exact(text):
            return field, ""
        return self.named(text) or (by_words(text), "")

    def named(self, text: str) -> tuple[Field, str] | None:
        """Return field and code of a header that is itself a language, a skill, a field of work."""
        if wish := _wish(text):
            return Field.WISH, wish
        bare = _OF_WHAT_LEVEL.sub("", text)
        if code := self._languages.code_of(bare):
            return Field.LANGUAGE, code
        if code := self._skills.code_of(bare):
            return Field.SKILL, code
        return None


def bare_header(text: str) -> str:
    """Return a header without the marks people put around it."""
    return REQUIRED_MARKS.sub("", clean_text(text)).strip()


def exact(text: str) -> Field | None:
    """Return the field of a header known as a whole, or but for what stands in parentheses."""
    key = squeezed(text)
    if field := EXACT.get(key):
        return field
    bare = squeezed(re.sub(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>", " ", text))
    field = EXACT.get(bare) if bare != key else None
    if field is None:
        return None
    suggested = _by_rule(key)
    return suggested if suggested in _TOLD_IN_PARENTHESES else field


def _by_rule(key: str) -> Field | None:
    if len(key) > 40:
        return None
    return next((field for field, rule in RULES if all(part.search(key) for part in rule)), None)


def by_words(text: str) -> Field | None:
    """Return the field on which parts of a header agree ("성명 / Name"), or its words suggest."""
    if field := exact(text):
        return field
    parts = {EXACT.get(squeezed(part)) for part in re.split(r"[\n/|,()\[\]:·]| - ", text)} - {
        None,
        Field.IGNORED,
    }
    levels = {Field.LANGUAGE_LEVEL, Field.SKILL_LEVEL}
    if len(parts - levels) == 1:
        return (parts - levels).pop()
    return _by_rule(squeezed(text))


def _wish(text: str) -> Wish | None:
    """Return the field of work that a header consists of, such as "통역" over a column of ticks."""
    if len(text) > 14:
        return None
    try:
        wishes = read_wishes(text)
    except Unreadable:
        return None
    return wishes[0] if len(wishes) == 1 else None
