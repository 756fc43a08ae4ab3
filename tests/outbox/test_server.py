"""What became of a message, told apart by where the conversation with the mail server ended."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from corps.outbox.mail import server as mail_server
from corps.outbox.mail.server import Answer, Outcome, Parcel, Server, hand_over, parse_server
from tests.outbox.post import Post, serving, serving_tls

ONE = ["a@embassy.example"]
CONTENT = b"Subject: 2026-0012\r\n\r\n.begins with a dot\r\n..with two\r\nends\r\n"


def give(post: Post, to: list[str] | None = None, **options: Any) -> Answer:
    server = Server("127.0.0.1", post.port, **{"tls": "none", **options})
    return hand_over(server, Parcel("letters@corps.example", to or ONE, CONTENT, "1@corps.example"))


def test_a_message_arrives_byte_by_byte() -> None:
    with serving(Post()) as post:
        assert give(post) == Answer(Outcome.ACCEPTED, {"code": 250})
    assert post.taken == [(ONE, CONTENT)]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"mail": "451 busy"}, ("later", {"step": "sender", "code": 451})),
        ({"mail": "553 5.1.8 no"}, ("refused", {"step": "sender", "code": 553, "status": "5.1.8"})),
        ({"content": "452 full"}, ("later", {"step": "content", "code": 452})),
        (
            {"content": "554 5.7.1 <a@embassy.example> not wanted"},
            ("refused", {"step": "content", "code": 554, "status": "5.7.1"}),
        ),
        ({"hang_up": "MAIL"}, ("later", {"step": "sender"})),
        ({"hang_up": "DATA"}, ("unknown", {"step": "content"})),
        ({"content": "999 what"}, ("unknown", {"step": "content", "code": 999})),
    ],
)
def test_each_end_of_the_conversation_has_its_answer(
    answers: dict[str, Any], expected: tuple[str, dict[str, Any]]
) -> None:
    with serving(Post(**answers)) as post:
        answer = give(post)
    assert (answer.outcome, answer.facts) == expected


@pytest.mark.parametrize(
    ("refusal", "outcome"), [("550 5.1.1 unknown", "refused"), ("450 4.2.1 greylisted", "later")]
)
def test_where_one_recipient_is_refused_nobody_gets_it(refusal: str, outcome: str) -> None:
    two = ["a@embassy.example", "b@embassy.example"]
    with serving(Post(recipients={two[1]: refusal})) as post:
        answer = give(post, two)
    code, status = refusal.split()[:2]
    facts = {"step": "recipients", "code": int(code), "status": status}
    assert (answer.outcome, answer.facts) == (outcome, {**facts, "refused": 1, "recipients": 2})
    assert post.taken == []


def test_a_server_that_is_not_there_is_tried_later() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert give(Post(port=port)) == Answer(Outcome.LATER, {"step": "connect"})


def test_a_slow_server_is_left_before_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_server, "COMMAND_SECONDS", 0.3)
    monkeypatch.setattr(mail_server, "CONTENT_SECONDS", 0.3)
    with serving(Post(halt="MAIL")) as post:
        assert give(post) == Answer(Outcome.LATER, {"step": "sender"})
    with serving(Post(halt="DATA")) as post:
        assert give(post) == Answer(Outcome.UNKNOWN, {"step": "content"})


@contextmanager
def dripping() -> Iterator[int]:
    """A server that greets a line at a time, without end; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            caller, _ = listening.accept()
            with caller:
                while True:
                    try:
                        caller.sendall(b"220-and\r\n")
                    except OSError:
                        return
                    time.sleep(0.05)

        Thread(target=drip, daemon=True).start()
        yield listening.getsockname()[1]


def test_no_session_lasts_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_server, "SESSION_SECONDS", 0.5)
    begun = time.monotonic()
    with dripping() as port:
        assert give(Post(port=port)) == Answer(Outcome.LATER, {"step": "connect"})
    assert time.monotonic() - begun < 5


def test_a_connection_that_comes_about_too_late_is_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connect = socket.create_connection

    def slowly(*given: Any, **named: Any) -> socket.socket:
        time.sleep(0.5)
        return connect(*given, **named)

    monkeypatch.setattr(mail_server, "SESSION_SECONDS", 0.1)
    with serving(Post()) as post:
        monkeypatch.setattr(socket, "create_connection", slowly)
        assert give(post) == Answer(Outcome.LATER, {"step": "connect"})
    assert post.taken == []


def test_a_session_is_encrypted_and_signs_in(tmp_path: Path) -> None:
    with serving_tls(Post(), tmp_path, password="se cret/") as post:
        known = {"tls": "starttls", "ca": str(tmp_path / "cert.pem"), "user": "corps"}
        assert give(post, **known, password="se cret/").outcome == Outcome.ACCEPTED
        wrong = give(post, **known, password="other")
        assert wrong == Answer(Outcome.LATER, {"step": "sign in", "code": 535})
    assert len(post.taken) == 1


def test_a_server_whose_certificate_nobody_signed_gets_nothing(tmp_path: Path) -> None:
    with serving_tls(Post(), tmp_path) as post:
        assert give(post, tls="starttls") == Answer(Outcome.LATER, {"step": "tls"})


def test_a_server_that_has_no_tls_gets_nothing() -> None:
    with serving(Post()) as post:
        assert give(post, tls="starttls") == Answer(Outcome.LATER, {"step": "tls"})
    assert (post.taken, post.options) == ([], [])


def test_an_address_says_where_the_server_is_and_how_to_talk_to_it() -> None:
    given = "smtp://me%40corps:p%2Fw@mail.example?ca=/etc/ca.pem"
    read = parse_server(given)
    assert (read.host, read.port, read.user, read.password) == (
        "mail.example",
        587,
        "me@corps",
        "p/w",
    )
    assert (read.tls, read.ca) == ("starttls", "/etc/ca.pem")
    assert parse_server("smtps://mail.example").port == 465
    assert parse_server("smtp://localhost:25?tls=none").tls == "none"


@pytest.mark.parametrize(
    "given",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://me:secret@mail.example?tls=none",
        "smtp://me:secret@mail.example?tls=maybe",
        "smtps://me:secret@mail.example?tls=starttls",
        "smtp://me:secret@mail.example?verify=no",
        "smtp://me:secret@mail.example:port",
        "smtp://mail.example?secret",
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="CORPS_SMTP_URL") as refused:
        parse_server(given)
    assert "secret" not in str(refused.value)
