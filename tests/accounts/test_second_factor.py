"""No page for staff without a second factor that counts, however their session came to be."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from corps.accounts.actions.invitations import invite_user
from corps.accounts.middleware import OPEN_TO_ALL
from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from tests.accounts.passkeys import (
    SoftKey,
    add_app,
    add_passkey,
    code_of,
    options_on,
    prove,
    sign_in,
    sign_in_by_passkey,
)
from tests.cast import PASSWORD, a_coordinator, a_user, a_volunteer

pytestmark = pytest.mark.django_db

ENROL, PROVE = "/account/second-factor/", "/account/second-factor/prove/code/"


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    """No code changes under a test, and attempts of other tests do not count here."""
    cache.clear()
    with time_machine.travel(datetime.now(UTC), tick=False):
        yield


def password_only(user: User) -> Client:
    """A browser in which a name and a password were typed, and nothing else."""
    client = Client()
    sign_in(client, user.username)
    return client


def walk(found: Any, before: str = "", names: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Every address of the resolver as (view name, path), its variables filled in."""
    told: list[tuple[str, str]] = []
    for one in found:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            more = (*names, one.namespace) if one.namespace else names
            told += walk(one.url_patterns, path, more)
        elif isinstance(one, URLPattern):
            told.append((":".join([*names, one.name or ""]), "/" + _filled(path)))
    return told


def _filled(route: str) -> str:
    uuid = "00000000-0000-0000-0000-000000000000"
    route = re.sub(r"<uuid:\w+>", uuid, route)
    route = re.sub(r"\^|\$|\\Z|\(\?P<\w+>[^)]*\)", "x" if "(?P" in route else "", route)
    return re.sub(r"<(\w+:)?\w+>", "x", re.sub(r"<int:\w+>", "1", route))


def pages() -> list[tuple[str, str]]:
    """Every address but those of programs, which take no session."""
    found = walk(get_resolver().url_patterns)
    return [one for one in found if not one[1].startswith(("/api/", "/identity/"))]


def test_no_address_but_the_way_in_answers_staff_without_a_factor() -> None:
    client, reached = password_only(a_user("staff", *Role)), set()
    for name, path in pages():
        answer = client.get(path)
        if answer.status_code != 302 or answer["Location"] != ENROL:
            reached.add(name)
        if name in OPEN_TO_ALL:
            continue
        assert client.post(path).status_code in {403, 405}, path
    assert reached <= OPEN_TO_ALL
    assert Authenticator.objects.count() == 0


def test_the_walk_goes_through_every_admin_page() -> None:
    names = {name for name, _ in pages()}
    assert {"admin:index", "admin:accounts_user_do", "admin:volunteers_volunteer_history"} <= names
    assert len(names) > 60


def test_the_pages_of_allauth_are_these() -> None:
    found = {path for _, path in pages() if path.startswith("/account/")}
    assert {path for path in found if "sessions" not in path} == {
        "/account/login/",
        "/account/logout/",
        "/account/password/change/",
        "/account/reauthenticate/",
        "/account/signup/",
        ENROL,
        ENROL + "app/add/",
        ENROL + "app/remove/",
        ENROL + "codes/",
        ENROL + "codes/new/",
        ENROL + "passkeys/1/remove/",
        ENROL + "passkeys/add/",
        ENROL + "passkeys/sign-in/",
        ENROL + "prove/",
        ENROL + "prove/code/",
        ENROL + "prove/passkey/",
    }


def test_a_session_made_by_the_program_does_not_get_in() -> None:
    client = Client()
    assert client.login(username=a_coordinator().username, password=PASSWORD)
    assert client.get("/admin/")["Location"] == ENROL


def test_a_one_time_link_leads_to_adding_a_factor_and_no_further() -> None:
    user = a_coordinator()
    client = Client()
    path = invite_user(user=user, by=COMMAND, at=datetime.now(UTC)).path
    typed = "a password of several words"
    client.post(path, {"password": typed, "again": typed})
    assert client.get("/admin/")["Location"] == ENROL
    add_passkey(client)
    assert client.get("/admin/").status_code == 200


