"""Mail from outside is read, whatever it is; and bounces find their message."""

import email.message
import io
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from corps.audit.actions import COMMAND
from corps.audit.queries import entries_about
from corps.outbox.actions import take_in, write_message
from corps.outbox.actions.receiving import NoBounce, NotOurs, take_bounce
from corps.outbox.bounces import Bounce, read_bounce
from corps.outbox.incoming import (
    LARGEST_PARAMETERS,
    BadMail,
    Incoming,
    IncomingFile,
    parse_email,
)
from corps.outbox.mail.words import stripped
from corps.outbox.models import Message
from tests.cast import NOW, an_agency
from tests.outbox.mails import (
    BORNE,
    EXIM,
    HEADERS,
    ID,
    ON_HOLIDAY,
    PARAMETERS,
    QMAIL,
    REFUSED,
    answer,
    report,
)


def test_an_answer_is_read_with_its_file() -> None:
    read = parse_email(answer().as_bytes())
    assert (read.message_id, read.in_reply_to) == ("42@embassy.example", ID)
    assert read.references == ("1@corps.example", ID)
    assert (read.from_, read.subject) == ("desk@embassy.example", "회신: 2026-0012")
    assert read.date == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert read.text.strip() == "허가합니다."
    assert read.attachments == (IncomingFile("허가서.pdf", "application/pdf", b"%PDF-1.7"),)
    assert ("To", "letters@corps.example") in read.headers


def test_of_two_versions_the_plain_one_is_read_and_html_only_where_there_is_no_other() -> None:
    mail = answer()
    mail.add_alternative("<p>other</p>", subtype="html") if not mail.is_multipart() else None
    html = answer()
    html.clear_content()
    html.set_content(
        "<html><head><title>t</title><style>a{}</style></head><body><p>한 &amp; 두<br>줄</p>"
        '<script>x()</script><img src="http://spy.example/1.png"></body></html>',
        subtype="html",
    )
    assert parse_email(html.as_bytes()).text == "한 & 두\n줄"
    assert parse_email(mail.as_bytes()).text.strip() == "허가합니다."


def test_old_korean_character_sets_are_read() -> None:
    raw = (
        b"From: a@b.example\r\nSubject: =?ks_c_5601-1987?B?yLi9xQ==?=\r\n"
        b"Content-Type: text/plain; charset=ks_c_5601-1987\r\n\r\n" + "뷁 허가".encode("cp949")
    )
    read = parse_email(raw)
    assert (read.subject, read.text) == ("회신", "뷁 허가")


def test_a_message_inside_a_message_is_a_file() -> None:
    mail = answer()
    mail.add_attachment(answer(Subject="inner"))
    names = [(file.name, file.media_type) for file in parse_email(mail.as_bytes()).attachments]
    assert names == [("허가서.pdf", "application/pdf"), ("part-3", "message/rfc822")]


def test_a_message_inside_is_kept_byte_by_byte() -> None:
    inner = b"Subject: \xff\r\nX-Long: " + b"a, " * 100 + b"b\r\n\tc\r\n\r\n\xff text\r\n"
    raw = b"From: a@b.example\r\nContent-Type: message/rfc822\r\n\r\n" + inner
    [file] = parse_email(raw).attachments
    assert file.content.splitlines() == inner.splitlines()


