"""Writing a message as the bytes that go out: RFC 5322, MIME, and PGP/MIME where a key is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from corps.errors import Refusal
from corps.outbox.mail.openpgp import encrypt

POLICY = SMTP.clone(cte_type="7bit")
"""Lines end in CRLF, and every byte is ASCII: no server on the way has a reason to change one."""

LARGEST = 20 * 1024 * 1024
"""How many bytes a message may have, as it goes out; few mail servers take more."""

OBSCURED = "[...]"
"""The subject that the outside of an encrypted message bears (RFC 9788, section 3.2.1)."""


class AddressRefused(Refusal):
    """A recipient to whom no mail server could deliver, or none at all."""

    message = _("An e-mail address of the recipients cannot be used: correct it first.")


class TooLarge(Refusal):
    """A message that mail servers would not take."""

    message = _("The message is too large for e-mail with its attachments: at most 20 MiB.")


class OneKeyOneReader(Refusal):
    """An encrypted message that somebody could not read."""

    message = _("An encrypted message goes to one address: the one whose key it is.")


@dataclass(frozen=True, slots=True, repr=False)
class Attachment:
    """A file that goes with a message: the name it bears there, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """What a message is made of. `at` is an aware instant; `message_id` has no angle brackets."""

    sender: str
    to: Sequence[str]
    subject: str
    text: str
    attachments: Sequence[Attachment]
    message_id: str
    at: datetime


def bare_address(text: str) -> str:
    """Return an address as mail servers take it, its domain in ASCII. Raises AddressRefused."""
    local, sign, domain = text.strip().rpartition("@")
    try:
        address = f"{local}{sign}{domain.encode('idna').decode('ascii')}"
        validate_email(address)
    except (UnicodeError, ValidationError):
        raise AddressRefused from None
    if not address.isascii() or '"' in address:
        raise AddressRefused
    return address


def check_sender() -> None:
    """Raise ImproperlyConfigured where CORPS_MAIL_FROM names nobody."""
    try:
        bare_address(parseaddr(settings.MAIL_FROM)[1])
    except AddressRefused:
        example = "Corps <letters@corps.example>"
        raise ImproperlyConfigured(
            f"Set CORPS_MAIL_FROM: it is whom messages are from, for example {example}"
        ) from None


def compose(draft: Draft, openpgp_key: str = "") -> bytes:
    """Return the whole message. Raises TooLarge, KeyUnusable or OneKeyOneReader.

    With an armoured public key the message is encrypted to it (RFC 3156); its header is protected
    inside (RFC 9788), and the outside bears no subject.
    """
    if openpgp_key and len(draft.to) != 1:
        raise OneKeyOneReader
    written = _plain(draft)
    content = (
        _encrypted(draft, written, openpgp_key) if openpgp_key else written.as_bytes(policy=POLICY)
    )
    if len(content) > LARGEST:
        raise TooLarge
    return content


def _plain(draft: Draft) -> EmailMessage:
    message = EmailMessage(POLICY)
    _head(message, draft, draft.subject)
    message.set_content(draft.text)
    for attachment in draft.attachments:
        maintype, subtype = _media_type(attachment.media_type)
        message.add_attachment(
            attachment.content,
            maintype=maintype,
            subtype=subtype,
            filename=_one_line(attachment.name),
        )
    return message


def _head(message: EmailMessage, draft: Draft, subject: str) -> None:
    name, address = parseaddr(draft.sender)
    message["From"] = Address(_one_line(name), addr_spec=address)
    message["To"] = [Address(addr_spec=one) for one in draft.to]
    message["Subject"] = _one_line(subject)
    message["Date"] = format_datetime(draft.at.astimezone(UTC))
    message["Message-ID"] = f"<{draft.message_id}>"
    message["Auto-Submitted"] = "auto-generated"


def _encrypted(draft: Draft, written: EmailMessage, openpgp_key: str) -> bytes:
    outer = EmailMessage(POLICY)
    _head(outer, draft, OBSCURED)
    for name, value in outer.items():
        written["HP-Outer"] = f"{name}: {value}"
    del written["MIME-Version"]
    written.set_param("hp", "cipher")
    written.set_param("protected-headers", "v1")
    armoured = encrypt(written.as_bytes(policy=POLICY), openpgp_key)
    outer["MIME-Version"] = "1.0"
    outer["Content-Type"] = 'multipart/encrypted; protocol="application/pgp-encrypted"'
    outer.attach(_part("application/pgp-encrypted", "Version: 1\r\n"))
    outer.attach(_part('application/octet-stream; name="encrypted.asc"', armoured))
    return outer.as_bytes(policy=POLICY)


def _part(content_type: str, text: str) -> EmailMessage:
    part = EmailMessage(POLICY)
    part["Content-Type"] = content_type
    part.set_payload(text)
    return part


def _media_type(text: str) -> tuple[str, str]:
    maintype, _slash, subtype = text.partition("/")
    if maintype in {"multipart", "message"} or not (maintype and subtype):
        return "application", "octet-stream"
    return maintype, subtype


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
