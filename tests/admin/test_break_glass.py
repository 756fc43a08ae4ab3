"""Break-glass: for one hour an administrator sees one desk, changes nothing, and all are told."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from corps.accounts.actions.glass import ask_break_glass, end_break_glass
from corps.accounts.actions.two_person import grant_act
from corps.accounts.models import Desk, Notice, TwoPersonAct, User
from corps.accounts.queries.two_person import glass_to_tell_of
from corps.accounts.roles import Role
from corps.accounts.rules.staff import NobodyElse
from corps.accounts.rules.two_person import OwnRequest
from corps.audit.models import Entry
from corps.audit.queries import entries_visible_to
from corps.errors import NotFound, NotPermitted
from deployments.models import Deployment, Slot
from deployments.queries.deployments import deployments_visible_to
from tests.admin.doors import (
    as_,
    do_url,
    entries_since,
    last_number,
    list_do_url,
    list_url,
    page_url,
    text_of,
)
from tests.cast import a_coordinator, a_deployment, a_desk, a_slot, a_user, a_volunteer
from volunteers.identity import IdentityDocument
from volunteers.models import VettingCase, Volunteer
from volunteers.queries.people import volunteers_visible_to

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def asker() -> User:
    """The administrator who asks."""
    return a_user("asker", Role.ADMINISTRATOR)


@pytest.fixture
def second() -> User:
    """The administrator who grants."""
    return a_user("second", Role.ADMINISTRATOR)


@pytest.fixture
def now() -> datetime:
    """The present."""
    return timezone.now()


def broken(asker: User, second: User, desk: Desk, at: datetime) -> TwoPersonAct:
    """The glass of a desk, broken at `at`."""
    act = ask_break_glass(desk=desk, reason="the desk is unreachable", by=asker, at=at)
    grant_act(act=act, by=second, at=at)
    return act


def again(user: User) -> User:
    """The same account as the next request reads it."""
    return User.objects.get(pk=user.pk)


def test_an_administrator_sees_nothing_before_the_grant(
    asker: User, second: User, now: datetime
) -> None:
    person = a_volunteer("heron-1")
    client = as_(asker)
    assert client.get(list_url(Volunteer)).status_code == 403
    ask_break_glass(desk=a_desk(), reason="why", by=asker, at=now)
    assert client.get(list_url(Volunteer)).status_code == 403
    assert not volunteers_visible_to(again(asker)).filter(pk=person.pk).exists()


def test_for_one_hour_what_stands_on_the_desk_is_seen_and_nothing_else(
    asker: User, second: User, now: datetime
) -> None:
    here, there = a_volunteer("heron-1"), a_volunteer("stork-2", desk=a_desk("elsewhere"))
    work, elsewhere = a_deployment("crane"), a_deployment("goose", desk=a_desk("elsewhere"))
    slot = a_slot(work)
    broken(asker, second, a_desk(), now)
    client = as_(asker)
    people, jobs = (text_of(client.get(list_url(kind))) for kind in (Volunteer, Deployment))
    assert ("heron-1" in people, "stork-2" in people) == (True, False)
    assert ("crane" in jobs, "goose" in jobs) == (True, False)
    pages = [page_url(one) for one in (here, work, slot)]
    pages += [page_url(one, "history") for one in (here, work, slot)]
    pages += [list_url(kind) for kind in (VettingCase, Slot)]
    pages += [f"{list_url(Volunteer)}?q=heron", "/admin/"]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    hidden = [page_url(there), page_url(elsewhere)]
    assert [client.get(page).status_code for page in hidden] == [404, 404]
    assert "stork-2" not in text_of(client.get(f"{list_url(Volunteer)}?q=stork"))
    assert not volunteers_visible_to(second).exists()


def test_the_sight_ends_with_the_hour(asker: User, second: User, now: datetime) -> None:
    person = a_volunteer("heron-1")
    act = broken(asker, second, a_desk(), now - HOUR + timedelta(seconds=30))
    client = as_(asker)
    assert client.get(page_url(person)).status_code == 200
    TwoPersonAct.objects.filter(pk=act.pk).update(until=timezone.now())
    assert client.get(page_url(person)).status_code == 404
    assert not volunteers_visible_to(again(asker)).exists()
    assert not deployments_visible_to(again(asker)).exists()


def test_it_lasts_an_hour_from_the_grant(asker: User, second: User, now: datetime) -> None:
    act = broken(asker, second, a_desk(), now)
    assert act.until == now + HOUR


def test_who_grants_is_another_administrator(asker: User, now: datetime) -> None:
    with pytest.raises(NobodyElse):
        ask_break_glass(desk=a_desk(), reason="why", by=asker, at=now)
    a_user("second", Role.ADMINISTRATOR)
    act = ask_break_glass(desk=a_desk(), reason="why", by=asker, at=now)
    with pytest.raises(OwnRequest):
        grant_act(act=act, by=asker, at=now)
    coordinator = a_coordinator()
    with pytest.raises(NotFound):
        grant_act(act=act, by=coordinator, at=now)
    with pytest.raises(NotPermitted):
        ask_break_glass(desk=a_desk(), reason="why", by=coordinator, at=now)


def forms_of(client: Client, page: str) -> list[str]:
    """The addresses of buttons that stand on a page."""
    return re.findall(r'href="([^"]*/do/[^"]*)"', text_of(client.get(page)))


def test_nothing_is_changed_under_glass(asker: User, second: User, now: datetime) -> None:
    both = a_user("both", Role.ADMINISTRATOR, Role.COORDINATOR, desk=a_desk("elsewhere"))
    person, work = a_volunteer("heron-1"), a_deployment("crane")
    slot = a_slot(work)
    before = Volunteer.objects.values().get(pk=person.pk)
    for user in (asker, both):
        broken(user, second, a_desk(), now)
        client = as_(user)
        for obj in (person, work, slot):
            assert forms_of(client, page_url(obj)) == []
        told = last_number()
        steps = ["pause", "release", "invite", "identity", "details", "share", "vet", "reveal"]
        answers = [client.post(do_url(person, name), {"reason": "x"}) for name in steps]
        answers += [client.get(do_url(person, name)) for name in steps]
        answers += [client.post(do_url(work, name)) for name in ("cancel", "share")]
        answers.append(client.post(page_url(work), {"codename": "changed"}))
        assert {answer.status_code for answer in answers} <= {403, 404}
        assert set(entries_since(told)) <= {"access.refused"}
    assert Volunteer.objects.values().get(pk=person.pk) == before
    work.refresh_from_db()
    assert work.codename == "crane"


def test_nobody_is_found_by_identity_under_glass(second: User, now: datetime) -> None:
    both = a_user("both", Role.ADMINISTRATOR, Role.COORDINATOR, desk=a_desk("elsewhere"))
    identity = IdentityDocument(name="홍길순", phone="+821055556666")
    person = a_volunteer("heron-1", identity=identity)
    broken(both, second, a_desk(), now)
    given = {"kind": "phone", "text": "010-5555-6666"}
    found = {}
    for user in (both, a_coordinator()):
        client = as_(user)
        assert client.get(page_url(person)).status_code == 200
        answer = client.post(list_do_url(Volunteer, "find"), given)
        found[user.username] = "heron-1" in text_of(answer)
    assert found == {"both": False, "coordinator": True}


def test_every_page_is_an_entry_on_the_desk(asker: User, second: User, now: datetime) -> None:
    coordinator, person = a_coordinator(), a_volunteer("heron-1")
    auditor = a_user("auditor", Role.AUDITOR)
    stranger = a_coordinator(a_desk("elsewhere"), "stranger")
    act = broken(asker, second, a_desk(), now)
    client, before = as_(asker), last_number()
    client.get(page_url(person))
    client.get(list_url(Volunteer))
    client.get(page_url(a_deployment(desk=a_desk("elsewhere"))))
    looked = Entry.objects.filter(number__gt=before, verb="glass.looked").order_by("number")
    assert [entry.facts.get("looked_at") for entry in looked] == ["heron-1", None]
    first = looked[0]
    assert (first.actor, first.desk, first.reason) == ("asker", "seoul", act.reason)
    assert first.about[1:] == [f"volunteers.volunteer:{person.pk}"]
    for reader, reads in ((coordinator, 2), (auditor, 2), (stranger, 0)):
        assert entries_visible_to(reader).filter(verb="glass.looked").count() == reads
    history = text_of(as_(coordinator).get(page_url(person, "history")))
    assert "Looked at under break-glass" in history


def test_a_page_without_its_entry_is_not_answered(
    asker: User, second: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = a_volunteer("heron-1")
    broken(asker, second, a_desk(), now)
    client = as_(asker)

    def fail(entries: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr("corps.accounts.actions.glass.record_many", fail)
    with pytest.raises(IntegrityError):
        client.get(page_url(person))


def test_asking_granting_and_ending_are_loud(asker: User, second: User, now: datetime) -> None:
    before = last_number()
    act = broken(asker, second, a_desk(), now)
    end_break_glass(act=act, by=second, at=now + timedelta(minutes=1))
    assert entries_since(before) == [
        "two_person.asked",
        "two_person.granted",
        "two_person.ended",
    ]
    assert set(Entry.objects.filter(number__gt=before).values_list("desk", flat=True)) == {"seoul"}
    notice = Notice.objects.get()
    assert (notice.kind, notice.about) == ("break glass", f"accounts.twopersonact:{act.pk}")


@pytest.mark.parametrize("who", ["asker", "second", "coordinator"])
def test_it_is_ended_early_by_administrators_and_coordinators_of_the_desk(
    asker: User, second: User, now: datetime, who: str
) -> None:
    person, coordinator = a_volunteer("heron-1"), a_coordinator()
    act = broken(asker, second, a_desk(), now)
    theirs = as_(asker)
    assert theirs.get(page_url(person)).status_code == 200
    ends = {"asker": asker, "second": second, "coordinator": coordinator}[who]
    answer = as_(ends).post(do_url(act, "end"))
    assert answer.status_code == 302
    assert theirs.get(page_url(person)).status_code == 404


def test_others_do_not_end_it_nor_see_it(asker: User, second: User, now: datetime) -> None:
    act = broken(asker, second, a_desk(), now)
    approver = a_user("approver", Role.APPROVER, desk=a_desk())
    stranger = a_coordinator(a_desk("elsewhere"), "stranger")
    editor = a_user("editor", Role.EDITOR, desk=a_desk())
    page, end = page_url(act), do_url(act, "end")
    answers = {
        user.username: (as_(user).get(page).status_code, as_(user).post(end).status_code)
        for user in (approver, stranger, editor)
    }
    assert answers == {"approver": (200, 403), "stranger": (404, 404), "editor": (404, 404)}
    act.refresh_from_db()
    assert act.state == "granted"


def test_the_person_has_a_banner_on_every_page(asker: User, second: User, now: datetime) -> None:
    words = "desk Seoul."
    client = as_(asker)
    assert words not in text_of(client.get("/admin/"))
    broken(asker, second, a_desk(), now)
    pages = ["/admin/", list_url(User), list_url(Volunteer)]
    assert [words in text_of(client.get(page)) for page in pages] == [True, True, True]
    assert words in text_of(client.post(list_do_url(User, "make"), {}))
    assert words not in text_of(as_(second).get("/admin/"))


def test_the_desk_is_told_while_it_is_open_and_a_week_after(
    asker: User, second: User, now: datetime
) -> None:
    coordinator, words = a_coordinator(), "Break-glass on your desk"
    stranger = a_coordinator(a_desk("elsewhere"), "stranger")
    approver = a_user("approver", Role.APPROVER, desk=a_desk())
    assert words not in text_of(as_(coordinator).get("/admin/"))
    act = broken(asker, second, a_desk(), now)
    boards = [text_of(as_(user).get("/admin/")) for user in (coordinator, approver, stranger)]
    assert [words in board for board in boards] == [True, True, False]
    listed = text_of(as_(coordinator).get(f"{list_url(TwoPersonAct)}?waiting=glass"))
    assert str(act.pk) in listed
    week = timedelta(days=7)
    told = [glass_to_tell_of(coordinator, at=now + HOUR + late).count() for late in (week, -week)]
    assert told == [0, 1]
    assert glass_to_tell_of(coordinator, at=now + week).count() == 1
