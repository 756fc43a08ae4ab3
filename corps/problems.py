"""Errors of the partner API as problem documents (RFC 9457)."""

import logging
from typing import Any

import orjson
from django.db import Error as DatabaseFailed
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.views import exception_handler

from corps.errors import NotFound, Refusal

logger = logging.getLogger(__name__)

TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    411: "Length required",
    413: "Too large",
    415: "Unsupported media type",
    416: "Range not satisfiable",
    429: "Too many requests",
    500: "Something went wrong",
    503: "Not available at present",
}
KEPT_HEADERS = ("WWW-Authenticate", "Retry-After")


def problem_response(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Return the problem document for an error, or None to let Django answer 500.

    The same error has the same bytes wherever it arises; one about a parameter names it. A
    failure of the database, the ledger's among them, is logged and answered as 503.
    """
    if isinstance(error, DatabaseFailed):
        logger.error("The partner API could not answer", exc_info=error)
        return problem(503)
    known = _as_api_error(error)
    response = exception_handler(known, context)
    if response is None:
        return None
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    headers |= {"WWW-Authenticate": error.challenge} if hasattr(error, "challenge") else {}
    if isinstance(known, exceptions.ValidationError):
        return problem(400, headers=headers, errors=_faults(response.data))
    detail = str(known.detail) if isinstance(known, exceptions.APIException) else ""
    return problem(response.status_code, detail, headers=headers)


def problem(
    status: int, detail: str = "", *, headers: dict[str, str] | None = None, **more: Any
) -> HttpResponse:
    """Return a problem document; `more` are members beside those of the standard."""
    body = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status}
    body |= {"detail": detail} if detail else {}
    return HttpResponse(
        orjson.dumps(body | more),
        status=status,
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def _faults(detail: Any) -> list[dict[str, str]]:
    """Return what is wrong with which parameter, in the order of the parameters."""
    if not isinstance(detail, dict):
        return [{"parameter": "", "detail": str(text)} for text in detail]
    return [
        {"parameter": str(name), "detail": str(text)}
        for name, texts in detail.items()
        for text in texts
    ]


def _as_api_error(error: Exception) -> Exception:
    if isinstance(error, NotFound | Http404):
        return exceptions.NotFound("")
    if isinstance(error, Refusal):
        return exceptions.PermissionDenied(str(error))
    return error
