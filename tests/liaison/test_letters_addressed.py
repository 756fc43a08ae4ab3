"""To whom at an agency a letter goes: chosen while it is a draft, and only who is in office."""

from datetime import date, timedelta
from typing import Any

import pytest

from corps.audit.models import Entry
from deployments.agencies.models import Contact
from deployments.liaison.actions.letters import (
    address_letter,
    return_letter,
    send_letter,
    submit_letter,
)
from deployments.liaison.forms.letters import AddressForm, BeginForm
from deployments.liaison.models import Letter
from deployments.liaison.rules.letters import LetterInvalid, NotADraft, NotInOffice
from deployments.materials.forms import DeliveryForm
from tests.admin.doors import as_, do_url
from tests.cast import NOW, an_agency
from tests.liaison.letter_scene import Office, a_contact, an_office, approve
from tests.materials.scene import a_version, cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
ENDED, ENDING, COMING = {"until": TODAY - DAY}, {"until": TODAY}, {"since": TODAY + DAY}


@pytest.fixture
def office() -> Office:
    """The Seoul desk."""
    return an_office()


def dated(post: str = "Consul", **days: date) -> Contact:
    """A contact whose days in office are told."""
    contact = a_contact(post=post)
    Contact.objects.filter(pk=contact.pk).update(**days)
    contact.refresh_from_db()
    return contact


def contacts() -> dict[str, Any]:
    """One contact in office without an end, and others by how their days lie."""
    return {
        "now": a_contact(post="Now"),
        "ended": dated("Ended", **ENDED),
        "ending": dated("Ending", **ENDING),
        "coming": dated("Coming", **COMING),
    }


@pytest.mark.parametrize(("days", "goes"), [(ENDED, False), (ENDING, True), (COMING, False)])
def test_no_letter_is_begun_to_who_is_not_in_office(
    office: Office, days: dict[str, date], goes: bool
) -> None:
    contact = dated(**days)
    if goes:
        assert office.letter(contact=contact).contact == contact
        return
    with pytest.raises(NotInOffice):
        office.letter(contact=contact)


@pytest.mark.parametrize("through", ["email", "post", "hand"])
def test_none_goes_after_the_last_day(office: Office, through: str) -> None:
    letter = office.approved(contact=dated(**ENDING))

    with pytest.raises(NotInOffice):
        send_letter(letter=letter, through=through, by=office.officer, at=NOW + DAY)
    assert Letter.objects.get(pk=letter.pk).state == "approved"


def test_it_is_entered_as_posted_on_a_day_when_they_were(office: Office) -> None:
    letter = office.approved(contact=dated(**ENDING))

    send_letter(letter=letter, through="post", on=TODAY, by=office.officer, at=NOW + DAY)

    assert Letter.objects.get(pk=letter.pk).state == "sent"


def test_the_forms_offer_who_is_in_office_today(office: Office) -> None:
    known, letter = contacts(), office.letter()

    for form in (
        BeginForm(obj=office.case, viewer=office.officer),
        AddressForm(obj=letter, viewer=office.officer),
    ):
        offered: Any = form.fields["contact"]
        assert set(offered.queryset) == {known["now"], known["ending"]}


def test_so_does_the_form_of_deliveries() -> None:
    known, people = contacts(), cast()

    form = DeliveryForm(obj=a_version(people, "approved"), viewer=people["liaison"])

    offered: Any = form.fields["contact"]
    assert set(offered.queryset) == {known["now"], known["ending"]}


def test_the_contact_of_a_draft_is_chosen_and_taken_away(office: Office) -> None:
    letter, contact = office.letter(), a_contact()

    address_letter(letter=letter, contact=contact, by=office.officer, at=NOW)
    assert Letter.objects.get(pk=letter.pk).contact == contact
    address_letter(letter=letter, contact=None, by=office.officer, at=NOW)
    assert Letter.objects.get(pk=letter.pk).contact is None

    assert Entry.objects.filter(verb="letter.addressed").count() == 2


def test_the_same_contact_again_leaves_nothing(office: Office) -> None:
    letter = office.letter(contact=a_contact())

    address_letter(letter=letter, contact=letter.contact, by=office.officer, at=NOW)

    assert not Entry.objects.filter(verb="letter.addressed").exists()


def test_contacts_elsewhere_and_out_of_office_are_refused(office: Office) -> None:
    letter = office.letter()

    elsewhere = a_contact(an_agency("ministry"))

    with pytest.raises(LetterInvalid):
        address_letter(letter=letter, contact=elsewhere, by=office.officer, at=NOW)
    with pytest.raises(NotInOffice):
        address_letter(letter=letter, contact=dated(**ENDED), by=office.officer, at=NOW)


def test_only_a_draft_gets_another_contact(office: Office) -> None:
    letter, contact = office.submitted(), a_contact()

    with pytest.raises(NotADraft):
        address_letter(letter=letter, contact=contact, by=office.officer, at=NOW)
    return_letter(letter=letter, by=office.approver, at=NOW, reason="to the consul")
    address_letter(letter=letter, contact=contact, by=office.officer, at=NOW)

    assert (letter.state, letter.contact) == ("draft", contact)


def test_a_letter_begun_without_a_contact_goes_by_e_mail_after_all(office: Office) -> None:
    letter = office.letter(kind="withdrawal")
    as_(office.officer).post(do_url(letter, "address"), {"contact": a_contact().pk})
    submit_letter(letter=letter, by=office.officer, at=NOW)
    approve(letter, office.approver)

    send_letter(letter=letter, through="email", by=office.officer, at=NOW)

    letter.refresh_from_db()
    assert (letter.state, letter.message is not None) == ("sent", True)
