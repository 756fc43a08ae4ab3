"""When and by what the person behind a request has proved who they are, beside a password."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from corps.accounts.actions.own_factors import begin_factor_change, note_factor_change
from corps.accounts.models import User
from corps.accounts.queries.factors import oldest_added_at
from corps.accounts.queries.invitations import last_joined_at
from corps.accounts.rules.factors import FIRST_KINDS, has_accepted_factor, kinds_to_prove_by
from corps.accounts.rules.factors import kinds_accepted as kinds_accepted
from corps.errors import NotPermitted

RECENT = timedelta(minutes=5)
"""How long a second factor counts for what asks for a recent one."""

WAY_BACK = "after_second_factor"
"""Where the session keeps the page that somebody wanted who first had to add a factor."""

if TYPE_CHECKING:
    from corps.accounts.sessions import SessionStore

View = Callable[..., HttpResponse]


def factor_used_at(request: HttpRequest) -> datetime | None:
    """Return when this session last proved itself by a factor that counts, or None.

    With CORPS_REQUIRE_MFA=0, which only a demo honours, a password counts.
    """
    user = request.user
    if not isinstance(user, User):
        return None
    times = [one["at"] for one in records_of(request) if _counts(one, user)]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def factor_added_at(request: HttpRequest) -> datetime | None:
    """Return since when the account has the factor by which this session has proved itself in the
    last five minutes, of several the oldest; None where it has not, or the factor is gone.

    With CORPS_REQUIRE_MFA=0 it is the password, which is as old as the last one-time link.
    """
    user = request.user
    if not isinstance(user, User):
        return None
    if not settings.REQUIRE_MFA:
        return last_joined_at(user) or user.date_joined
    since = (timezone.now() - RECENT).timestamp()
    used = [one for one in records_of(request) if one["at"] > since and _counts(one, user)]
    return oldest_added_at(user, [one["id"] for one in used if "id" in one])


def used_recently(request: HttpRequest, *, at: datetime | None = None) -> bool:
    """Whether a factor that counts was used in the last five minutes before `at` (now)."""
    used = factor_used_at(request)
    return used is not None and (at or timezone.now()) - used < RECENT


def proved_recently(request: HttpRequest) -> bool:
    """Whether somebody proved in the last five minutes, by the strongest they have, who they are.

    Who has a second factor proves it by that: a password alone, which may be phished, changes
    neither factors nor the password itself. Who has none yet does it by the password.
    """
    user = request.user
    if not isinstance(user, User):
        return False
    since = (timezone.now() - RECENT).timestamp()
    recent = [one for one in records_of(request) if one["at"] > since]
    kinds = kinds_to_prove_by(user)
    if not kinds:
        return bool(recent)
    return any(one.get("method") == "mfa" and one.get("type") in kinds for one in recent)


def way_to_prove(request: HttpRequest, *, back: str) -> HttpResponse:
    """Send somebody to prove a second factor, or to add one first, and then to the page `back`."""
    user = request.user
    if settings.REQUIRE_MFA and isinstance(user, User) and not has_accepted_factor(user):
        request.session[WAY_BACK] = back
        return redirect("mfa_index")
    return _ask_again(back)


def recent_factor_required(view: View) -> View:
    """Open a page of the portal only after a second factor was used in the last five minutes."""

    @login_required
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if used_recently(request):
            return view(request, *args, **kwargs)
        return way_to_prove(request, back=_page_of(request))

    return answer


def proof_required(view: View) -> View:
    """Open a page of one's own account only after a recent proof by the strongest one has.

    Nothing of a form that comes too late is kept: it is filled in once more.
    """

    @login_required
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if proved_recently(request):
            return view(request, *args, **kwargs)
        return _ask_again(_page_of(request))

    return answer


def keeps_factors(view: View) -> View:
    """Let a page of allauth add or remove second factors: after a recent proof, with entries in
    the ledger in the same transaction, and with the end of the account's other sessions.

    The session in which the first factor was added counts as having used it.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            raise NotPermitted
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            before = begin_factor_change(user)
            response = view(request, *args, **kwargs)
            keep = cast("SessionStore", request.session).row_key
            added = note_factor_change(user=user, before=before, keep=keep, at=timezone.now())
        if not FIRST_KINDS & {factor.kind for factor in before}:
            for factor in added:
                if factor.kind in FIRST_KINDS:
                    record_authentication(request, user, "mfa", type=factor.kind, id=factor.pk)
        return response

    return proof_required(answer)


def records_of(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what this session has been proved by: method, kind of factor, POSIX time."""
    user = request.user
    return list(get_authentication_records(request, user)) if isinstance(user, User) else []


def _ask_again(back: str) -> HttpResponse:
    return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}")


def _page_of(request: HttpRequest) -> str:
    return request.get_full_path() if request.method in {"GET", "HEAD"} else request.path


def _counts(record: dict[str, Any], user: User) -> bool:
    if not settings.REQUIRE_MFA:
        return True
    return record.get("method") == "mfa" and record.get("type") in kinds_accepted(user)
