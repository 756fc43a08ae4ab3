"""Telling a message that came back: delivery status notifications (RFC 3464), and older ways.

A bounce names our message by the envelope id that we gave (RFC 3461) or by the Message-ID in the
header that it brings back. Whoever received the message knows both, so a bounce may be made up: it
lets people look, and sends nothing.
"""

import re
from collections.abc import Iterator
from email.message import Message as Mail
from typing import NamedTuple

from corps.outbox.incoming import BadMail, header, ids_in, leaves, opened
from corps.outbox.mail.words import BROKEN

STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}", re.ASCII)
BARE_ID = re.compile(r"[!-:=?-~]{1,200}@[!-:=?-~]{1,200}")
QUOTED_ID = re.compile(
    r"^[> \t]*Message-ID:\s{0,4}<([!-;=?-~]{1,200})>", re.IGNORECASE | re.MULTILINE
)
MAILER = re.compile(r"\b(mailer-daemon|postmaster|mail delivery (sub)?system)\b", re.IGNORECASE)
ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
REPORTS = {"message/delivery-status", "message/global-delivery-status"}
RETURNED = {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}


class Bounce(NamedTuple):
    """Which message, what became of it (one of ACTIONS), and the enhanced status code if told."""

    message_id: str
    kind: str
    status: str = ""


def read_bounce(raw: bytes) -> Bounce | None:
    """Return what a bounce says, None for mail that is none. Raises BadMail."""
    mail = opened(raw)
    try:
        parts = list(leaves(mail))
        for part in parts:
            if part.get_content_type() in {
                "message/delivery-status",
                "message/global-delivery-status",
            }:
                return _from_report(_blocks(part), parts)
        return _from_words(mail, parts)
    except BROKEN:
        raise BadMail from None


def _blocks(part: "Mail[str, str]") -> list["Mail[str, str]"]:
    below = part.get_payload()
    return [one for one in below if isinstance(one, Mail)] if isinstance(below, list) else []


def _from_report(blocks: list["Mail[str, str]"], parts: list["Mail[str, str]"]) -> Bounce | None:
    told = [
        (header(block, "Action").lower().split(" ")[0], STATUS.search(header(block, "Status")))
        for block in blocks
    ]
    known = [(kind, status[0] if status else "") for kind, status in told if kind in ACTIONS]
    names = [BARE_ID.fullmatch(header(block, "Original-Envelope-Id")) for block in blocks]
    ids = [name[0] for name in names if name] or list(_returned_ids(parts))
    if not known or not ids:
        return None
    kind, status = min(known, key=lambda one: ACTIONS.index(one[0]))
    return Bounce(ids[0], kind, status)


def _returned_ids(parts: list["Mail[str, str]"]) -> Iterator[str]:
    for part in parts:
        if part.get_content_type() in RETURNED:
            for inner in _blocks(part):
                yield from ids_in(header(inner, "Message-ID"))
            yield from QUOTED_ID.findall(_words(part))


def _from_words(mail: "Mail[str, str]", parts: list["Mail[str, str]"]) -> Bounce | None:
    """Return what the mail of a server says that knows no RFC 3464 (qmail, Exim, some portals)."""
    by_server = MAILER.search(header(mail, "From")) or header(mail, "X-Failed-Recipients")
    if not by_server:
        return None
    quoted = [found for part in parts for found in QUOTED_ID.findall(_words(part))]
    ids = [*_returned_ids(parts), *quoted]
    if not ids:
        return None
    status = next((s[0] for part in parts if (s := STATUS.search(_words(part)))), "")
    return Bounce(ids[0], "delayed" if status.startswith("4") else "failed", status)


def _words(part: "Mail[str, str]") -> str:
    if part.is_multipart():
        return ""
    content = part.get_payload(decode=True)
    return content[:200_000].decode("latin-1") if isinstance(content, bytes) else ""
