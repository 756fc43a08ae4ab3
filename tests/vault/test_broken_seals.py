"""Sealed bytes that were flipped, cut or moved are refused, entered, told of, and never shown."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from corps.accounts.actions.seals import entering_broken_seals
from corps.accounts.models import Notice, User
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from corps.vault.actions import open_data_key, seal_at_house, unseal_at_house
from corps.vault.models import DataKey
from corps.vault.sealing import Place, SealBroken
from tests.cast import NOW, a_coordinator, a_volunteer
from tests.volunteers.imports.registers import a_preview, person, workbook
from volunteers import tasks
from volunteers.actions.imports import (
    confirm_import,
    download_corrections,
    remarks_of,
    start_import,
)
from volunteers.actions.imports_settle import held_person
from volunteers.actions.imports_work import carry_out_import
from volunteers.identity import open_identity
from volunteers.models import Identity, ImportRow, ImportRun, Volunteer

pytestmark = pytest.mark.django_db

Opening = Callable[[], Any]
Kept = tuple[type[models.Model], str, Any, Opening]
"""Where sealed bytes stand (model, column, row), and what opens them."""


def the_coordinator() -> User:
    """The one coordinator of the desk."""
    return User.objects.filter(username="coordinator").first() or a_coordinator()


def a_document() -> Kept:
    """An identity document."""
    pk = a_volunteer().pk
    return Identity, "document", pk, lambda: open_identity(Volunteer.objects.get(pk=pk))


def a_data_key() -> Kept:
    """A wrapped data key."""
    pk = a_volunteer().data_key_id
    return DataKey, "wrapped", pk, lambda: open_data_key(DataKey.objects.get(pk=pk))


def an_upload() -> Kept:
    """The file of an import."""
    by = the_coordinator()
    run = start_import(upload=workbook(person(1)), kind="xlsx", desk=by.desks.get(), by=by, at=NOW)
    return ImportRun, "upload", run.pk, lambda: _ended(run)


def _ended(run: ImportRun) -> None:
    tasks.read_import(str(run.pk))
    run.refresh_from_db()
    if run.problem == "altered":
        raise SealBroken
    assert (run.state, run.problem) == ("preview", "")


def remarks() -> Kept:
    """The remarks about an import's file."""
    run = a_preview(workbook(person(1)), the_coordinator())
    return ImportRun, "remarks", run.pk, lambda: remarks_of(run)


def a_rejected_row() -> Kept:
    """A rejected row of an import."""
    by = the_coordinator()
    run = a_preview(workbook(person(1, 생년월일="soon")), by)
    return (
        ImportRow,
        "content",
        run.rows.get().pk,
        lambda: download_corrections(run=run, by=by, at=NOW),
    )


def a_held_row() -> Kept:
    """A row of an import that waits for a decision."""
    by = the_coordinator()
    one, other = person(next(_numbers)), person(next(_numbers))
    run = a_preview(workbook(one, {**other, "연락처": one["연락처"]}), by)
    confirm_import(run=run, by=by, at=NOW)
    carry_out_import(run_id=run.pk, now=lambda: NOW)
    pk = run.rows.get(outcome="held").pk
    return ImportRow, "content", pk, lambda: held_person(ImportRow.objects.get(pk=pk))


_numbers = count(1)
KINDS = [a_document, a_data_key, an_upload, remarks, a_rejected_row, a_held_row]


def put(kept: Kept, content: bytes) -> None:
    """Write other bytes in the place of sealed ones."""
    model, column, pk, _opening = kept
    model._default_manager.filter(pk=pk).update(**{column: content})


def sealed(kept: Kept) -> bytes:
    """Return the sealed bytes."""
    model, column, pk, _opening = kept
    return bytes(model._default_manager.values_list(column, flat=True).get(pk=pk))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_as_it_was_opens(kind: Callable[[], Kept]) -> None:
    kind()[3]()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [0, 1, 12, 13, -17, -16, -1])
def test_one_flipped_bit_is_refused(kind: Callable[[], Kept], place: int) -> None:
    kept = kind()
    altered = bytearray(sealed(kept))
    altered[place] ^= 4
    put(kept, bytes(altered))
    with pytest.raises(SealBroken):
        kept[3]()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [0, 1, 13, 28, -1])
