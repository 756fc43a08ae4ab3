"""The file of a version: whole or in part, for whoever may read it, and nothing for others."""

import uuid
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
import time_machine

from corps.audit.models import Entry
from deployments.agencies.rules import SCOPES
from deployments.materials.models import Material
from tests.api.calls import Caller, a_caller
from tests.api.outside import CONTENT, a_delivery, a_material, a_version, share_material_with
from tests.cast import NOW, an_agency

pytestmark = pytest.mark.django_db

SIZE = len(CONTENT)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def reader(slug: str = "embassy") -> Caller:
    """A program that may read everything."""
    return a_caller(an_agency(slug), scopes=list(SCOPES))


def a_shared_file() -> Material:
    """A material of one approved version, shared with the embassy."""
    material = a_material()
    a_version(material, content=CONTENT)
    share_material_with(material, an_agency())
    return material


def path_of(material: Any, number: Any = 1) -> str:
    pk = getattr(material, "pk", material)
    return f"/api/v1/materials/{pk}/versions/{number}/file"


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_whole_file_is_read_with_its_hash_as_etag() -> None:
    material = a_shared_file()
    response = reader().get(path_of(material), accept="application/pdf")
    digest = sha256(CONTENT).hexdigest()
    assert (response.status_code, sha256(body(response)).hexdigest()) == (200, digest)
    told = {
        name: response.headers.get(name)
        for name in (
            "Content-Type",
            "Content-Length",
            "Content-Disposition",
            "X-Content-Type-Options",
            "Accept-Ranges",
            "Cache-Control",
            "ETag",
            "Content-Language",
        )
    }
    assert told == {
        "Content-Type": "application/pdf",
        "Content-Length": str(SIZE),
        "Content-Disposition": 'attachment; filename="leaflet-1.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "ETag": f'"{digest}"',
        "Content-Language": None,
    }
    version = material.versions.get()
    entry = Entry.objects.get(verb="api.read")
    assert entry.about[2:] == [
        f"materials.materialversion:{version.pk}",
        f"materials.material:{material.pk}",
    ]
    assert entry.facts == {"resource": "file"}


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=262100-262200", 262100, 262201),
        (f"bytes={SIZE - 5}-", SIZE - 5, SIZE),
        ("bytes=-7", SIZE - 7, SIZE),
        (f"bytes=10-{SIZE * 9}", 10, SIZE),
        (f"bytes=-{SIZE * 9}", 0, SIZE),
    ],
)
def test_a_part_is_read(asked: str, start: int, end: int) -> None:
    response = reader().get(path_of(a_shared_file()), range=asked)
    assert (response.status_code, body(response)) == (206, CONTENT[start:end])
    assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert response.headers["Content-Length"] == str(end - start)
    assert Entry.objects.get(verb="api.read").facts == {"resource": "file", "part": asked}


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=0-1,4-5", "items=0-1", "bytes=-", "bytes=a-b", "nonsense"]
)
def test_what_is_no_single_range_is_passed_over(asked: str) -> None:
    response = reader().get(path_of(a_shared_file()), range=asked)
    assert (response.status_code, len(body(response))) == (200, SIZE)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 9}-{SIZE + 10}", "bytes=-0"])
def test_a_range_behind_the_end_is_refused_with_the_size(asked: str) -> None:
    response = reader().get(path_of(a_shared_file()), range=asked)
    assert (response.status_code, response.headers["Content-Range"]) == (416, f"bytes */{SIZE}")
    assert response.json()["title"] == "Range not satisfiable"


def test_conditions_are_kept() -> None:
    caller, path = reader(), path_of(a_shared_file())
    head = caller.send("HEAD", path)
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (
        200,
        b"",
        str(SIZE),
    )
    tag = head.headers["ETag"]
    assert caller.get(path, if_none_match=tag).status_code == 304
    assert caller.get(path, range="bytes=0-1", if_range=tag).status_code == 206
    assert caller.get(path, range="bytes=0-1", if_range='"other"').status_code == 200


def test_a_hidden_file_and_an_absent_one_answer_with_the_same_bytes() -> None:
    hidden, shared = a_shared_file(), a_material()
    share_material_with(shared, an_agency("ministry"))
    for number, state in enumerate(("draft", "in_review", "rejected", "retired"), start=1):
        a_version(shared, number, state)
    undelivered = a_material()
    a_delivery(a_version(undelivered), an_agency("ministry"), "prepared")
    caller = reader("ministry")
    paths = [
        path_of(hidden),
        path_of(uuid.uuid4()),
        path_of(undelivered),
        path_of(shared, 9),
        path_of(shared, 10**12),
        path_of("nonsense"),
        *(path_of(shared, number) for number in range(5)),
    ]
    answers = {(one.status_code, one.content) for one in map(caller.get, paths)}
    assert answers == {(404, b'{"type":"about:blank","title":"Not found","status":404}')}
    assert not Entry.objects.filter(verb="api.read").exists()


def test_what_was_handed_over_is_read_as_a_file() -> None:
    material = a_material()
    for number in (1, 2):
        a_version(material, number)
    a_delivery(material.versions.get(number=2), an_agency())
    caller = reader()
    assert [caller.get(path_of(material, number)).status_code for number in (1, 2)] == [404, 200]


def test_a_file_asks_for_the_scope_and_for_a_client() -> None:
    path = path_of(a_shared_file())
    without = a_caller(scopes=[scope for scope in SCOPES if scope != "materials:read"])
    assert without.get(path).status_code == 403
    assert without.client.get(path).status_code == 401
    assert reader().send("DELETE", path).status_code == 405
