"""A message is written whole, sealed, in the transaction of the change that causes it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from django.core.exceptions import ImproperlyConfigured
from pysequoia import ArmorKind, Tsk, armor, decrypt
from pytest_django.fixtures import Settings

from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.outbox.actions import Attachment, write_message
from corps.outbox.mail.composing import (
    AddressRefused,
    OneKeyOneReader,
    TooLarge,
    check_sender,
)
from corps.outbox.mail.openpgp import KeyUnusable, read_key
from corps.outbox.models import Message
from corps.outbox.places import content_of, envelope_of
from corps.vault.actions import unseal_under
from corps.vault.models import DataKey
from tests.cast import NOW, an_agency

pytestmark = pytest.mark.django_db

PDF = Attachment("요청서.pdf", "application/pdf", b"%PDF-1.7 not a real one")
SAID = {
    "to": ["desk@embassy.example"],
    "subject": "Corps 2026-0012",
    "text": "첨부를 보십시오.\n",
    "attachments": [PDF],
}


def write(**given: object) -> Message:
    return write_message(about=an_agency(), **{**SAID, "at": NOW, **given})


def parsed(message: Message) -> EmailMessage:
    plain = unseal_under(message.data_key, content_of(message.pk), bytes(message.content))
    return message_from_bytes(plain, policy=default)


def body_of(mail: EmailMessage) -> str:
    """The text, without the end of its line."""
    body = mail.get_body()
    assert body is not None
    return str(body.get_content()).rstrip()


@pytest.fixture(autouse=True)
def sender(settings: Settings) -> None:
    settings.MAIL_FROM = "Corps <letters@corps.example>"


def test_a_message_is_whole_when_it_is_written() -> None:
    message = write()
    mail = parsed(message)
    assert {name: mail[name] for name in ("From", "To", "Subject", "Date", "Auto-Submitted")} == {
        "From": "Corps <letters@corps.example>",
        "To": "desk@embassy.example",
        "Subject": "Corps 2026-0012",
        "Date": "Sun, 22 Nov 2026 03:00:00 +0000",
        "Auto-Submitted": "auto-generated",
    }
    assert mail["Message-ID"] == f"<{message.message_id}>"
    assert message.message_id.endswith("@corps.example")
    assert body_of(mail) == "첨부를 보십시오."
    [part] = mail.iter_attachments()
    assert (part.get_filename(), part.get_content_type(), part.get_content()) == (
        PDF.name,
        PDF.media_type,
        PDF.content,
    )


def test_every_line_that_goes_out_is_short_ascii() -> None:
    message = write(text="가" * 5000, subject="Ж" * 300)
    plain = unseal_under(message.data_key, content_of(message.pk), bytes(message.content))
    assert plain.isascii()
    assert max(map(len, plain.split(b"\r\n"))) <= 998
    assert plain.count(b"\n") == plain.count(b"\r\n")


def test_envelope_and_content_are_sealed_and_the_ledger_names_the_object() -> None:
    message = write()
    row = Message.objects.get()
    assert b"embassy" not in bytes(row.envelope) + bytes(row.content)
    envelope = unseal_under(row.data_key, envelope_of(row.pk), bytes(row.envelope))
    assert json.loads(envelope) == {"from": "letters@corps.example", "to": SAID["to"]}
    [entry] = entries_about(message)
    agency = an_agency()
    assert (entry.verb, entry.about[1]) == ("message.written", f"agencies.agency:{agency.pk}")
    assert (row.state, row.attempts, row.not_before) == ("written", 0, NOW)


@pytest.mark.parametrize(
    "to",
    [
        [],
        ["nobody"],
        ["a@b.example\r\nBcc: c@d.example"],
        ['"odd name"@b.example'],
        ["홍@b.example"],
        ["fine@b.example", ""],
        ["@"],
    ],
)
def test_an_address_that_no_server_takes_is_refused_unwritten(to: list[str]) -> None:
    with pytest.raises(AddressRefused) as refused:
        write(to=to)
    assert "example" not in str(refused.value)
    assert (Message.objects.count(), DataKey.objects.filter(purpose=None).count()) == (0, 0)


def test_a_domain_in_hangul_is_written_in_ascii() -> None:
    message = write(to=["desk@대사관.한국"])
    envelope = unseal_under(message.data_key, envelope_of(message.pk), bytes(message.envelope))
    assert json.loads(envelope)["to"] == ["desk@xn--zb0bu7i99m.xn--3e0b707e"]


def test_no_line_of_a_subject_or_file_name_becomes_a_header() -> None:
    mail = parsed(
        write(
            subject="One\r\nBcc: x@y.example",
            attachments=[Attachment('a"\r\nX-Odd: 1\u202e.pdf', "multipart/mixed", b"1")],
        )
    )
    assert (mail["Bcc"], mail["Subject"]) == (None, "One Bcc: x@y.example")
    [part] = mail.iter_attachments()
    assert (part["X-Odd"], part.get_content_type()) == (None, "application/octet-stream")


def test_a_message_that_servers_would_not_take_is_refused() -> None:
    with pytest.raises(TooLarge):
        write(attachments=[Attachment("a.bin", "application/octet-stream", bytes(16 * 2**20))])


def public(key: Tsk) -> str:
    return str(key.extract_certificate())


def test_an_encrypted_message_opens_with_the_key_alone() -> None:
    key = Tsk.generate("desk@embassy.example")
    message = write(openpgp_key=public(key))
    mail = parsed(message)
    assert message.encrypted
    assert (mail["Subject"], mail.get_content_type()) == ("[...]", "multipart/encrypted")
    assert mail["Content-Type"].params["protocol"] == "application/pgp-encrypted"
    version, sealed = mail.iter_parts()
    assert version.get_content_type() == "application/pgp-encrypted"
    opened = decrypt(sealed.get_content(), decryptor=key.decryptor()).bytes
    inner = message_from_bytes(opened, policy=default)
    assert inner["Content-Type"].params["hp"] == "cipher"
    assert (inner["Subject"], inner["To"]) == (SAID["subject"], SAID["to"][0])
    assert "Subject: [...]" in inner.get_all("HP-Outer", [])
    assert body_of(inner) == "첨부를 보십시오."
    assert [part.get_content() for part in inner.iter_attachments()] == [PDF.content]


def revoked() -> str:
    key = Tsk.generate("desk@embassy.example")
    cert = key.extract_certificate()
    return armor(bytes(cert) + bytes(cert.revoke(key.certifier())), ArmorKind.PublicKey)


def expired() -> str:
    """A key that was good for half a minute: the library dates new ones back by a minute."""
    key = Tsk.generate("desk@embassy.example")
    past = datetime.now(UTC) - timedelta(seconds=30)
    return str(key.extract_certificate().set_expiration(past, key.certifier()))


def two() -> str:
    return public(Tsk.generate("a@b.example")) + public(Tsk.generate("c@d.example"))


@pytest.mark.parametrize("key", [lambda: "no key", expired, revoked, two, lambda: "x" * 300_000])
def test_a_key_that_cannot_be_used_is_refused_unwritten(key: Callable[[], str]) -> None:
    with pytest.raises(KeyUnusable):
        write(openpgp_key=key())
    assert (Message.objects.count(), Entry.objects.filter(verb="message.written").count()) == (0, 0)


def test_a_good_key_is_known_by_its_fingerprint() -> None:
    key = Tsk.generate("desk@embassy.example").extract_certificate()
    assert read_key(str(key)).fingerprint == key.fingerprint


def test_an_encrypted_message_goes_to_one_reader() -> None:
    with pytest.raises(OneKeyOneReader):
        write(to=["a@b.example", "c@d.example"], openpgp_key=public(Tsk.generate("a@b.example")))


def test_a_sender_that_is_none_stops_the_start(settings: Settings) -> None:
    check_sender()
    settings.MAIL_FROM = "Corps"
    with pytest.raises(ImproperlyConfigured, match="CORPS_MAIL_FROM"):
        check_sender()
