"""How often somebody may try to get in, counted before anything is evaluated.

Strangers at one account share what one account allows, whatever their address. A browser in which
somebody signed in to it before carries a signed cookie, and has an allowance of its own: strangers
cannot lock a person out. A passkey cannot be guessed, so no account's allowance counts there.
Names that nobody bears are counted like any other.
"""

import ipaddress
import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import get_pending_stage
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from corps.accounts.actions.limits import Spent, give_back, spend
from corps.accounts.actions.sign_in import note_guessing
from corps.accounts.models import User
from corps.accounts.queries.sign_in import account_named

QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many attempts in how long."""

    attempts: int
    per: timedelta


LIMITS = {
    "password": Limit(10, QUARTER),
    "code": Limit(5, QUARTER),
    "again": Limit(5, QUARTER),
    "address": Limit(60, QUARTER),
}
"""Of an account, for strangers together and for each known browser: passwords, codes of a second
factor, passwords asked again. Of an address (IPv6: a /64), whatever is tried there by strangers.
What turns out right is not counted."""


@dataclass(frozen=True, slots=True)
class Account:
    """The account that is tried; without an `id` nobody bears the name that was `typed`."""

    id: str
    password: str
    typed: str = ""

    @property
    def subject(self) -> str:
        """What its attempts are counted by."""
        return self.id or f"name:{self.typed}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page at which something can be tried: what is counted for its account, and which that is;
    the status of an answer that let somebody through."""

    counts: str = ""
    account: Callable[[HttpRequest], Account | None] = lambda _request: None
    lets_through: int | None = 302
    by_address: bool = True


def _named(request: HttpRequest) -> Account:
    typed = request.POST.get("login", "")
    return Account(*account_named(typed), typed=typed.strip().casefold()[:200])


def _signed_in(request: HttpRequest) -> Account | None:
    user = request.user
    return Account(str(user.pk), user.password) if isinstance(user, User) else None


def _pending(request: HttpRequest) -> Account | None:
    """Return who has given the password and is asked for a second factor."""
    stage = get_pending_stage(request)
    user = stage.login.user if stage is not None else None
    return Account(str(user.pk), user.password) if isinstance(user, User) else None


PAGES = {
    "account_login": Page("password", _named),
    "mfa_authenticate": Page("code", _pending),
    "mfa_reauthenticate": Page("code", _signed_in, by_address=False),
    "account_reauthenticate": Page("again", _signed_in, by_address=False),
    "account_change_password": Page("again", _signed_in, by_address=False),
    "mfa_login_webauthn": Page(lets_through=None, by_address=False),
    "join": Page(),
    "token": Page(lets_through=200),
}
"""Every page at which somebody may guess, by the name of its address."""


@dataclass(slots=True)
class Attempt:
    """One attempt: what was counted for it."""

    page: Page
    counted: list[tuple[str, str]] = field(default_factory=list)


class GuessingMiddleware:
    """Answer 429 instead of evaluating what was tried too often, the same whoever is tried."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; uncount what was no guess, and know the browser from then on."""
        stranger = not isinstance(request.user, User)
        response = self.get_response(request)
        attempt: Attempt | None = getattr(request, "attempt", None)
        if attempt is None or response.status_code == 429:
            return response
        let_through = response.status_code == attempt.page.lets_through
        came_in = stranger and isinstance(request.user, User)
        if let_through or came_in:
            for kind, subject in attempt.counted:
                give_back(kind, subject)
            if isinstance(request.user, User) and (came_in or attempt.page.counts == "again"):
                know_browser(request, response, request.user)
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Count the attempt. It runs before the view, in no transaction, so that of any number of
        parallel attempts no more are evaluated than the limit says."""
        match = request.resolver_match
        page = PAGES.get(match.view_name) if match is not None else None
        if request.method != "POST" or page is None:
            return None
        request.attempt = attempt = Attempt(page)  # type: ignore[attr-defined]
        if page.counts == "code" and "code" not in request.POST:
            return None  # a passkey is no guess
        account = page.account(request)
        browser = known_browser(request, account) if account else ""
        if page.by_address and not browser:
            spent = _count(attempt, "address", block_of(address_of(request)))
            if not spent.within:
                return too_many(request, spent)
        if account is None:
            return None
        who = f"{account.subject} {browser}" if browser else account.subject
        spent = _count(attempt, page.counts, who)
        if spent.first_over:
            note_guessing(user_id=account.id, at=timezone.now())
        return None if spent.within else too_many(request, spent)


def _count(attempt: Attempt, kind: str, subject: str) -> Spent:
    limit, now = LIMITS[kind], timezone.now()
    attempt.counted.append((kind, subject))
    return spend(kind, subject, limit=limit.attempts, per=limit.per, at=now)


def too_many(request: HttpRequest, spent: Spent) -> HttpResponse:
    """Return the answer to an attempt too many; it says when to come back, and nothing else."""
    why = _(
        "There were too many attempts. Wait a quarter of an hour, use a passkey, or use a browser"
        " in which you have signed in before."
    )
    response = render(request, "429.html", {"why": why}, status=429)
    response.headers["Retry-After"] = str(max(1, math.ceil(spent.wait.total_seconds())))
    return response


def address_of(request: HttpRequest) -> str:
    """Return the network address a request comes from, "" when there is none.

    Proxies in front are believed only as far as TRUSTED_PROXIES says.
    """
    try:
        return str(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, ImproperlyConfigured):
        return ""


def block_of(address: str) -> str:
    """Return the block of addresses that one household or host has to itself."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((int(known), 64), strict=False))
    return address


KNOWN_FOR = timedelta(days=180)
KEPT_TOGETHER = 4
"""How many accounts one browser is known to at a time."""


def known_browser(request: HttpRequest, account: Account) -> str:
    """Return the number under which this browser is known to an account, "" for a stranger's.

    The cookie names nobody: each part is a time, a random number and an HMAC over both with the
    account's id and its password's hash, so that a new password makes every browser a stranger.
    """
    known = ""
    for began, number, sealed in _parts(request):
        same = constant_time_compare(sealed, _sealed(account, began, number))
        if same and account.id and _in_time(began):
            known = number
    return known


def know_browser(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let this browser be known to an account from now on, for 180 days."""
    account = Account(str(user.pk), user.password)
    now, number = str(int(time.time())), secrets.token_hex(8)
    kept = [part for part in _parts(request) if part[2] != _sealed(account, *part[:2])]
    parts = [*kept, (now, number, _sealed(account, now, number))][-KEPT_TOGETHER:]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        "~".join(".".join(part) for part in parts),
        max_age=KNOWN_FOR,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def _parts(request: HttpRequest) -> list[tuple[str, str, str]]:
    """Return what the cookie holds, as it was sent: nothing of it is believed yet."""
    parts = []
    for text in request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")[:1000].split("~"):
        began, _dot, rest = text.partition(".")
        number, _dot, sealed = rest.partition(".")
        if began.isdecimal() and began.isascii() and number.isalnum() and sealed.isalnum():
            parts.append((began, number, sealed))
    return parts[-KEPT_TOGETHER:]


def _sealed(account: Account, began: str, number: str) -> str:
    value = f"{account.id}\x1f{account.password}\x1f{began}\x1f{number}"
    return salted_hmac("corps.accounts.guessing", value, algorithm="sha256").hexdigest()


def _in_time(began: str) -> bool:
    return time.time() - int(began) < KNOWN_FOR.total_seconds()
