"""Lists in one cell: languages with levels, skills with levels, fields of work.

A list is read from left to right against the catalogue, longest name first, so that names with
spaces and parentheses ("통역(순차) 2") and lists with any separator, or none but a space, come out
right. Language levels are those of the CEFR (A1 to C2) and native; skill levels are 1 to 4. Words
such as 중급 or "fluent" stand for no level of either scale: they are refused, because a guess would
decide who is sent where.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, TypeVar

from volunteers.workbook.dates import Unreadable
from volunteers.workbook.results import LanguageLevel, SkillLevel, Why, Wish
from volunteers.workbook.text import plain, squeezed

_Level = TypeVar("_Level", int, str)
_ALIASES = {
    "한국어": ("조선어", "조선말", "우리말", "한국말"),
    "러시아어": ("노어", "로어", "러어", "로씨야어", "로씨아어", "노서아어"),
    "중국어": ("중어", "만다린", "보통화", "북경어", "중국말"),
    "우크라이나어": ("우크라어", "우크라이나말"),
    "일본어": ("일어", "일본말"),
    "독일어": ("독어", "도이췰란드어"),
    "프랑스어": ("불어", "프랑스말"),
    "영어": ("영문",),
    "chinese": ("mandarin",),
}
"""Other words for languages, those of the North among them, for when the catalogue lacks them."""
_TWO_LETTERS = {
    "ko": "kor",
    "en": "eng",
    "uk": "ukr",
    "ru": "rus",
    "zh": "zho",
    "ja": "jpn",
    "de": "deu",
    "pl": "pol",
}
_CEFR = r"(?:cefr\s*)?[abcавс][\s\-]?[12]\+?(?![0-9a-z])"
_NATIVE = (
    r"(?:n|ns|native(?:[\s\-]*(?:speaker|level|language))?|mother[\s\-]?tongue|first language"
    r"|원어민(?:\s*수준)?"
    r"|모국어(?:\s*수준)?|모어|네이티브|рідна(?:\s*мова)?|носій(?:\s*мови)?)(?![0-9a-zа-яіїє])"
)
_GRADE = (
    r"(?:(?:lv\.?|lvl\.?|level|레벨|수준|등급|단계|숙련도|рівень|l)\s*\.?\s*)?"
    r"(?:[1-4](?!\.?\d)|(?:iv|i{1,3})(?![a-z]))"
)
_LANGUAGE_LEVEL = rf"(?P<level>{_CEFR}|{_NATIVE})"
_SKILL_LEVEL = rf"(?P<level>{_GRADE})"
_LEAD = r"[\s:=~_\-→>()\[\]{}<'\".]*"
_BETWEEN = rf"(?:{_LEAD}|\s*[/,|·]\s*)"
_ROUGHLY = (
    r"(?:[\s(]*(?:초급|초중급|중급|중상급|고급|상급|최상급|기초|능통|유창|basic|beginner|elementary"
    r"|(?:upper[\s\-]?|pre[\s\-]?)?intermediate|advanced|fluent|proficient|good)\)?)?"
)
"""Words that may stand beside a CEFR level, and count for nothing: "중급 (B1)"."""
_TRAIL = r"[\s)\]}>'\".]*(?:급|단계|등급|레벨|수준|level)?[\s)\]}>'\".]*"
_HARD = r"[,;/|·\n&+]|(?<=\s)(?:및|and|그리고|та|і)(?=\s)|(?<=[가-힣0-9a-z])및"
_END = rf"(?=$|{_HARD}|(?<=[\s.)\]])|-)"
_GAP = re.compile(rf"(?:\s|{_HARD}|[.\-*]|및|(?:and|그리고|та|і)\s|\d{{1,2}}[.)]\s*(?=[^\W\d]))*")
_TOKEN = re.compile(rf"(?:(?!{_HARD}).)+", re.DOTALL)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_LATIN_OF = str.maketrans("авс", "abc")


Entry = tuple[str, str, str]
_KEPT = 500


class LevelList:
    """Reads "name level, name level" against the names of one catalogue. Made once for a file."""

    def __init__(
        self, names: Mapping[str, str], kind: Literal["language", "skill"], licences: frozenset[str]
    ) -> None:
        """Compile the names; `licences` are codes that may stand without a level."""
        self._codes = (
            _with_other_names(names)
            if kind == "language"
            else {squeezed(n): names[n] for n in names}
        )
        self._codes.update(
            {squeezed(code): code for code in names.values() if squeezed(code) not in self._codes}
        )
        self._codes.pop("", None)
        self._unknown = Why.UNKNOWN_LANGUAGE if kind == "language" else Why.UNKNOWN_SKILL
        self._licences = licences
        self._read: dict[str, tuple[Entry, ...]] = {}
        level = _LANGUAGE_LEVEL if kind == "language" else _SKILL_LEVEL
        rough = _ROUGHLY if kind == "language" else ""
        after = r"(?:\s*(?:language|мова))?" if kind == "language" else ""
        written = {*names, *self._codes}
        spelled = "|".join(
            sorted({_spelled(name) for name in written if squeezed(name)}, key=len, reverse=True)
        )
        name = rf"(?P<name>{spelled or '(?!)'}){after}"
        self._item = re.compile(name + rough + _BETWEEN + level + rough + _TRAIL + _END)
        self._bare = re.compile(name + rf"[\s)\]]*(?=$|{_HARD})")
        self._begins = re.compile(
            name + r"(?:(?<![a-z])|(?![a-z]))(?:(?<![가-힣])|(?![가-힣]))" + _LEAD + "(?P<rest>.+)",
            re.DOTALL,
        )
        self._level = re.compile(rough + _LEAD + level + rough + _TRAIL)
        self._ends = re.compile(
            r"(?P<word>.*?)" + _LEAD + r"(?<![\da-z])" + level + _TRAIL, re.DOTALL
        )

    def code_of(self, name: str) -> str | None:
        """Return the code of one name, or None."""
        return self._codes.get(squeezed(name))

    def is_licence(self, code: str) -> bool:
        """Whether a skill is one that people have or have not."""
        return code in self._licences

    def level_of(self, text: str) -> str:
        """Return the level a text consists of, as it is written. Raises Unreadable."""
        match = self._level.fullmatch(plain(text))
        if not match:
            raise Unreadable(Why.UNKNOWN_LEVEL, _word(plain(text)))
        return match["level"]

    def read(self, text: str) -> tuple[Entry, ...]:
        """Return code, level as written or "", and name as written of each. Raises Unreadable.

        The same list stands in many rows, so the last few hundred are kept.
        """
        if text not in self._read:
            if len(self._read) > _KEPT:
                self._read.clear()
            self._read[text] = tuple(self._entries(plain(text)))
        return self._read[text]

    def _entries(self, text: str) -> Iterator[Entry]:
        place = _skip(text, 0)
        while place < len(text):
            if match := self._item.match(text, place):
                level = match["level"]
            elif match := self._bare.match(text, place):
                level = ""
                if self._code(match) not in self._licences:
                    raise Unreadable(Why.MISSING_LEVEL, _word(match["name"]))
            else:
                raise self._refusal(text, place)
            yield self._code(match), level, match["name"]
            place = _skip(text, match.end())

    def _code(self, match: re.Match[str]) -> str:
        return self._codes[squeezed(match["name"])]

    def _refusal(self, text: str, place: int) -> Unreadable:
        """Return what is wrong with the entry at `place`."""
        token = _TOKEN.match(text, place)
        written = (token[0] if token else text[place:]).strip()
        if place and self._level.fullmatch(written):
            return Unreadable(Why.TWO_LEVELS)
        named = self._ends.fullmatch(written)
        if not named and (known := self._begins.fullmatch(written)):
            return Unreadable(Why.UNKNOWN_LEVEL, _word(known["rest"]))
        word = named["word"] if named else re.sub(r"[\s:(\-]*[a-z]?\d+\)?$", "", written)
        return Unreadable(self._unknown, _word(word))


def read_languages(text: str, known: LevelList) -> tuple[LanguageLevel, ...]:
    """Return the languages of a cell in the order written, each once."""
    found: dict[str, str] = {}
    for code, level, name in known.read(text):
        _note(found, code, language_level(level), name)
    return tuple(LanguageLevel(code, level) for code, level in found.items())


def read_skills(text: str, known: LevelList) -> tuple[SkillLevel, ...]:
    """Return the skills of a cell as ordered there, each once; a licence alone has level 1."""
    found: dict[str, int] = {}
    for code, level, name in known.read(text):
        _note(found, code, skill_level(level) if level else 1, name)
    return tuple(SkillLevel(code, level) for code, level in found.items())


def language_level(written: str) -> str:
    """Return "A1" … "C2" or "native" for a level as `LevelList` found it; B1+ is B1."""
    match = re.fullmatch(r"(?:cefr\s*)?([abcавс])[\s\-]?([12])\+?", written)
    return (match[1].translate(_LATIN_OF) + match[2]).upper() if match else "native"


def skill_level(written: str) -> int:
    """Return 1 … 4 for a level as `LevelList` found it."""
    match = re.search(r"([1-4]|iv|i{1,3})$", written)
    return _ROMAN.get(match[1]) or int(match[1]) if match else 1


def _note(found: dict[str, _Level], code: str, level: _Level, name: str) -> None:
    if found.setdefault(code, level) != level:
        raise Unreadable(Why.TWO_LEVELS, _word(name))


def _with_other_names(names: Mapping[str, str]) -> dict[str, str]:
    codes = {squeezed(name): code for name, code in names.items()}
    for name, others in _ALIASES.items():
        if name in codes:
            codes = dict.fromkeys(others, codes[name]) | codes
    known = frozenset(names.values())
    return {short: code for short, code in _TWO_LETTERS.items() if code in known} | codes


def _spelled(name: str) -> str:
    """Return a pattern for a name, generous with spaces, and with marks where it has some."""
    pattern, gap = "", ""
    for char in plain(name):
        if char.isalnum():
            pattern += (gap if pattern else "") + re.escape(char)
            gap = r"[ \-·]?"
        else:
            gap = r"[\W_]{0,3}"
    return pattern


def _skip(text: str, place: int) -> int:
    match = _GAP.match(text, place)
    return match.end() if match else place


def _word(written: str) -> str:
    """Return an unknown word to be named in an error, or nothing when it may be personal."""
    word = written.strip(" -:=.,()[]<>\"'")
    digits = sum(char.isdigit() for char in word)
    address = digits > 1 and len(word.split()) > 2
    personal = "@" in word or len(word) > 30 or digits > 3 or address
    return "" if personal else word.upper() if len(word) < 4 and word.isascii() else word


_WISHES = re.compile(
    r"(?P<interpreter>통\s*[·/,]?\s*번역|통역|번역|interpret\w*|translat\w*|усн\w+ переклад\w*"
    r"|переклад\w*)"
    r"|(?P<broadcaster>방송|확성기|아나운서|라디오|broadcast\w*|announc\w*|loud ?speaker\w*"
    r"|мовлен\w*|диктор\w*|гучномов\w*)"
    r"|(?P<leaflets>전단지|전단|삐라|리플[렛릿]|leaflet\w*|flyer\w*|листів\w*)"
    r"|(?P<all>모두|전체|전부|전\s*분야|모든\s*분야|무관|상관\s*없음|(?:all|any|everything|всі|усі)(?!\w))"
)
_BESIDE_WISHES = re.compile(
    r"[\s,;/|·&+.\-*()\[\]:>→~]+|(?:and|or|та|і|work|team|member|leader|duty|group|only)(?!\w)|[0-9]\s*(?:순위|지망|차)?"
    r"|및|또는|그리고|대북|팀장|팀원|팀|요원|담당|지원|분야|활동|업무|가능|희망|여부|진행|제작|배포|살포|작성|사(?!\w)|원(?!\w)|관(?!\w)"
)
_EVERY_WISH: tuple[Wish, ...] = ("interpreter", "broadcaster", "leaflets")


@lru_cache(maxsize=200)
def read_wishes(text: str) -> tuple[Wish, ...]:
    """Return the fields of work a cell asks for, in the order written, each once."""
    text, place = plain(text), 0
    found: list[Wish] = []
    while place < len(text):
        if match := _WISHES.match(text, place):
            found += _EVERY_WISH if match["all"] else [w for w in _EVERY_WISH if match[w]]
        elif not (match := _BESIDE_WISHES.match(text, place)):
            token = _TOKEN.match(text, place)
            raise Unreadable(Why.UNKNOWN_WISH, _word(token[0] if token else ""))
        place = match.end()
    return tuple(dict.fromkeys(found))
