"""What answers like a search by identity looks on own desks alone, counts and is entered as one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from corps.accounts.models import Notice, User
from corps.audit.actions import reference
from corps.audit.models import Entry
from corps.errors import NotFound, Refusal
from corps.vault.marks import NAME
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_volunteer
from tests.volunteers.test_reveal import reveal, shared_with, under_glass
from volunteers.actions.identity import AlreadyRegistered, register_by_hand, search_identity
from volunteers.actions.imports import discard_import, start_import
from volunteers.actions.imports_work import read_import
from volunteers.actions.invitations import invite_volunteer
from volunteers.actions.people import (
    CallsignTaken,
    CallsignTellsName,
    NewVolunteer,
    change_volunteer,
)
from volunteers.actions.quotas import QuotaSpent
from volunteers.identity import IdentityDocument, marks_to_find
from volunteers.models import ImportRun, Volunteer
from volunteers.queries.people import carrying_marks, volunteers_visible_to
from volunteers.rules import HomeBaseTooExact

pytestmark = pytest.mark.django_db

DOCUMENT = IdentityDocument(name="김철수", phone="+821087654321")
FILE = "name,phone\n김철수,010-8765-4321\n"


def somebody() -> Volunteer:
    """A volunteer of Seoul with DOCUMENT."""
    return a_volunteer("heron-1", identity=DOCUMENT)


def register(by: User, identity: IdentityDocument = DOCUMENT) -> Volunteer:
    """Register somebody on a desk of `by`."""
    desk = by.desks.get()
    return register_by_hand(person=NewVolunteer(identity=identity), desk=desk, by=by, at=NOW)


def preview(by: User) -> ImportRun:
    """A workbook that tells of DOCUMENT, read for a preview."""
    run = start_import(upload=FILE.encode(), kind="csv", desk=by.desks.get(), by=by, at=NOW)
    read_import(run_id=run.pk, now=lambda: NOW)
    run.refresh_from_db()
    return run


def searches() -> list[tuple[Sequence[str], dict[str, Any]]]:
    """Whom the searches in the ledger are about, and what they say."""
    found = Entry.objects.filter(verb="identity.searched").order_by("number")
    return [(entry.about, entry.facts) for entry in found]


# -- own desks alone


def test_who_is_shared_is_seen_by_callsign_and_not_found_by_name() -> None:
    there = somebody()
    person = shared_with()
    assert list(search_identity(kind=NAME, text="Kim Cheolsu", by=person, at=NOW)) == []
    assert list(search_identity(kind=NAME, text="Kim Cheolsu", by=a_coordinator(), at=NOW)) == [
        there
    ]


def test_who_is_shared_is_absent_for_who_registers() -> None:
    somebody()
    assert register(shared_with()).callsign != "heron-1"


def test_who_is_shared_is_absent_in_a_preview() -> None:
    somebody()
    run = preview(shared_with())
    assert (run.held, run.imported, searches()) == (0, 1, [])


def test_who_is_seen_under_glass_is_not_found() -> None:
    there, admin = somebody(), under_glass()
    assert list(volunteers_visible_to(admin)) == [there]
    assert list(carrying_marks(admin, NAME, marks_to_find(NAME, "김철수"))) == []


# -- counted and entered


def test_who_is_known_already_counts_as_a_search(settings: Any) -> None:
    settings.SEARCHES_A_DAY = 1
    there, by = somebody(), a_coordinator()
    with pytest.raises(AlreadyRegistered):
        register(by)
    assert searches() == [([reference(there)], {"kind": "register", "found": 1})]
    with pytest.raises(QuotaSpent):
        register(by)
    assert (len(searches()), Notice.objects.count()) == (1, 1)


def test_with_the_searches_spent_nobody_learns_who_is_not_known(settings: Any) -> None:
    settings.SEARCHES_A_DAY = 1
    there, by = somebody(), a_coordinator()
    with pytest.raises(AlreadyRegistered):
        register(by)
    with pytest.raises(QuotaSpent):
        register(by, IdentityDocument(name="박무명"))
    for callsign in ("Kim-Cheolsu", "heron-2"):
        with pytest.raises(QuotaSpent):
            change_volunteer(volunteer=there, changed={"callsign": callsign}, by=by, at=NOW)
    there.refresh_from_db()
    assert (Volunteer.objects.count(), there.callsign) == (1, "heron-1")


def test_a_preview_enters_whom_it_found() -> None:
    there, by = somebody(), a_coordinator()
    run = preview(by)
    assert run.held == 1
    assert searches() == [([reference(there)], {"kind": "import", "found": 1})]
    [entry] = Entry.objects.filter(verb="identity.searched")
    assert (entry.actor, entry.desk) == (by.username, "seoul")


def test_discarded_previews_are_told_and_not_blocked(settings: Any) -> None:
    settings.DISCARDED_PREVIEWS_A_DAY = 2
    somebody()
    by = a_coordinator()
    for _ in range(2):
        discard_import(run=preview(by), by=by, at=NOW)
    assert Notice.objects.count() == 0
    for _ in range(2):
        discard_import(run=preview(by), by=by, at=NOW)
    assert Notice.objects.count() == 1
    over = Entry.objects.filter(verb="identity.over_quota")
    assert [entry.facts for entry in over] == [{"step": "import.discarded", "limit": 2}] * 2


# -- the callsign


@pytest.mark.parametrize("guess", ["Lee-Minho", "Kim-Cheolsu", "김철수"])
def test_a_home_base_that_is_refused_tells_nothing_of_the_name(guess: str) -> None:
    changed = {"callsign": guess, "home_base": "+821099998888"}
    with pytest.raises(HomeBaseTooExact):
        change_volunteer(volunteer=somebody(), changed=changed, by=a_coordinator(), at=NOW)


def test_a_taken_callsign_tells_nothing_of_the_name() -> None:
    there, _other = somebody(), a_volunteer("Kim-Cheolsu")
    with pytest.raises(CallsignTaken):
        change_volunteer(
            volunteer=there, changed={"callsign": "kim-cheolsu"}, by=a_coordinator(), at=NOW
        )


def test_a_callsign_that_tells_the_name_counts_as_a_search(settings: Any) -> None:
    settings.SEARCHES_A_DAY = 1
    there, by = somebody(), a_coordinator()
    refused: list[type[Refusal]] = [CallsignTellsName, QuotaSpent]
    for refusal in refused:
        with pytest.raises(refusal):
            change_volunteer(volunteer=there, changed={"callsign": "Kim-Cheolsu"}, by=by, at=NOW)
    assert searches() == [([reference(there)], {"kind": "callsign", "found": 1})]


# -- the desk as it stands


def test_a_move_to_another_desk_meanwhile_counts() -> None:
    stale, by = somebody(), a_coordinator()
    Volunteer.objects.update(desk=a_stranger().desks.get())
    assert stale.desk == a_desk()
    with pytest.raises(NotFound):
        reveal(stale, by, NOW + timedelta(minutes=1))
    with pytest.raises(NotFound):
        invite_volunteer(volunteer=stale, by=by, at=NOW)
    with pytest.raises(NotFound):
        change_volunteer(volunteer=stale, changed={"callsign": "heron-2"}, by=by, at=NOW)
