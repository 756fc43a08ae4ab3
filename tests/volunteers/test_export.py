"""Exporting identities: two people, one hour, one file, marked with who fetched it and when."""

import io
import re
import tempfile
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import openpyxl
import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from corps.accounts.actions.two_person import grant_act
from corps.accounts.models import TwoPersonAct, User
from corps.accounts.roles import Role
from corps.audit.actions import reference
from corps.audit.models import Entry
from corps.errors import NotFound, NotPermitted
from corps.vault.actions import destroy_data_key
from corps.workflow.moves import NotInThatState
from tests.admin.doors import as_, do_url, list_do_url, page_url, text_of
from tests.audit.ledgers import canonical_of
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user, a_volunteer
from tests.conftest import as_admin
from volunteers.actions.export import (
    NothingToExport,
    TooManyToExport,
    ask_for_export,
    download_export,
)
from volunteers.identity import IdentityDocument
from volunteers.models import Volunteer
from volunteers.rules import FactorNotRecent

HERON = IdentityDocument(name="김철수", phone="+821087654321", birth_date=date(1990, 2, 1))
CRANE = IdentityDocument(name='=HYPERLINK("http://x")', address="@SUM(A1) 인천", notes="메모")
SECRETS = ("김철수", "87654321", "HYPERLINK", "메모")
PARTS = ["name", "phone"]


def people() -> list[Volunteer]:
    """Two volunteers of Seoul."""
    return [a_volunteer("heron-1", identity=HERON), a_volunteer("crane-2", identity=CRANE)]


def approver() -> User:
    """The approver of Seoul."""
    return a_user("approver", Role.APPROVER, desk=a_desk())


def asked(by: User, volunteers: list[Volunteer], at: datetime = NOW, **given: Any) -> TwoPersonAct:
    """An export that was asked for."""
    what = {"parts": PARTS, "reason": "Passports for the convoy", "desk": a_desk(), **given}
    return ask_for_export(volunteers=volunteers, by=by, at=at, **what)


def granted(by: User, volunteers: list[Volunteer], at: datetime = NOW, **given: Any) -> Any:
    """An export that was granted."""
    act = asked(by, volunteers, at, **given)
    grant_act(act=act, by=approver(), at=at)
    act.refresh_from_db()
    return act


def download(act: TwoPersonAct, by: User, at: datetime = NOW) -> bytes:
    """Fetch the file, with a factor used just now."""
    return download_export(act=act, by=by, proved_at=at, at=at)


def rows_of(content: bytes) -> list[list[Any]]:
    """The rows of the one sheet."""
    [sheet] = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return [list(row) for row in sheet.iter_rows(values_only=True)]


# -- asking and granting


@pytest.mark.django_db
def test_an_export_holds_ids_and_names_of_parts_and_no_value() -> None:
    there, by = people(), a_coordinator()
    act = asked(by, there)
    entry = Entry.objects.get(verb="two_person.asked")
    ids = sorted(str(one.pk) for one in there)
    assert act.facts == {"volunteers": ids, "fields": PARTS}
    assert (entry.facts["volunteers"], entry.facts["fields"]) == (ids, PARTS)
    assert [secret for secret in SECRETS if secret in canonical_of(entry).decode()] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who",
    [
        a_stranger,
        approver,
        lambda: a_user("liaison", Role.LIAISON, desk=a_desk()),
        lambda: a_user("admin", Role.ADMINISTRATOR, desk=a_desk()),
        lambda: a_volunteer(account=True).user,
    ],
)
def test_nobody_else_may_ask(who: Any) -> None:
    with pytest.raises(NotPermitted):
        asked(who(), people())


@pytest.mark.django_db
def test_what_stands_on_another_desk_is_not_to_be_asked_for() -> None:
    by, other = a_coordinator(), a_volunteer(desk=a_desk("elsewhere"))
    with pytest.raises(NotFound):
        asked(by, [*people(), other])


@pytest.mark.django_db
def test_nothing_and_everything_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    there, by = people(), a_coordinator()
    for volunteers, parts in (([], PARTS), (there, ["data_key"])):
        with pytest.raises(NothingToExport):
            asked(by, volunteers, parts=parts)
    monkeypatch.setattr("volunteers.actions.export.AT_MOST", 1)
    with pytest.raises(TooManyToExport):
        asked(by, there)


# -- the file


