"""What is sent is refused by its length and kind before it is read."""

import io
import tracemalloc
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import resolve

from corps.adminkit.buttons import FormButton
from corps.adminkit.guarded import GuardedAdmin
from corps.edges import bodies
from tests.admin.doors import as_
from tests.cast import a_coordinator
from tests.edges.walking import addresses
from volunteers.models import ImportRun
from volunteers.workbook.envelopes import may_begin_a_table

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/volunteers/importrun/do/upload/"
KEPT_SMALL = 4 * 1024 * 1024
"""How much memory a refusal may take, in bytes: far less than what was sent."""


class Unread(io.RawIOBase):
    """A body of so many bytes, made as it is read; it remembers how many were."""

    def __init__(self, head: bytes, length: int) -> None:
        self.head, self.length, self.taken = head, length, 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        size = min(size if size >= 0 else self.length, self.length - self.taken)
        given = self.head[self.taken : self.taken + size]
        given += b"x" * (size - len(given))
        self.taken += size
        return given

    def readable(self) -> bool:
        """It can be read."""
        return True


BOUNDARY = "next-part"


def a_form(content: bytes, name: str = "file", filename: str = "a.xlsx") -> bytes:
    """The beginning of a form in parts: one file, whose end is yet to come."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"'
    return f"{head}\r\nContent-Type: application/octet-stream\r\n\r\n".encode() + content


def send(client: Client, path: str, body: Unread, length: int | None = None) -> Any:
    """Post a body, of which only the head may tell the length."""
    return client.generic(
        "POST",
        path,
        b"",
        CONTENT_TYPE=f"multipart/form-data; boundary={BOUNDARY}",
        CONTENT_LENGTH=str(body.length if length is None else length),
        **{"wsgi.input": body},
    )


def door_paths() -> list[str]:
    """Every address, once."""
    return sorted({address.path for address in addresses() if "logout" not in address.name})


@pytest.mark.parametrize("who", ["nobody", "coordinator"])
def test_a_body_that_is_too_long_is_refused_unread_at_every_address(who: str) -> None:
    client = Client() if who == "nobody" else as_(a_coordinator())
    odd = {}
    for path in door_paths():
        body = Unread(a_form(b""), settings.UPLOAD_LIMIT + 1024 * 1024)
        answer = send(client, path, body)
        if (answer.status_code, body.taken) != (413, 0):
            odd[path] = answer.status_code, body.taken
    assert odd == {}


def test_a_body_of_no_length_is_not_begun() -> None:
    body = Unread(a_form(b""), 10_000)
    answer = as_(a_coordinator()).generic(
        "POST",
        UPLOAD,
        b"",
        headers={"transfer-encoding": "chunked"},
        **{"wsgi.input": body, "CONTENT_LENGTH": ""},
    )
    assert (answer.status_code, body.taken) == (411, 0)


@pytest.mark.parametrize("length", ["-1", "x", "1e9", "²", "0x10", " 5", "9" * 400])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    body = Unread(b"", 100)
    answer = Client().generic(
        "POST", "/language/", b"", CONTENT_LENGTH=length, **{"wsgi.input": body}
    )
    assert (answer.status_code, body.taken) == (413 if length.isdecimal() else 400, 0)


def test_a_file_is_read_at_no_door_that_takes_none() -> None:
    client = as_(a_coordinator())
    odd, read = {}, 0
    for path in door_paths():
        if path == UPLOAD:
            continue
        body = Unread(a_form(b"PK\x03\x04"), 1024 * 1024)
        answer = send(client, path, body)
        if body.taken > 128 * 1024 or (body.taken and answer.status_code < 400):
            odd[path] = answer.status_code, body.taken
        read += body.taken > 0
    assert (odd, read > 5) == ({}, True)


def test_the_door_that_takes_files_takes_them_from_staff_alone() -> None:
    body = Unread(a_form(b"PK\x03\x04"), 20 * 1024 * 1024)
    assert (send(Client(), UPLOAD, body).status_code, body.taken) == (413, 0)
    body = Unread(a_form(b"PK\x03\x04"), 1024 * 1024)
    answer = send(Client(), UPLOAD, body)
    assert (answer.status_code, body.taken <= 128 * 1024) == (302, True)


FOREIGN = {
    "a letter": b"%PDF-1.7 ",
    "a picture": b"\x89PNG\r\n\x1a\n",
    "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "a program": b"\x7fELF\x02\x01\x01" + b"\x03\x00\xff" * 40,
    "an archive": b"7z\xbc\xaf\x27\x1c",
    "noise": bytes(range(256)),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_large_file_of_another_kind_is_refused_at_its_first_bytes(kind: str) -> None:
    body = Unread(a_form(FOREIGN[kind]), 24 * 1024 * 1024)
    client = as_(a_coordinator())
    client.get("/admin/")
    tracemalloc.start()
    answer = send(client, UPLOAD, body)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (answer.status_code, b"<h1>" in answer.content) == (415, True)
    assert body.taken <= 256 * 1024
    assert peak < KEPT_SMALL
    assert ImportRun.objects.count() == 0


def test_a_small_file_of_another_kind_is_told_by_the_form_itself() -> None:
    given = {"file": SimpleUploadedFile("a.xlsx", b"%PDF-1.7"), "desk": ""}
    answer = as_(a_coordinator()).post(UPLOAD, given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["file", "desk"])


def test_one_byte_over_the_limit_is_refused_and_one_under_is_read() -> None:
    client = as_(a_coordinator())
    longest = settings.UPLOAD_LIMIT + bodies.AROUND_A_FILE
    over, under = Unread(a_form(b"a,b\n"), longest + 1), Unread(a_form(b"a,b\n"), longest)
    assert (send(client, UPLOAD, over).status_code, over.taken) == (413, 0)
    assert send(client, UPLOAD, under).status_code in {200, 400}
    assert under.taken == longest


def in_parts(count: int, *, files: bool) -> bytes:
    """A form of so many parts."""
    name = '; filename="a"' if files else ""
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"{name}\r\n\r\n1\r\n'
    return (part * count + f"--{BOUNDARY}--\r\n").encode()


@pytest.mark.parametrize(("count", "files"), [(2001, False), (2, True), (9000, False)])
@pytest.mark.parametrize("path", [UPLOAD, "/language/", "/account/login/"])
def test_a_form_of_too_many_parts_gets_our_page(path: str, count: int, files: bool) -> None:
    content = in_parts(count, files=files)
    answer = as_(a_coordinator()).generic(
        "POST", path, content, content_type=f"multipart/form-data; boundary={BOUNDARY}"
    )
    assert (answer.status_code, b"<h1>" in answer.content) == (400, True)


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "b" * 300,
        "multipart/form-data; boundary=é",
        "application/x-www-form-urlencoded; charset=nothing",
    ],
)
def test_a_form_that_cannot_be_read_gets_our_page(content_type: str) -> None:
    answer = Client().generic("POST", "/language/", b"a=b", content_type=content_type)
    assert answer.status_code in {302, 400}
    assert answer.status_code == 302 or b"<h1>" in answer.content


def test_too_many_fields_of_a_plain_form_get_our_page() -> None:
    content = "&".join(f"a{number}=1" for number in range(2001))
    answer = Client().generic(
        "POST", "/language/", content, content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, b"<h1>" in answer.content) == (400, True)


def test_every_form_with_a_file_stands_at_a_door_that_takes_files() -> None:
    with_files = set()
    request = RequestFactory().get("/")
    request.user = a_coordinator()
    for door in admin.site._registry.values():
        assert isinstance(door, GuardedAdmin)
        for step in [*door.list_buttons, *door._buttons()]:
            asks = step.asks if isinstance(step, FormButton) else forms.Form
            fields = getattr(asks, "base_fields", {})
            if any(isinstance(field, forms.FileField) for field in fields.values()):
                of_an_object = f"{door.page_url(None)}*/do/{step.name}/"
                listed = step in door.list_buttons
                with_files.add(door.step_url(None, step) if listed else of_an_object)
    assert with_files == set(settings.UPLOAD_DOORS)
    names = [resolve(path.replace("*", "some")).url_name for path in settings.UPLOAD_DOORS]
    assert [name for name in names if not str(name).endswith("_do")] == []


@pytest.mark.parametrize(
    ("head", "taken"),
    [
        (b"PK\x03\x04", True),
        ("성명,연락처\n".encode(), True),
        ("성명,연락처\n".encode("cp949"), True),
        ("\ufeff성명,연락처\n".encode("utf-16-le"), True),
        ("name,phone\n".encode("utf-16-le"), True),
        *((head * 4, False) for head in FOREIGN.values()),
    ],
)
def test_what_may_begin_a_table(head: bytes, taken: bool) -> None:
    assert may_begin_a_table(head) == taken
