"""A letter goes out by e-mail once, comes back to its case, and is sent again; its receipt."""

from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from typing import Any

import pytest
from pysequoia import ArmorKind, Tsk, armor

from corps.audit.actions import CLOCK
from corps.audit.models import Entry
from corps.outbox.actions.outcomes import shift
from corps.outbox.models import Message
from corps.outbox.places import content_of, envelope_of
from corps.vault.actions import unseal_under
from corps.vault.files import read_whole, seal_file
from corps.vault.sealing import SealBroken
from deployments.liaison.actions import letters as actions
from deployments.liaison.actions.letters.attaching import NotApprovedMaterial, TooMuchAttached
from deployments.liaison.models import Letter, LetterApproval, LetterAttachment
from deployments.liaison.rules.letters import NoAddress, NotADraft, NotEncrypted
from deployments.materials.files import FileRefused
from tests.cast import NOW
from tests.liaison.letter_scene import Office, a_contact, an_office, approve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sender")]


def mailed(office: Office, **details: Any) -> Letter:
    """A letter that was sent by e-mail."""
    return office.sent(through="email", contact=a_contact(**details))


def email_of(letter: Letter) -> EmailMessage:
    """The e-mail that carries a letter, as it is sealed."""
    message = letter.message
    assert message is not None
    raw = unseal_under(message.data_key, content_of(message.pk), bytes(message.content))
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def go(message: Message, *steps: str) -> None:
    """Move a message along, as the clock does."""
    for name in steps:
        changes = {"sent_at": NOW} if name == "deliver" else {}
        shift(message, name, by=CLOCK, at=NOW, **changes)


def test_the_email_tells_no_more_than_the_reference_and_carries_the_file() -> None:
    letter = mailed(an_office())
    email = email_of(letter)
    files = {
        part.get_filename(): part.get_payload(decode=True) for part in email.iter_attachments()
    }
    assert letter.pdf is not None
    assert (email["Subject"], files) == (
        "2026-0001/1",
        {"2026-0001-1.pdf": read_whole(letter.pdf)},
    )
    body = email.get_body()
    assert body is not None
    assert "2026-0001/1" in body.get_content()


def test_it_goes_to_the_contact_whose_address_stands_nowhere_in_the_clear() -> None:
    letter = mailed(an_office())
    message = letter.message
    assert message is not None
    envelope = unseal_under(message.data_key, envelope_of(message.pk), bytes(message.envelope))
    told = " ".join(f"{e.facts} {e.reason} {e.object} {e.about}" for e in Entry.objects.all())
    assert (b"consul@embassy.test" in envelope, "embassy.test" in told) == (True, False)


@pytest.mark.parametrize("details", [None, {"email": ""}])
def test_without_an_address_no_email_is_written(details: dict[str, Any] | None) -> None:
    office = an_office()
    contact = a_contact(**details) if details is not None else None
    letter = office.approved(contact=contact)
    with pytest.raises(NoAddress):
        actions.send_letter(letter=letter, through="email", by=office.officer, at=NOW)
    letter.refresh_from_db()
    assert (letter.state, Message.objects.count()) == ("approved", 0)


def test_identity_goes_by_no_email_in_the_clear() -> None:
    office = an_office()
    letter = office.letter(contact=a_contact())
    letter.discloses = True
    letter.save(update_fields=["discloses"])
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    for who in (office.approver, office.second):
        actions.approve_letter(letter=letter, version=2, by=who, at=NOW)
    with pytest.raises(NotEncrypted):
        actions.send_letter(letter=letter, through="email", by=office.officer, at=NOW)
    actions.send_letter(letter=letter, through="hand", by=office.officer, at=NOW)
    assert (letter.state, Message.objects.count()) == ("sent", 0)


def test_with_a_key_the_email_is_encrypted() -> None:
    certificate = Tsk.generate("consul@embassy.test").extract_certificate()
    key = armor(bytes(certificate), ArmorKind.PublicKey)
    letter = mailed(an_office(), openpgp_key=key)
    message = letter.message
    assert message is not None
    email = email_of(letter)
    assert (message.encrypted, email.get_content_type()) == (True, "multipart/encrypted")
    assert b"2026-0001" not in email.as_bytes()


def test_a_bounce_brings_the_letter_back_and_it_is_sent_anew() -> None:
    office = an_office()
    letter = mailed(office)
    first = letter.message
    assert first is not None
    go(first, "claim", "deliver", "bounce")
    letter.refresh_from_db()
    assert letter.state == "bounced"
    actions.send_letter(letter=letter, through="hand", by=office.officer, at=NOW)
    first.refresh_from_db()
    assert (letter.state, letter.message, first.state) == ("sent", None, "void")


def test_a_message_that_is_sent_after_all_sends_its_letter() -> None:
    letter = mailed(an_office())
    message = letter.message
    assert message is not None
    go(message, "claim", "fail")
    letter.refresh_from_db()
    assert letter.state == "bounced"
    go(message, "try_again", "claim", "deliver")
    letter.refresh_from_db()
    assert letter.state == "sent"


