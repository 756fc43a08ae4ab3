"""An agency reads the assignments of what is shared with it, page by page, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from corps.audit.models import Entry
from corps.vault.marks import pseudonym
from deployments import serializers
from deployments.queries.partner import READABLE
from deployments.states import ASSIGNMENT
from tests.api.calls import (
    ASSIGNMENTS,
    ME,
    Caller,
    a_caller,
    an_assignment,
    ask_token,
    entries,
    issue,
    problem,
)
from tests.audit.ledgers import canonical_of
from tests.cast import NOW, a_deployment, a_volunteer, an_agency, share

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_an_agency_reads_what_is_shared_with_it() -> None:
    agency = an_agency()
    deployment = a_deployment("BLUE HERON", region="Kyiv")
    share(deployment, agency)
    assignment = an_assignment(deployment, "confirmed")
    response = a_caller(agency).get()
    assert response.status_code == 200
    assert response.json() == {
        "results": [
            {
                "id": pseudonym(agency.pk, f"assignment {assignment.pk}"),
                "volunteer": pseudonym(agency.pk, assignment.volunteer_id),
                "deployment": "BLUE HERON",
                "country": "UA",
                "region": "Kyiv",
                "role": {
                    "code": "interpreter",
                    "names": {"ko": "통역", "en": "Interpreter", "uk": "Перекладач"},
                },
                "period": {"start": "2027-03-01T00:00:00Z", "end": "2027-04-01T00:00:00Z"},
                "state": "confirmed",
                "state_since": "2026-11-22T03:00:00Z",
                "updated_at": "2026-11-22T03:00:00Z",
            }
        ],
        "next": None,
    }
    told = response.content.decode()
    for hidden in (
        assignment.pk,
        assignment.volunteer_id,
        deployment.pk,
        assignment.volunteer.callsign,
    ):
        assert str(hidden) not in told


def test_the_document_names_every_field_that_is_answered() -> None:
    deployment = a_deployment()
    share(deployment, an_agency())
    an_assignment(deployment)
    row = a_caller().rows()[0]

    def names(shape: Any) -> Any:
        return {
            name: names(field) if hasattr(field, "fields") else 0
            for name, field in shape.fields.items()
        }

    def keys(found: dict[str, Any]) -> Any:
        return {
            name: keys(value) if isinstance(value, dict) else 0 for name, value in found.items()
        }

    assert keys(row) == names(serializers.AssignmentSerializer())
    assert keys(a_caller().get(ME).json()) == names(serializers.MeSerializer())


def test_only_who_is_coming_is_there_or_was_is_shown() -> None:
    deployment = a_deployment()
    share(deployment, an_agency())
    for state in ASSIGNMENT.states:
        an_assignment(deployment, state)
    assert sorted(row["state"] for row in a_caller().rows()) == sorted(READABLE)


def test_another_agency_sees_nothing_of_it_and_an_ended_share_shows_nothing_more() -> None:
    deployment = a_deployment()
    share(deployment, an_agency())
    an_assignment(deployment)
    embassy, ministry = a_caller(), a_caller(an_agency("ministry"))
    assert (len(embassy.rows()), ministry.rows()) == (1, [])
    deployment.deploymentgroupobjectpermission_set.all().delete()
    assert embassy.rows() == []


def test_a_global_permission_of_the_group_opens_nothing() -> None:
    from django.contrib.auth.models import Permission

    agency = an_agency()
    agency.group.permissions.set(Permission.objects.filter(codename__startswith="view_"))
    an_assignment(a_deployment())
    assert a_caller(agency).rows() == []


def test_pseudonyms_differ_between_agencies_and_stay_the_same() -> None:
    deployment, volunteer = a_deployment(), a_volunteer()
    agencies = [an_agency("embassy"), an_agency("ministry")]
    for agency in agencies:
        share(deployment, agency)
    later = a_deployment(period=(NOW + timedelta(days=300), NOW + timedelta(days=310)))
    share(later, agencies[0])
    an_assignment(deployment, volunteer=volunteer)
    an_assignment(later, volunteer=volunteer)
    embassy, ministry = (a_caller(agency) for agency in agencies)
    mine, theirs = embassy.rows(), ministry.rows()
    assert mine == a_caller(agencies[0]).rows()
    assert len({row["volunteer"] for row in mine}) == 1
    assert len({row["id"] for row in mine}) == 2
    assert {row["volunteer"] for row in mine}.isdisjoint(row["volunteer"] for row in theirs)
    assert {row["id"] for row in mine}.isdisjoint(row["id"] for row in theirs)


def test_a_hidden_deployment_and_an_absent_one_answer_with_the_same_bytes() -> None:
    hidden = a_deployment("HIDDEN")
    an_assignment(hidden)
    share(hidden, an_agency("ministry"))
    caller = a_caller()
    answers = [caller.get(query={"deployment": name}) for name in ("HIDDEN", "ABSENT")]
    assert [(answer.status_code, answer.content) for answer in answers] == [
        (200, b'{"results":[],"next":null}')
    ] * 2
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]


def test_options_tells_the_methods_and_nothing_else() -> None:
    response = a_caller().send("OPTIONS", ASSIGNMENTS)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert entries("api.read") == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PURGE"])
@pytest.mark.parametrize("path", [ASSIGNMENTS, ME])
def test_nothing_is_written(path: str, method: str) -> None:
    response = a_caller().send(method, path, x_http_method_override="GET")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    expected = problem(405, "Method not allowed", detail=f'Method "{method}" not allowed.')
    assert response.json() == expected
    assert entries("api.read") == []


def test_without_a_token_everything_is_refused_alike() -> None:
    caller = Caller("nothing")
    paths = [ASSIGNMENTS, ME, "/api/v1/schema", "/api/v1/docs", "/api/v1/", "/api/v1/nowhere"]
    answers = {(one.status_code, one.content) for path in paths for one in [caller.get(path)]}
    assert len(answers) == 1
    response = caller.get()
    assert response.json() == problem(
        401, "Not authenticated", detail="The access token is not valid."
    )
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="corps", error="invalid_token"'
    bare = caller.client.get(ASSIGNMENTS)
    assert (bare.status_code, bare.headers["WWW-Authenticate"]) == (401, 'Bearer realm="corps"')


def test_a_token_in_the_address_does_not_count() -> None:
    caller = a_caller()
    assert caller.client.get(ME, {"access_token": caller.token}).status_code == 401


def test_what_is_not_there_is_not_found_whatever_the_method() -> None:
    caller = a_caller()
    answers = {
        (answer.status_code, answer.content)
        for method in ("GET", "POST", "OPTIONS", "DELETE")
        for path in ("/api/v1/", "/api/v1/nowhere", "/api/v1/me/", "/api/v1/assignments/1")
        for answer in [caller.send(method, path)]
    }
    assert answers == {(404, b'{"type":"about:blank","title":"Not found","status":404}')}


def test_only_json_is_answered() -> None:
    response = a_caller().get(accept="text/html")
    assert (response.status_code, response.headers["Content-Type"]) == (
        406,
        "application/problem+json",
    )


def test_each_resource_asks_for_its_scope() -> None:
    caller = a_caller(scopes=[])
    refused = caller.get()
    detail = "The access token does not carry the scope assignments:read."
    assert refused.json() == problem(403, "Not permitted", detail=detail)
    assert refused.headers["WWW-Authenticate"] == (
        'Bearer error="insufficient_scope", scope="assignments:read"'
    )
    assert caller.get(ME).json()["scopes"] == []
    entry = Entry.objects.get(verb="access.refused")
    assert (entry.actor, entry.facts["status"]) == ("embassy", 403)


def test_me_tells_whose_client_it_is() -> None:
    issued = issue(networks=["127.0.0.0/8"], days=30)
    response = Caller(ask_token(issued).json()["access_token"]).get(ME)
    assert response.json() == {
        "client_id": issued.client_id,
        "agency": {
            "slug": "embassy",
            "names": {"ko": "대사관", "en": "Embassy", "uk": "Посольство"},
        },
        "scopes": ["assignments:read"],
        "expires_at": "2026-12-22T03:00:00Z",
        "networks": ["127.0.0.0/8"],
    }


def test_each_reading_is_one_entry_naming_what_was_read() -> None:
    deployment = a_deployment("HERON")
    share(deployment, an_agency())
    shown, hidden = an_assignment(deployment), an_assignment(deployment, "offered")
    issued = issue()
    caller = Caller(ask_token(issued).json()["access_token"])
    tag = caller.get(query={"deployment": "HERON"}).headers["ETag"]
    entry = Entry.objects.get(verb="api.read")
    assert (entry.actor_kind, entry.actor_id, entry.actor, entry.door) == (
        "client",
        issued.client_id,
        "embassy",
        "api",
    )
    assert entry.facts == {"resource": "assignments", "count": 1, "filters": ["deployment"]}
    assert entry.about == [
        f"agencies.partnerclient:{issued.client_id}",
        f"agencies.agency:{an_agency().pk}",
        *sorted(
            [
                f"deployments.assignment:{shown.pk}",
                f"deployments.deployment:{deployment.pk}",
                f"volunteers.volunteer:{shown.volunteer_id}",
            ]
        ),
    ]
    assert str(hidden.pk) not in str(canonical_of(entry))
    caller.get(query={"deployment": "HERON"}, if_none_match=tag)
    caller.send("HEAD", ASSIGNMENTS)
    caller.get(ME)
    assert len(entries("api.read")) == 4
