"""The pages of an import: upload, preview, confirm, held rows, download."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.urls import reverse
from guardian.shortcuts import assign_perm

from corps.audit.queries import entries_about
from tests.cast import NOW, a_coordinator, a_desk
from tests.volunteers.imports.doors import DO, LIST, PAGE, PROGRESS, ROW, said, send, signed_in
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


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


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


def test_the_list_stays_flat(django_assert_max_num_queries: Any) -> None:
    coordinator = a_coordinator()
    for number in range(3):
        an_import(workbook(person(number)), coordinator)
    client = signed_in(coordinator)
    client.get(reverse(LIST))
    with django_assert_max_num_queries(20):
        assert client.get(reverse(LIST)).status_code == 200
