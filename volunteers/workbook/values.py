"""Parsers of single values: phones, e-mails, passports, yes and no, clearances, callsigns, names.

Each takes a cell as it is and returns what it means, or raises Unreadable with the reason. Empty
cells never come here.
"""

import re
from datetime import date

from corps.vault.spelling import normal_email, normal_passport, normal_phone
from volunteers.workbook.dates import Calendar, Unreadable, read_date
from volunteers.workbook.results import CellValue, Relatives, Sex, Why
from volunteers.workbook.text import as_text, plain, squeezed, words

_SEX: dict[str, Sex] = {
    **dict.fromkeys(
        words("남 남자 남성 m male man boy mr ч чол чоловік чоловіча 男 男性 ♂"), "male"
    ),
    **dict.fromkeys(
        words("여 여자 여성 f female woman girl mrs ms ж жін жінка жіноча 女 女性 ♀"), "female"
    ),
    **dict.fromkeys(words("기타 other unspecified diverse інше"), ""),
}
_YES = "있음|있다|있습니다|있어요|유|예|네|yes|y|true|o|○|◯|v|✓|✔|так|є|1"
_NO = "없음|없다|없습니다|없어요|무|아니오|아니요|no|none|n|false|x|×|✗|ні|немає|нема|0"
_UNKNOWN = (
    "모름|미상|불명|알 ?수 ?없음|확인 ?(?:중|불가|안 ?됨)|unknown|not known|n/?k"
    "|don'?t know|\\?|невідомо"
)


def _answer(beginnings: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{beginnings})(?:$|[\s,.:;(\[\-]+(?P<note>.*?)[)\]]?$)", re.DOTALL)


_RELATIVES: tuple[tuple[Relatives, re.Pattern[str]], ...] = (
    ("unknown", _answer(_UNKNOWN)),
    ("yes", _answer(_YES)),
    ("no", _answer(_NO)),
)
_LABEL = re.compile(
    r"(?:휴대 ?전화|휴대폰|핸드폰|손전화|전화(?:번호)?|집|자택|직장|본인|회사|사무실|연락처"
    r"|mobile|cell|phone|home|office|work"
    r"|hp|h\.p|tel|тел|моб|m|t|h|p)\s*[.:)]*\s*"
)
_CLEARANCE = re.compile(
    r"(?:(?:신원 ?조회|clearance|допуск|등급|레벨|level|lvl?\.?|l|제)\s*[.:\-]?\s*)?"
    r"(?P<level>\d+|i{1,3}(?![a-z]))"
    r"(?:\s*(?:급|단계|등급|레벨|level))?"
    r"(?P<rest>.*)",
    re.DOTALL,
)
_CLEARANCE_WORDS = {
    **dict.fromkeys(("국내", "home", "domestic"), 1),
    **dict.fromkeys(("해외", "국외", "abroad", "overseas"), 2),
    **dict.fromkeys(("전방", "전선", "front", "frontline"), 3),
}
_LEVELS = {"1": 1, "2": 2, "3": 3, "i": 1, "ii": 2, "iii": 3}
_NOT_CLEARED = words("""
    0 no x 미실시 미신청 미완료 미필 아니오 신청 신청중 신청예정 진행 진행중 심사중 조회중 확인중
    접수 대기 대기중
    pending inprogress notyet applied requested underway
""")
_YEARS = re.compile(
    r"(?:약|만|about|approx\.?|~)?\s*(\d{1,2})(?:\.\d+)?\s*(?:년차?|개년|years?|yrs?\.?|y|р\.?|років|роки|рік)?(?:\s*\d{1,2}\s*(?:개월|months?|m))?"
)
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d).*(?<!\d)((?:19|20)\d{2})(?!\d)", re.DOTALL)
_HANGUL_NAME = re.compile(r"[가-힣\s·]+")
_BOTH_NAMES = re.compile(
    r"(?P<hangul>[가-힣]\s?[가-힣][가-힣\s]*?)\s*[(/,\[]?\s*(?P<latin>[A-Za-z][A-Za-z\s,.'’\-]*?)\s*[)\]]?"
)


_LATIN_FIRST = re.compile(
    r"(?P<latin>[A-Za-z][A-Za-z\s,.'’\-]*?)\s*[(/\[]\s*(?P<hangul>[가-힣]\s?[가-힣][가-힣\s]*?)\s*[)\]]?"
)


def read_sex(value: CellValue) -> Sex:
    """Return the sex a cell names in Korean, English or Ukrainian, also twice ("남 (M)")."""
    named = [_SEX.get(word) for word in re.findall(r"\w+|[♂♀]", plain(as_text(value)))]
    if named and named[0] is not None and len(set(named)) == 1:
        return named[0]
    raise Unreadable(Why.UNKNOWN_SEX)


def read_relatives(value: CellValue) -> tuple[Relatives, str]:
    """Return whether there are relatives in the North, and what else the cell says about them.

    A text that begins with neither yes, no nor unknown is kept whole as the note of an unknown
    answer.
    """
    text = as_text(value)
    for answer, pattern in _RELATIVES:
        if match := pattern.fullmatch(plain(text)):
            return answer, text if match["note"] else ""
    return "unknown", text


