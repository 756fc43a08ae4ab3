"""Cell texts in one plain form, so that every parser can look for few characters."""

import re
import unicodedata

from corps.vault.spelling import clean_text
from volunteers.workbook.results import CellValue, Formula

_MARKS = {
    **dict.fromkeys("‐‑‒–—―−⁃⸺⸻﹘﹣－ㅡーｰ─━╌", "-"),
    **dict.fromkeys("〜～∼˜⁓∽〰", "~"),
    **dict.fromkeys("、，﹐､", ","),
    **dict.fromkeys("；﹔", ";"),
    **dict.fromkeys("：﹕∶", ":"),
    **dict.fromkeys("／⁄∕", "/"),
    **dict.fromkeys("｜￨│┃", "|"),
    **dict.fromkeys("・‧∙•⋅●▪◦ㆍᆞ･", "·"),
    **dict.fromkeys("“”„〝〞", '"'),
    **dict.fromkeys("’‘‛′", "'"),
    **dict.fromkeys("⇒➔➜→▶", "→"),
}
_ONE_MARK = str.maketrans(_MARKS)


def words(text: str) -> frozenset[str]:
    """Return the words of a text, for the tables of words below and elsewhere."""
    return frozenset(text.split())


_NOTHING = words("""
    - -- --- . .. … ... ? x n/a na n.a. nil null none tbd tba 없음 없슴 무 해당없음 해당사항없음
    미정 미상 미기재 미입력 미확인 모름 추후 추후통보 추후기재 공란 немає нема невідомо
""")
"""Words that say "nothing here" in a cell whose kind is not itself about yes and no."""


def plain(text: str) -> str:
    """Return text in NFKC and lower case with one kind of dash, tilde, comma, quote and bullet.

    Lines stay apart as newlines; other white space is one space. For comparing and parsing, not for
    storing.
    """
    if not text.isascii():
        text = text.translate(_ONE_MARK)
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text).translate(_ONE_MARK)
    if "\n" not in text and "\r" not in text:
        return clean_text(text).casefold()
    return "\n".join(filter(None, map(clean_text, re.split(r"[\r\n\v\f]+", text)))).casefold()


def squeezed(text: str) -> str:
    """Return only the letters and digits of a text, to compare names of columns and the like."""
    return "".join(char for char in plain(text) if char.isalnum())


def as_text(value: CellValue) -> str:
    """Return what one sees in the cell: whole numbers without a point, TRUE and FALSE."""
    if isinstance(value, str):
        return clean_text(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def as_lines(value: CellValue) -> str:
    """Return the text of a cell line by line, each cleaned, empty ones left out."""
    if isinstance(value, str) and ("\n" in value or "\r" in value):
        return "\n".join(filter(None, map(clean_text, re.split(r"[\r\n\v\f]+", value))))
    return as_text(value)


def says_nothing(text: str) -> bool:
    """Return whether a text stands for an empty cell: blank, a dash, "해당 없음", "n/a", "TBD"."""
    return not text or (
        len(text) < 12 and plain(text).replace(" ", "").replace("_", "") in _NOTHING
    )


def is_formula(value: CellValue) -> bool:
    """Return whether a cell holds a formula or a text that a spreadsheet would take for one."""
    return isinstance(value, Formula) or (
        isinstance(value, str) and value.startswith("=") and len(value) > 1
    )
