"""Messages go out once each: whoever is killed in between, and however many relays there are."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as configured
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from corps.audit.models import Entry
from corps.outbox.actions import (
    relay_messages,
    relaying,
)
from corps.outbox.actions.relaying import Claim, claim_message, settle
from corps.outbox.mail.server import Answer, Outcome
from corps.outbox.models import Message
from tests.cast import NOW
from tests.outbox.post import Post, serving
from tests.outbox.sending import now_of, point_to, write


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


def test_no_mail_goes_out_inside_a_transaction(committed_db: str, settings: Settings) -> None:
    """Undone, it would leave a message that was sent and waits."""
    message = write()
    with serving(Post()) as post, transaction.atomic():
        point_to(settings, post)
        with pytest.raises(RuntimeError):
            relay_messages(at=NOW)
    assert (now_of(message), post.taken) == (("written", 0), [])


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
