"""What is approved is what goes out: whoever changed a letter, and what stands beside its text."""

from collections.abc import Callable
from typing import Any

import pytest
from pysequoia import ArmorKind, Tsk, armor

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.outbox.models import Message
from corps.vault.actions import Erased, destroy_data_key
from deployments.agencies.actions.contacts import change_contact, merge_contacts
from deployments.agencies.models import Contact
from deployments.liaison.actions import letters as actions
from deployments.liaison.actions.disclosures import drop_disclosure
from deployments.liaison.actions.letters.attaching import OutOfUse
from deployments.liaison.letters.beside import beside, open_beside
from deployments.liaison.letters.text import open_text
from deployments.liaison.models import Letter, LetterVersion
from deployments.liaison.queries.letters import latest_version, letters_to_approve
from deployments.liaison.rules.letters import AddresseeChanged, OtherVersion, OwnLetter
from deployments.materials.actions import retire_version
from deployments.materials.models import MaterialVersion
from tests.cast import NOW, a_desk, a_user
from tests.liaison.disclosing import Telling
from tests.liaison.letter_scene import TEXT, a_contact
from tests.materials.scene import a_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sender")]


def a_key(who: str = "consul@embassy.test") -> str:
    """An OpenPGP key, as it is pasted."""
    return armor(bytes(Tsk.generate(who).extract_certificate()), ArmorKind.PublicKey)


def both() -> User:
    """Somebody of the desk who writes letters and approves them."""
    return a_user("both", Role.LIAISON, Role.APPROVER, desk=a_desk())


def planned(telling: Telling, letter: Letter, by: User) -> None:
    telling.plan(letter, telling.one, by=by)


def dropped(telling: Telling, letter: Letter, by: User) -> None:
    drop_disclosure(letter=letter, volunteer=telling.other, by=by, at=NOW)


def attached(telling: Telling, letter: Letter, by: User) -> None:
    actions.attach_file(letter=letter, content=b"annex\n", name="a.txt", by=by, at=NOW)


def attached_material(telling: Telling, letter: Letter, by: User) -> None:
    actions.attach_material(letter=letter, version=a_leaflet(telling), by=by, at=NOW)


def detached(telling: Telling, letter: Letter, by: User) -> None:
    actions.drop_attachment(attachment=letter.attachments.get(), by=by, at=NOW)


def addressed(telling: Telling, letter: Letter, by: User) -> None:
    actions.address_letter(letter=letter, contact=a_contact(), by=by, at=NOW)


ACTS = [planned, dropped, attached, attached_material, detached, addressed]


def a_leaflet(telling: Telling) -> MaterialVersion:
    """A version that is approved, on the desk."""
    editor = a_user("editor", Role.EDITOR, desk=a_desk())
    return a_version({"editor": editor, "approver": telling.office.second}, "approved")


def a_draft(telling: Telling, act: Callable[..., None]) -> Letter:
    """A draft on which somebody can do `act`."""
    letter = telling.letter(telling.other) if act is dropped else telling.office.letter()
    if act is detached:
        attached(telling, letter, telling.office.officer)
    return letter


def number_of(letter: Letter) -> int:
    latest = latest_version(letter)
    assert latest is not None
    return latest.number


@pytest.mark.parametrize("act", ACTS)
def test_who_changed_what_stands_beside_the_text_wrote_a_version(
    telling: Telling, act: Callable[..., None]
) -> None:
    letter, who = a_draft(telling, act), both()
    before = latest_version(letter)
    assert before is not None

    act(telling, letter, who)

    after = latest_version(letter)
    assert after is not None
    assert (after.number, after.written_by, open_text(after)) == (
        before.number + 1,
        who,
        open_text(before),
    )


@pytest.mark.parametrize("act", ACTS)
def test_and_approves_nothing_of_that_letter(telling: Telling, act: Callable[..., None]) -> None:
    letter, who = a_draft(telling, act), both()
    act(telling, letter, who)
    actions.submit_letter(letter=letter, by=telling.office.officer, at=NOW)

    with pytest.raises(OwnLetter):
        actions.approve_letter(letter=letter, version=number_of(letter), by=who, at=NOW)
    assert letter not in letters_to_approve(who)


def test_whoever_read_the_letter_without_its_attachment_does_not_approve_it(
    telling: Telling,
) -> None:
    office, letter = telling.office, telling.office.submitted()
    read = number_of(letter)
    actions.return_letter(letter=letter, by=office.approver, at=NOW, reason="the annex")
    attached(telling, letter, office.officer)
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)

    with pytest.raises(OtherVersion):
        actions.approve_letter(letter=letter, version=read, by=office.second, at=NOW)
    actions.approve_letter(letter=letter, version=number_of(letter), by=office.second, at=NOW)
    assert letter.state == "approved"


def test_nobody_loses_a_text_to_an_attachment_that_came_meanwhile(telling: Telling) -> None:
    letter = telling.office.letter()
    attached(telling, letter, telling.office.officer)
    given: dict[str, Any] = {"by": telling.office.officer, "at": NOW, "after": 2}

    saved = actions.save_draft(letter=letter, subject="Other", body=TEXT, **given)

    assert (saved.number, open_text(saved).subject) == (4, "Other")


def swapped(contact: Contact, by: User) -> None:
    """Another address and key."""
    given = {"email": "other@embassy.test", "openpgp_key": a_key("other@embassy.test")}
    change_contact(contact=contact, given=given, by=by, at=NOW)


def readdressed(contact: Contact, by: User) -> None:
    """Another address alone."""
    change_contact(contact=contact, given={"email": "other@embassy.test"}, by=by, at=NOW)


