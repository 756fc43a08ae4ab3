"""Text out of mail that anybody may have written: headers, character sets, HTML."""

import codecs
import re
from email.errors import MessageError
from email.header import decode_header
from html import unescape

CHARSETS = frozenset(
    codecs.lookup(name).name
    for names in (
        "ascii utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 latin-1 iso8859-2 iso8859-5",
        "iso8859-15 cp1250 cp1251 cp1252 cp866 koi8-r koi8-u euc-kr cp949 iso2022-kr johab",
        "gb2312 gbk gb18030 big5 shift_jis cp932 euc-jp iso2022-jp",
    )
    for name in names.split()
)
"""Character sets that mail is written in. Python knows others that never end (punycode)."""

WIDER = {"euc_kr": "cp949", "gb2312": "gb18030", "shift_jis": "cp932"}
"""Under these names mail is written in the wider sets that hold them (WHATWG Encoding, 4.2)."""

BEGIN = re.compile("<(?=[a-zA-Z/!?])")
TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]*>|[!?][^<>]*>)")
ENDS = {
    name: re.compile(rf"</{name}[^<>]*>", re.IGNORECASE) for name in ("script", "style", "title")
}
BREAKS = re.compile("p|br|div|tr|li|[uo]l|table|h[1-6]|blockquote|hr|pre")

BROKEN = (
    MessageError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
    OverflowError,
)
"""What Python's parser is known to raise on mail that is no mail."""


def decoded(value: str) -> str:
    """Return the value of a header in words: RFC 2047, or whatever bytes stood there."""
    try:
        pieces = decode_header(value.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
        text = "".join(
            piece if isinstance(piece, str) else decoded_bytes(piece, charset or "latin-1")
            for piece, charset in pieces
        )
    except BROKEN:
        text = value.encode("ascii", "replace").decode("ascii")
    return one_line(text)


def decoded_bytes(content: bytes, charset: str) -> str:
    """Return bytes as text, by a character set of CHARSETS, else by UTF-8 or Latin-1."""
    try:
        found = codecs.lookup(charset).name
        charset, known = WIDER.get(found, found), found in CHARSETS
    except (LookupError, ValueError, TypeError):
        known = False
    for name in ([charset] if known else []) + ["utf-8"]:
        try:
            return content.decode(name)
        except ValueError:
            continue
    return content.decode(charset if known else "latin-1", "replace")


def stripped(html: str) -> str:
    """Return the text of HTML, without its tags, scripts and styles. Reads it once, in order."""
    kept: list[str] = []
    at = 0
    while (begin := BEGIN.search(html, at)) is not None:
        kept.append(html[at : begin.start()])
        at, instead = _after_tag(html, begin.start())
        kept.append(instead)
    lines = (" ".join(line.split()) for line in unescape("".join([*kept, html[at:]])).split("\n"))
    return "\n".join(line for line in lines if line)


def _after_tag(html: str, begin: int) -> tuple[int, str]:
    """Return where the text goes on after what begins here, and what stands in its place."""
    tag = TAG.match(html, begin)
    if tag is None:
        return begin + 1, "<"
    if tag[0] == "<!--":
        end = html.find("-->", tag.end())
        return (len(html) if end < 0 else end + 3), ""
    name = (tag[2] or "").lower()
    if name in ENDS and not tag[1]:
        closed = ENDS[name].search(html, tag.end())
        return (len(html) if closed is None else closed.end()), ""
    return tag.end(), "\n" if BREAKS.fullmatch(name) else " " if name in {"td", "th"} else ""


def one_line(text: str) -> str:
    """Return text on one line, without what cannot be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
