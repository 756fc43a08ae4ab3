"""The reader's language, refusals told in it, and no page for staff without a second factor."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext

from corps.accounts.actions.seals import entering_broken_seals
from corps.accounts.models import User
from corps.accounts.second_factor import factor_used_at, records_of, way_to_prove
from corps.audit.middleware import acting
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
        """Answer in the reader's language and time zone, and say which language it is; a file
        speaks its own."""
        zone, user = timezone.get_default_timezone(), request.user
        if isinstance(user, User):
            zone = user.time_zone
        language = language_of(request, user.language if isinstance(user, User) else "")
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
        if "Content-Disposition" not in response.headers:
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


class RefusalMiddleware:
    """Turn a Refusal that no door has answered into 404, 429 or 403, with its sentence."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; what it met of broken seals is entered, whoever answered for it."""
        with entering_broken_seals(lambda: acting(request)):
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


OPEN_TO_ALL = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "csp_report",
        "join",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_authenticate",
        "mfa_index",
        "mfa_login_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "set_language",
    }
)
"""The pages that staff reach before they have proved a second factor: to prove or to add one, and
to leave. Adding one asks for itself for a proof by whatever the account has."""


class SecondFactorMiddleware:
    """Let staff reach nothing before their session has proved a second factor that counts, however
    the session came to be; give a session a new key whenever it has proved more than before."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; a key that was known before a proof opens nothing after it."""
        key, proofs = request.session.session_key, records_of(request)
        response = self.get_response(request)
        proved = isinstance(request.user, User) and records_of(request) != proofs
        if proved and request.session.session_key == key:
            request.session.cycle_key()
        return response

    def process_view(
        self, request: HttpRequest, view: Answer, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Send staff to prove or to add a factor, and refuse what would change something."""
        if _passes(request):
            return None
        if request.method in {"GET", "HEAD"}:
            return way_to_prove(request, back=request.get_full_path())
        why = gettext("Use your second factor first, then do this again.")
        return render(request, "403.html", {"why": why}, status=403)


def _passes(request: HttpRequest) -> bool:
    user, match = request.user, request.resolver_match
    if not settings.REQUIRE_MFA or not isinstance(user, User) or not user.is_staff:
        return True
    if request.path_info.startswith(OF_PROGRAMS):
        return True
    known = match is not None and match.view_name in OPEN_TO_ALL
    return known or factor_used_at(request) is not None
