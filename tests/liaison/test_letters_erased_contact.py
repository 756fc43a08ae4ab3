"""No letter goes to a contact whose details were erased."""

from datetime import date, timedelta

import pytest

from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from corps.errors import Refusal
from corps.outbox.models import Message
from deployments.agencies.actions.contact_details import erase_contact
from deployments.agencies.actions.contacts import end_contact
from deployments.agencies.models import Contact, LettersBy
from deployments.liaison.actions.letters import send_letter
from deployments.liaison.models import Letter
from tests.cast import NOW
from tests.liaison.letter_scene import Office, a_contact, an_office

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def approved_to_somebody_erased() -> tuple[Office, Letter]:
    """A letter that was approved before its addressee left and was erased."""
    office, contact = an_office(), a_contact()
    letter = office.approved(contact=contact)
    end_contact(contact=contact, until=date(2026, 1, 1), by=office.officer, at=NOW)
    erase_contact(contact=contact, reason="asked to", by=COMMAND, at=NOW)
    return office, Letter.objects.get(pk=letter.pk)


@pytest.mark.parametrize("through", LettersBy.values)
@pytest.mark.parametrize("back", [False, True], ids=["left", "until a later day again"])
def test_a_letter_to_somebody_erased_is_refused_and_leaves_nothing(
    through: str, back: bool
) -> None:
    office, letter = approved_to_somebody_erased()
    if back:
        contact = Contact.objects.get()
        end_contact(contact=contact, until=date(2030, 1, 1), by=office.officer, at=NOW)
    entries = Entry.objects.count()
    with pytest.raises(Refusal):
        send_letter(letter=letter, through=through, by=office.officer, at=LATER)
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at) == ("approved", None)
    assert (Message.objects.count(), Entry.objects.count()) == (0, entries)
