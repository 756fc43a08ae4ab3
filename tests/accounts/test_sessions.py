"""Sessions: sealed in the database, over by the limits of each role, ended by their person."""

import re
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.test import Client

from corps.accounts.actions.sessions import end_all_sessions
from corps.accounts.models import Notice, Session, User
from corps.accounts.roles import Role
from corps.accounts.sessions import SessionStore, device_of
from corps.accounts.tasks import purge_sessions
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from tests.cast import NOW, a_coordinator, a_user, a_volunteer

PAGE = "/account/sessions/"
CHROME = (
    "Mozilla/5.0 (Linux; Android 15; SM-S931N) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/131.0.6778.200 Mobile Safari/537.36"
)
WHALE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/130.0.0.0 Whale/4.29.282.14 Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)

OURS = {"load", "exists", "create", "save", "delete", "cycle_key"}

pytestmark = pytest.mark.django_db


def signed_in(user: User, agent: str = CHROME) -> Client:
    """A browser in which `user` is signed in and has seen a page."""
    client = Client(HTTP_USER_AGENT=agent)
    client.force_login(user)
    client.get(PAGE)
    return client


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def key_of(client: Client) -> str:
    return str(client.cookies["session"].value)


def row_of(client: Client) -> Session:
    return Session.objects.get(pk=sha256(key_of(client).encode()).hexdigest())


# The row


