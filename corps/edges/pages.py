"""Our own pages for what goes wrong: the same bytes for everybody, in the reader's language.

They name no path, no reason of a machine and no person. They are made without the request, so that
neither a session nor the database is asked. Programs get problem documents.
"""

from functools import lru_cache

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise

from corps.accounts.middleware import OF_PROGRAMS, language_of
from corps.edges.bodies import BodyRefused
from corps.problems import problem

TEMPLATES = {
    400: "400.html",
    401: "403.html",
    403: "403.html",
    404: "404.html",
    405: "405.html",
    411: "400.html",
    413: "413.html",
    414: "400.html",
    415: "400.html",
    429: "429.html",
    431: "400.html",
}
"""Which page tells of which status; every other from 400 on is `500.html`."""


def of_programs(request: HttpRequest) -> bool:
    """Whether a program asks, which reads no pages."""
    return request.path_info.startswith(OF_PROGRAMS)


def error_page(request: HttpRequest, status: int, why: str | Promise = "") -> HttpResponse:
    """Return the page for a status, with a sentence about the cause where there is one to tell."""
    if of_programs(request):
        return problem(status)
    language = getattr(request, "LANGUAGE_CODE", "") or language_of(request)
    with translation.override(language):
        body = _body(TEMPLATES.get(status, "500.html"), language, str(why))
    return HttpResponse(body, status=status, headers={"Content-Language": language})


@lru_cache(maxsize=100)
def _body(template: str, language: str, why: str) -> str:
    """The page in the language that is spoken now; the same whoever asks, so made once."""
    return render_to_string(template, {"why": why})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what could not be read, was too large, or was of a kind that is not taken."""
    if isinstance(exception, RequestDataTooBig):
        return error_page(request, 413)
    if isinstance(exception, BodyRefused):
        return error_page(request, exception.status, exception.why)
    return error_page(request, 400)


def not_permitted(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what somebody may not do."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what is absent or hidden."""
    return error_page(request, 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer for what was done too often."""
    return error_page(request, 429)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer for a fault of ours."""
    return error_page(request, 500)
