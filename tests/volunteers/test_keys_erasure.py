"""Erasing a volunteer: the data key is gone, and the ledger stands."""

import io
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.errors import NotPermitted
from corps.vault.actions import (
    Erased,
    destroy_data_key,
    new_data_key,
    open_data_key,
    seal_under,
    unseal_under,
)
from corps.vault.keys import keyring
from corps.vault.models import DataKey
from corps.vault.sealing import Place, SealBroken, unseal
from tests.cast import NOW, a_coordinator, a_volunteer
from tests.vault.rings import copy_keyring
from tests.volunteers.imports.registers import person, workbook
from tests.volunteers.test_keys_rotation import an_import
from volunteers.actions.erasure import erase_volunteer
from volunteers.actions.identity import search_identity
from volunteers.identity import identity_place, open_identity
from volunteers.models import Identity, IdentityMark, Volunteer


def erase(callsign: str, *words: str) -> str:
    """Run `vault erase` for somebody and return what it prints."""
    told = StringIO()
    call_command("vault", "erase", callsign, "--reason", "asked for it", *words, stdout=told)
    return told.getvalue()


def gone(callsign: str = "매", **fields: object) -> Volunteer:
    """A volunteer who has withdrawn."""
    return a_volunteer(callsign, standing="withdrawn", **fields)


@pytest.mark.django_db
def test_an_erased_identity_opens_with_no_key_that_is_left() -> None:
    volunteer = gone()
    backup = bytes(volunteer.identity.document)
    assert erase("매", "--yes").splitlines()[0] == "매 is erased. The ledger stands."
    fresh = Volunteer.objects.get()
    with pytest.raises(Erased):
        open_identity(fresh)
    assert bytes(Identity.objects.get().document) == b""
    every_key = [*keyring().keys["master"].values(), *keyring().keys["index"].values()]
    wrapped = DataKey.objects.filter(wrapped__isnull=False)
    assert list(wrapped.values_list("purpose", flat=True)) == ["sessions"]
    for key in every_key:
        with pytest.raises(SealBroken):
            unseal(key, identity_place(fresh), backup)


def test_after_a_rotation_a_backup_of_the_key_opens_nothing_either(
    committed_db: str, tmp_path: Path, settings: Settings
) -> None:
    copy_keyring(tmp_path, settings)
    volunteer = gone()
    key = DataKey.objects.get(pk=volunteer.data_key_id)
    assert open_data_key(key)
    erase("매", "--yes")
    call_command("vault", "rotate", stdout=StringIO())
    place = Place("vault_datakey", "wrapped", str(key.pk))
    for left in keyring().keys["master"].values():
        with pytest.raises(SealBroken):
            unseal(left, place, bytes(key.wrapped or b""))


@pytest.mark.django_db
def test_nobody_finds_an_erased_volunteer() -> None:
    volunteer = gone()
    phone = open_identity(volunteer).phone
    erase("매", "--yes")
    by = a_coordinator()
    assert (list(search_identity(kind="phone", text=phone, by=by, at=NOW))) == []
    assert IdentityMark.objects.count() == 0


@pytest.mark.django_db
def test_the_ledger_stands_and_tells_of_the_erasure() -> None:
    volunteer = gone()
    marks = IdentityMark.objects.count()
    erase("매", "--yes")
    told = [(one.verb, one.reason, one.facts) for one in entries_about(volunteer)]
    assert told == [
        ("identity.erased", "asked for it", {"blind indexes": marks, "waiting rows": 0}),
        ("register.added", "", {}),
    ]


@pytest.mark.django_db
def test_an_erased_volunteers_account_is_closed_with_its_second_factor() -> None:
    volunteer = gone(account=True)
    user = volunteer.user
    assert user is not None
    user.data_key = new_data_key()
    user.save()
    secret = seal_under(user.data_key, Place("mfa", "secret", "1"), b"secret")
    erase("매", "--yes")
    user.refresh_from_db()
    assert user.is_active is False
    assert user.data_key is not None
    with pytest.raises(Erased):
        unseal_under(user.data_key, Place("mfa", "secret", "1"), secret)


@pytest.mark.django_db
def test_rows_that_wait_for_being_like_the_person_go_too() -> None:
    by = a_coordinator()
    one = person(1)
    an_import(workbook({**one, "호출명": "매"}), by)
    held = an_import(workbook({**person(2), "연락처": one["연락처"]}), by).rows.get()
    Volunteer.objects.update(standing="released")
    erase("매", "--yes")
    held.refresh_from_db()
    assert (held.outcome, held.content, held.mark) == ("undecided", None, None)
    assert held.data_key is not None
    assert held.data_key.destroyed_at is not None


@pytest.mark.django_db
def test_who_still_serves_is_not_erased() -> None:
    volunteer = a_volunteer("매")
    with pytest.raises(CommandError, match="neither released nor withdrawn"):
        erase("매", "--yes")
    assert open_identity(Volunteer.objects.get(pk=volunteer.pk)).phone


@pytest.mark.django_db
def test_nobody_is_erased_twice() -> None:
    destroy_data_key(gone().data_key, at=NOW)
    with pytest.raises(CommandError, match="erased already"):
        erase("매", "--yes")


@pytest.mark.django_db
def test_no_page_erases_anybody() -> None:
    with pytest.raises(NotPermitted):
        erase_volunteer(volunteer=gone(), reason="", by=a_coordinator(), at=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "erased"), [("매\n", True), ("독수리\n", False), ("\n", False)])
def test_the_callsign_is_typed_again(
    monkeypatch: pytest.MonkeyPatch, typed: str, erased: bool
) -> None:
    gone()
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    if erased:
        erase("매")
    else:
        with pytest.raises(CommandError, match="nothing is erased"):
            erase("매")
    assert Entry.objects.filter(verb="identity.erased").exists() is erased