@pytest.mark.django_db
def test_the_file_holds_what_was_asked_for_and_says_who_fetched_it() -> None:
    there, by = people(), a_coordinator()
    act = granted(by, there)
    content = download(act, by)
    mark = "coordinator, 2026-11-22 03:00 UTC"
    line = "Fetched by coordinator on 2026-11-22 03:00 UTC, granted by approver."
    first, second, *table = rows_of(content)
    assert (first[0], second[0]) == (
        line,
        "Personal data of people at risk: pass it on to nobody, destroy it soon.",
    )
    assert table == [
        ["Callsign", "Name", "Phone", "Fetched by, at"],
        ["crane-2", CRANE.name, None, mark],
        ["heron-1", "김철수", "+821087654321", mark],
    ]
    sheet: Any = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert (sheet.oddHeader.center.text, sheet.oddFooter.center.text) == (line, line)


@pytest.mark.django_db
def test_nothing_in_it_is_run_and_its_properties_tell_nothing() -> None:
    there, by = people(), a_coordinator()
    content = download(granted(by, there, parts=["name", "phone", "address"]), by)
    [sheet] = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    risky = [cell for cell in cells if str(cell.value).startswith(("=", "+", "-", "@"))]
    assert [bool(cell.quotePrefix) for cell in risky] == [True] * 3
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = archive.read("docProps/core.xml").decode()
        parts = archive.namelist()
    assert re.findall(r">([^<\n]+)<", told) == ["2000-01-01T00:00:00Z"] * 2
    assert [name for name in parts if "calc" in name or "external" in name] == []


@pytest.mark.django_db
def test_the_file_is_made_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    act = granted(by := a_coordinator(), people())

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError

    with monkeypatch.context() as patched:
        for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp"):
            patched.setattr(tempfile, name, refuse)
        patched.setattr("openpyxl.worksheet._writer.NamedTemporaryFile", refuse)
        content = download(act, by)
    assert len(rows_of(content)) == 5


@pytest.mark.django_db
def test_who_left_the_desk_or_was_erased_is_in_it_as_a_number_alone() -> None:
    there, by = [*people(), a_volunteer("ibis-3")], a_coordinator()
    act = granted(by, there)
    by.desks.add(a_desk("elsewhere"))
    Volunteer.objects.filter(pk=there[0].pk).update(desk=a_desk("elsewhere"))
    destroy_data_key(there[2].data_key, at=NOW)
    rows = rows_of(download(act, by))
    assert rows[2][0] == "2 volunteers who were asked for are not in this file."
    assert [row[0] for row in rows[4:]] == ["crane-2"]
    assert {reference(there[0]), reference(there[2])}.isdisjoint(
        name for entry in Entry.objects.filter(verb="identity.exported") for name in entry.about
    )


@pytest.mark.django_db
def test_each_volunteer_has_an_entry_with_the_reason_and_no_value() -> None:
    there, by = people(), a_coordinator()
    act = granted(by, there)
    download(act, by)
    entries = Entry.objects.filter(verb="identity.exported").order_by("number")
    assert [entry.about for entry in entries] == [
        [reference(act)],
        [reference(there[1]), reference(act)],
        [reference(there[0]), reference(act)],
    ]
    told = {"fields": PARTS, "granted_by": "approver"}
    assert entries[0].facts == {**told, "exported": 2, "gone": 0}
    assert {(str(entry.facts), entry.reason) for entry in entries[1:]} == {
        (str(told), "Passports for the convoy")
    }
    text = "".join(canonical_of(entry).decode() for entry in Entry.objects.all())
    assert [secret for secret in SECRETS if secret in text] == []


# -- once, in time, by the one who asked


@pytest.mark.django_db
def test_a_second_download_and_a_late_one_are_refused() -> None:
    there, by = people(), a_coordinator()
    act = granted(by, there)
    download(act, by)
    with pytest.raises(NotInThatState):
        download(act, by)


@pytest.mark.django_db
def test_after_an_hour_it_is_over() -> None:
    there, by = people(), a_coordinator()
    act = granted(by, there)
    with pytest.raises(NotInThatState):
        download(act, by, at=NOW + timedelta(hours=1))


@pytest.mark.django_db
def test_what_nobody_granted_is_not_to_be_fetched() -> None:
    there, by = people(), a_coordinator()
    with pytest.raises(NotInThatState):
        download(asked(by, there), by)


@pytest.mark.django_db
def test_nobody_but_the_one_who_asked_fetches_it() -> None:
    there, by = people(), a_coordinator()
    act = granted(by, there)
    colleague = a_coordinator(username="colleague")
    for other in (colleague, act.decided_by, a_stranger(), a_user("auditor", Role.AUDITOR)):
        with pytest.raises(NotFound):
            download(act, other)
    with pytest.raises(FactorNotRecent):
        download_export(act=act, by=by, proved_at=NOW - timedelta(minutes=5), at=NOW)
    a_desk().members.remove(by)
    with pytest.raises(NotFound):
        download(act, by)
    assert not Entry.objects.filter(verb="identity.exported").exists()


