"""An erasure reaches the files, attachments and e-mails that tell of the volunteer."""

from datetime import timedelta
from typing import Any

import pytest
from pysequoia import ArmorKind, Tsk, armor

from corps.audit.actions import CLOCK, COMMAND
from corps.audit.queries import entries_about
from corps.outbox.actions import try_again
from corps.outbox.actions.outcomes import shift
from corps.outbox.actions.relaying import claim_message
from corps.outbox.models import Message
from corps.outbox.places import content_of
from corps.outbox.rules import ContentGone
from corps.vault.actions import Erased, unseal_under
from corps.vault.files import read_whole
from corps.vault.models import DataKey
from deployments.liaison.actions.letters import (
    attach_file,
    discard_letter,
    read_letter_file,
    record_letter_receipt,
    send_letter,
)
from deployments.liaison.models import Letter
from tests.cast import NOW
from tests.liaison.disclosing import Telling
from tests.liaison.letter_scene import a_contact
from volunteers.actions.erasure import erase_volunteer
from volunteers.actions.people import change_standing

LATER = NOW + timedelta(hours=1)


def erase(volunteer: Any) -> None:
    """Let a volunteer leave, and be erased."""
    change_standing(volunteer=volunteer, move_name="withdraw", by=volunteer.user, at=LATER)
    erase_volunteer(volunteer=volunteer, reason="asked for it", by=COMMAND, at=LATER)


def mailed(telling: Telling) -> Letter:
    """A letter that tells of the first, in an encrypted e-mail."""
    certificate = Tsk.generate("consul@embassy.test").extract_certificate()
    key = armor(bytes(certificate), ArmorKind.PublicKey)
    letter = telling.approved(contact=a_contact(openpgp_key=key))
    send_letter(letter=letter, through="email", by=telling.office.officer, at=NOW)
    return Letter.objects.get(pk=letter.pk)


def test_file_and_e_mail_can_be_read_no_more_and_their_hashes_stand(telling: Telling) -> None:
    letter = mailed(telling)
    message = letter.message
    assert letter.pdf is not None
    assert message is not None
    assert read_whole(letter.pdf)

    erase(telling.one)

    fresh = Letter.objects.get(pk=letter.pk)
    kept = Message.objects.get(pk=message.pk)
    assert fresh.pdf is not None
    with pytest.raises(Erased):
        read_whole(fresh.pdf)
    with pytest.raises(Erased):
        unseal_under(kept.data_key, content_of(kept.pk), bytes(kept.content))
    assert bytes(fresh.pdf_hash or b"") == bytes(fresh.pdf.sha256)
    entry = entries_about(letter).get(verb="letter.erased")
    assert entry.reason == "asked for it"
    assert entry.facts == {"keys": 2, "pdf_hash": bytes(fresh.pdf_hash or b"").hex()}


@pytest.mark.parametrize("end", ["fail", "doubt"])
def test_an_e_mail_that_did_not_get_out_can_be_read_no_more(telling: Telling, end: str) -> None:
    message = mailed(telling).message
    assert message is not None
    for move in ("claim", end):
        shift(message, move, by=CLOCK, at=NOW)

    erase(telling.one)

    with pytest.raises(ContentGone):
        try_again(message=Message.objects.get(pk=message.pk), by=COMMAND, at=LATER)
    assert not DataKey.objects.filter(pk=message.data_key_id, destroyed_at=None).exists()


def test_the_scan_of_its_receipt_can_be_read_no_more(telling: Telling) -> None:
    letter = telling.sent()
    given: dict[str, Any] = {"by": telling.office.officer, "at": NOW, "on": NOW.date()}
    scan = {"scan": b"received", "scan_name": "a.txt"}
    record_letter_receipt(letter=letter, received_by="Registry", **scan, **given)
    assert letter.receipt_scan is not None
    assert read_whole(letter.receipt_scan) == b"received\n"

    erase(telling.one)

    letter.receipt_scan.refresh_from_db()
    with pytest.raises(Erased):
        read_whole(letter.receipt_scan)


def discard(telling: Telling, letter: Letter) -> Letter:
    """Give a letter up; return it as it stands then."""
    officer = telling.office.officer
    discard_letter(letter=letter, by=officer, at=LATER, reason="no longer needed")
    return Letter.objects.get(pk=letter.pk)


def test_the_file_of_a_letter_given_up_can_be_read_no_more_and_its_hash_stands(
    telling: Telling,
) -> None:
    approved = telling.approved()
    before = (bytes(approved.pdf_hash or b""), approved.versions.count())
    letter = discard(telling, approved)

    given: dict[str, Any] = {"proved_at": LATER, "reason": "to look", "at": LATER}
    with pytest.raises(Erased):
        read_letter_file(letter=letter, by=telling.office.officer, **given)

    assert (bytes(letter.pdf_hash or b""), letter.versions.count()) == before
    assert entries_about(letter).get(verb="letter.discarded").facts["keys"] == 1
    assert not entries_about(telling.one).filter(verb="identity.revealed").exists()


def test_a_scan_in_a_draft_given_up_can_be_read_no_more(telling: Telling) -> None:
    letter = telling.letter()
    given = {"by": telling.office.officer, "at": NOW, "letter": letter}
    scan = attach_file(content=b"M76543210", name="scan.txt", discloses=True, **given)
    plan = attach_file(content=b"the way there\n", name="plan.txt", **given)

    discard(telling, letter)

    for one in (scan, plan):
        one.refresh_from_db()
        assert one.file is not None
    with pytest.raises(Erased):
        read_whole(scan.file)
    assert read_whole(plan.file) == b"the way there\n"


def test_an_e_mail_that_waits_goes_out_no_more(telling: Telling) -> None:
    letter = mailed(telling)

    erase(telling.one)
    claim = claim_message(at=LATER)

    assert claim is None or claim.parcel is None
    assert Letter.objects.get(pk=letter.pk).state in {"sent", "bounced"}


def test_a_scan_that_shows_somebody_goes_with_the_letter(telling: Telling) -> None:
    letter = telling.letter()
    given = {"by": telling.office.officer, "at": NOW, "letter": letter}
    scan = attach_file(content=b"M76543210", name="scan.txt", discloses=True, **given)
    plan = attach_file(content=b"the way there\n", name="plan.txt", **given)

    erase(telling.one)

    for one in (scan, plan):
        one.refresh_from_db()
        assert one.file is not None
    with pytest.raises(Erased):
        read_whole(scan.file)
    assert read_whole(plan.file) == b"the way there\n"


def test_a_scan_in_a_draft_that_names_nobody_goes_too(telling: Telling) -> None:
    letter = telling.office.letter()
    given = {"by": telling.office.officer, "at": NOW, "letter": letter}
    scan = attach_file(content=b"M76543210", name="scan.txt", discloses=True, **given)

    erase(telling.one)

    scan.refresh_from_db()
    with pytest.raises(Erased):
        read_whole(scan.file)


def test_letters_that_tell_of_others_stand(telling: Telling) -> None:
    letter = telling.sent(telling.other)

    erase(telling.one)

    fresh = Letter.objects.get(pk=letter.pk)
    assert fresh.pdf is not None
    assert read_whole(fresh.pdf).startswith(b"%PDF")
    assert not entries_about(letter).filter(verb="letter.erased").exists()