def test_a_row_says_whose_since_when_and_a_coarse_device() -> None:
    user = a_coordinator()
    with time_machine.travel(NOW, tick=False):
        client = Client(HTTP_USER_AGENT=CHROME)
        client.force_login(user)
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        client.get(PAGE)
    row = row_of(client)
    assert (row.user, row.begun_at, row.seen_at, row.device) == (
        user,
        NOW,
        NOW + timedelta(minutes=2),
        "Chrome, Android",
    )


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (CHROME, "Chrome, Android"),
        (WHALE, "Whale, Windows"),
        (SAFARI, "Safari, iPhone"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_a_device_is_a_coarse_word(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_a_stolen_row_opens_nothing_as_a_cookie() -> None:
    row = row_of(signed_in(a_coordinator()))
    for stolen in (row.session_key, row.session_data, row.session_data[:32]):
        thief = Client()
        thief.cookies["session"] = stolen
        assert not is_in(thief)


def test_a_row_shows_neither_its_cookie_nor_what_it_holds() -> None:
    client = signed_in(a_coordinator(username="매-777"))
    session = client.session
    session["said"] = "canary-5531"
    session.save()
    row = row_of(client)
    shown = repr(sorted(vars(row).items()))
    told = ["canary-5531", "매-777", "webauthn", "_auth_user_hash", key_of(client)]
    assert [word for word in told if word in shown] == []
    assert not row.session_data.startswith("eyJ")


def test_the_same_session_sealed_twice_looks_different() -> None:
    client = signed_in(a_coordinator())
    first = row_of(client).session_data
    client.session.save()
    assert row_of(client).session_data != first


def test_data_moved_to_another_row_is_refused_and_entered() -> None:
    thief, victim = a_user("thief"), a_coordinator()
    mine, theirs = signed_in(thief), signed_in(victim)
    Session.objects.filter(pk=row_of(mine).pk).update(session_data=row_of(theirs).session_data)
    assert not is_in(mine)
    assert is_in(theirs)
    entry = Entry.objects.get(verb="vault.seal_broken")
    assert (entry.object, entry.actor) == ("thief", "")
    assert entry.facts["table"] == "accounts_session"
    assert [notice.kind for notice in Notice.objects.all()] == ["seal broken"]


@pytest.mark.parametrize("how", ["one bit", "cut", "emptied", "not base64"])
def test_altered_data_is_refused_and_entered(how: str) -> None:
    client = signed_in(a_coordinator())
    row = row_of(client)
    sealed = row.session_data
    raw = b64decode(sealed)
    flipped = b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode()
    altered = {"one bit": flipped, "cut": sealed[:40], "emptied": "", "not base64": "*"}[how]
    Session.objects.filter(pk=row.pk).update(session_data=altered)
    assert not is_in(client)
    assert Entry.objects.filter(verb="vault.seal_broken").count() == 1


def test_messages_stay_in_the_session_and_out_of_cookies() -> None:
    user = a_coordinator()
    client, other = signed_in(user), signed_in(user, SAFARI)
    client.post(PAGE, {"session": row_of(other).pk})
    assert set(client.cookies) <= {"session", "csrf"}
    assert [str(one) for one in get_messages(client.get(PAGE).wsgi_request)] == [
        "Signed out there."
    ]


def test_asynchronous_views_have_the_same_sessions() -> None:
    """The twins are those of Django's base class, which call ours."""
    theirs = {name for name in vars(SessionBase) if name.startswith("a") and name[1:] in OURS}
    assert len(theirs) == 6
    assert all(getattr(SessionStore, name) is getattr(SessionBase, name) for name in theirs)


# How long it lasts


LIMITS = [
    (Role.ADMINISTRATOR, timedelta(minutes=15), timedelta(hours=4)),
    (Role.COORDINATOR, timedelta(minutes=30), timedelta(hours=12)),
    (None, timedelta(hours=2), timedelta(hours=24)),
]


def somebody(role: Role | None) -> User:
    return a_user("somebody", *([role] if role else []), is_staff=role is not None)


@pytest.mark.parametrize(("role", "idle", "whole"), LIMITS)
def test_an_idle_session_is_over(role: Role | None, idle: timedelta, whole: timedelta) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(somebody(role))
        clock.shift(idle - timedelta(seconds=1))
        assert is_in(client)
        clock.shift(idle)
        assert not is_in(client)


@pytest.mark.parametrize(("role", "idle", "whole"), LIMITS)
def test_a_session_in_use_is_over_in_the_end(
    role: Role | None, idle: timedelta, whole: timedelta
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(somebody(role))
        for _ in range(whole // timedelta(minutes=10) - 1):
            clock.shift(timedelta(minutes=10))
            assert is_in(client)
        clock.shift(timedelta(minutes=10))
        assert not is_in(client)


def test_a_new_key_moves_no_end() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(somebody(Role.ADMINISTRATOR))
        for _ in range(23):
            clock.shift(timedelta(minutes=10))
            assert is_in(client)
            session = client.session
            session.cycle_key()
            session.save()
            client.cookies["session"] = session.session_key or ""
        assert row_of(client).begun_at == NOW
        clock.shift(timedelta(minutes=10))
        assert not is_in(client)


def test_the_stricter_limit_holds_from_the_page_after_a_new_role() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        user = somebody(Role.COORDINATOR)
        client = signed_in(user)
        user.groups.set([*a_user("other", Role.ADMINISTRATOR).groups.all()])
        clock.shift(timedelta(minutes=20))
        assert not is_in(client)


def test_a_page_is_written_down_once_a_minute() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(a_coordinator())
        for _ in range(3):
            clock.shift(timedelta(seconds=25))
            client.get(PAGE)
        assert row_of(client).seen_at == NOW + timedelta(seconds=75)


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(a_coordinator())
        for _ in range(5):
            clock.shift(timedelta(minutes=5))
            client.get(PAGE, headers={"HX-Trigger": "progress"})
        assert row_of(client).seen_at == NOW
        clock.shift(timedelta(minutes=5))
        assert not is_in(client)


def test_the_clock_purges_what_is_over() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        old = row_of(signed_in(a_coordinator()))
        clock.shift(timedelta(hours=1, minutes=59))
        new = row_of(signed_in(a_user("other")))
        clock.shift(timedelta(minutes=1))
        purge_sessions()
    assert {*Session.objects.values_list("pk", flat=True)} & {old.pk, new.pk} == {new.pk}


def test_a_closed_account_is_out_at_the_next_page() -> None:
    user = a_coordinator()
    client = signed_in(user)
    user.is_active = False
    user.save()
    assert not is_in(client)


def test_a_closed_account_that_is_opened_again_is_still_signed_out() -> None:
    user = a_coordinator()
    clients = [signed_in(user), signed_in(user, SAFARI)]
    stranger = signed_in(a_user("stranger"))
    assert end_all_sessions(user=user, by=COMMAND, at=NOW) == 2
    assert [is_in(client) for client in [*clients, stranger]] == [False, False, True]
    entry = Entry.objects.get(verb="account.session_ended")
    assert (entry.object, entry.actor, entry.facts) == (user.username, "command", {"sessions": 2})


# Where I am signed in


def listed(client: Client) -> list[str]:
    """The devices on the page, in order."""
    client.cookies["language"] = "en"
    page = client.get(PAGE).content.decode()
    heads = re.findall(r'<h2 class="card-title">(.*?)</h2>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", head).split()) for head in heads]


@pytest.mark.parametrize("staff", [True, False], ids=["staff", "volunteer"])
def test_the_page_lists_own_sessions_this_one_first(staff: bool) -> None:
    user = a_coordinator() if staff else a_volunteer(account=True).user
    assert user is not None
    client = signed_in(user)
    signed_in(user, WHALE)
    signed_in(user, "curl/8.5")
    signed_in(a_user("stranger"), SAFARI)
    assert listed(client) == ["Chrome, Android Here", "Unknown browser", "Whale, Windows"]


def test_nobody_is_sent_to_the_sign_in() -> None:
    assert Client().get(PAGE)["Location"] == f"/account/login/?next={PAGE}"


def test_one_session_is_ended_from_another() -> None:
    user = a_coordinator()
    here, there, third = signed_in(user), signed_in(user, WHALE), signed_in(user, SAFARI)
    answer = here.post(PAGE, {"session": row_of(there).pk})
    assert answer["Location"] == PAGE
    assert [is_in(client) for client in (here, there, third)] == [True, False, True]
    entry = Entry.objects.get(verb="account.session_ended")
    assert (entry.object, entry.actor, entry.facts) == (
        user.username,
        user.username,
        {"sessions": 1},
    )


def test_all_others_are_ended_at_once() -> None:
    user = a_coordinator()
    here, there, third = signed_in(user), signed_in(user, WHALE), signed_in(user, SAFARI)
    stranger = signed_in(a_user("stranger"))
    here.post(PAGE, {"others": "1"})
    assert [is_in(client) for client in (here, there, third, stranger)] == [
        True,
        False,
        False,
        True,
    ]
    assert Entry.objects.get(verb="account.session_ended").facts == {"sessions": 2}


def test_ending_this_one_signs_out() -> None:
    here = signed_in(a_coordinator())
    assert here.post(PAGE, {"session": row_of(here).pk}).status_code == 302
    assert not is_in(here)


@pytest.mark.parametrize("absent", ["0" * 64, "", "x", "\x00"])
def test_anothers_session_answers_as_an_absent_one(absent: str) -> None:
    here, other = signed_in(a_coordinator()), signed_in(a_user("stranger"))
    answers: list[Any] = [here.post(PAGE, {"session": key}) for key in (row_of(other).pk, absent)]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].content == answers[1].content
    assert is_in(other)


def test_a_session_that_was_ended_in_the_middle_of_a_page_is_not_brought_back() -> None:
    client = signed_in(a_coordinator())
    session = client.session
    session["late"] = 1
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        session.save()
