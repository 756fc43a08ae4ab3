"""The OpenAPI document is valid, tells what there is, and is read by partners and staff only."""

from typing import Any

import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema

from deployments.agencies.rules import SCOPES
from tests.api.calls import Caller, a_caller
from tests.cast import a_coordinator, a_volunteer

pytestmark = pytest.mark.django_db

SCHEMA, DOCS = "/api/v1/schema", "/api/v1/docs"


def document() -> dict[str, Any]:
    found: dict[str, Any] = a_caller().get(SCHEMA).json()
    return found


def test_the_document_is_valid_and_tells_what_there_is() -> None:
    found = document()
    validate_schema(found)
    assert found["openapi"] == "3.1.0"
    methods = {path: list(item) for path, item in found["paths"].items()}
    assert methods == {
        f"/api/v1/{path}": ["get"]
        for path in (
            "assignments",
            "cases",
            "changes",
            "deliveries",
            "ledger/head",
            "materials",
            "materials/{material}/versions/{number}/file",
            "me",
        )
    }
    assert found["components"]["securitySchemes"] == {
        "clientCredentials": {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": "/api/v1/token",
                    "scopes": {name: str(words) for name, words in SCOPES.items()},
                }
            },
        }
    }


def test_the_document_tells_parameters_answers_and_scope() -> None:
    get = document()["paths"]["/api/v1/assignments"]["get"]
    asked = sorted(one["name"] for one in get["parameters"] if one["in"] == "query")
    assert asked == ["cursor", "deployment", "limit", "state", "updated_since"]
    assert sorted(get["responses"]) == ["200", "304", "400", "401", "403", "405", "406", "503"]
    assert get["security"] == [{"clientCredentials": ["assignments:read"]}]
    assert list(get["responses"]["400"]["content"]) == ["application/problem+json"]


def test_partners_and_staff_who_are_signed_in_read_it_volunteers_do_not() -> None:
    staff, volunteer = Client(), Client()
    staff.force_login(a_coordinator())
    person = a_volunteer(account=True)
    assert person.user is not None
    volunteer.force_login(person.user)
    found = {
        name: [client.get(path).status_code for path in (SCHEMA, DOCS)]
        for name, client in {"staff": staff, "volunteer": volunteer, "nobody": Client()}.items()
    }
    assert found == {"staff": [200, 200], "volunteer": [401, 401], "nobody": [401, 401]}
    partner = a_caller()
    assert [partner.get(path).status_code for path in (SCHEMA, DOCS)] == [200, 200]


def test_a_member_of_staff_reads_no_resource_of_partners() -> None:
    staff = Client()
    staff.force_login(a_coordinator())
    assert [staff.get(f"/api/v1/{path}").status_code for path in ("me", "assignments")] == [
        401,
        401,
    ]


def test_the_page_has_no_inline_script_or_style() -> None:
    staff = Client()
    staff.force_login(a_coordinator())
    page = staff.get(DOCS)
    assert page.headers["Content-Type"].startswith("text/html")
    text = page.content.decode()
    assert ("<style" in text, "style=" in text, text.count("<script>")) == (False, False, 0)
    script = staff.get(f"{DOCS}?script=")
    assert (script.status_code, script.headers["Content-Type"]) == (200, "application/javascript")


def test_a_token_that_is_refused_reads_no_document() -> None:
    assert Caller("nothing").get(SCHEMA).status_code == 401
