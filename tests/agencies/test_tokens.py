"""Tokens: who receives one, who does not, when one stops counting, and what the ledger tells."""

import base64
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.idp.oidc.models import Token
from django.test import Client

from corps.audit.actions import COMMAND
from corps.audit.models import ActorKind, Entry
from deployments.agencies.actions import IssuedClient, end_client
from deployments.agencies.models import PartnerClient
from tests.api.calls import ME, TOKEN, Caller, a_caller, ask_token, entries, issue
from tests.audit.ledgers import canonical_of
from tests.cast import NOW, an_agency

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def answer_of(response: Any) -> tuple[int, bytes]:
    return response.status_code, response.content


REFUSED = (401, b'{"error": "invalid_client"}')


def test_a_token_comes_for_the_secret_in_the_form() -> None:
    response = ask_token(issue())
    token = response.json()
    assert response.status_code == 200
    assert {**token, "access_token": ""} == {
        "access_token": "",
        "expires_in": 3600,
        "token_type": "Bearer",
        "scope": "assignments:read",
    }
    assert response.headers["Cache-Control"] == "no-store"
    assert Caller(token["access_token"]).get(ME).status_code == 200


@pytest.mark.parametrize("path", [TOKEN, "/identity/o/api/token"])
def test_a_token_comes_for_the_secret_in_the_header(path: str) -> None:
    issued = issue()
    basic = base64.b64encode(f"{issued.client_id}:{issued.secret}".encode()).decode()
    response = Client().post(
        path, {"grant_type": "client_credentials"}, headers={"authorization": f"Basic {basic}"}
    )
    assert (response.status_code, "access_token" in response.json()) == (200, True)


def test_a_token_is_kept_as_a_hash_and_entered_in_the_ledger() -> None:
    issued = issue()
    value = ask_token(issued).json()["access_token"]
    row = Token.objects.get()
    assert (value in row.hash, row.user_id, row.get_scopes()) == (False, None, ["assignments:read"])
    entry = Entry.objects.get(verb="api.token_issued")
    assert (entry.actor_kind, entry.actor_id, entry.actor, entry.door) == (
        ActorKind.CLIENT,
        issued.client_id,
        "embassy",
        "api",
    )
    assert entry.about[0] == f"agencies.partnerclient:{issued.client_id}"
    assert value not in str(canonical_of(entry))


def test_expired_tokens_go_when_the_next_one_comes() -> None:
    issued = issue()
    with time_machine.travel(NOW, tick=False):
        ask_token(issued)
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        ask_token(issued)
    assert Token.objects.count() == 1


def test_wrong_unknown_ended_expired_and_misplaced_clients_are_refused_alike() -> None:
    here = issue(networks=["127.0.0.0/8"])
    ended, expired = issue(), issue(at=NOW - timedelta(days=365))
    misplaced = issue(networks=["203.0.113.0/24", "2001:db8::/32"])
    end_client(client=PartnerClient.objects.get(pk=ended.client_id), by=COMMAND, at=NOW)
    strangers = [IssuedClient(here.client_id, "wrong"), IssuedClient("nobody", "wrong")]
    answers = [answer_of(ask_token(one)) for one in [*strangers, ended, expired, misplaced]]
    assert answers == [REFUSED] * 5
    assert (Token.objects.count(), ask_token(here).status_code) == (0, 200)
    told = [(entry.actor_kind, entry.actor_id) for entry in entries("access.refused")]
    assert told == [
        (ActorKind.NOBODY, here.client_id),
        (ActorKind.NOBODY, ""),
        (ActorKind.CLIENT, ended.client_id),
        (ActorKind.CLIENT, expired.client_id),
        (ActorKind.CLIENT, misplaced.client_id),
    ]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"scope": "volunteers:write"}, "invalid_scope"),
        ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "x", "password": "y"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
        ({"resource": "not a uri"}, "invalid_target"),
    ],
)
def test_what_is_not_offered_is_refused_and_entered(fields: dict[str, str], error: str) -> None:
    issued = issue()
    response = ask_token(issued, **fields)
    assert (response.status_code, response.json()["error"]) == (400, error)
    assert Token.objects.count() == 0
    told = [(entry.actor_id, entry.facts) for entry in entries("access.refused")]
    assert told == [(issued.client_id, {"error": error, "status": 400})]


def test_a_secret_in_the_address_is_refused() -> None:
    issued = issue()
    query = f"?client_id={issued.client_id}&client_secret={issued.secret}"
    response = Client().post(TOKEN + query, {"grant_type": "client_credentials"})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("name", ["client_id", "client_secret", "scope"])
def test_nul_characters_are_answered_with_an_error(name: str) -> None:
    assert ask_token(issue(), **{name: "a\x00b"}).status_code in {400, 401}


def test_a_client_without_scopes_receives_a_token_that_carries_none() -> None:
    response = ask_token(issue(scopes=[]))
    assert (response.status_code, response.json()["scope"]) == (200, "")


