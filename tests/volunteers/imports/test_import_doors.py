"""Who finds an import, and which files its door refuses."""

import zipfile
from io import BytesIO
from random import Random
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from corps.accounts.roles import Role
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user
from tests.volunteers.imports.doors import (
    DO,
    LIST,
    PAGE,
    PROGRESS,
    ROW,
    UPLOAD,
    said,
    send,
    signed_in,
)
from tests.volunteers.imports.registers import (
    REGISTER,
    an_import,
    person,
    workbook,
)
from volunteers import tasks
from volunteers.models import ImportRun, Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


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


def zip_of(packed: int = zipfile.ZIP_DEFLATED, **parts: bytes) -> bytes:
    """A zip archive of the given parts."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", packed) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def damaged(archive: bytes) -> bytes:
    """An archive whose first part does not unpack."""
    return archive[:60] + b"\xff" * 16 + archive[76:]


A_LONG_PART = {
    "xl__workbook.xml": b"<!--%s--><workbook/>" % Random(5).randbytes(900).hex().encode()
}


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
    **{
        f"damaged {packed}": (
            damaged(zip_of(packed, **A_LONG_PART)),
            ["The file is neither an .xlsx workbook nor a .csv text."],
        )
        for packed in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    },
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
