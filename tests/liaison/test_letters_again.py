"""An e-mail that waits, or is sent again, goes out only while what it tells may be told."""

from datetime import timedelta

import pytest
from pysequoia import ArmorKind, Tsk, armor

from corps.audit.actions import CLOCK, COMMAND
from corps.audit.queries import entries_about
from corps.outbox.actions import try_again
from corps.outbox.actions.outcomes import shift
from corps.outbox.actions.relaying import claim_message
from corps.outbox.models import Message
from deployments.agencies.actions.contacts import change_contact, end_contact
from deployments.liaison.actions.disclosures import DISCLOSED
from deployments.liaison.actions.letters import (
    bounce_letter,
    check_message,
    record_letter_receipt,
    send_letter,
)
from deployments.liaison.models import Case, Disclosure, Letter
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.rules.cases import CaseClosed
from deployments.liaison.rules.disclosures import ConsentMissing
from deployments.liaison.rules.letters import AddresseeChanged, NotInOffice, SentAnotherWay
from tests.cast import NOW
from tests.liaison.disclosing import Telling
from tests.liaison.letter_scene import a_contact
from volunteers.actions.consents import withdraw_consent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sender")]

LATER = NOW + timedelta(hours=1)


def mailed(telling: Telling) -> tuple[Letter, Message]:
    """A letter that tells of somebody and was sent by e-mail, and its message, which waits."""
    certificate = Tsk.generate("consul@embassy.test").extract_certificate()
    contact = a_contact(openpgp_key=armor(bytes(certificate), ArmorKind.PublicKey))
    letter = telling.approved(contact=contact)
    send_letter(letter=letter, through="email", by=telling.office.officer, at=NOW)
    assert letter.message is not None
    return letter, letter.message


def fail(message: Message) -> None:
    for name in ("claim", "fail"):
        shift(message, name, by=CLOCK, at=NOW)


def withdraw(telling: Telling) -> None:
    user = telling.one.user
    assert user is not None
    withdraw_consent(volunteer=telling.one, purpose="permits", by=user, at=NOW)


def states(letter: Letter, message: Message) -> tuple[str, str]:
    letter.refresh_from_db()
    message.refresh_from_db()
    return letter.state, message.state


def test_what_nothing_forbids_is_sent_again(telling: Telling) -> None:
    letter, message = mailed(telling)
    fail(message)
    try_again(message=message, by=telling.office.officer, at=LATER)
    assert claim_message(at=LATER) is not None
    assert states(letter, message) == ("bounced", "sending")


def test_what_was_asked_back_and_is_sent_again_is_told_anew(telling: Telling) -> None:
    letter, message = mailed(telling)
    fail(message)
    Disclosure.objects.update(recalled_by=letter, recalled_at=NOW)
    try_again(message=message, by=telling.office.officer, at=LATER)
    assert claim_message(at=LATER) is not None
    message.refresh_from_db()
    withdraw(telling)  # too late: it is on its way
    shift(message, "deliver", by=CLOCK, at=LATER, sent_at=LATER)
    assert states(letter, message) == ("sent", "sent")
    row = Disclosure.objects.get()
    assert (row.recalled_by, row.recalled_at, row.disclosed_at) == (None, None, NOW)
    told = [entry.at for entry in entries_about(telling.one) if entry.verb == DISCLOSED]
    assert told == [LATER, NOW]


def test_after_a_withdrawal_it_is_not_sent_again(telling: Telling) -> None:
    letter, message = mailed(telling)
    fail(message)
    withdraw(telling)
    with pytest.raises(ConsentMissing):
        try_again(message=message, by=telling.office.officer, at=LATER)
    assert states(letter, message) == ("bounced", "failed")


def test_what_waits_is_void_after_a_withdrawal_and_its_letter_comes_back(telling: Telling) -> None:
    letter, message = mailed(telling)
    withdraw(telling)
    assert claim_message(at=LATER) is None
    assert states(letter, message) == ("bounced", "void")


def test_a_message_that_may_not_go_out_keeps_no_other_back(telling: Telling) -> None:
    letter, message = mailed(telling)
    other = telling.office.approved(contact=a_contact())
    send_letter(letter=other, through="email", by=telling.office.officer, at=LATER)
    withdraw(telling)
    claim = claim_message(at=LATER)
    assert (claim and claim.pk, states(letter, message)) == (other.message_id, ("bounced", "void"))


def test_nothing_goes_out_for_a_case_that_is_closed(telling: Telling) -> None:
    letter, message = mailed(telling)
    fail(message)
    Case.objects.filter(pk=letter.case_id).update(state="closed", holder=None)
    with pytest.raises(CaseClosed):
        try_again(message=message, by=telling.office.officer, at=LATER)
    assert states(letter, message) == ("bounced", "failed")


def test_nothing_goes_to_a_contact_who_left_office(telling: Telling) -> None:
    letter, message = mailed(telling)
    assert letter.contact is not None
    day = day_in_seoul(NOW) - timedelta(days=1)
    end_contact(contact=letter.contact, until=day, by=COMMAND, at=NOW)
    assert claim_message(at=LATER) is None
    assert states(letter, message) == ("bounced", "void")


def test_nothing_is_tried_again_to_a_contact_who_left_office(telling: Telling) -> None:
    letter, message = mailed(telling)
    fail(message)
    assert letter.contact is not None
    day = day_in_seoul(NOW) - timedelta(days=1)
    end_contact(contact=letter.contact, until=day, by=COMMAND, at=NOW)
    with pytest.raises(NotInOffice):
        try_again(message=message, by=telling.office.officer, at=LATER)
    assert states(letter, message) == ("bounced", "failed")


def test_nothing_goes_out_under_an_address_or_a_key_that_was_replaced(telling: Telling) -> None:
    letter, message = mailed(telling)
    fail(message)
    assert letter.contact is not None
    given = {"email": "other@embassy.test"}
    change_contact(contact=letter.contact, given=given, by=COMMAND, at=NOW)
    with pytest.raises(AddresseeChanged):
        try_again(message=message, by=telling.office.officer, at=LATER)
    assert states(letter, message) == ("bounced", "failed")


def test_a_letter_that_was_received_goes_out_no_more(telling: Telling) -> None:
    letter, message = mailed(telling)
    shift(message, "claim", by=CLOCK, at=NOW)
    day, officer = day_in_seoul(NOW), telling.office.officer
    record_letter_receipt(letter=letter, received_by="Consul", on=day, by=officer, at=NOW)
    shift(message, "fail", by=CLOCK, at=NOW)
    with pytest.raises(SentAnotherWay):
        try_again(message=message, by=officer, at=LATER)
    assert states(letter, message) == ("acknowledged", "failed")


def test_a_message_whose_letter_was_sent_another_way_goes_out_no_more(telling: Telling) -> None:
    letter, message = mailed(telling)
    shift(message, "claim", by=CLOCK, at=NOW)
    bounce_letter(letter=letter, by=telling.office.officer, at=NOW)
    send_letter(letter=letter, through="hand", by=telling.office.officer, at=NOW)
    shift(message, "put_back", by=CLOCK, at=NOW, not_before=NOW)
    with pytest.raises(SentAnotherWay):
        check_message(message, LATER)
    assert claim_message(at=LATER) is None
    assert states(letter, message) == ("sent", "void")
