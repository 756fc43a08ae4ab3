"""Materials in the admin: a file goes in by its page, is shown and played; others see none."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from corps.accounts.models import User
from deployments.materials.models import Delivery, Material, MaterialVersion
from tests.admin.doors import (
    as_,
    do_url,
    entries_since,
    last_number,
    list_do_url,
    list_url,
    page_url,
    text_of,
)
from tests.cast import a_desk, an_agency
from tests.materials.honest import a_pdf
from tests.materials.scene import a_delivery, a_file, a_material, a_recording, a_version, cast
from tests.materials.tricks import a_zip

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

SOUND = bytes(range(256)) * 40


@pytest.fixture
def people() -> dict[str, User]:
    """Who takes part."""
    return cast()


def upload(client: Client, material: Material, name: str, content: bytes) -> Any:
    """Send a file to the page that adds a version."""
    file = SimpleUploadedFile(name, content)
    form = {"file": file, "language": "kor", "variety": "Hamgyong", "remarks": ""}
    return client.post(do_url(material, "add-version"), form)


def play_url(version: MaterialVersion) -> str:
    """Where a recording is played from."""
    return reverse("admin:materials_materialversion_play", args=[version.pk])


def preview_url(version: MaterialVersion, page: int) -> str:
    """Where the picture of a page is."""
    return reverse("admin:materials_materialversion_preview", args=[version.pk, page])


def test_an_editor_makes_a_material_and_adds_a_leaflet(people: dict[str, User]) -> None:
    """From the list to the pictures of its pages."""
    client, desk = as_(people["editor"]), a_desk()
    form = {"title": "Come home", "kind": "leaflet", "desk": desk.pk}
    client.post(list_do_url(Material, "new"), form)
    material = Material.objects.get()
    answer = upload(client, material, "final.pdf", a_pdf())
    version = material.versions.get()
    assert answer.headers["Location"] == page_url(version)
    assert (version.pages, version.variety, version.file.media_type) == (
        2,
        "Hamgyong",
        "application/pdf",
    )
    page = text_of(client.get(page_url(version)))
    shown = re.findall(r'<img src="([^"]+)"', page)
    assert shown == [preview_url(version, 1), preview_url(version, 2)]
    assert client.get(shown[1]).content.startswith(b"\x89PNG")


def test_a_hostile_file_is_refused_in_the_form_with_its_reason(people: dict[str, User]) -> None:
    """Nothing is kept of it; what was typed beside it is."""
    material = a_material(people["editor"])
    answer = upload(as_(people["editor"]), material, "a.pdf", a_pdf() + a_zip())
    assert answer.context["form"].errors["file"] == [
        "The file is of two kinds at once. Make it anew and upload that."
    ]
    assert answer.context["form"]["variety"].value() == "Hamgyong"
    assert MaterialVersion.objects.count() == 0


def test_a_large_file_of_a_foreign_kind_is_not_read_to_its_end(people: dict[str, User]) -> None:
    """The door looks at its first bytes."""
    material = a_material(people["editor"])
    answer = upload(as_(people["editor"]), material, "a.pdf", b"MZ\0" + bytes(400_000))
    assert answer.status_code == 415


def test_a_recording_is_played_from_any_place(people: dict[str, User]) -> None:
    """Each part is the one that was asked for."""
    version, client = a_version(people, file=a_recording(SOUND)), as_(people["editor"])
    whole = client.get(play_url(version))
    assert (whole.status_code, whole.content) == (200, SOUND)
    assert whole.headers["Accept-Ranges"] == "bytes"
    for asked, start, end in (("bytes=0-99", 0, 100), ("bytes=5000-", 5000, 10240)):
        part = client.get(play_url(version), headers={"range": asked})
        assert (part.status_code, part.content) == (206, SOUND[start:end])
        assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/10240"
        assert part.headers["Content-Length"] == str(end - start)
    last = client.get(play_url(version), headers={"range": "bytes=-10"})
    assert (last.status_code, last.content) == (206, SOUND[-10:])


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=10240-", 416),
        ("bytes=-0", 416),
        ("bytes=9-3", 200),
        ("bytes=-", 200),
        ("bytes=0-1,5-6", 200),
        ("lines=1-2", 200),
        ("bytes=" + "9" * 40 + "-", 200),
    ],
)
def test_a_range_that_is_none_is_answered_as_the_standard_says(
    people: dict[str, User], asked: str, status: int
) -> None:
    """Not to be had: 416 with the size; not understood: the whole."""
    version = a_version(people, file=a_recording(SOUND))
    answer = as_(people["editor"]).get(play_url(version), headers={"range": asked})
    assert answer.status_code == status
    assert answer.headers.get("Content-Range", "bytes */10240") == "bytes */10240"


def test_what_is_sent_runs_nowhere_and_is_kept_nowhere(people: dict[str, User]) -> None:
    """Every answer with a file carries the same guards; documents are never shown inline."""
    leaflet = a_version(people, file=a_file(b"%PDF-", previews=(b"\x89PNG",)))
    sound, client = a_version(people, file=a_recording(SOUND)), as_(people["editor"])
    answers = {
        "inline": client.get(preview_url(leaflet, 1)),
        "inline ": client.get(play_url(sound)),
        f'attachment; filename="material-{str(leaflet.material_id)[:8]}-1.pdf"': client.post(
            do_url(leaflet, "fetch")
        ),
    }
    for disposition, answer in answers.items():
        assert answer.headers["Content-Disposition"] == disposition.strip()
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer.headers["Cache-Control"]
        policy = answer.headers["Content-Security-Policy"]
        assert "sandbox" in policy
        assert "default-src 'none'" in policy


def test_saving_a_file_is_entered(people: dict[str, User]) -> None:
    """Looking at it is not."""
    version, client = a_version(people, file=a_recording(SOUND)), as_(people["liaison"])
    began = last_number()
    client.get(play_url(version))
    assert entries_since(began) == []
    client.post(do_url(version, "fetch"))
    assert entries_since(began) == ["version.fetched"]


@pytest.mark.parametrize("who", ["other editor", "other approver", "other liaison"])
def test_a_hidden_version_answers_as_one_that_is_absent(people: dict[str, User], who: str) -> None:
    """By every address."""
    version = a_version(people, file=a_recording(SOUND))
    absent, client = MaterialVersion(pk=a_desk_id()), as_(people[who])
    for address in (page_url, play_url, lambda one: preview_url(one, 1)):
        hidden, nothing = client.get(address(version)), client.get(address(absent))
        assert (hidden.status_code, nothing.status_code) == (404, 404)
        assert hidden.content == nothing.content


def a_desk_id() -> str:
    """An id that nothing has."""
    return "00000000-0000-4000-8000-000000000000"


def test_a_version_is_decided_about_by_its_buttons(people: dict[str, User]) -> None:
    """The author has none for it; the approver has both."""
    version = a_version(people, "in_review")

    def names(who: str) -> list[str]:
        steps = as_(people[who]).get(page_url(version)).context["steps"]
        return [step["name"] for step in steps if step["name"] != "open-case"]

    assert (names("editor"), names("approver")) == (["fetch"], ["approve", "reject", "fetch"])
    as_(people["approver"]).post(do_url(version, "approve"))
    version.refresh_from_db()
    assert (version.state, names("liaison")) == ("approved", ["deliver", "fetch"])


def test_a_delivery_is_made_handed_over_and_received_by_its_pages(people: dict[str, User]) -> None:
    """With a scan of the receipt, which comes back."""
    version, agency, client = a_version(people, "approved"), an_agency(), as_(people["liaison"])
    form = {"agency": agency.pk, "medium": "printed", "made": "2000"}
    client.post(do_url(version, "deliver"), form)
    delivery = Delivery.objects.get()
    client.post(do_url(delivery, "hand_over"), {"count": "1990"})
    scan = SimpleUploadedFile("scan.txt", "받았습니다\n".encode())
    receipt = {"count": "1990", "receipt_by": "duty officer", "day": "2026-11-22", "scan": scan}
    answer = client.post(do_url(delivery, "acknowledge"), receipt)
    assert answer.status_code == 302, answer.context["form"].errors
    delivery.refresh_from_db()
    assert (delivery.state, delivery.acknowledged) == ("acknowledged", 1990)
    assert client.post(do_url(delivery, "receipt")).content == "받았습니다\n".encode()
    sums = client.get(reverse("admin:materials_delivery_sums"))
    assert [(row.name, row.made, row.left) for row in sums.context["by_agency"]] == [
        (agency, 2000, 10)
    ]


def test_pages_show_what_was_delivered(people: dict[str, User]) -> None:
    """A material's, a version's, a delivery's and an agency's."""
    delivery = a_delivery(people, handed_over=1900)
    client = as_(people["liaison"])
    for shown in (delivery.version.material, delivery.version, delivery, delivery.agency):
        assert "1900" in text_of(client.get(page_url(shown))).replace(",", ""), shown


def test_an_agencys_page_shows_the_versions_delivered_last(people: dict[str, User]) -> None:
    """Twenty of them at the most, at one cost, the sum of all, and the way to the rest."""
    client, agency, costs = as_(people["liaison"]), an_agency(), []
    rest = f"{list_url(Delivery)}?agency__id__exact={agency.pk}"
    for there, more in ((1, 1), (20, 19), (23, 3)):
        for _number in range(more):
            a_delivery(people, made=10)
        costs.append(cost_of(client, lambda: client.get(page_url(agency))))
        answer = client.get(page_url(agency))
        panel = next(one for one in answer.context["panels"] if "sums" in one)
        assert (len(panel["sums"]), panel["total"].made) == (min(there, 20), there * 10)
        assert (rest in text_of(answer)) == (there > 20)
    assert len(set(costs)) == 1, costs
    assert client.get(rest).context["cl"].result_count == 23


def test_an_editor_sees_no_deliveries(people: dict[str, User]) -> None:
    """Neither their list nor their sums."""
    delivery = a_delivery(people, handed_over=1900)
    client = as_(people["editor"])
    assert client.get(list_url(Delivery)).status_code == 403
    assert client.get(reverse("admin:materials_delivery_sums")).status_code == 403
    assert "1900" not in text_of(client.get(page_url(delivery.version)))


def test_the_board_counts_what_waits(people: dict[str, User]) -> None:
    """Versions for the approver who did not make them."""
    a_version(people, "in_review")
    for who, told in (("approver", [1]), ("editor", [])):
        board = as_(people[who]).get(reverse("admin:index")).context["board"]
        assert [tile.count for tile in board if tile.label == "Versions to review"] == told


@pytest.mark.parametrize("model", [Material, MaterialVersion, Delivery])
def test_lists_cost_the_same_however_long_they_are(
    people: dict[str, User], model: type[Any]
) -> None:
    """One number of queries for 1, 3 and 40 rows."""
    client, costs, there = as_(people["liaison"]), [], 0
    for size in (1, 3, 40):
        for _number in range(there, size):
            a_delivery(people, handed_over=5)
        there = size
        costs.append(cost_of(client, lambda: client.get(list_url(model))))
    assert len(set(costs)) == 1, costs


def cost_of(client: Client, act: Callable[[], Any]) -> int:
    """How many queries an answer takes."""
    with CaptureQueriesContext(connection) as asked:
        assert act().status_code == 200
    return len(asked)