def test_cut_bytes_are_refused(kind: Callable[[], Kept], length: int) -> None:
    kept = kind()
    put(kept, sealed(kept)[:length])
    with pytest.raises(SealBroken):
        kept[3]()


@pytest.mark.parametrize("moved", KINDS)
@pytest.mark.parametrize("kind", KINDS)
def test_bytes_of_elsewhere_are_refused(
    kind: Callable[[], Kept], moved: Callable[[], Kept]
) -> None:
    other = moved()
    kept = kind()
    put(kept, sealed(other))
    with pytest.raises(SealBroken):
        kept[3]()


def test_a_document_does_not_open_under_its_own_key_elsewhere() -> None:
    one, other = a_volunteer(), a_volunteer()
    document = Identity.objects.get(pk=one.pk).document
    Identity.objects.filter(pk=other.pk).update(document=document)
    key = other.data_key_id
    Volunteer.objects.filter(pk=one.pk).update(data_key=DataKey.objects.create(wrapped=b"x"))
    Volunteer.objects.filter(pk=other.pk).update(data_key=one.data_key_id)
    assert key != one.data_key_id
    with pytest.raises(SealBroken):
        open_identity(Volunteer.objects.get(pk=other.pk))


def test_what_a_house_key_sealed_opens_at_its_place_alone() -> None:
    place = Place("accounts_session", "session_data", "one")
    kept = seal_at_house("sessions", place, b"word")
    assert unseal_at_house("sessions", place, kept) == b"word"
    assert seal_at_house("sessions", place, b"word")[:32] != kept[:32]
    for at in (0, 31, 32, 33, len(kept) - 1):
        altered = bytearray(kept)
        altered[at] ^= 1
        with pytest.raises(SealBroken):
            unseal_at_house("sessions", place, bytes(altered))
    with pytest.raises(SealBroken):
        unseal_at_house("sessions", Place("accounts_session", "session_data", "two"), kept)


# -- what is told of it


def break_document(volunteer: Volunteer) -> None:
    """Flip a bit of somebody's document."""
    kept: Kept = (Identity, "document", volunteer.pk, lambda: None)
    content = bytearray(sealed(kept))
    content[-1] ^= 1
    put(kept, bytes(content))


def test_a_page_refuses_enters_and_tells_the_administrators(client: Client) -> None:
    by, volunteer = a_coordinator(), a_volunteer("매")
    break_document(volunteer)
    client.force_login(by)
    address = reverse("admin:volunteers_volunteer_do", args=[volunteer.pk, "identity"])
    page = client.post(address, {"phone": "010-1234-5678"}, follow=True)
    assert "altered or damaged" in page.content.decode()
    entry = Entry.objects.get(verb="vault.seal_broken")
    assert (entry.actor, entry.door, entry.object, entry.desk) == (
        "coordinator",
        "admin",
        "매",
        "seoul",
    )
    assert entry.facts == {
        "table": "volunteers_identity",
        "column": "document",
        "row": str(volunteer.pk),
    }
    assert entry.about == [f"volunteers.volunteer:{volunteer.pk}"]
    assert [(one.kind, one.about) for one in Notice.objects.all()] == [
        ("seal broken", f"volunteers.volunteer:{volunteer.pk}")
    ]
    client.post(address, {"phone": "010-1234-5678"})
    assert Entry.objects.filter(verb="vault.seal_broken").count() == 2
    assert Notice.objects.count() == 1


def test_a_task_ends_its_import_and_enters_it() -> None:
    kept = an_upload()
    put(kept, sealed(kept)[:-1])
    with pytest.raises(SealBroken):
        kept[3]()
    run = ImportRun.objects.get()
    assert (run.state, run.problem, run.upload) == ("failed", "altered", None)
    entry = Entry.objects.get(verb="vault.seal_broken")
    assert (entry.actor, entry.door, entry.about) == (
        "clock",
        "clock",
        [f"volunteers.importrun:{run.pk}"],
    )


def test_a_broken_seal_that_somebody_answers_is_entered_all_the_same() -> None:
    volunteer = a_volunteer("매")
    break_document(volunteer)
    with entering_broken_seals(lambda: COMMAND):
        try:
            open_identity(Volunteer.objects.get())
        except SealBroken:
            answered = True
    assert answered
    assert Entry.objects.filter(verb="vault.seal_broken").count() == 1