def test_who_has_a_factor_is_asked_for_it_and_comes_back() -> None:
    user = a_coordinator()
    key = add_passkey(password_only(user))
    client = Client()
    client.login(username=user.username, password=PASSWORD)
    answer = client.get("/admin/accounts/user/?q=x")
    assert answer["Location"] == f"{PROVE}?next=%2Fadmin%2Faccounts%2Fuser%2F%3Fq%3Dx"
    by_passkey = client.get(answer["Location"])["Location"]
    assert by_passkey.startswith("/account/second-factor/prove/passkey/?next=")
    back = prove(client, key, "mfa_reauthenticate_webauthn", next="/admin/")
    assert back["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_passkey_is_added_and_signs_in_alone() -> None:
    user = a_coordinator()
    key = add_passkey(password_only(user))
    client = Client()
    assert sign_in_by_passkey(client, key, next="/admin/")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_password_is_followed_by_the_passkey() -> None:
    user = a_coordinator()
    key = add_passkey(password_only(user))
    client = Client()
    assert sign_in(client, user.username)["Location"] == ENROL + "prove/"
    assert SESSION_KEY not in client.session
    assert prove(client, key)["Location"] == "/"
    assert client.get("/admin/").status_code == 200


def test_a_passkey_that_verifies_nobody_is_not_taken() -> None:
    client = password_only(a_coordinator())
    key, page = SoftKey(verifies=False), reverse("mfa_add_webauthn")
    answer = client.post(page, {"credential": key.create(options_on(client.get(page)))})
    assert answer.status_code == 200
    assert "This passkey was not recognised." in answer.content.decode()
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    "sent", ["{}", "[]", "1", '"x"', '{"response": {}}', "null", "no json", ""]
)
def test_nonsense_is_no_passkey(sent: str) -> None:
    client = password_only(a_coordinator())
    page = reverse("mfa_add_webauthn")
    client.get(page)
    assert client.post(page, {"credential": sent}).status_code == 200
    key = add_passkey(client)
    stranger = Client()
    stranger.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    answer = stranger.post(reverse("mfa_login_webauthn"), {"credential": sent})
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
    assert sign_in_by_passkey(stranger, key).status_code == 302
    assert SESSION_KEY in stranger.session


def test_of_what_a_browser_sends_only_the_key_is_kept() -> None:
    client, page = password_only(a_coordinator()), reverse("mfa_add_webauthn")
    sent = json.loads(SoftKey().create(options_on(client.get(page))))
    sent["note"] = sent["response"]["note"] = "홍길동"
    client.post(page, {"credential": json.dumps(sent), "name": "홍길동의 열쇠"})
    kept = Authenticator.objects.get(type="webauthn").data
    assert (kept["name"], set(kept)) == ("", {"name", "credential"})
    assert set(kept["credential"]["response"]) == {"clientDataJSON", "attestationObject"}
    assert "note" not in kept["credential"]


def test_an_app_opens_the_admin_only_where_it_is_allowed() -> None:
    user = a_user("staff", Role.COORDINATOR, totp_allowed=True)
    client = password_only(user)
    add_app(client)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=user.pk).update(totp_allowed=False)
    assert client.get("/admin/")["Location"] == ENROL


def test_an_app_from_before_does_not_open_the_admin_at_sign_in() -> None:
    user = a_user("staff", Role.COORDINATOR, totp_allowed=True)
    secret = add_app(password_only(user))
    User.objects.filter(pk=user.pk).update(totp_allowed=False)
    client = Client()
    sign_in(client, "staff")
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert client.session[SESSION_KEY] == str(user.pk)
    assert client.get("/admin/")["Location"] == ENROL


def test_staff_add_no_app_unless_it_is_allowed() -> None:
    client = password_only(a_coordinator())
    assert client.get(reverse("mfa_activate_totp")).status_code == 403
    assert "app/add" not in client.get(ENROL).content.decode()


def test_staff_for_whom_only_passkeys_count_get_no_recovery_codes() -> None:
    client = password_only(a_coordinator())
    add_passkey(client)
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"webauthn"}
    assert client.get(reverse("mfa_view_recovery_codes"))["Location"] == ENROL
    assert client.post(reverse("mfa_generate_recovery_codes")).status_code == 403


def test_volunteers_are_offered_a_factor_and_not_made_to_have_one() -> None:
    user = a_volunteer(account=True).user
    assert user is not None
    client = password_only(user)
    assert client.get("/portal/").status_code == 200
    assert ENROL in client.get("/portal/account/").content.decode()


def test_recovery_codes_are_shown_once_and_work_once() -> None:
    user = a_volunteer(account=True).user
    assert user is not None
    client = password_only(user)
    add_app(client)
    page = reverse("mfa_view_recovery_codes")
    shown = re.findall(r"<code>(\d{8})</code>", client.get(page).content.decode())
    assert len(shown) == 10
    assert (
        re.findall(r"\d{8}", re.sub(r"<input[^>]*>", "", client.get(page).content.decode())) == []
    )
    for code, lands in ((shown[0], 302), (shown[0], 200), (shown[1], 302)):
        again = Client()
        sign_in(again, user.username)
        assert again.post(reverse("mfa_authenticate"), {"code": code}).status_code == lands


