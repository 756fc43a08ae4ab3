"""Reading an e-mail from outside, whoever wrote it.

What comes in is anybody's. So it is measured before any of it is looked into (its size and lines,
each header, how many parts it has and how deep they lie), decoded by character sets of a list
alone, and HTML is only ever stripped of its tags: nothing in it is run, drawn or fetched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import Compat32
from email.utils import parseaddr, parsedate_to_datetime
from itertools import count
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from corps.errors import Refusal
from corps.outbox.mail.words import BROKEN, decoded, decoded_bytes, one_line, stripped

LARGEST = 25 * 1024 * 1024
LARGEST_HEADER = 256 * 1024
LARGEST_PARAMETERS = 4 * 1024
"""How many characters a header may have that is looked into for its parameters; `email` takes
seconds over a long one, and hours over a longer one."""

MOST_PARAMETERS = 200
MOST_LINES = 1_000_000
MOST_HEADERS = 200
MOST_PARTS = 200
MOST_LAYERS = 20
MOST_REFERENCES = 100
LONGEST_TEXT = 1_000_000
LONGEST_HEADER = 2000
LONGEST_NAME = 150
FIRST_YEAR, LAST_YEAR = 1982, 9998
"""Between which years an e-mail can be of: from RFC 822 to where no day lies after it."""

ID = re.compile(r"<([^<>\s]{1,200})>")


class BadMail(Refusal):
    """An e-mail that cannot be read, or is made to do harm."""

    message = _("This is no e-mail that can be read: it is too large, too deep or broken.")


class IncomingFile(NamedTuple):
    """A file that came with an e-mail: its name without any folder, its declared type, bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Incoming:
    """An e-mail as far as it can be read. Ids have no angle brackets; `from_` is the bare address
    and proves nothing; `date` is what the sender says, None where that is no date. `text` is plain;
    `headers` are those of the message itself, decoded, in their order."""

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    from_: str
    subject: str
    date: datetime | None
    text: str
    attachments: tuple[IncomingFile, ...]
    headers: tuple[tuple[str, str], ...]


def may_begin_mail(head: bytes) -> bool:
    """Return whether a file that starts with these bytes may be an e-mail: a header, or mbox."""
    return re.match(rb"(\xef\xbb\xbf)?(From |[!-9;-~]{1,76}:)", head) is not None


def parse_email(raw: bytes) -> Incoming:
    """Return an e-mail read. Raises BadMail."""
    mail = opened(raw)
    try:
        return _read(mail)
    except BROKEN:
        raise BadMail from None


class _AsItCame(Compat32):
    """Writes headers as they were read; to fold one anew takes as long as its sender likes."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header as a line."""
        return f"{name}: {value}{self.linesep}".encode("ascii", "surrogateescape")


class _Part(Mail):
    """A part of an e-mail, measured as it is read: its headers before the parser looks into them,
    how many parts there are, and how deep this one lies."""

    def __init__(self, policy: Any = None) -> None:
        super().__init__(policy or _AsItCame())
        self.depth, self.numbers = 1, count(2)

    def set_raw(self, name: str, value: Any) -> None:
        """Take a header. Raises BadMail."""
        told = name.lower().startswith("content-")
        if (
            len(value) > (LARGEST_PARAMETERS if told else LARGEST_HEADER)
            or (told and value.count(";") > MOST_PARAMETERS)
            or len(self) >= MOST_HEADERS
        ):
            raise BadMail
        super().set_raw(name, value)

    def attach(self, payload: Any) -> None:
        """Take a part. Raises BadMail."""
        payload.depth, payload.numbers = self.depth + 1, self.numbers
        if payload.depth > MOST_LAYERS or next(self.numbers) > MOST_PARTS:
            raise BadMail
        super().attach(payload)


def opened(raw: bytes) -> "Mail[str, str]":
    """Return an e-mail parsed, and measured meanwhile. Raises BadMail."""
    if (
        len(raw) > LARGEST
        or raw.count(b"\n") + raw.count(b"\r") > MOST_LINES
        or not may_begin_mail(raw[:100])
    ):
        raise BadMail
    try:
        return message_from_bytes(raw, _Part, policy=_AsItCame())
    except BROKEN:
        raise BadMail from None


def leaves(mail: "Mail[str, str]") -> Iterator["Mail[str, str]"]:
    """Give the parts that are not made of others, in their order; a message inside is one."""
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        below = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(below, list):
            waiting += [one for one in reversed(list(below)) if isinstance(one, Mail)]
        else:
            yield part


def header(mail: "Mail[str, str]", name: str, longest: int = LONGEST_HEADER) -> str:
    """Return the first header of that name, decoded, on one line, "" where there is none."""
    for key, value in mail.raw_items():
        if key.lower() == name.lower():
            return decoded(str(value)[:longest])
    return ""


def ids_in(text: str) -> list[str]:
    """Return the message ids that stand in angle brackets."""
    return ID.findall(text)[:MOST_REFERENCES]


def _read(mail: "Mail[str, str]") -> Incoming:
    texts: dict[str, list[str]] = {"plain": [], "html": []}
    files: list[IncomingFile] = []
    for number, part in enumerate(leaves(mail), 1):
        kind = part.get_content_subtype() if part.get_content_maintype() == "text" else ""
        if kind in texts and not _is_file(part):
            texts[kind].append(_text(part))
        else:
            files.append(_file(part, number))
    plain = "\n".join(texts["plain"]) or "\n".join(map(stripped, texts["html"]))
    if len(plain) > LONGEST_TEXT:
        raise BadMail
    return Incoming(
        message_id=next(iter(ids_in(header(mail, "Message-ID"))), ""),
        in_reply_to=next(iter(ids_in(header(mail, "In-Reply-To"))), ""),
        references=tuple(ids_in(header(mail, "References", 20_000))),
        from_=_address(header(mail, "From")),
        subject=header(mail, "Subject"),
        date=_date(header(mail, "Date")),
        text=_printable(plain),
        attachments=tuple(files),
        headers=tuple(
            (one_line(name), decoded(str(value)[:LONGEST_HEADER]))
            for name, value in mail.raw_items()
        ),
    )


def _is_file(part: "Mail[str, str]") -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _bytes(part: "Mail[str, str]") -> bytes:
    if part.get_content_maintype() in {"message", "multipart"} and part.is_multipart():
        return b"\n".join(one.as_bytes() for one in part.get_payload() if isinstance(one, Mail))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: "Mail[str, str]") -> str:
    charset = part.get_content_charset() or "utf-8"
    return decoded_bytes(_bytes(part)[: 4 * LONGEST_TEXT + 4], charset).replace("\r\n", "\n")


def _file(part: "Mail[str, str]", number: int) -> IncomingFile:
    name = decoded(str(part.get_filename() or "")[:LONGEST_HEADER])
    name = re.split(r"[/\\]", name)[-1].strip(" .")[-LONGEST_NAME:]
    media_type = one_line(part.get_content_type())[:80]
    return IncomingFile(name or f"part-{number}", media_type, _bytes(part))


def _address(text: str) -> str:
    try:
        return one_line(parseaddr(text)[1])[:254]
    except BROKEN:
        return ""


def _date(text: str) -> datetime | None:
    try:
        told = parsedate_to_datetime(text)
        told = told.replace(tzinfo=UTC) if told.tzinfo is None else told
        instant = told.astimezone(UTC)
    except BROKEN:
        return None
    return instant if FIRST_YEAR <= instant.year <= LAST_YEAR else None


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
