"""What is made inside an installation for its canaries: the cast, their sessions, some work.

Runs in the installation's own environment (`manage.py shell`) and prints one line of JSON. Signing
in with a second factor is walked through elsewhere; here sessions are made as if it had been done.
"""

import json
import time
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY as RECORDS_OF,
)
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from corps.accounts.actions.own_factors import seal_secret
from corps.accounts.models import Invitation, User
from corps.accounts.roles import Role
from corps.audit.actions import COMMAND
from deployments.agencies.actions import issue_client
from deployments.agencies.rules import SCOPES
from deployments.models import Assignment
from tests.cast import a_coordinator, a_desk, a_slot, a_stranger, a_user, an_agency, share
from volunteers.models import Volunteer

LONG = timedelta(days=30)
BACKEND = "corps.accounts.backends.SignInBackend"


def make_cast() -> None:
    """Make the staff, an agency with its client, and print client id, secret and routes."""
    desk = a_desk()
    a_coordinator(desk)
    a_stranger()
    for role in (Role.VETTING, Role.LIAISON, Role.EDITOR, Role.APPROVER, Role.AUDITOR):
        a_user(role.name.lower(), role, desk=desk)
    a_user("second", Role.COORDINATOR, desk=desk)
    a_user("administrator", Role.ADMINISTRATOR)
    a_user("administrator2", Role.ADMINISTRATOR)
    client = issue_client(agency=an_agency(), scopes=list(SCOPES), by=COMMAND, at=timezone.now())
    sessions = {user.username: session_of(user) for user in User.objects.filter(is_staff=True)}
    found = {"routes": sorted(set(routes())), "sessions": sessions}
    tell(client=client.client_id, secret=client.secret, **found)


def sign_in(*names: str) -> None:
    """Print a session of each account, in which a passkey was used just now."""
    tell(**{name: session_of(User.objects.get(username=name)) for name in names})


def session_of(user: User, factor: dict[str, Any] | None = None) -> str:
    """Return the key of a new session, in which a factor (a passkey) was used just now."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    session = client.session
    used = {"type": "webauthn"} if factor is None else factor
    session[RECORDS] = [{"method": "mfa", "at": time.time(), **used}]
    session[RECORDS_OF] = user_id_to_str(user)
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def an_old_app(user: User) -> dict[str, Any]:
    """Return how an account proves itself by an authenticator app it has had for LONG."""
    data = {"secret": seal_secret(user, generate_totp_secret())}
    app = Authenticator.objects.create(user_id=user.pk, type="totp", data=data)
    Authenticator.objects.filter(pk=app.pk).update(created_at=timezone.now() - LONG)
    return {"type": app.type, "id": app.pk}


def give_work(pk: str) -> None:
    """Let a volunteer hold a place in a deployment that is shared with the agency."""
    volunteer = Volunteer.objects.get(pk=pk)
    slot = a_slot()
    share(slot.deployment, an_agency())
    values = {"period": slot.period, "state": "accepted", "state_since": timezone.now()}
    Assignment.objects.create(slot=slot, volunteer=volunteer, **values)
    offered = a_slot(slot.deployment, period=after(slot.period))
    values |= {"period": offered.period, "state": "offered"}
    Assignment.objects.create(slot=offered, volunteer=volunteer, **values)
    assert volunteer.user
    Invitation.objects.filter(user=volunteer.user).update(used_at=timezone.now() - LONG)
    tell(session=session_of(volunteer.user, an_old_app(volunteer.user)))


def after(period: Any) -> tuple[Any, Any]:
    """A period of a week that begins a day after another."""
    end = period[1] if isinstance(period, tuple) else period.upper
    return end + timedelta(days=1), end + timedelta(days=8)


def routes() -> list[str]:
    """Return every route of the installation, as the resolver has it."""
    return list(_below(get_resolver().url_patterns, ""))


def _below(patterns: Any, before: str) -> Any:
    for entry in patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _below(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route


def tell(**found: Any) -> None:
    """Print what was made, as one line."""
    print(json.dumps(found))  # noqa: T201
