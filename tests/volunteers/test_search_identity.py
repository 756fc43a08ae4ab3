"""Looking somebody up: hidden as absent in bytes, queries and time, and only so often a day."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from corps.accounts.models import Notice, User
from corps.accounts.roles import Role
from corps.audit.actions import reference
from corps.audit.models import Entry
from corps.errors import NotPermitted
from corps.vault.marks import PHONE
from tests.admin.doors import as_, entries_since, last_number, list_do_url, text_of
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user, a_volunteer
from tests.timing import interleaved, mann_whitney
from volunteers.actions import identity
from volunteers.actions.identity import search_identity
from volunteers.actions.quotas import QuotaSpent
from volunteers.identity import IdentityDocument
from volunteers.models import IdentityMark, Volunteer

pytestmark = pytest.mark.django_db

HIDDEN, ABSENT = "010-8765-4321", "010-1111-2222"
DOCUMENT = IdentityDocument(
    name="김철수", phone=HIDDEN, email="a@example.org", passport="M12345678"
)
SAMPLES = 1000
BATCHES = 3


@pytest.fixture
def coordinator() -> User:
    """The coordinator of Seoul; DOCUMENT is that of somebody on another desk."""
    a_volunteer("far-1", desk=a_stranger().desks.get(), identity=DOCUMENT)
    for _ in range(5):
        a_volunteer()
    return a_coordinator()


def find(client: Client, text: str, kind: str = PHONE) -> Any:
    """Look somebody up on the page."""
    return client.post(list_do_url(Volunteer, "find"), {"kind": kind, "text": text})


def bare(answer: Any) -> str:
    """The page without its form's token."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text_of(answer))


# -- hidden as absent


@pytest.mark.parametrize(
    ("kind", "hidden", "absent"),
    [
        (PHONE, HIDDEN, ABSENT),
        ("email", "a@example.org", "b@example.org"),
        ("passport", "M12345678", "M87654321"),
        ("name", "김철수", "박영희"),
    ],
)
def test_hidden_and_absent_answer_in_the_same_bytes_and_queries(
    coordinator: User, kind: str, hidden: str, absent: str
) -> None:
    client = as_(coordinator)
    find(client, ABSENT)
    pages, asked, headers = [], [], []
    for text in (hidden, absent):
        with CaptureQueriesContext(connection) as queries:
            answer = find(client, text, kind)
        pages.append(bare(answer))
        asked.append(len(queries))
        headers.append(sorted(answer.headers))
    assert (pages[0], asked[0], headers[0]) == (pages[1], asked[1], headers[1])
    assert "Nobody found" in pages[0]


def test_the_ledger_tells_hidden_and_absent_alike(coordinator: User) -> None:
    for text in (HIDDEN, ABSENT):
        search_identity(kind=PHONE, text=text, by=coordinator, at=NOW)
    one, other = Entry.objects.filter(verb="identity.searched")
    assert (one.facts, one.about, one.desk) == (other.facts, other.about, other.desk)


@pytest.fixture
def no_end_of_quota(settings: Any) -> None:
    """So many searches that no quota ends them."""
    settings.SEARCHES_A_DAY = 1_000_000


def searching(by: User, text: str) -> Callable[[], object]:
    """One search, as the page makes it; what the page does with nobody found is the same."""
    return lambda: search_identity(kind=PHONE, text=text, by=by, at=NOW)


def time_apart(by: User) -> float:
    """Return how likely the times of hidden and absent come from one distribution: p."""
    hidden, absent = searching(by, HIDDEN), searching(by, ABSENT)
    interleaved(hidden, absent, 20)
    return mann_whitney(*interleaved(hidden, absent, SAMPLES))


@pytest.mark.slow
@pytest.mark.usefixtures("no_end_of_quota")
def test_hidden_and_absent_take_the_same_time(coordinator: User) -> None:
    """By chance alone one measurement in a hundred lies under 0.01, so a second one decides."""
    assert time_apart(coordinator) > 0.01 or time_apart(coordinator) > 0.01


