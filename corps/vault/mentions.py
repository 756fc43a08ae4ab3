"""What in a running text may be somebody's name, phone, e-mail or passport, in its normal form.

A name is one to four adjacent words: in Hangul written together or apart, with the title and the
particles that Korean puts at its end (홍길동 씨에게는); in other letters with capitals. Numbers are
read in whatever groups they stand. This catches what is typed in good faith: whoever means to
write a name so that it is not found, can.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from corps.vault.marks import EMAIL, NAME, PASSPORT, PHONE
from corps.vault.spelling import name_keys, normal_email, normal_passport, normal_phone

MOST = 10_000
"""How many candidates of each kind are looked at in one text; a page has about a thousand."""

LONGEST = 60
"""How many letters a name in other letters than Hangul has at most."""

_TITLE = "씨|님|군|양|선생|선생님|대원|대원님|동지|동무"
_PARTICLE = (
    "은|는|이|가|을|를|과|와|의|에|에게|에게서|에게는|께|께서|께서는|께는|한테|한테서|으로|로|"
    "으로서|로서|으로는|로는|도|만|까지|부터|보다|처럼|하고|이랑|랑|이나|이며|이고|이다|이라|이라고|"
    "이라는|라고|이란|인|입니다|이었다|였다|들|등"
)
AT_THE_END = f"(?:{_TITLE})?(?:{_PARTICLE})?"
"""The pattern of what Korean writes at the end of a name; it also meets nothing."""

_END = re.compile(AT_THE_END)
_HANGUL = re.compile("[가-힣]+")
_LETTERS = re.compile(r"[^\W\d_가-힣]+(?:['`ʼ-][^\W\d_가-힣]+)*")
_GROUP = re.compile("[A-Za-z]+|[0-9]+")
_MAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]+@[\w.-]*\w")
_PLAIN_MAIL = re.compile(r"(?<![A-Za-z0-9.+%_-])[A-Za-z0-9.+%_-]+@[A-Za-z0-9.-]*[A-Za-z0-9]")
_BETWEEN_WORDS = re.compile("[ ,·\n]{1,2}")
_BETWEEN_GROUPS = re.compile(r"[ ()./·_-]{0,3}")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def mentions(text: str) -> set[tuple[str, str]]:
    """Return `(kind, normal form)` of all that may be a mention, as blind indexes are made of it;
    of each kind at most what MOST candidates give."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).replace("’", "'")
    names = dict.fromkeys(islice(_names(plain), MOST))
    forms = {(NAME, key) for name in names for key in name_keys(name)}
    forms |= {(EMAIL, mail) for one in _mails(plain) if (mail := normal_email(one))}
    for number in dict.fromkeys(islice(_numbers(plain), MOST)):
        read = ((PHONE, normal_phone(number)), (PASSPORT, normal_passport(number.lstrip("+"))))
        forms |= {(kind, form) for kind, form in read if form}
    return forms


def _names(text: str) -> Iterator[str]:
    for run in _runs(_HANGUL, text, _BETWEEN_WORDS, most=3):
        *before, last = (word[0] for word in run)
        if all(len(word) < 3 for word in before):
            shortest = 1 if before else 2
            yield from ("".join([*before, stem]) for stem in _stems(last, shortest))
    for run in _runs(_LETTERS, text, _BETWEEN_WORDS, most=4):
        if run[0][0][0].isupper() and run[-1][0][0].isupper():
            name = text[run[0].start() : run[-1].end()]
            if len(name) <= LONGEST:
                yield name.removesuffix("'s")


def _stems(word: str, shortest: int) -> Iterator[str]:
    """Yield a word of Hangul without what may stand at the end of a name."""
    for length in range(shortest, min(len(word), 5) + 1):
        if _END.fullmatch(word, length):
            yield word[:length]


def _mails(text: str) -> Iterator[str]:
    """Yield what looks like an address, and its part in plain letters: a particle may follow."""
    for found in _MAIL.finditer(text):
        yield found[0].strip(".'-")
        yield from _PLAIN_MAIL.findall(found[0])


def _numbers(text: str) -> Iterator[str]:
    """Yield adjacent groups of digits and letters as one, a + before them kept."""
    for run in _runs(_GROUP, text, _BETWEEN_GROUPS, most=5):
        number = "".join(group[0] for group in run)
        if sum(map(str.isdigit, number)) > 4 and len(number) < 18:
            yield "+" + number if text[: run[0].start()].endswith(("+", "(+")) else number


def _runs(
    words: re.Pattern[str], text: str, between: re.Pattern[str], *, most: int
) -> Iterator[list[re.Match[str]]]:
    """Yield each word, and up to `most` adjacent ones, in the order of the text."""
    found = list(words.finditer(text))
    for first in range(len(found)):
        for last in range(first, min(first + most, len(found))):
            ends = last > first and (found[last - 1].end(), found[last].start())
            if ends and not between.fullmatch(text, *ends):
                break
            yield found[first : last + 1]
