"""What comes back: sealed, once, with the moves of case and permits."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from corps.audit.models import Entry
from corps.errors import NotFound, NotPermitted
from corps.vault.files import read_whole
from deployments.liaison.actions.replies import attach_to_reply, record_reply
from deployments.liaison.models import Case, Reply
from deployments.liaison.queries.replies import Mail, read_reply, replies_visible_to
from deployments.liaison.rules.replies import (
    CameTooSoon,
    LetterOfAnother,
    MailKnown,
    NothingSent,
)
from deployments.materials.files import Inspected
from tests.admin.doors import entries_since, last_number
from tests.cast import NOW, an_agency
from tests.liaison.letter_rows import a_letter_row
from tests.liaison.scenes import Cast, a_cast, case_at

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
ONE = Mail("one@example.org", [], b"x")
WORDS = "The ministry does not comment on travel of Hong Gildong."


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def replied(cast: Cast, case: Any, **more: Any) -> Reply:
    fields: dict[str, Any] = {"agency": case.agency, "outcome": "no_comment", "came_on": TODAY}
    return record_reply(**({"case": case, "by": cast.liaison, "at": NOW} | fields | more))


@pytest.mark.parametrize("state", ["sent", "acknowledged", "referred"])
def test_no_comment_is_an_answer_in_its_own_right(cast: Cast, state: str) -> None:
    case, before = case_at(state, cast.liaison), last_number()
    replied(cast, case, text=WORDS)
    case.refresh_from_db()
    assert (case.state, case.outcome, case.holder) == ("answered", "no_comment", None)
    assert entries_since(before) == ["reply.recorded", "case.answered"]


def test_what_it_says_is_sealed_and_in_no_entry(cast: Cast) -> None:
    before = last_number()
    reply = replied(cast, case_at("sent", cast.liaison), text=f"  {WORDS} ")
    assert b"Gildong" not in bytes(Reply.objects.get().content)
    assert read_reply(reply).text == WORDS
    told = [f"{entry.object} {entry.facts} {entry.reason}" for entry in entries(before)]
    assert not [line for line in told if "Gildong" in line]


def entries(before: int) -> list[Entry]:
    return list(Entry.objects.filter(number__gt=before))


def test_attachments_and_the_original_are_sealed_files(cast: Cast) -> None:
    file = Inspected("text/plain", "첨부".encode(), 1, None, ())
    mail = Mail("one@example.org", [("Subject", "Re: 2026-0001")], b"From: x\r\n\r\nhello")
    reply = replied(cast, case_at("sent", cast.liaison), files=[("a.txt", file)], mail=mail)
    reply.refresh_from_db()
    content = read_reply(reply)
    assert (content.names, content.headers) == (["a.txt"], [["Subject", "Re: 2026-0001"]])
    assert read_whole(reply.attachments.get().file) == "첨부".encode()
    assert reply.original is not None
    assert read_whole(reply.original) == mail.original


def test_the_same_mail_is_refused_the_second_time(cast: Cast) -> None:
    case, file = case_at("sent", cast.liaison), Inspected("text/plain", b"x", 1, None, ())
    reply = replied(cast, case, mail=ONE)
    attach_to_reply(reply=reply, name="a.txt", file=file, by=cast.liaison, at=NOW)
    with pytest.raises(MailKnown):
        replied(cast, case, mail=ONE)
    replied(cast, case, mail=Mail("two@example.org", [], b"x"))
    for _ in range(2):
        replied(cast, case, mail=Mail("", [], b"x"))
    assert case.replies.count() == 4


def test_nobody_is_told_that_another_case_has_a_mail(cast: Cast) -> None:
    for _ in range(2):
        replied(cast, case_at("sent", cast.liaison), mail=ONE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reply::text FROM liaison_reply reply")
        rows = cursor.fetchall()
    assert [ONE.message_id in row for (row,) in rows] == [False, False]


def test_a_reply_in_an_answered_case_is_kept_and_moves_nothing(cast: Cast) -> None:
    case, before = case_at("answered", cast.liaison), last_number()
    replied(cast, case, outcome="granted")
    assert entries_since(before) == ["reply.recorded"]
    case.refresh_from_db()
    assert case.state == "answered"


def test_an_answer_of_an_agency_that_does_not_hold_the_case_leaves_it_where_it_is(
    cast: Cast,
) -> None:
    case, holder = case_at("referred", cast.liaison), an_agency("unification")
    Case.objects.filter(pk=case.pk).update(holder=holder, overdue_since=NOW)
    before = last_number()
    reply = replied(cast, case, outcome="information", text="We passed it on.")
    assert entries_since(before) == ["reply.recorded"]
    case.refresh_from_db()
    kept = (case.state, case.holder, case.due, case.overdue_since)
    assert kept == ("referred", holder, date(2026, 12, 1), NOW)
    assert list(case.replies.all()) == [reply]
    replied(cast, case, agency=holder)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("answered", "no_comment")


@pytest.mark.parametrize("state", ["answered", "drafting", "in_review", "referred", "closed"])
def test_the_last_answer_is_shown_though_it_moves_nothing(cast: Cast, state: str) -> None:
    case = case_at(state, cast.liaison)
    Case.objects.filter(pk=case.pk).update(outcome="no_comment", holder=None, state="answered")
    if state != "answered":
        holder = an_agency("unification") if state == "referred" else None
        Case.objects.filter(pk=case.pk).update(state=state, holder=holder)
    replied(cast, case, outcome="granted", came_on=date(2026, 11, 21))
    assert Case.objects.get(pk=case.pk).outcome == "granted"
    replied(cast, case, outcome="refused", came_on=date(2026, 11, 20))
    assert Case.objects.get(pk=case.pk).outcome == "granted"
    replied(cast, case, outcome="partly", came_on=date(2026, 11, 21))
    case.refresh_from_db()
    assert (case.state, case.outcome) == (state, "partly")


def test_what_is_refused(cast: Cast) -> None:
    case, other = case_at("sent", cast.liaison), case_at("sent", cast.liaison)
    with pytest.raises(CameTooSoon):
        replied(cast, case, came_on=date(2026, 11, 23))
    with pytest.raises(LetterOfAnother):
        replied(cast, case, letter=a_letter_row(other, cast.liaison))
    for state in ("open", "drafting", "in_review"):
        with pytest.raises(NothingSent):
            replied(cast, case_at(state, cast.liaison))
    assert not Reply.objects.exists()


def test_who_may_enter_a_reply(cast: Cast) -> None:
    case = case_at("sent", cast.liaison, agency=an_agency("ministry"))
    for by, refusal in (
        (cast.approver, NotPermitted),
        (cast.coordinator, NotFound),
        (cast.stranger, NotFound),
        (cast.auditor, NotFound),
    ):
        with pytest.raises(refusal):
            replied(cast, case, by=by)


def test_who_may_read_a_reply(cast: Cast) -> None:
    reply = replied(cast, case_at("sent", cast.liaison))
    assert list(replies_visible_to(cast.approver)) == [reply]
    for nobody in (cast.coordinator, cast.stranger, cast.auditor):
        assert list(replies_visible_to(nobody)) == []