@pytest.fixture
def looked_into(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How long the headers are that Python's parser looks into for parameters."""
    lengths: list[int] = []
    original = email.message._parseparam

    def look(header: str) -> Any:
        lengths.append(len(header))
        return original(header)

    monkeypatch.setattr("email.message._parseparam", look)
    return lengths


@pytest.mark.parametrize("name", PARAMETERS)
def test_no_long_header_is_looked_into(name: str, looked_into: list[int]) -> None:
    for read in (parse_email, read_bounce):
        with pytest.raises(BadMail):
            read(PARAMETERS[name])
    assert max(looked_into, default=0) <= LARGEST_PARAMETERS


def test_the_headers_of_honest_mail_are_looked_into(looked_into: list[int]) -> None:
    """The control."""
    parse_email(answer().as_bytes())
    assert max(looked_into) > len("multipart/mixed; boundary=")


@pytest.mark.parametrize("name", REFUSED)
def test_mail_that_would_do_harm_is_refused_quickly(name: str) -> None:
    begun = time.process_time()
    with pytest.raises(BadMail):
        parse_email(REFUSED[name])
    try:
        assert read_bounce(REFUSED[name]) is None
    except BadMail:
        assert name != "too long a text"
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("name", BORNE)
def test_odd_mail_is_read_as_far_as_it_goes_quickly(name: str) -> None:
    begun = time.process_time()
    read = parse_email(BORNE[name])
    assert read_bounce(BORNE[name]) is None
    assert time.process_time() - begun < 5
    if read.date is not None:
        read.date.astimezone(timezone(timedelta(hours=9)))
    told = "".join([read.subject, read.from_, *(file.name for file in read.attachments)])
    assert all(character.isprintable() for character in told)
    assert "\0" not in read.text
    (told + read.text).encode()


@given(st.binary(max_size=400), st.binary(max_size=400))
@settings(max_examples=50)
def test_whatever_comes_in_is_read_or_refused(head: bytes, body: bytes) -> None:
    for raw in (
        body,
        b"From: " + head + b"\r\n\r\n" + body,
        b"Content-Type: " + head + b"\n\n" + body,
    ):
        try:
            assert isinstance(parse_email(raw), Incoming)
            read_bounce(raw)
        except BadMail:
            continue


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a < b", "a < b"),
        ("<td>1</td><td>2</td>", "1 2"),
        ("<!-- <p>x</p> -->y", "y"),
        ("<SCRIPT>x</sCript >y", "y"),
        ("<script>never closed", ""),
        ("<p", "<p"),
        ("&lt;script&gt;", "<script>"),
    ],
)
def test_html_leaves_its_text(html: str, text: str) -> None:
    assert stripped(html) == text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (report(envelope=ID), Bounce(ID, "failed", "5.1.1")),
        (report(back=HEADERS), Bounce(ID, "failed", "5.1.1")),
        (report("delayed", status="4.4.1", back=HEADERS), Bounce(ID, "delayed", "4.4.1")),
        (report("delivered", status="2.0.0", envelope=ID), Bounce(ID, "delivered", "2.0.0")),
        (QMAIL, Bounce(ID, "failed", "5.1.1")),
        (EXIM, Bounce(ID, "failed", "")),
        (report(), None),
        (ON_HOLIDAY, None),
        (answer().as_bytes(), None),
    ],
    ids=[
        "by its envelope",
        "by what it returns",
        "delayed",
        "delivered",
        "of qmail",
        "of Exim",
        "about nothing of ours",
        "on holiday",
        "an answer",
    ],
)
def test_a_bounce_is_told_from_other_mail(raw: bytes, expected: Bounce | None) -> None:
    assert read_bounce(raw) == expected


@pytest.fixture
def sent(db: None) -> Message:
    """The message that the mails of this module are about, sent."""
    message = write_message(
        about=an_agency(), to=["a@embassy.example"], subject="2026-0012", text="", at=NOW
    )
    Message.objects.update(state="sent", sent_at=NOW, message_id=ID)
    message.refresh_from_db()
    return message


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_a_bounce_moves_its_message_once(sent: Message) -> None:
    for _ in range(2):
        take_in(raw=report(envelope=ID), by=COMMAND, at=NOW)
    assert state(sent) == "bounced"
    newest, *older = entries_about(sent)
    assert (newest.verb, newest.facts["status"]) == ("message.bounced", "5.1.1")
    assert [entry.verb for entry in older] == ["message.written"]


def test_a_delay_is_entered_and_moves_nothing(sent: Message) -> None:
    take_in(raw=report("delayed", status="4.4.1", envelope=ID), by=COMMAND, at=NOW)
    assert state(sent) == "sent"
    assert entries_about(sent)[0].facts == {"report": "delayed", "status": "4.4.1"}


@pytest.mark.parametrize("name", BORNE)
def test_no_odd_mail_finds_a_message_or_breaks_the_search(sent: Message, name: str) -> None:
    with pytest.raises(NotOurs):
        take_in(raw=BORNE[name], by=COMMAND, at=NOW)
    assert state(sent) == "sent"


def test_a_bounce_of_somebody_elses_message_is_not_ours(sent: Message) -> None:
    with pytest.raises(NotOurs):
        take_in(raw=report(envelope="other@corps.example"), by=COMMAND, at=NOW)
    with pytest.raises(NotOurs):
        take_bounce(raw=report(envelope=ID), messages=Message.objects.none(), by=COMMAND, at=NOW)
    with pytest.raises(NoBounce):
        take_bounce(raw=ON_HOLIDAY, messages=Message.objects.all(), by=COMMAND, at=NOW)
    assert state(sent) == "sent"


def test_an_answer_is_left_to_whoever_brings_it_to_its_case(sent: Message) -> None:
    with pytest.raises(NotOurs):
        take_in(raw=answer().as_bytes(), by=COMMAND, at=NOW)
    assert state(sent) == "sent"


class _Pipe:
    """Standard input of a process."""

    def __init__(self, raw: bytes) -> None:
        self.buffer = io.BytesIO(raw)


def piped(raw: bytes, patch: pytest.MonkeyPatch) -> tuple[int, str]:
    """The exit code of the command, and what it says."""
    patch.setattr("sys.stdin", _Pipe(raw))
    said = io.StringIO()
    try:
        call_command("incoming_mail", stderr=said)
    except SystemExit as ended:
        return int(ended.code or 0), said.getvalue()
    return 0, said.getvalue()


def test_the_command_takes_what_is_ours_and_lets_the_mail_server_keep_the_rest(
    sent: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert piped(report(envelope=ID), monkeypatch) == (0, "")
    code, said = piped(answer().as_bytes(), monkeypatch)
    assert (code, "embassy" in said, "belongs to no message" in said) == (75, False, True)
    assert piped(REFUSED["too large"], monkeypatch)[0] == 75
    assert state(sent) == "bounced"