def test_an_earlier_message_is_void_once_the_letter_is_sent_anew() -> None:
    office = an_office()
    letter = mailed(office)
    first = letter.message
    assert first is not None
    go(first, "claim", "deliver", "bounce")
    letter.refresh_from_db()
    actions.send_letter(letter=letter, through="email", by=office.officer, at=NOW)
    first.refresh_from_db()
    assert (first.state, letter.state, letter.message == first) == ("void", "sent", False)


def test_the_receipt_keeps_post_day_and_scan() -> None:
    office = an_office()
    letter = office.sent()
    actions.record_letter_receipt(
        letter=letter,
        received_by="Registry",
        on=date(2026, 11, 22),
        scan=b"received",
        scan_name="scan.txt",
        by=office.officer,
        at=NOW + timedelta(hours=1),
    )
    scan = letter.receipt_scan
    assert scan is not None
    entry = Entry.objects.get(verb="letter.acknowledged")
    assert (letter.receipt_by, entry.facts["scan"]) == ("Registry", bytes(scan.sha256).hex())
    found = actions.read_receipt(letter=letter, by=office.officer, at=NOW)
    assert (found.name, found.content) == ("2026-0001-1-receipt.txt", read_whole(scan))


def test_attachments_go_along_under_neutral_names() -> None:
    office = an_office()
    letter = office.letter(contact=a_contact())
    actions.attach_file(
        letter=letter, content=b"annex\n", name="홍길동 여권.txt", by=office.officer, at=NOW
    )
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    approve(letter, office.approver)
    actions.send_letter(letter=letter, through="email", by=office.officer, at=NOW)
    names = [part.get_filename() for part in email_of(letter).iter_attachments()]
    assert names == ["2026-0001-1.pdf", "2026-0001-1-annex-01.txt"]
    told = " ".join(str(entry.facts) for entry in Entry.objects.all())
    assert ("홍길동" in told, sha256(b"annex\n").hexdigest() in told) == (False, True)


def test_an_attachment_is_dropped_with_its_file() -> None:
    office = an_office()
    letter = office.letter()
    made = actions.attach_file(
        letter=letter, content=b"annex", name="a.txt", by=office.officer, at=NOW
    )
    file = made.file
    actions.drop_attachment(attachment=made, by=office.officer, at=NOW)
    assert file is not None
    assert (letter.attachments.count(), type(file).objects.filter(pk=file.pk).count()) == (0, 0)


def test_nothing_is_attached_in_review() -> None:
    office = an_office()
    letter = office.submitted()
    with pytest.raises(NotADraft):
        actions.attach_file(
            letter=letter, content=b"annex", name="a.txt", by=office.officer, at=NOW
        )


def test_a_program_is_no_attachment() -> None:
    office = an_office()
    letter = office.letter()
    with pytest.raises(FileRefused):
        actions.attach_file(
            letter=letter, content=b"\x7fELF" + b"\0" * 90, name="a.pdf", by=office.officer, at=NOW
        )


def test_attachments_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.liaison.actions.letters.attaching.MOST", 1)
    office = an_office()
    letter = office.letter()
    actions.attach_file(letter=letter, content=b"one", name="a.txt", by=office.officer, at=NOW)
    with pytest.raises(TooMuchAttached):
        actions.attach_file(letter=letter, content=b"two", name="b.txt", by=office.officer, at=NOW)


def test_only_an_approved_material_goes_along() -> None:
    from tests.api.outside import a_material, a_version

    office = an_office()
    version = a_version(a_material("LEAFLET"))
    letter = office.letter()
    made = actions.attach_material(letter=letter, version=version, by=office.officer, at=NOW)
    assert bytes(made.sha256) == bytes(version.sha256)
    type(version).objects.filter(pk=version.pk).update(state="retired")
    with pytest.raises(NotApprovedMaterial):
        actions.attach_material(letter=letter, version=version, by=office.officer, at=NOW)


def test_a_file_that_is_not_the_one_that_was_approved_goes_nowhere() -> None:
    office = an_office()
    letter = office.submitted(contact=a_contact())
    version = letter.versions.get(number=2)
    LetterApproval.objects.create(
        version=version, author=office.officer, approver=office.approver, at=NOW
    )
    letter.pdf = seal_file([b"another"], media_type="application/pdf")
    letter.state, letter.text_hash, letter.pdf_hash = "approved", version.text_hash, bytes(32)
    letter.save()
    with pytest.raises(SealBroken):
        actions.send_letter(letter=letter, through="email", by=office.officer, at=NOW)
    with pytest.raises(SealBroken):
        actions.read_letter_file(letter=letter, by=office.officer, at=NOW)


def test_an_attachment_that_is_not_the_one_that_was_approved_goes_nowhere() -> None:
    office = an_office()
    letter = office.letter(contact=a_contact())
    file = seal_file([b"another"], media_type="text/plain")
    made = LetterAttachment.objects.create(letter=letter, name="a.txt", file=file, sha256=bytes(32))
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    approve(letter, office.approver)
    with pytest.raises(SealBroken):
        actions.send_letter(letter=letter, through="email", by=office.officer, at=NOW)
    with pytest.raises(SealBroken):
        actions.read_attachment(attachment=made, by=office.officer, at=NOW)
