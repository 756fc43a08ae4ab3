"""The pages of an import: upload, preview, confirm, held rows, download; and who sees them."""

import re
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from guardian.shortcuts import assign_perm

from corps.accounts.models import Desk, User
from corps.accounts.roles import Role
from corps.audit.queries import entries_about
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user
from tests.volunteers.imports.registers import (
    REGISTER,
    a_preview,
    an_import,
    person,
    workbook,
)
from volunteers import tasks
from volunteers.identity import open_identity
from volunteers.models import IdentityMark, ImportRun, Volunteer

pytestmark = pytest.mark.django_db

LIST = "admin:volunteers_importrun_changelist"
UPLOAD = "admin:volunteers_importrun_list_do"
PAGE = "admin:volunteers_importrun_change"
DO = "admin:volunteers_importrun_do"
ROW = "admin:volunteers_importrun_row"
PROGRESS = "admin:volunteers_importrun_progress"


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def send(
    client: Client, content: bytes, name: str = "register.xlsx", desk: Desk | None = None
) -> Any:
    """Upload a file onto a desk."""
    return client.post(
        reverse(UPLOAD, args=["upload"]),
        {"file": SimpleUploadedFile(name, content), "desk": (desk or a_desk()).pk},
    )


def said(response: Any) -> list[str]:
    """The errors that a page shows."""
    found = re.findall(
        r'<ul class="errorlist[^>]*>(.*?)</ul>', response.content.decode(), re.DOTALL
    )
    return [re.sub(r"<[^>]+>", "", text).strip() for text in found]


def test_a_coordinator_uploads_checks_confirms_and_sees_the_result() -> None:
    client = signed_in(a_coordinator())
    response = send(client, REGISTER.read_bytes())
    run = ImportRun.objects.get()
    page = reverse(PAGE, args=[run.pk])
    assert (response.status_code, response["Location"]) == (302, page)
    assert "Waiting to be read" in client.get(page).content.decode()

    tasks.read_import(str(run.pk))
    preview = client.get(page)
    counts = {"imported": 191, "rejected": 9, "held": 3, "waiting": 3}
    assert preview.context["counts"] == counts
    assert [row.row for row in preview.context["rejected_rows"]] == [
        37,
        54,
        84,
        139,
        141,
        150,
        156,
        170,
        177,
    ]
    assert [(row["row"], row["like_row"]) for row in preview.context["held_rows"]] == [
        (204, 145),
        (205, 132),
        (206, 40),
    ]
    assert Volunteer.objects.count() == 0

    response = client.post(reverse(DO, args=[run.pk, "confirm"]))
    assert (response.status_code, response["Location"]) == (302, page)
    tasks.carry_out_import(str(run.pk))
    done = client.get(page)
    assert done.context["counts"] == counts
    assert Volunteer.objects.count() == 191
    assert [entry.verb for entry in entries_about(run)][::-1] == [
        "import.started",
        "import.reading",
        "import.previewed",
        "import.confirmed",
        "import.begun",
        "import.done",
    ]


def test_no_page_of_an_import_shows_a_value_of_a_row() -> None:
    coordinator = a_coordinator()
    one = person(1, 생년월일="kein Datum", 비고="a remark about somebody")
    run = an_import(workbook(one, person(2), person(3, 연락처=person(2)["연락처"])), coordinator)
    row = run.rows.get(outcome="held")
    client = signed_in(coordinator)
    for address in [
        reverse(PAGE, args=[run.pk]),
        reverse(ROW, args=[run.pk, row.pk]),
        reverse(LIST),
    ]:
        text = client.get(address).content.decode()
        for value in [*one.values(), *person(2).values(), *person(3).values()]:
            assert value is None or value == "한국어 N, 우크라이나어 B2" or str(value) not in text


def test_the_progress_is_shown_and_reloads_the_page_at_the_end() -> None:
    coordinator = a_coordinator()
    client = signed_in(coordinator)
    send(client, workbook(person()))
    run = ImportRun.objects.get()
    ImportRun.objects.update(state="reading", rows_done=250, rows_expected=1000)
    part = client.get(reverse(PROGRESS, args=[run.pk]))
    assert "250 of about 1000 rows" in part.content.decode()
    assert (part.status_code, "HX-Refresh" in part, "no-store" in part["Cache-Control"]) == (
        200,
        False,
        True,
    )
    ImportRun.objects.update(state="preview")
    part = client.get(reverse(PROGRESS, args=[run.pk]))
    assert (part.status_code, part["HX-Refresh"]) == (200, "true")


