"""Contacts: sealed, found by exact marks, shown one by one, ended and erased."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from pysequoia import Cert, Tsk

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from corps.errors import NotPermitted
from corps.vault.actions import Erased
from corps.vault.marks import EMAIL, NAME, PHONE
from corps.vault.sealing import SealBroken
from corps.workflow.moves import ReasonMissing
from deployments.agencies.actions.contact_details import (
    ContactErased,
    StillInOffice,
    erase_contact,
    find_contacts,
    reveal_contact,
)
from deployments.agencies.actions.contacts import (
    DaysTurned,
    PostTellsName,
    add_contact,
    change_contact,
    end_contact,
)
from deployments.agencies.contacts import (
    ContactDetails,
    KeyUnusable,
    details_place,
    open_details,
)
from deployments.agencies.models import Contact, ContactMark
from tests.audit.ledgers import canonical_of
from tests.cast import COMMAND, NOW, a_contact, a_desk, a_user, an_agency
from volunteers.actions.quotas import QuotaSpent
from volunteers.rules import FactorNotRecent

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

WHOLE = ContactDetails(
    name="Олена Коваль",
    phone="+380441234567",
    email="olena.koval@example.org",
    address="Київ, вул. Хрещатик 1",
    notes="mornings",
)


def a_liaison() -> User:
    return a_user("liaison", Role.LIAISON, desk=a_desk())


def last_entry() -> Entry:
    return Entry.objects.order_by("-number")[0]


def test_details_are_sealed_and_open_again() -> None:
    contact = add_contact(
        agency=an_agency(), post="Consul", details=WHOLE, language="uk", by=a_liaison(), at=NOW
    )
    stored = Contact.objects.get(pk=contact.pk)
    assert open_details(stored) == WHOLE
    assert (repr(WHOLE), str(stored)) == ("ContactDetails(…)", "Embassy · Consul")
    assert str(details_place(stored)) != ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM agencies_contact AS c")
        row = cursor.fetchone()[0]
    for part in ("Олена", "380441234567", "olena.koval", "Хрещатик", "mornings"):
        assert part not in row
        assert part.encode().hex() not in row
    entry = last_entry()
    assert (entry.verb, entry.facts) == (
        "contact.added",
        {"parts": ["name", "phone", "email", "address", "notes"]},
    )


def test_details_of_one_contact_do_not_open_as_another_ones() -> None:
    one, other = a_contact(), a_contact()
    Contact.objects.filter(pk=other.pk).update(details=Contact.objects.get(pk=one.pk).details)
    with pytest.raises(SealBroken):
        open_details(Contact.objects.get(pk=other.pk))


def test_only_liaison_officers_keep_contacts() -> None:
    contact = a_contact()
    for role in set(Role) - {Role.LIAISON}:
        by = a_user(role.name.lower(), role, desk=a_desk())
        for act in (
            lambda by=by: add_contact(agency=an_agency(), post="x", details=WHOLE, by=by, at=NOW),
            lambda by=by: change_contact(contact=contact, changed={"post": "y"}, by=by, at=NOW),
            lambda by=by: end_contact(contact=contact, until=date(2027, 1, 1), by=by, at=NOW),
            lambda by=by: find_contacts(kind=NAME, text="x", by=by, at=NOW),
            lambda by=by: reveal_contact(contact=contact, reason="x", by=by, proved_at=NOW, at=NOW),
            lambda by=by: erase_contact(contact=contact, reason="x", by=by, at=NOW),
        ):
            with pytest.raises(NotPermitted):
                act()


def test_a_change_replaces_what_is_given_and_enters_names_of_parts_alone() -> None:
    contact, by = a_contact(name="Ivan Franko", phone="+380441234567"), a_liaison()
    change_contact(
        contact=contact,
        changed={"post": "Attaché", "until": date(2027, 6, 30)},
        given={"phone": "", "email": "new@example.org"},
        by=by,
        at=NOW,
    )
    details = open_details(Contact.objects.get(pk=contact.pk))
    assert (details.name, details.phone, details.email) == ("Ivan Franko", "", "new@example.org")
    assert (contact.post, contact.until) == ("Attaché", date(2027, 6, 30))
    assert last_entry().facts == {"changed": ["post", "until"], "parts": ["email", "phone"]}
    assert find_contacts(kind=PHONE, text="+380441234567", by=by, at=NOW) == []
    assert find_contacts(kind=EMAIL, text="NEW@example.org", by=by, at=NOW) == [contact]


def test_days_and_posts_that_cannot_be_are_refused() -> None:
    contact, by = a_contact(name="Ivan Franko", since=date(2026, 5, 1)), a_liaison()
    with pytest.raises(DaysTurned):
        end_contact(contact=contact, until=date(2026, 4, 30), by=by, at=NOW)
    with pytest.raises(PostTellsName):
        change_contact(contact=contact, changed={"post": "Consul Ivan Franko"}, by=by, at=NOW)
    with pytest.raises(PostTellsName):
        add_contact(
            agency=an_agency(),
            post="김철수 영사",
            details=ContactDetails(name="김철수"),
            by=by,
            at=NOW,
        )
    contact.refresh_from_db()
    assert (contact.post, contact.until) == ("Consul", None)


def test_a_post_that_tells_the_name_counts_as_a_search_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "SEARCHES_A_DAY", 3)
    contact, by = a_contact(name="Ivan Franko"), a_liaison()
    given = {"contact": contact, "by": by, "at": NOW}
    change_contact(changed={"post": "Attaché"}, **given)
    with pytest.raises(PostTellsName):
        change_contact(changed={"post": "Taras Shevchenko or Ivan Franko"}, **given)
    entry = last_entry()
    assert (entry.verb, entry.facts) == ("contact.searched", {"kind": NAME, "found": 1})
    assert entry.about == [f"agencies.contact:{contact.pk}"]

    change_contact(changed={"post": "Consul"}, **given)
    for post in ("Ivan Franko", "Secretary"):
        with pytest.raises(QuotaSpent):
            change_contact(changed={"post": post}, **given)
        assert last_entry().verb == "identity.over_quota"
    change_contact(changed={"language": "uk"}, **given)
    contact.refresh_from_db()
    assert (contact.post, contact.language) == ("Consul", "uk")


def test_an_openpgp_key_is_kept_as_its_public_part() -> None:
    by, contact = a_liaison(), a_contact()
    secret = Tsk.generate("Olena <olena@example.org>")
    change_contact(contact=contact, given={"openpgp_key": str(secret)}, by=by, at=NOW)
    kept = open_details(Contact.objects.get(pk=contact.pk)).openpgp_key
    assert "PRIVATE" not in kept
    assert Cert.from_bytes(kept.encode()).fingerprint == secret.extract_certificate().fingerprint
    assert Contact.objects.get(pk=contact.pk).has_openpgp_key is True
    change_contact(contact=contact, given={"openpgp_key": ""}, by=by, at=NOW)
    assert Contact.objects.get(pk=contact.pk).has_openpgp_key is False


@pytest.mark.parametrize("text", ["nonsense", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n", "?"])
def test_what_is_no_openpgp_key_is_refused(text: str) -> None:
    contact = a_contact()
    with pytest.raises(KeyUnusable):
        change_contact(contact=contact, given={"openpgp_key": text}, by=COMMAND, at=NOW)


def test_an_openpgp_key_that_is_over_is_refused() -> None:
    secret = Tsk.generate("Olena <olena@example.org>")
    over = secret.extract_certificate().set_expiration(NOW + timedelta(days=9), secret.certifier())
    given = {"openpgp_key": str(over)}
    change_contact(contact=a_contact(), given=given, by=COMMAND, at=NOW)
    with pytest.raises(KeyUnusable):
        change_contact(contact=a_contact(), given=given, by=COMMAND, at=NOW + timedelta(days=10))


def test_somebody_is_found_by_exact_name_phone_or_email_and_the_text_is_entered_nowhere() -> None:
    by = a_liaison()
    contact = add_contact(agency=an_agency(), post="Consul", details=WHOLE, by=by, at=NOW)
    a_contact()
    for kind, text in (
        (NAME, "Коваль Олена"),
        (PHONE, "+380 44 123-45-67"),
        (EMAIL, "Olena.Koval@example.org"),
    ):
        assert find_contacts(kind=kind, text=text, by=by, at=NOW) == [contact]
        entry = last_entry()
        assert (entry.verb, entry.facts) == ("contact.searched", {"kind": kind, "found": 1})
        assert text not in canonical_of(entry).decode()
    assert find_contacts(kind=NAME, text="Коваль", by=by, at=NOW) == []
    assert last_entry().facts == {"kind": NAME, "found": 0}


def test_details_are_shown_for_a_reason_after_a_recent_factor_within_the_quota() -> None:
    contact, by = a_contact(), a_liaison()
    shown = {"contact": contact, "by": by, "at": NOW}
    details = reveal_contact(reason="to call back", proved_at=NOW, **shown)
    assert details == open_details(contact)
    entry = last_entry()
    assert (entry.verb, entry.reason, entry.facts) == (
        "contact.revealed",
        "to call back",
        {"parts": ["name", "email"]},
    )
    with pytest.raises(ReasonMissing):
        reveal_contact(reason=" ", proved_at=NOW, **shown)
    with pytest.raises(FactorNotRecent):
        reveal_contact(reason="x", proved_at=NOW - timedelta(minutes=5), **shown)
    for _again in range(settings.REVEALS_A_DAY - 1):
        reveal_contact(reason="x", proved_at=NOW, **shown)
    with pytest.raises(QuotaSpent):
        reveal_contact(reason="x", proved_at=NOW, **shown)
    assert Entry.objects.filter(verb="contact.revealed").count() == settings.REVEALS_A_DAY
    assert Entry.objects.filter(verb="identity.over_quota").count() == 1


def test_whoever_has_ended_can_be_erased_by_a_command_for_good() -> None:
    contact = a_contact()
    with pytest.raises(StillInOffice):
        erase_contact(contact=contact, reason="asked to", by=COMMAND, at=NOW)
    end_contact(contact=contact, until=date(2026, 11, 21), by=a_liaison(), at=NOW)
    erase_contact(contact=contact, reason="asked to", by=COMMAND, at=NOW)
    left = Contact.objects.get(pk=contact.pk)
    assert (bytes(left.details), left.data_key.wrapped) == (b"", None)
    assert not ContactMark.objects.exists()
    with pytest.raises(Erased):
        open_details(left)
    with pytest.raises(ContactErased):
        erase_contact(contact=contact, reason="again", by=COMMAND, at=NOW)
    assert (last_entry().verb, last_entry().reason) == ("contact.erased", "asked to")