@pytest.mark.django_db
def test_an_act_of_another_kind_is_no_export() -> None:
    by = a_user("admin", Role.ADMINISTRATOR, desk=a_desk())
    act = TwoPersonAct.objects.create(
        kind="break glass", desk=a_desk(), reason="x", state_since=NOW, asked_by=by, asked_at=NOW
    )
    with pytest.raises(NotFound):
        download(act, by)


def test_of_downloads_at_once_one_is_answered(committed_db: str) -> None:
    there, by = people(), a_coordinator()
    act = granted(by, there)
    start = Barrier(8)

    def one(_number: int) -> str:
        start.wait()
        try:
            download(act, by)
        except NotInThatState:
            return "refused"
        finally:
            connection.close()
        return "fetched"

    with ThreadPoolExecutor(8) as pool:
        came = Counter(pool.map(one, range(8)))
    assert came == {"fetched": 1, "refused": 7}
    assert Entry.objects.filter(verb="identity.exported").count() == 3


def test_where_the_ledger_takes_no_entry_nothing_is_fetched(committed_db: str) -> None:
    there, by = people(), a_coordinator()
    act = granted(by, there)
    as_admin("REVOKE INSERT ON ledger.ledger_entry FROM PUBLIC, corps_app", database=committed_db)
    with pytest.raises(ProgrammingError):
        download(act, by)
    act.refresh_from_db()
    assert act.state == "granted"


# -- the pages


def ask_on_page(by: User, **given: Any) -> Any:
    """Fill in the form of the register."""
    sent = {"desk": a_desk().pk, "parts": PARTS, "reason": "Passports", **given}
    return as_(by).post(list_do_url(Volunteer, "ask-export"), sent)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ({"callsigns": "HERON-1"}, {"heron-1"}),
        ({"callsigns": "heron-1, crane-2\nheron-1"}, {"heron-1", "crane-2"}),
        ({"standing": ["active"]}, {"heron-1", "crane-2"}),
        ({"standing": ["applicant"], "callsigns": "ibis-3 crane-2"}, {"ibis-3", "crane-2"}),
    ],
)
def test_volunteers_are_chosen_by_standing_or_callsign(given: Any, chosen: set[str]) -> None:
    people()
    a_volunteer("ibis-3", standing="applicant")
    a_volunteer("far-4", desk=a_desk("elsewhere"))
    answer = ask_on_page(a_coordinator(), **given)
    act = TwoPersonAct.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page_url(act))
    found = Volunteer.objects.filter(pk__in=act.facts["volunteers"])
    assert set(found.values_list("callsign", flat=True)) == chosen


@pytest.mark.django_db
def test_a_hidden_callsign_is_told_as_an_absent_one() -> None:
    a_volunteer("far-4", desk=a_desk("elsewhere"))
    by = a_coordinator()
    pages = []
    for callsign in ("far-4", "not-4"):
        page = text_of(ask_on_page(by, callsigns=callsign)).replace(callsign, "X")
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))
    assert "Nobody on this desk bears: X" in pages[0]
    assert pages[0] == pages[1]
    assert not TwoPersonAct.objects.exists()


@pytest.mark.django_db
def test_the_approver_reads_whom_it_is_about_and_the_asker_fetches_it_once() -> None:
    there, by, other = people(), a_coordinator(), approver()
    act = asked(by, there, at=timezone.now())
    page = text_of(as_(other).get(page_url(act)))
    assert [text in page for text in ("heron-1", "crane-2", "Name, Phone")] == [True] * 3
    assert [secret for secret in SECRETS if secret in page] == []
    grant_act(act=act, by=other, at=timezone.now())
    client, url = as_(by), do_url(act, "download")
    assert url in text_of(client.get(page_url(act)))
    assert url not in text_of(as_(other).get(page_url(act)))
    answer = client.post(url)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    assert answer["Content-Disposition"] == 'attachment; filename="export.xlsx"'
    assert len(rows_of(answer.content)) == 5
    again = client.post(url)
    assert (again.status_code, again["Location"]) == (302, page_url(act))
    assert as_(other).post(url).status_code == 403
    assert as_(a_stranger()).post(url).status_code == 404


@pytest.mark.django_db
def test_only_who_may_ask_has_the_button() -> None:
    url = list_do_url(Volunteer, "ask-export")
    answers = {
        role: as_(a_user(str(role), role, desk=a_desk())).get(url).status_code
        for role in (Role.COORDINATOR, Role.VETTING, Role.LIAISON, Role.APPROVER, Role.AUDITOR)
    }
    assert list(answers.values()) == [200, 200, 403, 403, 403]
