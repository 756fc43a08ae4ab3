"""An elevated step asks for a second factor of the last five minutes, before it asks or acts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from corps.accounts.second_factor import recent_factor_required, used_recently
from corps.adminkit.buttons import Button
from deployments.admin.deployments import DeploymentAdmin
from tests.accounts.passkeys import add_app, add_passkey, code_of, prove
from tests.accounts.test_second_factor import password_only
from tests.admin.doors import do_url
from tests.cast import a_coordinator, a_deployment, a_volunteer

pytestmark = pytest.mark.django_db

PROVE = "/account/second-factor/prove/code/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """A clock that a test moves, in seconds."""
    cache.clear()
    with time_machine.travel(datetime.now(UTC), tick=False) as moved:
        yield moved


@pytest.fixture
def elevated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A deployment's page with an elevated step; the list says how often it was taken."""
    taken: list[str] = []

    def run(request: HttpRequest, obj: Any, reason: str) -> HttpResponse | None:
        taken.append(str(obj))
        return None

    step = Button(
        name="loud", label="Loud", says="Loud.", allowed=lambda *_: True, run=run, elevated=True
    )
    monkeypatch.setattr(DeploymentAdmin, "buttons", [*DeploymentAdmin.buttons, step])
    return taken


def test_an_elevated_step_is_taken_with_a_factor_of_now_and_not_of_before(
    elevated: list[str], clock: Any
) -> None:
    client = password_only(a_coordinator())
    key, page = add_passkey(client), do_url(a_deployment("HERON"), "loud")
    assert client.get(page).status_code == 200
    clock.shift(timedelta(minutes=5))
    wanted = f"{PROVE}?next={page.replace('/', '%2F')}"
    assert [client.get(page)["Location"], client.post(page)["Location"]] == [wanted, wanted]
    assert elevated == []
    back = prove(client, key, "mfa_reauthenticate_webauthn", next=page)
    assert back["Location"] == page
    client.post(page)
    assert elevated == ["HERON"]


def test_a_password_typed_again_elevates_nobody(elevated: list[str], clock: Any) -> None:
    user = a_coordinator()
    client = password_only(user)
    add_passkey(client)
    clock.shift(timedelta(minutes=5))
    client.post("/account/reauthenticate/", {"password": "correct horse battery staple"})
    page = do_url(a_deployment("HERON"), "loud")
    assert client.post(page)["Location"].startswith(PROVE)
    assert elevated == []


def test_a_page_of_the_portal_asks_for_a_recent_factor(clock: Any) -> None:
    user = a_volunteer(account=True).user
    assert user is not None
    view = recent_factor_required(lambda request: HttpResponse("shown"))
    client = password_only(user)

    def answer() -> HttpResponse:
        request = RequestFactory().get("/portal/record/")
        request.user, request.session = user, client.session
        answered = view(request)
        request.session.save()
        return answered

    assert answer()["Location"] == "/account/second-factor/"
    secret = add_app(client)
    assert "/portal/record/" in client.get("/account/second-factor/").content.decode()
    assert answer().content == b"shown"
    clock.shift(timedelta(minutes=5))
    assert answer()["Location"] == f"{PROVE}?next=%2Fportal%2Frecord%2F"
    client.post(PROVE, {"code": code_of(secret), "next": "/portal/record/"})
    assert answer().content == b"shown"


def test_with_second_factors_off_a_recent_password_elevates(settings: Any, clock: Any) -> None:
    settings.REQUIRE_MFA = False
    user = a_coordinator()
    client = password_only(user)
    request = RequestFactory().get("/")
    request.user, request.session = user, client.session
    assert used_recently(request)
    clock.shift(timedelta(minutes=5))
    assert not used_recently(request)