def rekeyed(contact: Contact, by: User) -> None:
    """Another key alone."""
    change_contact(contact=contact, given={"openpgp_key": a_key()}, by=by, at=NOW)


def merged(contact: Contact, by: User) -> None:
    """One of the same post, who is another."""
    keep = a_contact(contact.agency, email="other@embassy.test", openpgp_key=a_key())
    merge_contacts(keep=keep, other=contact, by=by, at=NOW)


def of_another_desk() -> User:
    return a_user("elsewhere", Role.LIAISON, desk=a_desk("elsewhere"))


@pytest.mark.parametrize("change", [swapped, readdressed, rekeyed, merged])
def test_an_approved_letter_goes_by_e_mail_to_the_address_that_was_approved(
    telling: Telling, change: Callable[..., None]
) -> None:
    contact = a_contact(openpgp_key=a_key())
    letter = telling.approved(contact=contact)
    change(contact, of_another_desk())

    with pytest.raises(AddresseeChanged):
        actions.send_letter(letter=letter, through="email", by=telling.office.officer, at=NOW)

    assert (Letter.objects.get(pk=letter.pk).state, Message.objects.count()) == ("approved", 0)
    actions.send_letter(letter=letter, through="post", by=telling.office.officer, at=NOW)
    assert letter.state == "sent"


@pytest.mark.parametrize("change", [swapped, readdressed, rekeyed, merged])
def test_nor_is_one_approved_whose_address_is_another_by_now(
    telling: Telling, change: Callable[..., None]
) -> None:
    contact, office = a_contact(openpgp_key=a_key()), telling.office
    letter = office.submitted(contact=contact)
    change(contact, of_another_desk())

    with pytest.raises(AddresseeChanged):
        actions.approve_letter(letter=letter, version=2, by=office.approver, at=NOW)
    actions.return_letter(letter=letter, by=office.approver, at=NOW, reason="another address")
    actions.save_draft(letter=letter, subject="Permits", body=TEXT, by=office.officer, at=NOW)
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    actions.approve_letter(letter=letter, version=3, by=office.approver, at=NOW)
    assert letter.state == "approved"


def test_what_else_is_known_of_a_contact_may_change(telling: Telling) -> None:
    contact = a_contact(openpgp_key=a_key())
    letter = telling.approved(contact=contact)
    change_contact(contact=contact, given={"phone": "+82 2 555"}, by=of_another_desk(), at=NOW)

    actions.send_letter(letter=letter, through="email", by=telling.office.officer, at=NOW)

    assert letter.state == "sent"


@pytest.mark.parametrize("through", ["email", "post", "hand"])
def test_a_post_that_was_renamed_after_the_approval_is_written_to_anew(
    telling: Telling, through: str
) -> None:
    contact = a_contact(openpgp_key=a_key())
    letter = telling.approved(contact=contact)
    change_contact(contact=contact, changed={"post": "Ambassador"}, by=of_another_desk(), at=NOW)

    with pytest.raises(AddresseeChanged):
        actions.send_letter(letter=letter, through=through, by=telling.office.officer, at=NOW)


def test_what_stands_beside_the_text_is_sealed_under_the_letters_key(telling: Telling) -> None:
    letter = telling.letter(contact=a_contact(openpgp_key=a_key()))
    attached(telling, letter, telling.office.officer)
    version = LetterVersion.objects.filter(letter=letter).latest("number")

    assert open_beside(version) == beside(letter)
    [sha256] = [bytes(one.sha256) for one in letter.attachments.all()]
    assert open_beside(version).attached == [sha256.hex()]
    assert open_beside(version).told == [[str(telling.one.pk), "permits", ["name", "passport"]]]
    assert not any(
        known in bytes(version.beside)
        for known in (b"embassy.test", sha256.hex().encode(), str(telling.one.pk).encode())
    )
    destroy_data_key(letter.data_key, at=NOW)
    with pytest.raises(Erased):
        open_beside(LetterVersion.objects.get(pk=version.pk))


@pytest.mark.parametrize("through", ["post", "hand", "email"])
def test_what_was_taken_out_of_use_goes_with_no_letter(telling: Telling, through: str) -> None:
    office, leaflet = telling.office, a_leaflet(telling)
    letter = office.letter(contact=a_contact())
    made = actions.attach_material(letter=letter, version=leaflet, by=office.officer, at=NOW)
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    actions.approve_letter(letter=letter, version=3, by=office.approver, at=NOW)
    retire_version(version=leaflet, reason="wrong", by=office.second, at=NOW)

    with pytest.raises(OutOfUse) as refused:
        actions.send_letter(letter=letter, through=through, by=office.officer, at=NOW)

    assert made.name in str(refused.value)
    assert Letter.objects.get(pk=letter.pk).state == "approved"


def test_neither_is_it_submitted_nor_approved(telling: Telling) -> None:
    office, leaflet = telling.office, a_leaflet(telling)
    submitted, draft = office.letter(), office.letter()
    for letter in (submitted, draft):
        actions.attach_material(letter=letter, version=leaflet, by=office.officer, at=NOW)
    actions.submit_letter(letter=submitted, by=office.officer, at=NOW)
    retire_version(version=leaflet, reason="wrong", by=office.second, at=NOW)

    with pytest.raises(OutOfUse):
        actions.approve_letter(letter=submitted, version=3, by=office.approver, at=NOW)
    with pytest.raises(OutOfUse):
        actions.submit_letter(letter=draft, by=office.officer, at=NOW)
