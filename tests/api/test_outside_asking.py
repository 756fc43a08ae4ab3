"""How an agency asks for materials, deliveries and cases: parameters, pages, scopes, entries."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corps.audit.models import Entry
from deployments.agencies.rules import SCOPES
from tests.api.calls import (
    CASES,
    DELIVERIES,
    LISTS,
    MATERIALS,
    Caller,
    ask_token,
    entries,
    issue,
    reader,
    rows,
)
from tests.api.outside import (
    a_case,
    a_delivery,
    a_material,
    a_version,
    of_each,
    share_material_with,
)
from tests.cast import NOW, an_agency

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


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
    for title in ("one", "another"):
        of_each(agency, title)
    following = reader(agency).get(path, {"limit": 1}).json()["next"]
    cursor = following.partition("cursor=")[2]
    answers = {
        other: reader(agency).get(other, {"limit": 1, "cursor": cursor}).status_code
        for other in LISTS
    }
    assert answers == {other: 200 if other == path else 400 for other in LISTS}


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
            material = a_material(f"m {number}")
            a_version(material)
            share_material_with(material, agency)
        elif path == DELIVERIES:
            a_delivery(version, agency)
        else:
            a_case(agency)
    caller = reader(agency)
    with CaptureQueriesContext(connection) as queries:
        found = rows(caller, path, limit=200)
    plain = [one["sql"].split()[0] for one in queries if "SAVEPOINT" not in one["sql"]]
    assert (len(found), plain) == (count, ["SELECT", "SELECT", "INSERT"])