def test_a_discarded_import_keeps_nothing() -> None:
    coordinator = a_coordinator()
    run = a_preview(workbook(person(1, 생년월일="soon")), coordinator)
    client = signed_in(coordinator)
    response = client.post(reverse(DO, args=[run.pk, "discard"]))
    run.refresh_from_db()
    assert (response.status_code, run.state, run.upload, run.rows.count()) == (
        302,
        "discarded",
        None,
        0,
    )
    assert run.data_key.wrapped is None
    assert "Nobody was added" in client.get(reverse(PAGE, args=[run.pk])).content.decode()


def test_the_rejected_rows_come_back_as_a_workbook_that_can_be_corrected() -> None:
    coordinator = a_coordinator()
    formula = '=HYPERLINK("http://127.0.0.1/x","x")'
    bad = person(1, 생년월일="kein Datum", 비고=formula)
    run = an_import(workbook(bad, person(2)), coordinator)
    client = signed_in(coordinator)
    response = client.post(reverse(DO, args=[run.pk, "rejected"]))
    assert (response.status_code, "no-store" in response["Cache-Control"]) == (200, True)
    assert response["Content-Disposition"] == 'attachment; filename="rejected-20261122.xlsx"'
    sheet = openpyxl.load_workbook(BytesIO(response.content)).worksheets[0]
    head, row = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert head[1:] == [
        "호출명",
        "성명",
        "생년월일",
        "연락처",
        "이메일",
        "여권번호",
        "언어",
        "비고",
    ]
    assert row[0] == "생년월일: not a date"
    assert [cell.data_type for cell in list(sheet.iter_rows())[1] if cell.value == formula] == ["s"]
    told = entries_about(run)[0]
    assert (told.verb, told.actor, told.facts) == (
        "import.corrections_downloaded",
        "coordinator",
        {"rows": 1},
    )
    again = a_preview(response.content, coordinator)
    assert (again.rejected, again.imported) == (1, 0)


def test_the_rejected_rows_are_gone_a_day_after_the_end() -> None:
    coordinator = a_coordinator()
    run = an_import(workbook(person(1, 생년월일="kein Datum")), coordinator)
    client = signed_in(coordinator)
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        client.force_login(coordinator)
        tasks.purge_imports()
        page = client.get(reverse(PAGE, args=[run.pk]))
        response = client.post(reverse(DO, args=[run.pk, "rejected"]))
    assert [(row.row, row.column, row.why) for row in page.context["rejected_rows"]] == [
        (2, "", "not a date")
    ]
    assert response["Location"] == reverse(PAGE, args=[run.pk])
    run.refresh_from_db()
    assert run.data_key.wrapped is None
    assert list(run.rows.values_list("content", flat=True)) == [None]


def test_a_held_row_is_decided_to_be_the_same_person() -> None:
    coordinator = a_coordinator()
    rows = [person(1), person(2, 연락처=person(1)["연락처"])]
    run = an_import(workbook(*rows), coordinator)
    row = run.rows.get(outcome="held")
    client = signed_in(coordinator)
    page = client.get(reverse(ROW, args=[run.pk, row.pk]))
    assert (page.context["same"], page.context["row"].like) == ("phone", Volunteer.objects.get())
    response = client.post(reverse(ROW, args=[run.pk, row.pk]), {"same": "1"})
    assert response["Location"] == reverse(PAGE, args=[run.pk])
    row.refresh_from_db()
    assert (row.outcome, row.settled_by, row.content, row.mark) == ("same", coordinator, None, None)
    assert row.data_key is not None
    assert row.data_key.wrapped is None
    assert Volunteer.objects.count() == 1
    told = entries_about(run)[0]
    assert (told.verb, told.facts) == ("import.row_settled", {"row": 3, "as": "same"})
    again = an_import(workbook(*rows), coordinator)
    assert list(again.rows.values_list("outcome", flat=True)) == ["same", "same"]
    assert client.get(reverse(ROW, args=[run.pk, row.pk])).status_code == 404


def test_somebody_merely_shared_is_not_marked_as_the_same() -> None:
    coordinator, far = a_coordinator(), a_desk("elsewhere")
    rows = [person(1), person(2, 연락처=person(1)["연락처"])]
    run = an_import(workbook(*rows), coordinator)
    row = run.rows.get(outcome="held")
    Volunteer.objects.update(desk=far)
    assign_perm("view_volunteer", coordinator, Volunteer.objects.get())
    client, url = signed_in(coordinator), reverse(ROW, args=[run.pk, row.pk])
    page = client.get(url).content.decode()
    assert ('name="same"' in page, "a desk that is not yours" in page) == (False, True)
    before = IdentityMark.objects.count()
    assert client.post(url, {"same": "1"}).status_code == 403
    row.refresh_from_db()
    assert (row.outcome, IdentityMark.objects.count()) == ("held", before)


