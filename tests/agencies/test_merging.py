"""Two records of one contact become one: nothing that named either is lost, also in a race."""

import threading
from datetime import date

import pytest
from django.db import connection, connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from corps.accounts.roles import Role
from corps.audit.models import Entry
from corps.errors import NotPermitted
from corps.vault.marks import EMAIL, NAME
from deployments.agencies.actions.contact_details import erase_contact, find_contacts
from deployments.agencies.actions.contacts import (
    ContactMerged,
    NotSameAgency,
    NotTwo,
    change_contact,
    end_contact,
    merge_contacts,
)
from deployments.agencies.contacts import ContactDetails, details_into, open_details
from deployments.agencies.models import Contact, ContactMark
from deployments.agencies.queries import contacts_visible_to
from deployments.liaison.models import Letter
from deployments.materials.models import Delivery
from tests.api.outside import a_case, a_delivery, a_letter, a_material, a_version
from tests.cast import COMMAND, NOW, a_contact, a_desk, a_user, an_agency

TEXTS = st.text(alphabet="abc가나", max_size=4)
DETAILS = st.builds(
    ContactDetails, name=TEXTS, phone=TEXTS, email=TEXTS, address=TEXTS, notes=TEXTS
)


def named_in(contact: Contact) -> tuple[Letter, Delivery]:
    """A sent letter to a contact and a delivery to it."""
    letter = a_letter(a_case(contact.agency), contact.agency, contact=contact)
    delivery = a_delivery(a_version(a_material()), contact.agency, contact=contact)
    return letter, delivery


@pytest.mark.django_db
def test_every_link_follows_and_the_other_says_into_whom_it_went() -> None:
    keep = a_contact(post="Consul", email="one@example.org", since=date(2025, 1, 1))
    other = a_contact(
        post="The consul", name="Olena Koval", email="two@example.org", until=date(2027, 1, 1)
    )
    letter, delivery = named_in(other)
    merge_contacts(keep=keep, other=other, by=COMMAND, at=NOW)
    letter.refresh_from_db()
    delivery.refresh_from_db()
    assert (letter.contact, delivery.contact, other.merged_into) == (keep, keep, keep)
    assert (keep.since, keep.until) == (date(2025, 1, 1), None)
    by = a_user("keeper", Role.LIAISON, desk=a_desk())
    assert list(contacts_visible_to(by)) == [keep]
    for kind, text in (
        (EMAIL, "one@example.org"),
        (EMAIL, "two@example.org"),
        (NAME, "Olena Koval"),
    ):
        assert find_contacts(kind=kind, text=text, by=by, at=NOW) == [keep]
    assert "two@example.org" in open_details(Contact.objects.get(pk=keep.pk)).notes
    entry = Entry.objects.get(verb="contact.merged")
    assert entry.facts == {}
    assert entry.about[:2] == [f"agencies.contact:{keep.pk}", f"agencies.contact:{other.pk}"]


@pytest.mark.django_db
def test_a_chain_of_merges_leads_to_the_last_and_is_erased_with_it() -> None:
    first, second, third = (a_contact(email=f"{n}@example.org") for n in "abc")
    merge_contacts(keep=second, other=first, by=COMMAND, at=NOW)
    merge_contacts(keep=third, other=second, by=COMMAND, at=NOW)
    assert {one.merged_into for one in Contact.objects.exclude(pk=third.pk)} == {third}
    by = a_user("keeper", Role.LIAISON, desk=a_desk())
    change_contact(contact=third, given={"address": "Kyiv"}, by=by, at=NOW)
    assert find_contacts(kind=EMAIL, text="a@example.org", by=by, at=NOW) == [third]
    end_contact(contact=third, until=date(2026, 11, 1), by=by, at=NOW)
    erase_contact(contact=third, reason="asked to", by=COMMAND, at=NOW)
    left = Contact.objects.select_related("data_key")
    assert {(bytes(one.details), one.data_key.wrapped) for one in left} == {(b"", None)}
    assert not ContactMark.objects.exists()


@pytest.mark.django_db
def test_what_is_no_second_record_of_the_same_contact_is_refused() -> None:
    keep, other, gone = a_contact(), a_contact(), a_contact()
    elsewhere = a_contact(an_agency("ministry"))
    merge_contacts(keep=keep, other=gone, by=COMMAND, at=NOW)
    with pytest.raises(NotTwo):
        merge_contacts(keep=keep, other=keep, by=COMMAND, at=NOW)
    with pytest.raises(NotSameAgency):
        merge_contacts(keep=keep, other=elsewhere, by=COMMAND, at=NOW)
    for pair in ((keep, gone), (gone, other)):
        with pytest.raises(ContactMerged):
            merge_contacts(keep=pair[0], other=pair[1], by=COMMAND, at=NOW)
    with pytest.raises(ContactMerged):
        change_contact(contact=gone, changed={"post": "x"}, by=COMMAND, at=NOW)
    with pytest.raises(ContactMerged):
        end_contact(contact=gone, until=date(2027, 1, 1), by=COMMAND, at=NOW)
    with pytest.raises(NotPermitted):
        merge_contacts(keep=keep, other=other, by=a_user("a", Role.APPROVER), at=NOW)


@pytest.mark.django_db
def test_whatever_names_a_merged_contact_later_names_the_one_it_went_into() -> None:
    keep, other = a_contact(), a_contact()
    merge_contacts(keep=keep, other=other, by=COMMAND, at=NOW)
    letter, delivery = named_in(other)
    letter.refresh_from_db()
    delivery.refresh_from_db()
    assert (letter.contact, delivery.contact) == (keep, keep)


@settings(max_examples=50, deadline=None)
@given(kept=DETAILS, other=DETAILS)
def test_nothing_that_either_record_says_is_lost(
    kept: ContactDetails, other: ContactDetails
) -> None:
    both = details_into(kept, other)
    told = "\n".join(getattr(both, part) for part in ("name", "phone", "email", "address", "notes"))
    for one in (kept, other):
        for part in ("name", "phone", "email", "address", "notes"):
            assert getattr(one, part) in told
    for part in ("name", "phone", "email", "address"):
        assert getattr(both, part) == (getattr(kept, part) or getattr(other, part))


def test_a_letter_written_while_its_contact_is_merged_is_led_on(committed_db: str) -> None:
    keep, other = a_contact(), a_contact()
    letter = a_letter(a_case(other.agency), other.agency, "draft")
    merged, done = threading.Event(), threading.Event()

    def write() -> None:
        merged.wait(5)
        Letter.objects.filter(pk=letter.pk).update(contact=other)
        done.set()
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    with transaction.atomic():
        merge_contacts(keep=keep, other=other, by=COMMAND, at=NOW)
        merged.set()
        assert not done.wait(0.3)
    writer.join(5)
    letter.refresh_from_db()
    assert (done.is_set(), letter.contact) == (True, keep)


def test_two_merges_of_the_same_two_end_with_one_of_them(committed_db: str) -> None:
    one, two = a_contact(), a_contact()
    told: list[str] = []
    start = threading.Barrier(2)

    def merge(keep: Contact, other: Contact) -> None:
        start.wait(5)
        try:
            merge_contacts(keep=keep, other=other, by=COMMAND, at=NOW)
            told.append("merged")
        except ContactMerged:
            told.append("refused")
        connection.close()

    threads = [threading.Thread(target=merge, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(told) == ["merged", "refused"]
    assert Contact.objects.filter(merged_into=None).count() == 1
