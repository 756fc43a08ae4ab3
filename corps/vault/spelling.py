"""Normal forms in which two spellings of one thing are equal: phones, e-mails, passports, names.

Blind indexes are made of these forms, so a change here, or in `corps.vault.sounds` where names are
compared by sound, needs the indexes to be made again.
"""

import re
import unicodedata

import phonenumbers

from corps.vault.sounds import name_keys

__all__ = [
    "clean_text",
    "name_keys",
    "normal_email",
    "normal_passport",
    "normal_phone",
    "same_name",
]

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")  # fmt: skip # noqa: E501


def clean_text(text: str) -> str:
    """Return text in NFC, trimmed, without invisible characters, white space as one space."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


_PHONE_SHAPE = re.compile(r"[+\d\s().·・‧/_\-]+")
_DASHES = re.compile("[\u00ad\u2010-\u2015\u2212\u2043\u2e3a\u2e3b\ufe58\ufe63\uff0d\u30fc\u3161]")
_KOREAN_MOBILE = re.compile(r"(?:\+?82|0082|0)?0?(10\d{8})")
_USUAL_MOBILE = re.compile(r"(?:010|\+82 ?-?10)[ -]?([0-9]{4})[ -]?([0-9]{4})")
_SHORT_MOBILE = re.compile(r"\+8210\d{0,7}")  # the library takes one digit too few
_SHORTENED_KOREAN = re.compile(r"1[016-9]\d{7,8}|[2-6]\d{7,9}|70\d{8}")


def normal_phone(text: str, region: str = "KR") -> str | None:
    """Return a phone number in E.164 (`+821012345678`), or None when the text is no phone number.

    Takes what people write: any digits of Unicode, spaces, dashes, dots, parentheses, an
    international prefix as + or 00, and a national number whose leading zero a spreadsheet
    swallowed. `region` is the ISO 3166 country in which numbers without a prefix are read. Numbers
    of South Korea must be valid there; of other countries the length must be possible.
    """
    if region == "KR" and (usual := _USUAL_MOBILE.fullmatch(text)):
        return "+8210" + usual[1] + usual[2]
    shape = _DASHES.sub("-", clean_text(unicodedata.normalize("NFKC", text)))
    if not shape or not _PHONE_SHAPE.fullmatch(shape) or "+" in shape.lstrip("( ")[1:]:
        return None
    digits = "".join(str(unicodedata.digit(c)) for c in shape if c.isdecimal())
    abroad = shape.lstrip("( ").startswith("+")
    if region == "KR" and (mobile := _KOREAN_MOBILE.fullmatch(("+" if abroad else "") + digits)):
        return "+82" + mobile[1]
    if not abroad and digits.startswith("00"):
        abroad, digits = True, digits[2:]
    if not 6 <= len(digits) <= 17:
        return None
    if abroad:
        return _valid("+" + digits, None)
    if not digits.startswith("0") and region == "KR":
        return _without_zero(digits)
    return _valid(digits, region)


def _without_zero(digits: str) -> str | None:
    if digits.startswith("82") and (found := _valid("+" + digits, None)):
        return found
    if _SHORTENED_KOREAN.fullmatch(digits) and (found := _valid("0" + digits, "KR")):
        return found
    return _valid(digits, "KR")


def _valid(number: str, region: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    at_home = parsed.country_code == 82
    fits = (
        phonenumbers.is_valid_number(parsed) if at_home else phonenumbers.is_possible_number(parsed)
    )
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return written if fits and not _SHORT_MOBILE.fullmatch(written) else None


_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")


def normal_email(text: str) -> str | None:
    """Return an e-mail address in NFKC and lower case, or None when the text is none.

    Lower case on both sides of the @: two mailboxes that differ by case alone are not told apart.
    """
    address = clean_text(unicodedata.normalize("NFKC", text)).casefold()
    local = address.partition("@")[0]
    if len(address) > 254 or ".." in local or local.startswith(".") or local.endswith("."):
        return None
    return address if _EMAIL.fullmatch(address) else None


def normal_passport(text: str) -> str | None:
    """Return a passport number as capital letters and digits, or None when the text is none.

    ICAO 9303 gives a document number nine characters; up to twelve are taken, five at least, one a
    digit.
    """
    plain = _DASHES.sub("-", clean_text(unicodedata.normalize("NFKC", text)))
    number = re.sub(r"[\s\-._/·]", "", plain).upper()
    fits = re.fullmatch(r"[A-Z0-9]{5,12}", number) and any(c.isdigit() for c in number)
    return number if fits else None


def same_name(one: str, other: str) -> bool:
    """Return whether two texts may be spellings of one name."""
    return not name_keys(one).isdisjoint(name_keys(other))