def test_a_held_row_is_decided_to_be_somebody_new() -> None:
    coordinator = a_coordinator()
    rows = [person(1), person(2, 연락처=person(1)["연락처"], 호출명="범-2")]
    run = an_import(workbook(*rows), coordinator)
    row = run.rows.get(outcome="held")
    client = signed_in(coordinator)
    address = reverse(ROW, args=[run.pk, row.pk])
    assert client.get(address).context["form"].initial == {"callsign": "범-2"}
    taken = Volunteer.objects.get().callsign
    refused = client.post(address, {"new": "1", "callsign": taken.lower()})
    assert (refused.status_code, said(refused)) == (200, ["This callsign is taken."])
    response = client.post(address, {"new": "1", "callsign": "범-2"})
    assert response["Location"] == reverse(PAGE, args=[run.pk])
    made = Volunteer.objects.get(callsign="범-2")
    assert open_identity(made).name == rows[1]["성명"]
    row.refresh_from_db()
    run.refresh_from_db()
    assert (row.outcome, row.volunteer, row.content) == ("imported", made, None)
    assert (run.imported, run.held) == (2, 0)
    again = an_import(workbook(*rows), coordinator)
    assert list(again.rows.values_list("outcome", flat=True)) == ["same", "same"]


def test_two_coordinators_who_decide_at_once_decide_once() -> None:
    coordinator, colleague = a_coordinator(), a_coordinator(username="colleague")
    run = an_import(workbook(person(1), person(2, 연락처=person(1)["연락처"])), coordinator)
    address = reverse(ROW, args=[run.pk, run.rows.get(outcome="held").pk])
    answers = [signed_in(user).post(address, {"new": "1"}) for user in (coordinator, colleague)]
    assert [answer.status_code for answer in answers] == [302, 404]
    assert Volunteer.objects.count() == 2


def addresses(run: ImportRun) -> list[tuple[str, str]]:
    """Every page of a run, with a method."""
    row = run.rows.filter(outcome="held").first()
    assert row is not None
    return [
        ("get", reverse(PAGE, args=[run.pk])),
        ("get", reverse(PROGRESS, args=[run.pk])),
        ("get", reverse(DO, args=[run.pk, "confirm"])),
        ("post", reverse(DO, args=[run.pk, "confirm"])),
        ("post", reverse(DO, args=[run.pk, "discard"])),
        ("post", reverse(DO, args=[run.pk, "rejected"])),
        ("get", reverse(ROW, args=[run.pk, row.pk])),
        ("post", reverse(ROW, args=[run.pk, row.pk])),
    ]


def test_a_stranger_finds_nothing_where_an_import_is() -> None:
    run = an_import(
        workbook(person(1, 생년월일="soon"), person(2), person(3, 연락처=person(2)["연락처"])),
        a_coordinator(),
    )
    client = signed_in(a_stranger())
    absent = ImportRun(pk="00000000-0000-0000-0000-000000000000")
    for method, address in addresses(run):
        hidden = getattr(client, method)(address)
        missing = getattr(client, method)(address.replace(str(run.pk), str(absent.pk)))
        assert (hidden.status_code, missing.status_code) == (404, 404), address
        assert hidden.content == missing.content
    listed = client.get(reverse(LIST))
    assert (listed.status_code, listed.context["cl"].result_count) == (200, 0)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COORDINATOR])
def test_other_roles_see_no_import(role: Role) -> None:
    run = an_import(workbook(person(2), person(3, 연락처=person(2)["연락처"])), a_coordinator())
    client = signed_in(a_user("somebody", role, desk=a_desk()))
    for method, address in [("get", reverse(LIST)), ("get", reverse(UPLOAD, args=["upload"]))]:
        assert getattr(client, method)(address).status_code == 403
    for method, address in addresses(run):
        assert getattr(client, method)(address).status_code in (403, 404)
    run.refresh_from_db()
    assert (run.state, Volunteer.objects.count()) == ("done", 1)


def test_somebody_not_signed_in_is_sent_to_the_way_in() -> None:
    run = an_import(workbook(person(2), person(3, 연락처=person(2)["연락처"])), a_coordinator())
    for method, address in addresses(run):
        assert getattr(Client(), method)(address).status_code == 302


