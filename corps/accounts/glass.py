"""Break-glass at the door: for reading alone, and each page an entry in the ledger."""

from collections.abc import Callable

from django.apps import apps
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils import timezone

from corps.accounts.actions.glass import note_looked
from corps.accounts.models import User
from corps.accounts.queries.two_person import open_glass
from corps.accounts.roles import UNDER_GLASS

READING = ("GET", "HEAD")
NO_PAGES = ("jsi18n",)
"""Answers of the admin that are no pages: the words of its scripts."""


class BreakGlassMiddleware:
    """Open the glass only where a page is read, and enter each page that is answered through it.

    Whatever sends something (a form, a search by identity) is answered as if there were no glass:
    what stands on the desk is then not there. Where the entry cannot be written there is no page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        user = request.user
        if not isinstance(user, User) or not user.is_staff:
            return self.get_response(request)
        acts = list(open_glass(user, at=timezone.now())) if user.glass_desks else []
        request.glass = acts  # type: ignore[attr-defined]
        reading = request.method in READING
        if not reading:
            user.glass_desks = frozenset()
        response = self.get_response(request)
        match = request.resolver_match
        if acts and reading and match is not None and _is_page(match, response):
            given = {"acts": acts, "route": match.route, "seen": _object_of(match)}
            note_looked(by=user, at=timezone.now(), **given)  # type: ignore[arg-type]
        return response


def _is_page(match: ResolverMatch, response: HttpResponse) -> bool:
    return (
        match.namespace == "admin"
        and match.url_name not in NO_PAGES
        and response.status_code == 200
    )


def _object_of(match: ResolverMatch) -> Model | None:
    """Return the object an admin page is about, where it is of a kind that break-glass opens."""
    pk, name = match.kwargs.get("object_id"), match.url_name or ""
    label = ".".join(name.split("_")[:2])
    if pk is None or label not in UNDER_GLASS:
        return None
    try:
        found: Model | None = apps.get_model(label)._base_manager.filter(pk=unquote(pk)).first()
    except (ValueError, ValidationError):
        return None
    return found
