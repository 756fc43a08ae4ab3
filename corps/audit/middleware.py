"""Puts every request's door and id into the ledger's context, and records what was refused."""

import uuid
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from corps.audit.actions import NOBODY, By, record
from corps.audit.context import through

DOORS = {"admin": "admin", "api": "api", "identity": "api"}
"""The first part of a path and the door it belongs to; everything else is the portal."""

REFUSED = {401, 403, 429}


class LedgerMiddleware:
    """Name the door of each request; one entry for each answer that says no."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request inside the context of its door."""
        name = DOORS.get(request.path.split("/")[1], "portal")
        with through(name, uuid.uuid4().hex):
            response = self.get_response(request)
            if response.status_code in REFUSED:
                record_refusal(request, response.status_code)
        return response


def record_refusal(request: HttpRequest, status: int) -> None:
    """Write one entry that says who was refused at which page; the query string is left out."""
    match = request.resolver_match
    facts = {"route": match.route if match else "", "method": request.method, "status": status}
    with transaction.atomic():
        record("access.refused", by=acting(request), facts=facts)


def acting(request: HttpRequest) -> By:
    """Return who asks: the partner's client, else who is signed in, else nobody."""
    user = getattr(request, "user", None)
    by: By = user if user is not None and user.is_authenticated else NOBODY
    found: By = getattr(request, "actor", by)
    return found
