"""A key that changes while somebody makes blind indexes: each stands under the key that made it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from corps.audit.actions import COMMAND
from corps.vault import rotation
from corps.vault.marks import index_key_id, index_key_ids, mark, marks_to_look_for
from deployments.agencies.actions import contacts as of_contacts
from deployments.agencies.models import ContactMark
from tests.cast import NOW, a_coordinator, a_desk, a_volunteer
from tests.liaison.letter_scene import a_contact
from tests.vault.rings import copy_keyring
from volunteers.actions import identity, people
from volunteers.actions.people import NewVolunteer
from volunteers.identity import IdentityDocument
from volunteers.models import IdentityMark, Volunteer

PHONE = "+821012345678"


@pytest.fixture
def at_once(
    committed_db: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Any], None]:
    """Let another index key become the present one just after a module has made its marks."""
    copy_keyring(tmp_path, settings)

    def let(module: Any) -> None:
        made = module.marks_of

        def then_another_key(*given: Any) -> Any:
            found = made(*given)
            new = rotation.next_key_id("index")
            rotation.add_key("index", new)
            rotation.make_current("index", new)
            return found

        monkeypatch.setattr(module, "marks_of", then_another_key)

    return let


def phones(model: Any) -> list[tuple[str, bool]]:
    """The key's name of each mark of a phone, and whether that key makes it."""
    rows = model.objects.filter(kind="phone").values_list("key_id", "mark")
    return [(key_id, bytes(value) == mark("phone", PHONE, key_id)) for key_id, value in rows]


def test_of_somebody_whose_identity_changes(at_once: Callable[[Any], None]) -> None:
    by, volunteer = a_coordinator(a_desk()), a_volunteer()
    at_once(identity)
    identity.change_identity(volunteer=volunteer, given={"phone": PHONE}, by=by, at=NOW)
    assert phones(IdentityMark) == [("index-1", True)]
    assert index_key_id() == "index-2"


def test_of_somebody_who_is_registered(at_once: Callable[[Any], None]) -> None:
    at_once(people)
    person = NewVolunteer(identity=IdentityDocument(name="홍길동", phone=PHONE))
    people.register_volunteers([person], desk=a_desk(), by=COMMAND, at=NOW)
    assert Volunteer.objects.count() == 1
    assert phones(IdentityMark) == [("index-1", True)]
    assert index_key_id() == "index-2"


def test_of_a_contact(at_once: Callable[[Any], None]) -> None:
    with transaction.atomic():
        contact = a_contact()
    at_once(of_contacts)
    of_contacts.change_contact(contact=contact, given={"phone": PHONE}, by=COMMAND, at=NOW)
    assert phones(ContactMark) == [("index-1", True)]
    assert index_key_id() == "index-2"


def test_of_whoever_is_looked_for_while_the_old_key_leaves(
    at_once: Callable[[Any], None],
) -> None:
    """The keys that are there are asked for once, not once a mark."""
    rotation.add_key("index", "index-2")
    rotation.make_current("index", "index-2")

    def forms() -> Iterator[tuple[str, str]]:
        yield "phone", PHONE
        rotation.drop_all_but("index", "index-2")
        yield "phone", PHONE

    found = marks_to_look_for(forms())
    assert [kind for kind, _mark in found] == ["phone"] * 4
    assert found[:2] == found[2:]
    assert index_key_ids() == ("index-2",)
