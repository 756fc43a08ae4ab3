"""How a partner calls: a client that was issued, its token, and its GETs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.test import Client

from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from deployments.agencies.actions import IssuedClient, issue_client
from deployments.agencies.models import Agency
from deployments.agencies.rules import SCOPES
from deployments.models import Assignment, Deployment
from tests.cast import NOW, a_slot, a_volunteer, an_agency

TOKEN = "/api/v1/token"
ASSIGNMENTS = "/api/v1/assignments"
ME = "/api/v1/me"
MATERIALS, DELIVERIES, CASES = "/api/v1/materials", "/api/v1/deliveries", "/api/v1/cases"
LISTS = (MATERIALS, DELIVERIES, CASES)


@dataclass(frozen=True)
class Caller:
    """A partner's program with an access token."""

    token: str
    client: Client = field(default_factory=Client)

    def get(
        self, path: str = ASSIGNMENTS, query: dict[str, Any] | None = None, **headers: str
    ) -> Any:
        """GET a path with query parameters and headers (`if_none_match` for If-None-Match)."""
        return self.send("GET", path, query, **headers)

    def send(
        self, method: str, path: str, query: dict[str, Any] | None = None, **headers: str
    ) -> Any:
        """Send a request without a body."""
        names = {"authorization": f"Bearer {self.token}"}
        names |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, path, headers=names, query_params=query or {})

    def rows(self, **query: Any) -> list[dict[str, Any]]:
        """The assignments of one page."""
        results: list[dict[str, Any]] = self.get(query=query).json()["results"]
        return results


def issue(agency: Agency | None = None, at: datetime = NOW, **terms: Any) -> IssuedClient:
    """A client of the embassy that may read assignments, unless told otherwise."""
    terms = {"scopes": ["assignments:read"], **terms}
    return issue_client(agency=agency or an_agency(), by=COMMAND, at=at, **terms)


def ask_token(issued: IssuedClient, **fields: str) -> Any:
    """Ask for a token with the secret in the form."""
    form = {
        "grant_type": "client_credentials",
        "client_id": issued.client_id,
        "client_secret": issued.secret,
    }
    return Client().post(TOKEN, form | fields)


def a_caller(agency: Agency | None = None, **terms: Any) -> Caller:
    """A program of the agency, with a fresh token."""
    return Caller(ask_token(issue(agency, **terms)).json()["access_token"])


def an_assignment(deployment: Deployment, state: str = "accepted", **fields: Any) -> Assignment:
    """A new volunteer in a new place of the deployment."""
    slot = a_slot(deployment)
    values = {"period": slot.period, "state": state, "state_since": NOW, **fields}
    volunteer = values.pop("volunteer", None) or a_volunteer(desk=deployment.desk)
    return Assignment.objects.create(slot=slot, volunteer=volunteer, **values)


def entries(verb: str) -> list[Entry]:
    """The ledger's entries of one verb, oldest first."""
    return list(Entry.objects.filter(verb=verb).order_by("number"))


def reader(agency: Agency | None = None, **terms: Any) -> Caller:
    """A program that may read everything."""
    return a_caller(agency, **{"scopes": list(SCOPES), **terms})


def rows(caller: Caller, path: str, **query: Any) -> list[dict[str, Any]]:
    """The rows of one page."""
    results: list[dict[str, Any]] = caller.get(path, query).json()["results"]
    return results


def problem(status: int, title: str, **more: Any) -> dict[str, Any]:
    """What is answered when something is wrong (RFC 9457)."""
    return {"type": "about:blank", "title": title, "status": status, **more}
