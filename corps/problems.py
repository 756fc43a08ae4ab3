"""Errors of the partner API as problem documents (RFC 9457)."""

from typing import Any

from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from corps.errors import NotFound, Refusal

TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    415: "Unsupported media type",
    429: "Too many requests",
}


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document for an error, or None to let Django answer 500."""
    response = exception_handler(_as_api_error(error), context)
    if response is None:
        return None
    code = response.status_code
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(code, "Error"),
        "status": code,
    }
    if code == status.HTTP_400_BAD_REQUEST:
        body["errors"] = response.data
    response.data = body
    response.content_type = "application/problem+json"
    return response


def _as_api_error(error: Exception) -> Exception:
    if isinstance(error, NotFound):
        return Http404()
    if isinstance(error, Refusal):
        return exceptions.PermissionDenied()
    return error