def test_without_the_demo_nothing_switches_second_factors_off() -> None:
    told = {}
    for demo in ("0", "1"):
        chosen = {**os.environ, "CORPS_REQUIRE_MFA": "0", "CORPS_DEMO": demo}
        code = "from corps import settings; print(settings.REQUIRE_MFA)"
        told[demo] = subprocess.run(
            [sys.executable, "-c", code], env=chosen, capture_output=True, text=True, check=True
        ).stdout.strip()
    assert told == {"0": "True", "1": "False"}


def test_switched_off_a_password_opens_the_admin_under_a_banner(settings: Any) -> None:
    says = "Second factors are switched off: demonstration only."
    settings.REQUIRE_MFA, settings.DEMO = False, True
    client = password_only(a_coordinator())
    volunteer = a_volunteer(account=True).user
    assert volunteer is not None
    in_portal = password_only(volunteer)
    in_portal.cookies["language"] = "en"
    looks = [
        client.get("/admin/"),
        client.get(ENROL),
        in_portal.get("/portal/"),
        Client(headers={"accept-language": "en"}).get("/account/login/"),
    ]
    assert [(one.status_code, says in one.content.decode()) for one in looks] == [(200, True)] * 4


def test_no_banner_while_second_factors_are_asked_for(settings: Any) -> None:
    settings.DEMO = True
    client = Client(headers={"accept-language": "en"})
    assert "switched off" not in client.get("/account/login/").content.decode()


def test_the_session_has_a_new_key_after_every_proof() -> None:
    user = a_coordinator()
    client = Client()
    client.get("/account/login/")
    sign_in(client, user.username)
    keys = [client.session.session_key or ""]
    key = add_passkey(client)
    keys.append(client.session.session_key or "")
    prove(client, key, "mfa_reauthenticate_webauthn")
    keys.append(client.session.session_key or "")
    assert len(set(keys)) == 3
    old = Client()
    old.cookies[settings.SESSION_COOKIE_NAME] = keys[1]
    assert old.get("/portal/")["Location"] == "/account/login/?next=/portal/"
    client.get("/admin/")
    assert client.session.session_key == keys[2]


def test_a_refused_passkey_is_entered_and_answers_like_an_unknown_one() -> None:
    user = a_coordinator()
    key, stranger = add_passkey(password_only(user)), SoftKey()
    stranger.handle = key.handle
    closed = a_coordinator(username="closed")
    shut = add_passkey(password_only(closed))
    User.objects.filter(pk=closed.pk).update(is_active=False)
    unknown = SoftKey()
    before = Entry.objects.filter(verb="account.sign_in_refused").count()
    pages = []
    for one in (stranger, shut, unknown):
        client = Client()
        answer = sign_in_by_passkey(client, one)
        assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
        page = client.get("/account/login/").content.decode()
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page))
        assert SESSION_KEY not in client.session
    assert len(set(pages)) == 1
    assert Entry.objects.filter(verb="account.sign_in_refused").count() == before + 3


def test_a_closed_account_answers_as_a_wrong_password() -> None:
    User.objects.create_user("closed", PASSWORD, is_active=False)
    User.objects.create_user("open", PASSWORD)
    pages = [
        sign_in(Client(), "closed"),
        sign_in(Client(), "open", "not the password"),
        sign_in(Client(), "nobody-here"),
    ]
    assert {page.status_code for page in pages} == {200}
    plain = {
        re.sub(r'value="(closed|open|nobody-here|[A-Za-z0-9]{64})"', "", page.content.decode())
        for page in pages
    }
    assert len(plain) == 1


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("127.0.0.1:8000", 'href="http://localhost:8000/account/login/?next=/admin/"'),
        ("[::1]:8000", 'href="http://localhost:8000/account/login/?next=/admin/"'),
        ("192.0.2.7:8000", "Open Corps by its name instead."),
        ("localhost:8000", ""),
    ],
)
def test_at_an_ip_address_the_page_says_that_passkeys_do_not_work(
    host: str, says: str, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"accept-language": "en"})
    page = client.get("/account/login/?next=/admin/", HTTP_HOST=host).content.decode()
    assert ("Passkeys do not work on a page" in page) == bool(says)
    assert says in page
