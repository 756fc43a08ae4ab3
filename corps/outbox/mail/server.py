"""Handing one message to a mail server, and what became of it, as exactly as SMTP can tell.

A server has taken a message over once it has answered the end of the content with 250, and not
before (RFC 5321, sections 4.1.1.4 and 6.1). So whatever fails before the last line is sent, fails
for certain: the message did not go out. Where the answer to that last line is lost nobody can know
(RFC 1047), and that is what we say: UNKNOWN.

A message goes to all of its recipients or to none: where one is refused the content is not begun.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Timer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

COMMAND_SECONDS = 30
"""How long the answer to one command is waited for."""

CONTENT_SECONDS = 120
"""How long the answer to the whole content is waited for; servers look through it first."""

SESSION_SECONDS = 300
"""How long a whole session may last, whatever the server does: well below the time after which a
sender counts as dead (`corps.outbox.actions.relaying.LOST`)."""

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
STATUS = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})(?=\s|$)", re.ASCII)
"""An enhanced status code (RFC 3463). The rest of an answer may name somebody: it is dropped."""


class Outcome(StrEnum):
    """What became of a message."""

    ACCEPTED = "accepted"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message, and at which step, with the server's codes."""

    outcome: Outcome
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """A mail server that takes our messages. `tls` is starttls, implicit or none."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: str = "starttls"
    ca: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Parcel:
    """A message as it is handed over."""

    sender: str
    to: Sequence[str]
    content: bytes
    message_id: str


class _Ended(Exception):
    """The session is over, with this answer."""

    def __init__(self, outcome: Outcome, **facts: Any) -> None:
        super().__init__()
        self.answer = Answer(outcome, facts)


def configured_server() -> Server | None:
    """Return the server of CORPS_SMTP_URL, None where none is set. Raises ImproperlyConfigured."""
    return parse_server(settings.SMTP_URL) if settings.SMTP_URL else None


def parse_server(url: str) -> Server:
    """Return the server that `smtp://user:password@host:587?tls=starttls` or `smtps://…` names.

    Raises ImproperlyConfigured with a sentence that repeats nothing of it.
    """
    try:
        parts = urlsplit(url)
        port, asked = parts.port, parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise _odd("it cannot be read") from None
    tls = asked.pop("tls", ["implicit" if parts.scheme == "smtps" else "starttls"])[-1]
    ca = asked.pop("ca", [None])[-1]
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or asked:
        raise _odd("it is none")
    if tls not in {"starttls", "implicit", "none"} or (parts.scheme == "smtps") != (
        tls == "implicit"
    ):
        raise _odd("tls is starttls or none; for TLS from the beginning write smtps://")
    if tls == "none" and parts.hostname not in LOOPBACK:
        raise _odd("tls=none is for a server on this machine alone")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    default = 465 if tls == "implicit" else 587
    return Server(parts.hostname, port or default, user, password, tls, ca)


def _odd(why: str) -> ImproperlyConfigured:
    example = "smtp://user:password@mail.example:587"
    return ImproperlyConfigured(f"Set CORPS_SMTP_URL to a mail server, such as {example}: {why}.")


def hand_over(server: Server, parcel: Parcel) -> Answer:
    """Hand a message to the server. Whatever happens on the way is an answer, never an error."""
    step = ["connect"]
    try:
        with _session(server, parcel, step) as smtp:
            _announce(smtp, parcel, step)
            return _give(smtp, parcel, step)
    except _Ended as ended:
        return ended.answer
    except smtplib.SMTPResponseException as error:
        return Answer(Outcome.LATER, {"step": step[-1], "code": error.smtp_code})
    except (OSError, smtplib.SMTPException, ValueError):
        return Answer(Outcome.LATER, {"step": step[-1]})


@contextmanager
def _session(server: Server, parcel: Parcel, step: list[str]) -> Iterator[smtplib.SMTP]:
    """Give a session with the server, which ends after SESSION_SECONDS at the latest."""
    name = parcel.sender.rpartition("@")[2]
    context = ssl.create_default_context(cafile=server.ca)
    smtp = (
        smtplib.SMTP_SSL(timeout=COMMAND_SECONDS, local_hostname=name, context=context)
        if server.tls == "implicit"
        else smtplib.SMTP(timeout=COMMAND_SECONDS, local_hostname=name)
    )
    end = Timer(SESSION_SECONDS, _cut, [smtp])
    end.daemon = True
    end.start()
    try:
        smtp._host = server.host  # type: ignore[attr-defined]  # connect() leaves it unset
        code, _text = smtp.connect(server.host, server.port)
        if code != 220:
            raise _Ended(Outcome.LATER, step="connect", code=code)
        if not end.is_alive():  # it found nothing to cut yet
            raise _Ended(Outcome.LATER, step="connect")
        _prove(smtp, server, context, step)
        yield smtp
    finally:
        end.cancel()
        smtp.close()


def _cut(smtp: smtplib.SMTP) -> None:
    sock = smtp.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(2)


def _prove(smtp: smtplib.SMTP, server: Server, context: ssl.SSLContext, step: list[str]) -> None:
    """Turn on TLS and sign in, as the server asks for it."""
    if server.tls == "starttls":
        step.append("tls")
        smtp.starttls(context=context)
    step.append("greeting")
    smtp.ehlo_or_helo_if_needed()
    if server.user:
        step.append("sign in")
        smtp.login(server.user, server.password)


def _announce(smtp: smtplib.SMTP, parcel: Parcel, step: list[str]) -> None:
    """Name the sender and every recipient; a bounce is asked not to bring the content back."""
    tells = smtp.has_extn("dsn")  # RFC 3461
    options = ["RET=HDRS", f"ENVID={parcel.message_id}"] if tells else []
    if smtp.has_extn("size"):
        options.append(f"SIZE={len(parcel.content)}")
    step.append("sender")
    _demand("sender", smtp.mail(parcel.sender, options))
    step.append("recipients")
    wanted = ["NOTIFY=FAILURE,DELAY"] if tells else []
    answers = [smtp.rcpt(one, wanted) for one in parcel.to]
    refused = [answer for answer in answers if answer[0] // 100 != 2]
    if refused:
        worst = max(refused, key=lambda answer: answer[0])
        _demand("recipients", worst, refused=len(refused), recipients=len(answers))


def _give(smtp: smtplib.SMTP, parcel: Parcel, step: list[str]) -> Answer:
    """Send the content; only the answer to its last line says what became of it."""
    step.append("content")
    code, text = smtp.docmd("DATA")
    if code != 354:
        _demand("content", (code, text))
    body = re.sub(rb"(?m)^\.", b"..", parcel.content)
    smtp.send(body if body.endswith(b"\r\n") else body + b"\r\n")
    if smtp.sock is not None:
        smtp.sock.settimeout(CONTENT_SECONDS)
    try:
        smtp.send(b".\r\n")
        answer = smtp.getreply()
    except (OSError, smtplib.SMTPException):
        return Answer(Outcome.UNKNOWN, {"step": "content"})
    if answer[0] // 100 not in {2, 4, 5}:
        return Answer(Outcome.UNKNOWN, {"step": "content", "code": answer[0]})
    _demand("content", answer)
    with suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    return Answer(Outcome.ACCEPTED, _codes(answer))


def _demand(step: str, answer: tuple[int, bytes], **facts: int) -> None:
    """Go on if the server said yes. Raises _Ended: refused for 5xx, to be tried later else."""
    if answer[0] // 100 == 2:
        return
    outcome = Outcome.REFUSED if answer[0] // 100 == 5 else Outcome.LATER
    raise _Ended(outcome, step=step, **_codes(answer), **facts)


def _codes(answer: tuple[int, bytes]) -> dict[str, Any]:
    status = STATUS.match(answer[1])
    return {"code": answer[0], **({"status": status[1].decode()} if status else {})}
