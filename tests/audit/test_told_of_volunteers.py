"""Who reads in the ledger what a letter told of a volunteer: on its list, in its table, and in
timelines, by one rule."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.adminkit.history import timeline
from corps.audit import queries
from corps.audit.actions import record
from corps.audit.models import Entry
from corps.audit.queries import entries_about, entries_visible_to
from deployments.liaison.models import Letter
from tests.admin.doors import as_, list_do_url, page_url
from tests.cast import NOW, a_coordinator, a_desk, a_user
from tests.liaison.disclosing import Telling, a_telling
from tests.liaison.test_cases_hidden import share
from volunteers.actions.sharing import share_volunteer
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

TOLD = [
    "identity.disclosed",
    "disclosure.passed_on",
    "disclosure.recalled",
    "disclosure.recall_came_back",
    "identity.revealed",
]
"""What is entered about a volunteer together with the letter that tells of them."""


@pytest.fixture
def telling() -> Telling:
    """A letter that told of a volunteer, and everything that may follow."""
    found = a_telling()
    letter = found.sent()
    facts = {"fields": ["name"], "agency": letter.agency.slug}
    about = (found.one, letter, letter.case)
    for verb in TOLD[1:]:
        record(verb, *about, by=found.office.officer, at=NOW, facts=facts)
    return found


def a_guest(role: Role, *shared: Volunteer) -> User:
    """Somebody of another desk with whom volunteers are shared."""
    guest = a_user(f"guest-{role}", role, desk=a_desk("elsewhere"))
    by = a_coordinator(username=f"sharer-{role}")
    for volunteer in shared:
        share_volunteer(
            volunteer=volunteer, person=guest, until=NOW + timedelta(days=3), by=by, at=NOW
        )
    return guest


def in_timeline(viewer: User, volunteer: Volunteer) -> set[str]:
    """What a viewer reads on the page of a volunteer's history."""
    numbers = {line.number for line in timeline(volunteer, viewer)}
    page = as_(viewer).get(page_url(volunteer, "history"))
    shown = {line.number for line in page.context["lines"]}
    assert shown == numbers
    return {one.verb for one in Entry.objects.filter(number__in=numbers)} & set(TOLD)


def on_the_list(viewer: User) -> set[str]:
    """What a viewer reads in the ledger, and takes along as a table."""
    entries = entries_visible_to(viewer).filter(verb__in=TOLD)
    answer = as_(viewer).post(list_do_url(Entry, "export"), {})
    content = b"".join(answer.streaming_content).decode()
    listed = {row[-1] for row in csv.reader(StringIO(content))} & set(TOLD)
    assert listed == {entry.verb for entry in entries}
    return listed


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LIAISON, Role.APPROVER])
def test_the_own_desk_reads_all_of_it(telling: Telling, role: Role) -> None:
    reader = a_user("reader", role, desk=a_desk())
    assert in_timeline(reader, telling.one) == on_the_list(reader) == set(TOLD)


def test_a_role_that_sees_no_register_reads_none_of_it(telling: Telling) -> None:
    officer = a_user("vetting", Role.VETTING, desk=a_desk())
    assert in_timeline(officer, telling.one) == on_the_list(officer) == set()
    assert "register.added" in {e.verb for e in entries_visible_to(officer)}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LIAISON, Role.VETTING])
def test_with_whom_a_volunteer_is_shared_reads_none_of_it(telling: Telling, role: Role) -> None:
    guest = a_guest(role, telling.one)
    assert in_timeline(guest, telling.one) == on_the_list(guest) == set()
    verbs = {line.what for line in timeline(telling.one, guest)}
    assert "Registered" in verbs


def test_who_sees_the_letter_too_reads_it_there(telling: Telling) -> None:
    guest = share(telling.office.case, a_guest(Role.LIAISON, telling.one))
    assert in_timeline(guest, telling.one) == set(TOLD)


def test_who_sees_the_letter_and_not_the_volunteer_reads_none_of_it(telling: Telling) -> None:
    reader = share(telling.office.case, a_guest(Role.LIAISON))
    numbers = {line.number for line in timeline(letter_of(telling), reader)}
    verbs = {entry.verb for entry in Entry.objects.filter(number__in=numbers)}
    assert (verbs & set(TOLD), "letter.begun" in verbs) == (set(), True)


def test_who_gave_a_volunteer_away_reads_it_by_the_letter_alone(telling: Telling) -> None:
    coordinator = a_coordinator(username="before")
    Volunteer.objects.filter(pk=telling.one.pk).update(desk=a_desk("elsewhere"))
    assert on_the_list(coordinator) == set()
    assert on_the_list(telling.office.officer) == set()


def test_an_auditor_reads_all_of_it(telling: Telling) -> None:
    assert on_the_list(a_user("auditor", Role.AUDITOR)) == set(TOLD)


def letter_of(telling: Telling) -> Letter:
    """The letter that was sent."""
    return Letter.objects.get(case=telling.office.case)


def test_hidden_entries_take_no_place_of_those_that_are_told(telling: Telling) -> None:
    guest = a_guest(Role.COORDINATOR, telling.one)
    assert entries_about(telling.one)[0].verb == "volunteer.shared"
    record("test.act", telling.one, letter_of(telling), by=telling.office.officer, at=NOW)
    newest = [line.what for line in timeline(telling.one, guest, limit=1)]
    assert newest == ["Shared with one person"]


def test_what_is_entered_while_a_history_is_read_is_not_told_unasked(
    telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if all of it had been entered after it was asked what there is."""
    monkeypatch.setattr(queries, "_kinds_in", lambda _entries: [])
    guest = a_guest(Role.COORDINATOR, telling.one)
    numbers = {line.number for line in timeline(telling.one, guest)}
    verbs = {entry.verb for entry in Entry.objects.filter(number__in=numbers)}
    assert (verbs & set(TOLD), "volunteer.shared" in verbs) == (set(), True)


def test_reading_takes_as_many_queries_for_many_entries(telling: Telling) -> None:
    guest = share(telling.office.case, a_guest(Role.LIAISON, telling.one))
    counts = []
    for more in (0, 3, 40):
        letter = letter_of(telling)
        for _ in range(more):
            record(TOLD[0], telling.one, letter, letter.case, by=telling.office.officer, at=NOW)
        viewer = User.objects.get(pk=guest.pk)
        with CaptureQueriesContext(connection) as asked:
            timeline(telling.one, viewer)
            list(entries_visible_to(viewer)[:100])
        counts.append(len(asked))
    assert len(set(counts)) == 1
