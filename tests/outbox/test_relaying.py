"""Messages go out once each: whoever refuses, whoever is slow, whoever is killed in between."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as configured
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.errors import NotPermitted
from corps.outbox.actions import (
    cancel_message,
    on_outcome,
    outcomes,
    relay_messages,
    relaying,
    settle_doubt,
    try_again,
    write_message,
)
from corps.outbox.actions.relaying import Claim, claim_message, purge_messages, settle
from corps.outbox.mail.server import Answer, Outcome
from corps.outbox.models import Message
from corps.outbox.rules import ContentGone
from corps.vault.models import DataKey
from corps.workflow.moves import NotInThatState
from tests.cast import NOW, a_coordinator, an_agency
from tests.outbox.post import Post, serving

TO = ["a@embassy.example"]


def write(at: datetime = NOW, to: list[str] = TO) -> Message:
    return write_message(about=an_agency(), to=to, subject="2026-0012", text="Letter", at=at)


def point_to(settings: Settings, post: Post) -> None:
    settings.SMTP_URL = f"smtp://127.0.0.1:{post.port}?tls=none"


def now_of(message: Message) -> tuple[str, int]:
    message.refresh_from_db()
    return message.state, message.attempts


def verbs(message: Message) -> list[str]:
    return [entry.verb.removeprefix("message.") for entry in reversed(entries_about(message))]


@pytest.mark.django_db
def test_a_message_that_is_due_is_sent_and_each_step_entered(settings: Settings) -> None:
    message, later = write(), write(at=NOW + timedelta(hours=1))
    with serving(Post()) as post:
        point_to(settings, post)
        assert relay_messages(at=NOW) == 1
        assert relay_messages(at=NOW) == 0
    [(recipients, content)] = post.taken
    assert (recipients, f"Message-ID: <{message.message_id}>".encode() in content) == (TO, True)
    assert (now_of(message), now_of(later)) == (("sent", 1), ("written", 0))
    assert verbs(message) == ["written", "claimed", "sent"]
    assert {entry.about[1] for entry in entries_about(message)} == {
        f"agencies.agency:{an_agency().pk}"
    }


@pytest.mark.django_db
def test_without_a_mail_server_messages_wait() -> None:
    message = write()
    assert relay_messages(at=NOW) == 0
    assert now_of(message) == ("written", 0)


@pytest.mark.django_db
def test_what_is_refused_for_now_is_tried_ten_times_in_two_days(settings: Settings) -> None:
    message, at = write(), NOW
    with serving(Post(content="451 later")) as post:
        point_to(settings, post)
        while now_of(message)[0] == "written":
            at = message.not_before
            assert relay_messages(at=at - timedelta(seconds=1)) == 0
            relay_messages(at=at)
    assert now_of(message) == ("failed", 10)
    assert timedelta(days=1.5) < at - NOW < timedelta(days=2)


@pytest.mark.django_db
def test_what_is_refused_for_good_fails_at_once_and_can_be_sent_again(settings: Settings) -> None:
    message = write()
    with serving(Post(recipients={TO[0]: "550 5.1.1 <a@embassy.example> unknown"})) as post:
        point_to(settings, post)
        relay_messages(at=NOW)
        assert now_of(message) == ("failed", 1)
        entry = entries_about(message)[0]
        assert (entry.facts["status"], "embassy.example" in json.dumps(entry.facts)) == (
            "5.1.1",
            False,
        )
        post.recipients.clear()
        try_again(message=message, by=COMMAND, at=NOW)
        relay_messages(at=NOW)
    assert (now_of(message), len(post.taken)) == (("sent", 2), 1)


@pytest.mark.django_db
def test_a_server_that_is_down_costs_one_message_one_attempt(settings: Settings) -> None:
    first, second = write(), write(at=NOW + timedelta(seconds=1))
    settings.SMTP_URL = "smtp://127.0.0.1:1?tls=none"
    relay_messages(at=NOW + timedelta(seconds=2))
    assert (now_of(first), now_of(second)) == (("written", 1), ("written", 0))


@pytest.mark.django_db
def test_an_answer_that_is_lost_leaves_doubt_which_a_person_settles(settings: Settings) -> None:
    one, other = write(), write()
    with serving(Post(hang_up="DATA")) as post:
        point_to(settings, post)
        relay_messages(at=NOW)
        relay_messages(at=NOW + timedelta(days=3))
        assert (now_of(one), now_of(other)) == (("in_doubt", 1), ("in_doubt", 1))
        assert len(post.taken) == 2
    settle_doubt(message=one, by=COMMAND, at=NOW)
    cancel_message(message=other, by=COMMAND, at=NOW)
    assert (now_of(one), now_of(other)) == (("sent", 1), ("void", 1))
    with pytest.raises(NotInThatState):
        try_again(message=one, by=COMMAND, at=NOW)


@pytest.mark.django_db
def test_a_copy_bears_the_same_message_id(settings: Settings) -> None:
    message = write()
    with serving(Post(hang_up="DATA")) as post:
        point_to(settings, post)
        relay_messages(at=NOW)
        post.hang_up = ""
        assert now_of(message) == ("in_doubt", 1)
        try_again(message=message, by=COMMAND, at=NOW)
        relay_messages(at=NOW)
    [(_, first), (_, second)] = post.taken
    assert first == second


@pytest.mark.django_db
def test_a_late_answer_settles_doubt_but_no_other_attempt() -> None:
    message = write()
    claim = claim_message(at=NOW)
    assert claim is not None
    relaying.lose_track(at=NOW + relaying.LOST)
    assert now_of(message) == ("in_doubt", 1)
    settle(claim, Answer(Outcome.REFUSED), at=NOW)
    assert now_of(message) == ("in_doubt", 1)
    settle(Claim(claim.pk, 2, None), Answer(Outcome.ACCEPTED), at=NOW)
    assert now_of(message) == ("in_doubt", 1)
    settle(claim, Answer(Outcome.ACCEPTED), at=NOW)
    assert now_of(message) == ("sent", 1)


@pytest.mark.django_db
def test_who_waits_for_an_outcome_is_told_in_the_same_transaction(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "_told", {})
    told: list[str] = []

    def tell(message: Message, at: datetime) -> None:
        assert connection.in_atomic_block
        told.append(message.state)

    for _ in range(2):
        on_outcome("agencies.agency", tell)
    on_outcome("accounts.user", lambda message, at: told.append("not this one"))
    write()
    with serving(Post()) as post:
        point_to(settings, post)
        relay_messages(at=NOW)
    assert told == ["sending", "sent"]


@pytest.mark.django_db
def test_a_message_whose_content_was_altered_fails_unsent(settings: Settings) -> None:
    message = write()
    Message.objects.update(content=bytes(message.content)[:-1] + b"\0")
    with serving(Post()) as post:
        point_to(settings, post)
        relay_messages(at=NOW)
    assert (now_of(message), post.taken) == (("failed", 1), [])


@pytest.mark.django_db
def test_only_a_liaison_officer_settles() -> None:
    message = write()
    with pytest.raises(NotPermitted):
        cancel_message(message=message, by=a_coordinator(), at=NOW)
    assert now_of(message) == ("written", 0)


@pytest.mark.django_db
def test_what_was_sent_can_be_read_by_nobody_after_thirty_days(settings: Settings) -> None:
    sent, waiting = write(), write(at=NOW + timedelta(days=1))
    with serving(Post()) as post:
        point_to(settings, post)
        relay_messages(at=NOW)
    assert purge_messages(at=NOW + timedelta(days=29)) == 0
    assert purge_messages(at=NOW + timedelta(days=31)) == 1
    assert purge_messages(at=NOW + timedelta(days=31)) == 0
    row = Message.objects.get(pk=sent.pk)
    assert (bytes(row.content), bytes(row.envelope), row.data_key.wrapped) == (b"", b"", None)
    assert DataKey.objects.get(pk=waiting.data_key_id).wrapped is not None
    assert verbs(sent)[-1] == "purged"
    Message.objects.filter(pk=sent.pk).update(state="bounced")
    with pytest.raises(ContentGone):
        try_again(message=Message.objects.get(pk=sent.pk), by=COMMAND, at=NOW)


def test_without_its_entry_no_message_moves(committed_db: str, settings: Settings) -> None:
    """The entry breaks after the server took the message: it stays as on its way, then in doubt."""
    message = write()
    with serving(Post()) as post, pytest.MonkeyPatch.context() as patch:
        point_to(settings, post)
        claim = claim_message(at=NOW)
        assert claim is not None
        patch.setattr("corps.workflow.moves.record", _broken)
        with pytest.raises(RuntimeError):
            settle(claim, Answer(Outcome.ACCEPTED), at=NOW)
    assert now_of(message) == ("sending", 1)


def _broken(*objects: Any, **given: Any) -> None:
    raise RuntimeError


def test_two_relays_at_once_send_each_message_once(
    committed_db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "AT_ONCE", 9)
    for _ in range(20):
        write()
    start = Barrier(2)

    def relay(_number: int) -> int:
        start.wait()
        try:
            return relay_messages(at=NOW)
        finally:
            connection.close()

    with serving(Post()) as post, ThreadPoolExecutor(2) as pool:
        point_to(settings, post)
        counts = list(pool.map(relay, range(2)))
    ids = [content.split(b"Message-ID: ")[1].split(b"\r\n")[0] for _, content in post.taken]
    assert (sum(counts), len(ids), len(set(ids))) == (20, 20, 20)
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_claim_that_somebody_else_holds_is_passed_over(committed_db: str) -> None:
    """The control: while one relay claims, another one finds nothing, and does not wait."""
    write()

    def other() -> Claim | None:
        try:
            return claim_message(at=NOW)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        assert claim_message(at=NOW) is not None
        assert pool.submit(other).result(timeout=20) is None


RELAY = """
import django, os
django.setup()
from datetime import datetime
from corps.outbox.actions import relay_messages
relay_messages(at=datetime.fromisoformat(os.environ["NOW"]))
"""


@pytest.fixture
def relay(committed_db: str) -> Iterator[Any]:
    """Start relays as processes of their own, on the clone."""
    address = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(address._replace(path=f"/{committed_db}"))
    begun: list[subprocess.Popen[bytes]] = []

    def start(post: Post) -> "subprocess.Popen[bytes]":
        more = {"DATABASE_URL": url, "NOW": NOW.isoformat()}
        more["CORPS_SMTP_URL"] = f"smtp://127.0.0.1:{post.port}?tls=none"
        more["DJANGO_SETTINGS_MODULE"] = "corps.settings"
        begun.append(
            subprocess.Popen(
                [sys.executable, "-c", RELAY],
                cwd=configured.BASE_DIR,
                env={**os.environ, **more},
            )
        )
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.wait()


@pytest.mark.parametrize(("halt", "taken"), [("MAIL", 0), ("DATA", 1)])
def test_a_relay_that_is_killed_leaves_doubt_and_sends_nothing_twice(
    relay: Any, settings: Settings, halt: str, taken: int
) -> None:
    message = write()
    with serving(Post(halt=halt)) as post:
        process = relay(post)
        assert post.arrived.wait(60)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert now_of(message) == ("sending", 1)
        post.halt = ""
        point_to(settings, post)
        for minutes in (1, 9, 10, 11, 60):
            relay_messages(at=NOW + timedelta(minutes=minutes))
    assert (now_of(message), len(post.taken)) == (("in_doubt", 1), taken)
    entry = Entry.objects.filter(verb="message.in_doubt").get()
    assert entry.at == NOW + timedelta(minutes=11)