def read_phones(value: CellValue) -> tuple[str, ...]:
    """Return the phone numbers in a cell in E.164, in the order written, each once."""
    if whole := normal_phone(as_text(value)):
        return (whole,)
    text = plain(as_text(value))
    apart = [normal_phone(part) for part in text.split()]
    if len(apart) > 1 and None not in apart:
        return tuple(dict.fromkeys(number for number in apart if number))
    numbers = [
        _phone(part)
        for part in re.split(r"[,;/|\n]|\s{2,}|\b(?:또는|or|and|및)\b", text)
        if part.strip()
    ]
    if not numbers:
        raise Unreadable(Why.NOT_A_PHONE)
    return tuple(dict.fromkeys(numbers))


def _phone(text: str) -> str:
    bare = re.sub(r"\([^()\d+]*\)", " ", text).strip(" '\"")
    bare = _LABEL.sub("", bare, count=1) if _LABEL.match(bare) else bare
    bare = re.sub(r"\s*(?:본인|자택|집|휴대폰|직장)$", "", bare.strip())
    if number := normal_phone(bare):
        return number
    raise Unreadable(Why.NOT_A_PHONE)


def read_emails(value: CellValue) -> tuple[str, ...]:
    """Return the e-mail addresses in a cell in their normal form, each once, as ordered."""
    if address := normal_email(as_text(value)):
        return (address,)
    text = re.sub(r"(?:mailto|e-?mail|이메일|메일)\s*:\s*", "", plain(as_text(value)))
    text = re.sub(r"^[^<>@]*<([^<>]+)>$|\([^()@]*\)", r"\1", text)
    parts = [part.strip(" <>.\"'") for part in re.split(r"[,;/|\s]+", text)]
    addresses = [normal_email(part) for part in parts if part]
    if not addresses or None in addresses:
        raise Unreadable(Why.NOT_AN_EMAIL)
    return tuple(dict.fromkeys(address for address in addresses if address))


def read_passport(value: CellValue) -> str:
    """Return a passport number in its normal form."""
    if number := normal_passport(as_text(value)):
        return number
    raise Unreadable(Why.NOT_A_PASSPORT)


def read_clearance(value: CellValue, calendar: Calendar) -> tuple[int | None, date | None]:
    """Return the clearance level, 1 to 3, and its last day if the cell has it ("2급 (~2028.7.1)").

    Zero and words for "not yet" are no clearance; whatever else is no level is refused.
    """
    text = plain(as_text(value))
    key = squeezed(text)
    if key in _NOT_CLEARED:
        return None, None
    if key in _CLEARANCE_WORDS:
        return _CLEARANCE_WORDS[key], None
    match = _CLEARANCE.fullmatch(text)
    level = _LEVELS.get(match["level"]) if match else None
    if not match or level is None:
        raise Unreadable(Why.UNKNOWN_CLEARANCE)
    rest = re.sub(r"^(?:until|till|to|до)\s+", "", match["rest"].strip(" ()[],;:~/-"))
    if rest and (match["rest"][0].isalnum() or sum(char.isdigit() for char in rest) < 5):
        raise Unreadable(Why.UNKNOWN_CLEARANCE)
    return level, read_date(rest, calendar) if rest else None


def read_years(value: CellValue) -> int:
    """Return whole years of service: 11, "11년", "10년 6개월", or between two ("1998~2009")."""
    text = plain(as_text(value))
    if match := _YEARS.fullmatch(text):
        return int(match[1])
    if (years := years_between(text)) is not None:
        return years
    raise Unreadable(Why.NOT_A_NUMBER)


def years_between(text: str) -> int | None:
    """Return the difference of the first and the last year in a text, None without two."""
    match = _SPAN.search(plain(text))
    years = int(match[2]) - int(match[1]) if match else -1
    return years if 0 <= years <= 60 else None


def read_callsign(value: CellValue) -> str:
    """Return a callsign: up to 40 characters, a letter among them, no address and no number."""
    text = re.sub(r"\s*-\s*", "-", plain_case(as_text(value)))
    digits = sum(char.isdigit() for char in text)
    if len(text) > 40 or "@" in text or digits > 6 or not any(char.isalpha() for char in text):
        raise Unreadable(Why.NOT_A_CALLSIGN)
    return text


def plain_case(text: str) -> str:
    """Return a text with one kind of dash, its letters as they are."""
    return re.sub("[‐‑‒–—―−－]", "-", text)


def read_name(value: CellValue) -> tuple[str, str]:
    """Return a name to be stored, and a Latin spelling beside it ("김철수 (KIM Chol Su)").

    Spaces inside a Hangul name are taken out; a Latin name keeps its spelling.
    """
    text = re.sub(r"(?<=[가-힣]{2})\s(?:님|씨)$", "", as_text(value).strip("*※ "))
    letters = sum(char.isalpha() for char in text)
    if not letters or len(text) > 100 or any(char.isdigit() or char in "@=<>" for char in text):
        raise Unreadable(Why.NOT_A_NAME)
    if _HANGUL_NAME.fullmatch(text):
        return text.replace(" ", ""), ""
    if both := _BOTH_NAMES.fullmatch(text) or _LATIN_FIRST.fullmatch(text):
        return both["hangul"].replace(" ", ""), both["latin"]
    return text, ""
