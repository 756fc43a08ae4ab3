"""The ledger as a table: within the reader's sight, harmless to spreadsheets, entered itself."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit import exporting
from corps.audit.actions import COMMAND, Actor, draft, record, record_many
from corps.audit.exporting import harmless
from corps.audit.heads import make_key_file
from corps.audit.models import ActorKind, Entry
from tests.admin.doors import as_, do_url, list_do_url, list_url, page_url, text_of
from tests.audit.ledgers import seal_all
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user, a_volunteer


@pytest.fixture
def auditor(db: None) -> User:
    """Who reads it all."""
    return a_user("auditor", Role.AUDITOR)


def exported(user: User, **asked: str) -> list[list[str]]:
    """The table that a person takes."""
    answer = as_(user).post(list_do_url(Entry, "export"), asked)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="ledger.csv"'
    content = b"".join(answer.streaming_content).decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(StringIO(content[1:])))


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+82", "'+82"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("＝1", "'＝1"),
        ("a;=HYPERLINK(1)", "a;'=HYPERLINK(1)"),
        ("a,-1", "a,'-1"),
        ("a\n@b", "a\n'@b"),
        ('a;"=1+1;', "a;'\"=1+1;"),
        ('""@b', '\'""@b'),
        ("매-1", "매-1"),
        ("1-1", "1-1"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(cell: str, written: str) -> None:
    assert harmless(cell) == written


def test_the_table_is_in_words_newest_first_and_harmless(auditor: User) -> None:
    volunteer = a_volunteer("매-1")
    record("volunteer.changed", volunteer, by=auditor, reason="=cmd|'/c calc'!A1", at=NOW)
    rows = exported(auditor, thing="매-1")
    assert rows[0][:5] == ["number", "time", "who", "what", "object"]
    assert [row[-1] for row in rows[1:]] == ["volunteer.changed", "register.added"]
    assert rows[1][1] == "2026-11-22 12:00:00+09:00"
    assert (rows[1][2], rows[1][4], rows[1][6]) == ("auditor", "매-1", "'=cmd|'/c calc'!A1")


def test_it_is_in_the_readers_language(auditor: User) -> None:
    a_volunteer("매-1")
    auditor.language = "ko"
    auditor.save()
    rows = exported(auditor, verb="register.added")
    with translation.override("ko"):
        assert rows[0][0] == translation.gettext("number")
    assert len(rows) == 2


def test_it_is_entered_with_its_filters(auditor: User) -> None:
    a_volunteer("매-1")
    exported(auditor, thing="매-1", door="command", since="2026-11-01")
    entry = Entry.objects.get(verb="ledger.exported")
    asked = {"form": "csv", "thing": "매-1", "door": "command", "since": "2026-11-01"}
    assert (entry.actor, entry.facts) == ("auditor", asked)


def test_what_was_typed_and_fits_nothing_is_not_entered(auditor: User) -> None:
    assert len(exported(auditor, person="홍길동", thing="+82 10 1234 5678")) == 1
    entry = Entry.objects.get(verb="ledger.exported")
    assert entry.facts == {"form": "csv", "person": "–", "thing": "–"}


def test_nobody_takes_more_than_they_see(auditor: User) -> None:
    desk = a_desk()
    a_volunteer("heron-1", desk=desk)
    a_volunteer("crane-1", desk=a_desk("elsewhere"))
    taken = {
        user.username: sorted(row[4] for row in exported(user, verb="register.added")[1:])
        for user in (a_coordinator(desk), a_stranger(), auditor)
    }
    assert taken == {
        "coordinator": ["heron-1"],
        "stranger": ["crane-1"],
        "auditor": ["crane-1", "heron-1"],
    }


def test_a_filter_that_is_not_offered_is_refused(auditor: User) -> None:
    answer = as_(a_coordinator()).post(list_do_url(Entry, "export"), {"desk": "elsewhere"})
    assert (answer.status_code, answer.streaming) == (200, False)
    assert not Entry.objects.filter(verb="ledger.exported").exists()


def test_many_pieces_lose_nothing(auditor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 7)
    with transaction.atomic():
        record_many([draft(f"page.{number}", by=COMMAND) for number in range(50)])
    numbers = [int(row[0]) for row in exported(auditor)[1:]]
    last = Entry.objects.get(verb="ledger.exported").number
    expected = Entry.objects.filter(number__lt=last).order_by("-number")
    assert numbers == list(expected.values_list("number", flat=True))


def test_the_button_carries_the_filters_along(auditor: User) -> None:
    client = as_(auditor)
    page = text_of(client.get(f"{list_url(Entry)}?door=command&person=%EB%A7%A4&before=9&q=x"))
    assert "/do/export/?door=command&amp;person=%EB%A7%A4" in page
    asked = client.get(f"{list_do_url(Entry, 'export')}?door=command&person=%EB%A7%A4")
    assert asked.context["form"].initial == {"door": "command", "person": "매"}


@pytest.mark.parametrize(
    ("query", "found"),
    [("?person=one", 2), ("?person=On", 0), ("?thing=매-1", 1), ("?person=one&thing=매-1", 0)],
)
def test_filters_by_person_and_object(auditor: User, query: str, found: int) -> None:
    a_volunteer("매-1")
    with transaction.atomic():
        for verb in ("a.b", "c.d"):
            record(verb, by=Actor(ActorKind.PERSON, "1", "one"))
    rows = as_(auditor).get(f"{list_url(Entry)}{query}").context["cl"].result_list
    assert len(rows) == found


def test_an_account_s_page_tells_what_it_did_to_those_who_read_the_ledger(db: None) -> None:
    both = a_user("both", Role.ADMINISTRATOR, Role.AUDITOR)
    administrator = a_user("administrator", Role.ADMINISTRATOR)
    coordinator = a_coordinator()
    record("test.act", by=coordinator, at=NOW)
    told = [
        "test.act" in text_of(as_(user).get(page_url(coordinator)))
        for user in (both, administrator)
    ]
    assert told == [True, False]


def test_an_entry_s_page_says_its_seal_and_gives_its_proof(committed_db: str) -> None:
    auditor = a_user("auditor", Role.AUDITOR)
    make_key_file()
    a_volunteer("매-1")
    entry = Entry.objects.get()
    client = as_(auditor)
    assert "not sealed yet" in text_of(client.get(page_url(entry)))
    seal_all()
    page = text_of(client.get(page_url(entry)))
    assert "under seal 1 of" in page
    answer: Any = client.post(do_url(entry, "proof"))
    proof = json.loads(answer.content)
    assert (proof["entry"], proof["position"]) == (entry.number, 0)
    assert Entry.objects.get(verb="ledger.proved").facts == {"row": entry.number}


def test_whoever_does_not_read_the_whole_ledger_fetches_no_proof(committed_db: str) -> None:
    """It names, by their ids, also things that they do not see."""
    make_key_file()
    a_volunteer("매-1")
    entry = Entry.objects.get()
    seal_all()
    client = as_(a_coordinator())
    page = client.get(page_url(entry))
    assert (page.status_code, do_url(entry, "proof") in page.content.decode()) == (200, False)
    assert client.post(do_url(entry, "proof")).status_code in (302, 403, 404)
    assert not Entry.objects.filter(verb="ledger.proved").exists()