def test_a_token_counts_for_an_hour() -> None:
    caller = a_caller()
    with time_machine.travel(NOW + timedelta(minutes=59), tick=False):
        assert caller.get(ME).status_code == 200
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert caller.get(ME).status_code == 401


def test_a_token_stops_with_its_client_at_the_next_request() -> None:
    issued = issue(days=1)
    caller = Caller(ask_token(issued).json()["access_token"])
    client = PartnerClient.objects.get()
    PartnerClient.objects.update(expires_at=NOW)
    assert caller.get(ME).status_code == 401
    PartnerClient.objects.update(expires_at=NOW + timedelta(days=1))
    assert caller.get(ME).status_code == 200
    PartnerClient.objects.update(ended_at=NOW)
    assert caller.get(ME).status_code == 401
    PartnerClient.objects.update(ended_at=None)
    end_client(client=client, by=COMMAND, at=NOW)
    assert caller.get(ME).status_code == 401


def test_a_token_counts_only_from_the_clients_networks() -> None:
    caller = a_caller(networks=["127.0.0.0/8", "203.0.113.0/24", "2001:db8::/32"])

    def from_address(address: str) -> int:
        headers = {"authorization": f"Bearer {caller.token}", "x-forwarded-for": "127.0.0.1"}
        return Client(REMOTE_ADDR=address).get(ME, headers=headers).status_code

    found = {
        address: from_address(address)
        for address in [
            "203.0.113.9",
            "::ffff:203.0.113.9",
            "2001:db8::1",
            "203.0.114.1",
            "::1",
            "",
        ]
    }
    assert found == {
        "203.0.113.9": 200,
        "::ffff:203.0.113.9": 200,
        "2001:db8::1": 200,
        "203.0.114.1": 401,
        "::1": 401,
        "": 401,
    }


def test_a_refused_token_is_entered_under_its_client() -> None:
    caller = a_caller()
    PartnerClient.objects.update(ended_at=NOW)
    caller.get(ME)
    entry = Entry.objects.get(verb="access.refused")
    assert (entry.actor_kind, entry.actor, entry.facts["route"]) == (
        "client",
        "embassy",
        "api/v1/me",
    )


def test_a_client_gives_its_token_up_and_nobody_elses() -> None:
    issued, other = issue(), issue(an_agency("ministry"))
    caller = Caller(ask_token(issued).json()["access_token"])

    def revoke(by: IssuedClient) -> int:
        form = {"client_id": by.client_id, "client_secret": by.secret, "token": caller.token}
        return Client().post("/identity/o/api/revoke", form).status_code

    assert (revoke(other), caller.get(ME).status_code) == (200, 200)
    assert (revoke(IssuedClient(issued.client_id, "wrong")), caller.get(ME).status_code) == (
        401,
        200,
    )
    assert (revoke(issued), caller.get(ME).status_code) == (200, 401)
    assert [entry.actor_id for entry in entries("api.token_revoked")] == [issued.client_id]


@pytest.mark.parametrize(
    "path",
    [
        "/identity/o/authorize",
        "/identity/o/device",
        "/identity/o/logout",
        "/identity/o/api/device/code",
        "/identity/o/api/userinfo",
        "/identity/o/api/introspect",
        "/identity/o/api/clients",
        "/.well-known/openid-configuration",
        "/.well-known/jwks.json",
    ],
)
def test_the_rest_of_the_identity_provider_has_no_address(path: str) -> None:
    assert (Client().get(path).status_code, Client().post(path).status_code) == (404, 404)


def test_a_half_filled_header_names_nobody_and_the_form_counts() -> None:
    issued, other = issue(), issue()
    half = base64.b64encode(f"{other.client_id}:".encode()).decode()
    form = {
        "grant_type": "client_credentials",
        "client_id": issued.client_id,
        "client_secret": "no",
    }
    Client().post(TOKEN, form, headers={"authorization": f"Basic {half}"})
    assert [entry.actor_id for entry in entries("access.refused")] == [issued.client_id]


@pytest.mark.parametrize("path", [TOKEN, "/identity/o/api/token", "/identity/o/api/revoke"])
def test_a_program_needs_no_form_token_of_ours(path: str) -> None:
    issued = issue()
    form = {"client_id": issued.client_id, "client_secret": issued.secret, "token": "x"}
    form["grant_type"] = "client_credentials"
    assert Client(enforce_csrf_checks=True).post(path, form).status_code == 200


def test_a_token_is_only_asked_for_by_post() -> None:
    assert Client().get(TOKEN).status_code == 405


def test_nothing_is_issued_when_the_ledger_does_not_take_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    issued = issue()

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("deployments.agencies.actions.clients.record", broken)
    with pytest.raises(RuntimeError):
        ask_token(issued)
    assert Token.objects.count() == 0
