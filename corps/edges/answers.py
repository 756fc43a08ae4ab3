"""Around every request: which hosts and methods are taken, and what every answer carries.

The headers are those of OWASP ASVS 5.0, section V3.4, and of OWASP's Secure Headers Project.
django-csp writes the content security policy, Django's SecurityMiddleware HSTS, nosniff, the
referrer and the opener policy (3.4.1, 3.4.3, 3.4.4, 3.4.5, 3.4.8); the rest is written here. No
answer allows another origin to read it (3.4.2).
"""

import logging
from collections.abc import Callable
from io import BytesIO
from typing import cast

from csp.middleware import CSPMiddleware
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.security import SecurityMiddleware

from corps.edges.bodies import refuses
from corps.edges.pages import error_page, of_programs

logger = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "POST")
"""What pages answer to; addresses of programs say for themselves."""

NOT_USED = (
    "accelerometer",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
OWN = ("publickey-credentials-create", "publickey-credentials-get")

HEADERS = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        [*(f"{name}=()" for name in NOT_USED), *(f"{name}=(self)" for name in OWN)]
    ),
    "Reporting-Endpoints": 'csp="/reports/csp/"',
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}
"""What an answer carries unless it says otherwise itself, as static files do of their age."""

Answer = Callable[[HttpRequest], HttpResponse]


class EdgesMiddleware:
    """Refuse foreign hosts, give errors our own pages, and put on the headers."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return with_headers(dressed(request, self._refusal(request) or self.get_response(request)))

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        try:
            request.get_host()
        except DisallowedHost:
            logger.warning("A host was asked for that is not ours")
            return error_page(request, 400)
        return None


class IntakeMiddleware:
    """Refuse methods that no page has, and bodies before a byte of them is read.

    It stands behind what says who asks, and in front of whatever reads.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if request.method not in METHODS and not of_programs(request):
            response = error_page(request, 405)
            response.headers["Allow"] = ", ".join(METHODS)
            return response
        status = refuses(request)
        return error_page(request, status) if status else self.get_response(request)


def with_headers(response: HttpResponseBase) -> HttpResponseBase:
    """Return the answer with what every answer carries."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def unread(status: int) -> HttpResponse:
    """Return our page for what the server could not read as a request, with all its headers."""
    asked = {"REQUEST_METHOD": "GET", "wsgi.input": BytesIO(), "wsgi.url_scheme": "https"}
    page = SecurityMiddleware(CSPMiddleware(lambda it: with_headers(error_page(it, status))))
    return cast("HttpResponse", page(WSGIRequest(asked)))


def dressed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return our own page in place of an error that says nothing, or says it in a page to a
    program."""
    if response.status_code < 400 or not isinstance(response, HttpResponse):
        return response
    a_page = response.headers.get("Content-Type", "").startswith("text/html")
    if response.content and not (of_programs(request) and a_page):
        return response
    own = error_page(request, response.status_code)
    for name in ("Allow", "Retry-After", "WWW-Authenticate", "Clear-Site-Data"):
        if name in response.headers:
            own.headers[name] = response.headers[name]
    own.cookies = response.cookies
    return own