@pytest.mark.slow
@pytest.mark.usefixtures("no_end_of_quota")
def test_a_difference_that_is_planted_is_found(
    coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a millisecond for somebody hidden, and no common end of the answer. Where the
    machine is busy with something else, it is looked for again."""
    carrying = identity.carrying_marks

    def slower(viewer: User, kind: str, marks: Any) -> Any:
        if IdentityMark.objects.filter(kind=kind, mark__in=list(marks)).exists():
            time.sleep(0.001)
        return carrying(viewer, kind, marks)

    monkeypatch.setattr(identity, "carrying_marks", slower)
    monkeypatch.setattr(identity, "ANSWERED_AFTER", 0.0)
    assert any(time_apart(coordinator) < 0.01 for _batch in range(BATCHES))


def test_the_measure_tells_what_is_the_same_from_what_is_not() -> None:
    chance = Random(7)
    one, same, later = ([chance.gauss(mean, 1) for _ in range(1000)] for mean in (0, 0, 0.2))
    assert mann_whitney(one, same) > 0.01
    assert mann_whitney(one, later) < 0.001
    assert mann_whitney([1.0] * 30, [1.0] * 30) == 1.0
    assert mann_whitney([1, 2, 2, 3], [2, 4, 5, 6]) == pytest.approx(0.0759, abs=0.0001)


def test_the_answer_comes_no_sooner_than_told(coordinator: User) -> None:
    begun = time.perf_counter()
    search_identity(kind=PHONE, text=ABSENT, by=coordinator, at=NOW)
    assert time.perf_counter() - begun >= identity.ANSWERED_AFTER


# -- who, and how often


@pytest.mark.parametrize(
    "who",
    [
        lambda: a_user("approver", Role.APPROVER, desk=a_desk()),
        lambda: a_user("liaison", Role.LIAISON, desk=a_desk()),
        lambda: a_user("admin", Role.ADMINISTRATOR, desk=a_desk()),
        lambda: a_user("auditor", Role.AUDITOR),
        lambda: a_user("gone", Role.COORDINATOR, desk=a_desk(), is_active=False),
        lambda: a_volunteer(account=True).user,
    ],
)
def test_nobody_else_may_search(who: Callable[[], User]) -> None:
    with pytest.raises(NotPermitted):
        search_identity(kind=PHONE, text=HIDDEN, by=who(), at=NOW)


def test_over_the_quota_nothing_is_looked_up(coordinator: User, settings: Any) -> None:
    settings.SEARCHES_A_DAY = 2
    here = a_volunteer("heron-1", identity=IdentityDocument(name="이영희", phone=ABSENT))
    client = as_(coordinator)
    found = [list(find(client, ABSENT).context["found"]) for _ in range(2)]
    before = last_number()
    answers = [find(client, text) for text in (ABSENT, HIDDEN, "010-9999-9999")]
    assert found == [[here], [here]]
    assert [answer.status_code for answer in answers] == [429, 429, 429]
    assert bare(answers[0]) == bare(answers[1]) == bare(answers[2])
    assert entries_since(before) == ["identity.over_quota", "access.refused"] * 3
    assert Entry.objects.filter(verb="identity.over_quota")[0].about == []
    assert [notice.about for notice in Notice.objects.all()] == [reference(coordinator)]


def test_the_quota_of_searches_is_not_that_of_reveals(coordinator: User, settings: Any) -> None:
    settings.SEARCHES_A_DAY, settings.REVEALS_A_DAY = 1, 0
    search_identity(kind=PHONE, text=ABSENT, by=coordinator, at=NOW)
    with pytest.raises(QuotaSpent):
        search_identity(kind=PHONE, text=ABSENT, by=coordinator, at=NOW)
    tomorrow = NOW + timedelta(hours=24)
    assert not search_identity(kind=PHONE, text=ABSENT, by=coordinator, at=tomorrow)
