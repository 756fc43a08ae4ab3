"""An agency reads the materials, deliveries and cases that are its own, and nothing of others'."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission

from corps.accounts.roles import Role
from deployments import serializers
from deployments.materials.actions import fail_delivery, hand_over
from tests.api.calls import CASES, DELIVERIES, LISTS, MATERIALS, reader, rows
from tests.api.outside import (
    a_case,
    a_delivery,
    a_letter,
    a_material,
    a_version,
    of_each,
    share_material_with,
    somebody,
)
from tests.cast import NOW, an_agency

pytestmark = pytest.mark.django_db

EMPTY = b'{"results":[],"next":null}'


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_shared_material_is_read_with_its_approved_versions() -> None:
    agency, material = an_agency(), a_material("Winter")
    share_material_with(material, agency)
    for number, state in enumerate(("draft", "in_review", "rejected", "retired"), start=2):
        a_version(material, number, state)
    version = a_version(material, 1)
    response = reader(agency).get(MATERIALS)
    assert response.json() == {
        "results": [
            {
                "id": str(material.pk),
                "title": "Winter",
                "kind": "leaflet",
                "versions": [
                    {
                        "number": 1,
                        "language": "kor",
                        "variety": "Hamgyong",
                        "pages": 2,
                        "length": None,
                        "size": version.file.size,
                        "media_type": "application/pdf",
                        "sha256": bytes(version.sha256).hex(),
                        "file": f"/api/v1/materials/{material.pk}/versions/1/file",
                    }
                ],
                "updated_at": "2026-11-22T03:00:00Z",
            }
        ],
        "next": None,
    }


def test_handing_a_version_over_opens_that_version_alone() -> None:
    agency, material = an_agency(), a_material()
    handed, prepared, _other = (a_version(material, number) for number in (1, 2, 3))
    deliveries = [a_delivery(version, agency, "prepared") for version in (handed, prepared)]
    given: dict[str, Any] = {"by": somebody("liaison", Role.LIAISON), "at": NOW}
    hand_over(delivery=deliveries[0], count=2000, **given)
    a_version(material, 4)
    read = rows(reader(agency), MATERIALS)
    assert [[one["number"] for one in row["versions"]] for row in read] == [[1]]
    fail_delivery(delivery=deliveries[0], reason="sent back", **given)
    assert rows(reader(agency), MATERIALS) == []


def test_a_delivery_is_read_from_the_handover_on() -> None:
    agency, material = an_agency(), a_material("Winter")
    version = a_version(material)
    for state in ("prepared", "failed", "handed_over"):
        a_delivery(version, agency, state)
    done = a_delivery(version, agency, "acknowledged")
    read = rows(reader(agency), DELIVERIES)
    assert sorted(row["state"] for row in read) == ["acknowledged", "handed_over"]
    assert rows(reader(agency), DELIVERIES, state="acknowledged") == [
        {
            "id": str(done.pk),
            "material": str(material.pk),
            "title": "Winter",
            "version": 1,
            "language": "kor",
            "sha256": bytes(version.sha256).hex(),
            "medium": "printed",
            "state": "acknowledged",
            "handed_over": 2000,
            "handed_over_at": "2026-11-22T04:00:00Z",
            "acknowledged": 1990,
            "acknowledged_at": "2026-11-23T03:00:00Z",
            "updated_at": "2026-11-22T03:00:00Z",
        }
    ]


def test_a_case_is_read_with_the_letters_that_went_to_the_agency_alone() -> None:
    agency, other = an_agency(), an_agency("ministry")
    case = a_case(agency)
    letter = a_letter(case, agency)
    a_letter(case, agency, "draft")
    a_letter(case, other)
    response = reader(agency).get(CASES)
    assert response.json()["results"] == [
        {
            "reference": case.reference,
            "subject": "Permits for Ukraine",
            "kind": "permits",
            "state": "waiting",
            "due": "2026-12-01",
            "letters": [
                {
                    "number": 1,
                    "kind": "permit_request",
                    "language": "uk",
                    "sent_at": "2026-11-22T03:00:00Z",
                    "pdf_hash": bytes(letter.pdf_hash or b"").hex(),
                }
            ],
            "updated_at": "2026-11-22T03:00:00Z",
        }
    ]
    assert "ministry" not in response.content.decode()


def test_nothing_tells_who_else_holds_a_case() -> None:
    agency, other = an_agency(), an_agency("ministry")
    for state, holder in (("referred", other), ("acknowledged", other), ("answered", None)):
        a_case(agency, state, holder=holder)
    assert {(row["state"], row["due"]) for row in rows(reader(agency), CASES)} == {
        ("in_hand", None)
    }
    a_case(agency, "closed", due=None)
    a_case(agency, "sent", due=date(2026, 12, 24))
    found = {
        state: len(rows(reader(agency), CASES, state=state))
        for state in ("waiting", "in_hand", "closed")
    }
    assert found == {"waiting": 1, "in_hand": 3, "closed": 1}


def test_no_answer_is_awaited_where_the_letter_came_back_until_one_arrives() -> None:
    agency = an_agency()
    case = a_case(agency)
    a_letter(case, agency, "bounced")
    (row,) = rows(reader(agency), CASES, state="in_hand")
    assert (row["reference"], row["due"], row["letters"]) == (case.reference, None, [])
    a_letter(case, agency)
    (row,) = rows(reader(agency), CASES, state="waiting")
    assert (row["reference"], row["due"]) == (case.reference, "2026-12-01")
    assert [letter["number"] for letter in row["letters"]] == [2]


def test_a_case_that_was_never_sent_is_not_read() -> None:
    agency = an_agency()
    a_case(agency, "drafting").casegroupobjectpermission_set.all().delete()
    assert rows(reader(agency), CASES) == []


def test_the_document_names_every_field_that_is_answered() -> None:
    of_each(an_agency())
    shapes = {
        MATERIALS: serializers.MaterialSerializer(),
        DELIVERIES: serializers.DeliverySerializer(),
        CASES: serializers.CaseSerializer(),
    }
    for path, shape in shapes.items():
        row = rows(reader(), path)[0]
        assert list(row) == list(shape.fields)
        for name, inner in (("versions", "child"), ("letters", "child")):
            if name in row:
                assert list(row[name][0]) == list(getattr(shape.fields[name], inner).fields)


@pytest.mark.parametrize("path", LISTS)
def test_two_agencies_read_nothing_of_each_other(path: str) -> None:
    embassy, ministry = an_agency(), an_agency("ministry")
    of_each(embassy)
    mine = reader(embassy)
    nothing = reader(ministry).get(path)
    assert (len(rows(mine, path)), nothing.content) == (1, EMPTY)
    absent = reader(an_agency("nobody")).get(path)
    assert (nothing.content, nothing.headers["ETag"]) == (absent.content, absent.headers["ETag"])


def test_a_global_permission_of_the_group_opens_nothing() -> None:
    agency = an_agency()
    of_each(an_agency("ministry"))
    agency.group.permissions.set(Permission.objects.filter(codename__startswith="view_"))
    assert [reader(agency).get(path).content for path in LISTS] == [EMPTY] * 3


def test_an_ended_share_shows_nothing_more() -> None:
    agency, material = an_agency(), a_version(a_material()).material
    share_material_with(material, agency)
    caller = reader(agency)
    assert len(rows(caller, MATERIALS)) == 1
    material.materialgroupobjectpermission_set.all().delete()
    assert rows(caller, MATERIALS) == []