def test_a_file_goes_onto_an_own_desk_only() -> None:
    other = a_desk("elsewhere")
    response = send(signed_in(a_coordinator()), workbook(person()), desk=other)
    assert said(response) == [
        "Select a valid choice. That choice is not one of the available choices."
    ]
    assert ImportRun.objects.count() == 0


def test_a_row_held_for_somebody_hidden_is_hidden_from_a_colleague() -> None:
    kyiv = a_desk("kyiv")
    coordinator, colleague = a_coordinator(), a_coordinator(username="colleague")
    kyiv.members.add(coordinator)
    an_import(workbook(person(1)), coordinator, desk=kyiv)
    run = an_import(workbook(person(1, 비고="again"), person(2)), coordinator)
    row = run.rows.get(outcome="held")
    pages = [signed_in(user).get(reverse(PAGE, args=[run.pk])) for user in (coordinator, colleague)]
    assert [page.context["counts"]["held"] for page in pages] == [1, 0]
    decisions = [
        signed_in(user).get(reverse(ROW, args=[run.pk, row.pk]))
        for user in (coordinator, colleague)
    ]
    assert [page.status_code for page in decisions] == [200, 404]
    waiting = [
        [row.waiting_rows for row in signed_in(user).get(reverse(LIST)).context["cl"].result_list]
        for user in (coordinator, colleague)
    ]
    assert [sum(numbers) for numbers in waiting] == [1, 0]


def zip_of(**parts: bytes) -> bytes:
    """A zip archive of the given parts."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


REFUSED_AT_ONCE = {
    "empty": (b"", ["The file is empty."]),
    "old": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        ["This is an old .xls workbook. Save it as .xlsx and try again."],
    ),
    "encrypted": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        ["The workbook is under a password. Save it without one and try again."],
    ),
    "picture": (
        b"\x89PNG\r\n\x1a\n" + b"\0" * 99,
        ["The file is neither an .xlsx workbook nor a .csv text."],
    ),
    "bomb": (
        zip_of(**{"xl__workbook.xml": b"<workbook/>", "xl__worksheets__1.xml": b" " * 400_000_000}),
        ["The workbook unpacks to more than can be read. Split it and try again."],
    ),
    "zip": (
        zip_of(readme=b"no workbook"),
        ["The file is neither an .xlsx workbook nor a .csv text."],
    ),
    "half": (
        REGISTER.read_bytes()[:30_000],
        ["The file is neither an .xlsx workbook nor a .csv text."],
    ),
    "entities": (
        zip_of(**{"xl__workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'}),
        ["The workbook contains declarations that no spreadsheet writes; it is not read."],
    ),
    "large": (
        b"a,b\n" * (settings.UPLOAD_LIMIT // 4 + 1),
        ["Choose a file of at most 25 MB; a larger one is not taken."],
    ),
}


@pytest.mark.parametrize("case", REFUSED_AT_ONCE)
def test_what_is_certainly_no_workbook_is_refused_at_once(case: str) -> None:
    content, words = REFUSED_AT_ONCE[case]
    response = send(signed_in(a_coordinator()), content)
    assert (response.status_code, said(response)) == (200, words)
    assert ImportRun.objects.count() == 0


NOT_READ = {
    "csv of nothing": b"one,two\n1,2\n",
    "binary": bytes(range(256)) * 20,
}
SENTENCES = {
    "csv of nothing": "No table of people was found.",
    "binary": "",
}


@pytest.mark.parametrize("case", NOT_READ)
def test_what_cannot_be_read_is_said_on_the_page(case: str) -> None:
    client = signed_in(a_coordinator())
    send(client, NOT_READ[case])
    run = ImportRun.objects.get()
    tasks.read_import(str(run.pk))
    run.refresh_from_db()
    page = client.get(reverse(PAGE, args=[run.pk]))
    assert (run.state, run.upload, page.status_code) == ("failed", None, 200)
    assert page.context["problem"].startswith(SENTENCES[case])
    assert page.context["problem"] in page.content.decode()


def test_the_list_stays_flat(django_assert_max_num_queries: Any) -> None:
    coordinator = a_coordinator()
    for number in range(3):
        an_import(workbook(person(number)), coordinator)
    client = signed_in(coordinator)
    client.get(reverse(LIST))
    with django_assert_max_num_queries(20):
        assert client.get(reverse(LIST)).status_code == 200
