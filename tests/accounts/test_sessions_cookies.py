"""Cookies: bound to this host, closed to scripts and to other sites; a sign-out leaves little."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as ours
from django.test import Client

from tests.cast import PASSWORD, a_coordinator, a_user

NAMES = {
    "SESSION_COOKIE_NAME": "__Host-session",
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "LANGUAGE_COOKIE_NAME": "__Host-language",
    "DEVICE_COOKIE_NAME": "__Host-device",
}
SAFE = {
    **NAMES,
    "SECURE": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "LANGUAGE_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_HTTPONLY": True,
    "LANGUAGE_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_SAMESITE": "Lax",
    "LANGUAGE_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_DOMAIN": None,
    "CSRF_COOKIE_DOMAIN": None,
    "LANGUAGE_COOKIE_DOMAIN": None,
    "SESSION_COOKIE_PATH": "/",
    "CSRF_COOKIE_PATH": "/",
    "LANGUAGE_COOKIE_PATH": "/",
}

TELL = """
import json, django
from django.conf import settings
django.setup()
print(json.dumps({name: getattr(settings, name) for name in NAMES}))
"""


def chosen_at(address: str) -> dict[str, Any]:
    """What an installation at an address says of its cookies."""
    answer = subprocess.run(
        [sys.executable, "-c", f"NAMES = {list(SAFE)}\n{TELL}"],
        cwd=ours.BASE_DIR,
        env={**os.environ, "CORPS_URL": address, "DJANGO_SETTINGS_MODULE": "corps.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(answer.stdout))


def test_at_an_https_address_every_cookie_is_of_this_host_alone() -> None:
    assert chosen_at("https://corps.example") == SAFE


def test_on_this_machine_cookies_work_without_https() -> None:
    told = chosen_at("http://localhost:8000")
    plain = {name: value.removeprefix("__Host-") for name, value in NAMES.items()}
    assert {name: told[name] for name in (*NAMES, "SECURE")} == {**plain, "SECURE": False}


def one_visit(client: Client, **more: Any) -> dict[str, Any]:
    """Every cookie that a visit sets: sign-in, a language, sign-out not."""
    a_user("somebody", is_staff=False)
    client.get("/account/login/", **more)
    client.post("/account/login/", {"login": "somebody", "password": PASSWORD}, **more)
    client.post("/language/", {"language": "uk"}, **more)
    return dict(client.cookies.items())


@pytest.mark.django_db
def test_every_cookie_that_is_set_is_secure(settings: Any) -> None:
    for name, value in SAFE.items():
        setattr(settings, name, value)
    settings.ALLOWED_HOSTS = ["corps.example"]
    set_ones = one_visit(Client(), secure=True, HTTP_HOST="corps.example")
    assert set(set_ones) == set(NAMES.values())
    for cookie in set_ones.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


@pytest.mark.django_db
def test_a_sign_out_leaves_no_page_and_no_session_in_the_browser() -> None:
    a_coordinator()
    client = Client()
    client.get("/account/login/")
    client.post("/account/login/", {"login": "coordinator", "password": PASSWORD})
    assert "Clear-Site-Data" not in client.get("/account/logout/")
    answer = client.post("/account/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    left = {name for name, cookie in client.cookies.items() if cookie["max-age"] != 0}
    assert left <= {"device"}
    assert set(answer.cookies) == {"session", "csrf"}
