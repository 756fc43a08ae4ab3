"""An agency reads the materials, deliveries and cases that are its own, and nothing of others'."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corps.audit.models import Entry
from deployments import serializers
from deployments.agencies.models import Agency
from deployments.agencies.rules import SCOPES
from deployments.liaison.models import Case
from deployments.materials.models import Material
from tests.api.calls import Caller, a_caller, ask_token, entries, issue
from tests.api.outside import (
    a_case,
    a_delivery,
    a_letter,
    a_material,
    a_version,
    share_material_with,
)
from tests.cast import NOW, an_agency

pytestmark = pytest.mark.django_db

MATERIALS, DELIVERIES, CASES = "/api/v1/materials", "/api/v1/deliveries", "/api/v1/cases"
LISTS = (MATERIALS, DELIVERIES, CASES)
EMPTY = b'{"results":[],"next":null}'


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def reader(agency: Agency | None = None, **terms: Any) -> Caller:
    """A program that may read everything."""
    return a_caller(agency, **{"scopes": list(SCOPES), **terms})


def rows(caller: Caller, path: str, **query: Any) -> list[dict[str, Any]]:
    """The rows of one page."""
    results: list[dict[str, Any]] = caller.get(path, query).json()["results"]
    return results


def of_each(agency: Agency) -> tuple[Material, Case]:
    """A shared material with its delivery, and a case with its letter."""
    material = a_material(f"for {agency.slug}")
    share_material_with(material, agency)
    a_delivery(a_version(material), agency)
    case = a_case(agency)
    a_letter(case, agency)
    return material, case


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


def test_of_a_material_that_is_not_shared_the_versions_handed_over_are_read() -> None:
    agency, material = an_agency(), a_material()
    handed, prepared, _other = (a_version(material, number) for number in (1, 2, 3))
    a_delivery(handed, agency)
    a_delivery(prepared, agency, "prepared")
    read = rows(reader(agency), MATERIALS)
    assert [[one["number"] for one in row["versions"]] for row in read] == [[1]]


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
    from django.contrib.auth.models import Permission

    agency = an_agency()
    of_each(an_agency("ministry"))
    agency.group.permissions.set(Permission.objects.filter(codename__startswith="view_"))
    assert [reader(agency).get(path).content for path in LISTS] == [EMPTY] * 3


def test_an_ended_share_shows_nothing_more() -> None:
    agency, material = an_agency(), a_material()
    share_material_with(material, agency)
    caller = reader(agency)
    assert len(rows(caller, MATERIALS)) == 1
    material.materialgroupobjectpermission_set.all().delete()
    assert rows(caller, MATERIALS) == []


@pytest.mark.parametrize(
    ("path", "query", "parameter", "detail"),
    [
        (MATERIALS, {"title": "x"}, "title", "Unknown parameter."),
        (MATERIALS, {"kind": "x"}, "kind", '"x" is not a valid choice.'),
        (DELIVERIES, {"agency": "ministry"}, "agency", "Unknown parameter."),
        (DELIVERIES, {"state": "prepared"}, "state", '"prepared" is not a valid choice.'),
        (CASES, {"holder__slug": "ministry"}, "holder__slug", "Unknown parameter."),
        (CASES, {"state": "referred"}, "state", '"referred" is not a valid choice.'),
        (CASES, {"kind": ["permits", "other"]}, "kind", "Give this parameter once."),
        ("/api/v1/changes", {"updated_since": "x"}, "updated_since", "Unknown parameter."),
        ("/api/v1/ledger/head", {"number": "1"}, "number", "Unknown parameter."),
    ],
)
def test_a_wrong_parameter_is_named(
    path: str, query: dict[str, Any], parameter: str, detail: str
) -> None:
    response = reader().get(path, query)
    assert (response.status_code, response.json()["errors"]) == (
        400,
        [{"parameter": parameter, "detail": detail}],
    )
    assert entries("api.read") == []


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_of_one_list_counts_for_no_other(path: str) -> None:
    agency = an_agency()
    for _ in range(2):
        of_each(Agency.objects.get(pk=agency.pk)) if _ == 0 else _another(agency)
    following = reader(agency).get(path, {"limit": 1}).json()["next"]
    cursor = following.partition("cursor=")[2]
    answers = {
        other: reader(agency).get(other, {"limit": 1, "cursor": cursor}).status_code
        for other in LISTS
    }
    assert answers == {other: 200 if other == path else 400 for other in LISTS}


def _another(agency: Agency) -> None:
    material = a_material()
    share_material_with(material, agency)
    a_delivery(a_version(material), agency)
    a_letter(a_case(agency), agency)


@pytest.mark.parametrize("path", LISTS)
def test_an_unchanged_page_is_answered_with_304(path: str) -> None:
    of_each(an_agency())
    caller = reader()
    tag = caller.get(path).headers["ETag"]
    again = caller.get(path, if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")
    later = (NOW + timedelta(hours=1)).isoformat()
    assert rows(caller, path, updated_since=later) == []


@pytest.mark.parametrize("scope", sorted(set(SCOPES) - {"assignments:read"}))
def test_each_resource_asks_for_its_own_scope(scope: str) -> None:
    path = "/api/v1/" + {"ledger:read": "ledger/head"}.get(scope, scope.partition(":")[0])
    others = reader(scopes=[one for one in SCOPES if one != scope])
    refused = others.get(path)
    assert refused.status_code == 403
    assert refused.json()["detail"] == f"The access token does not carry the scope {scope}."
    assert reader(scopes=[scope]).get(path).status_code == 200


def test_each_reading_is_one_entry_naming_what_was_read() -> None:
    agency = an_agency()
    material, case = of_each(agency)
    of_each(an_agency("ministry"))
    issued = issue(agency, scopes=list(SCOPES))
    caller = Caller(ask_token(issued).json()["access_token"])
    version, delivery = material.versions.get(), agency.deliveries.get()
    letter = case.letters.get()
    named = {
        MATERIALS: [f"materials.material:{material.pk}", f"materials.materialversion:{version.pk}"],
        DELIVERIES: [f"materials.delivery:{delivery.pk}", f"materials.material:{material.pk}"],
        CASES: [f"liaison.case:{case.pk}", f"liaison.letter:{letter.pk}"],
    }
    for path, references in named.items():
        caller.get(path)
        entry = Entry.objects.filter(verb="api.read").order_by("-number")[0]
        assert entry.about == [
            f"agencies.partnerclient:{issued.client_id}",
            f"agencies.agency:{agency.pk}",
            *references,
        ]
        resource = path.rpartition("/")[2]
        assert entry.facts == {"resource": resource, "count": 1, "filters": []}
    assert len(entries("api.read")) == 3


@pytest.mark.parametrize("count", [1, 3, 200])
@pytest.mark.parametrize("path", LISTS)
def test_a_page_costs_the_same_queries_at_any_length(path: str, count: int) -> None:
    agency = an_agency()
    version = a_version(a_material())
    for number in range(count):
        if path == MATERIALS:
            share_material_with(a_material(f"m {number}"), agency)
        elif path == DELIVERIES:
            a_delivery(version, agency)
        else:
            a_case(agency)
    caller = reader(agency)
    with CaptureQueriesContext(connection) as queries:
        found = rows(caller, path, limit=200)
    plain = [one["sql"].split()[0] for one in queries if "SAVEPOINT" not in one["sql"]]
    assert (len(found), plain) == (count, ["SELECT", "SELECT", "INSERT"])
