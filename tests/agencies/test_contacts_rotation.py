"""When keys rotate, contacts are still opened and found; erasing one is a command."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from corps.accounts.roles import Role
from corps.vault.marks import EMAIL
from deployments.agencies.actions.contact_details import find_contacts
from deployments.agencies.actions.contacts import end_contact, merge_contacts
from deployments.agencies.contacts import open_details
from deployments.agencies.models import Contact, ContactMark
from tests.cast import COMMAND, NOW, a_contact, a_desk, a_user
from tests.vault.rings import copy_keyring


@pytest.fixture
def _ring(committed_db: str, tmp_path: Path, settings: Settings) -> None:
    copy_keyring(tmp_path, settings)


def says(*words: str) -> list[str]:
    told = StringIO()
    call_command(*words, stdout=told)
    return told.getvalue().splitlines()


@pytest.mark.usefixtures("_ring")
def test_contacts_are_marked_anew_with_the_new_index_key_and_found_by_it() -> None:
    by = a_user("liaison", Role.LIAISON, desk=a_desk())
    keep, other = a_contact(email="one@example.org"), a_contact(email="two@example.org")
    merge_contacts(keep=keep, other=other, by=COMMAND, at=NOW)
    made = ContactMark.objects.count()
    assert any(f"made {made} blind indexes" in line for line in says("vault", "status"))
    says("vault", "rotate", "--family", "index")
    assert set(ContactMark.objects.values_list("key_id", flat=True)) == {"index-2"}
    assert ContactMark.objects.count() == made
    for text in ("one@example.org", "two@example.org"):
        assert find_contacts(kind=EMAIL, text=text, by=by, at=NOW) == [keep]
    says("vault", "rotate")
    assert open_details(Contact.objects.get(pk=keep.pk)).email == "one@example.org"


@pytest.mark.usefixtures("_ring")
def test_a_contact_is_erased_by_a_command_once_ended() -> None:
    contact = a_contact()
    with pytest.raises(CommandError, match="that comes first"):
        says("erase_contact", str(contact.pk), "--reason", "asked to")
    end_contact(contact=contact, until=NOW.date().replace(day=1), by=COMMAND, at=NOW)
    told = says("erase_contact", str(contact.pk), "--reason", "asked to")
    assert told[0] == "The contact is erased. Letters, deliveries and the ledger stand."
    assert bytes(Contact.objects.get(pk=contact.pk).details) == b""
    with pytest.raises(CommandError, match="no contact of this id"):
        says("erase_contact", "00000000-0000-0000-0000-000000000000", "--reason", "x")
