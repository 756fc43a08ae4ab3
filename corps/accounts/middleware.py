"""The reader's language, and refusals told in it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from corps.accounts.models import User
from corps.errors import NotFound, Refusal, TooMany

OF_PROGRAMS = ("/api/", "/identity/")
"""Addresses that programs call: they are answered in English, whoever asks."""

Answer = Callable[[HttpRequest], HttpResponse]


def language_of(request: HttpRequest, kept: str = "") -> str:
    """Return the language to answer in: chosen here, else `kept` with the account, else the
    browser's; English for programs."""
    if request.path_info.startswith(OF_PROGRAMS):
        return "en"
    for language in (request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), kept):
        if language and language in dict(settings.LANGUAGES):
            return language
    return translation.get_language_from_request(request)


class ReaderLanguageMiddleware:
    """Speak the reader's language: chosen here, else kept with the account, else the browser's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language and time zone."""
        zone, user = timezone.get_default_timezone(), request.user
        if isinstance(user, User):
            zone = user.time_zone
        language = language_of(request, user.language if isinstance(user, User) else "")
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


class RefusalMiddleware:
    """Turn a Refusal that no door has answered into 404, 429 or 403, with its sentence."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a Refusal; leave everything else to Django."""
        if isinstance(error, NotFound):
            return render(request, "404.html", status=404)
        if isinstance(error, TooMany):
            return render(request, "429.html", {"why": error.message}, status=429)
        if isinstance(error, Refusal):
            return render(request, "403.html", {"why": error.message}, status=403)
        return None
