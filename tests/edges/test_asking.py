"""Hosts, forwarded addresses, `next`, methods and odd parameters of a request have no effect."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from corps.accounts.models import Desk
from corps.accounts.roles import Role
from tests.admin.doors import as_, entries_since, last_number
from tests.cast import PASSWORD, a_coordinator, a_user, a_volunteer
from tests.edges.test_error_pages import HEADINGS
from tests.edges.walking import addresses

pytestmark = pytest.mark.django_db

EVIL = "evil.example"
HOSTS = [EVIL, f"{EVIL}:80", f"localhost.{EVIL}", f"localhost@{EVIL}", "a b", "", "localhost:x"]
FORWARDED = {
    "x-forwarded-host": EVIL,
    "x-forwarded-server": EVIL,
    "x-forwarded-port": "6666",
    "x-forwarded-prefix": f"//{EVIL}",
    "x-forwarded-for": "203.0.113.9",
    "x-host": EVIL,
    "x-original-url": "/admin/",
    "x-rewrite-url": "/admin/",
    "x-real-ip": "203.0.113.9",
    "forwarded": f"for=203.0.113.9;host={EVIL};proto=https",
}
PROTO = {"x-forwarded-proto": "https", "x-forwarded-ssl": "on", "front-end-https": "on"}
ELSEWHERE = [
    f"https://{EVIL}/",
    f"//{EVIL}/",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"///{EVIL}",
    f"http:{EVIL}",
    f"https:///{EVIL}",
    f"javascript:alert('{EVIL}')",
    f"http://localhost@{EVIL}/",
    f"/%2F{EVIL}\r\nX-Planted: 1",
    f"\t//{EVIL}",
    "http://testserver.evil.example/",
]
NAMES_OF_NEXT = ["next", "redirect_to", "return_to", "url", "redirect_uri", "continue"]
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")\w+')

CHALLENGE = re.compile(rb'<script[^>]* type="application/json">.*?</script>', re.DOTALL)


def plain(answer: Any) -> tuple[int, bytes, str]:
    """What of an answer does not change from one to the next."""
    body = b"" if answer.streaming else CHALLENGE.sub(b"", TOKEN.sub(rb"\1", answer.content))
    return answer.status_code, body, answer.headers.get("Location", "")


def leads_away(answer: Any) -> bool:
    """Whether an answer sends somewhere else, or would by a link of its own."""
    location = answer.headers.get("Location", "")
    away = bool(location) and not re.match(r"/(?![/\\])", location)
    return away or "X-Planted" in answer.headers


@pytest.mark.parametrize("host", HOSTS)
def test_a_foreign_host_gets_our_page_and_reads_nothing_of_itself(host: str) -> None:
    client = as_(a_coordinator())
    for path in ("/", "/admin/", "/account/login/", "/static/corps/tokens.css", "/nothing"):
        answer = client.get(path, headers={"host": host}, query_params={"next": f"//{host}/"})
        if host == "":
            assert EVIL not in answer.content.decode()
            continue
        assert answer.status_code == 400, path
        assert EVIL not in answer.content.decode()
        assert b"<h1>" in answer.content


def test_the_control_names_the_host_that_is_ours() -> None:
    assert Client().get("/account/login/", headers={"host": "localhost"}).status_code == 200


@pytest.mark.parametrize("who", ["nobody", "coordinator"])
def test_forwarding_headers_change_no_answer(who: str) -> None:
    client = Client() if who == "nobody" else as_(a_coordinator())
    changed = {}
    for address in addresses():
        if "logout" in address.name:
            continue
        before = plain(client.get(address.path))
        after = client.get(address.path, headers=FORWARDED | PROTO)
        if plain(after) != before or EVIL in after.headers.get("Location", ""):
            changed[address.path] = plain(after)
    assert changed == {}


def test_no_caller_says_how_links_begin() -> None:
    answer = Client().get("/admin/", SCRIPT_NAME=f"//{EVIL}")
    assert (answer.status_code, EVIL in answer.headers["Location"]) == (302, False)


@pytest.mark.parametrize("away", ELSEWHERE[:3])
def test_next_leads_nowhere_else_at_any_address(away: str) -> None:
    clients = [Client(), as_(a_coordinator())]
    asked = dict.fromkeys(NAMES_OF_NEXT, away)
    found = [
        (address.path, method)
        for client in clients
        for address in addresses()
        if "logout" not in address.name
        for method in ("get", "post")
        for answer in [getattr(client, method)(address.path, asked)]
        if leads_away(answer)
    ]
    assert found == []


@pytest.mark.parametrize("away", ELSEWHERE)
def test_signing_in_choosing_a_language_and_leaving_lead_nowhere_else(away: str) -> None:
    a_coordinator()
    inside = Client()
    steps = [
        ("/account/login/", {"login": "coordinator", "password": PASSWORD}),
        ("/account/reauthenticate/", {"password": PASSWORD}),
        ("/language/", {"language": "uk"}),
        ("/account/logout/", {}),
    ]
    for path, given in steps:
        answer = inside.post(path, {**given, "next": away}, query_params={"next": away})
        assert not leads_away(answer), path
        referred = inside.post(path, given, headers={"referer": away.strip()})
        assert not leads_away(referred), path


def test_the_control_follows_next_to_our_own_page() -> None:
    answer = Client().post("/language/", {"language": "uk", "next": "/account/login/"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")


STRANGE = ["TRACE", "CONNECT", "PROPFIND", "MKCOL", "PURGE", "LINK", "DEBUG", "get post", "É"]
UNUSED = ["PUT", "PATCH", "DELETE", "OPTIONS"]


@pytest.mark.parametrize("method", [STRANGE[0], *UNUSED])
def test_a_method_that_no_page_has_does_nothing(method: str) -> None:
    client = as_(a_coordinator())
    there = a_volunteer("seen-bird")
    before = last_number()
    odd = {}
    for address in addresses():
        if address.path.startswith(("/api/", "/identity/", "/static/")):
            continue
        answer = client.generic(method, address.path.replace("/x/", f"/{there.pk}/"))
        if (answer.status_code, f"<h1>{HEADINGS[405]}</h1>" in answer.content.decode()) != (
            405,
            True,
        ):
            odd[address.path] = answer.status_code
    assert (odd, last_number()) == ({}, before)


@pytest.mark.parametrize("method", [*STRANGE, *UNUSED])
@pytest.mark.parametrize("path", ["/", "/admin/", "/portal/", "/account/login/"])
def test_a_strange_method_gets_our_page(path: str, method: str) -> None:
    answer = as_(a_coordinator()).generic(method, path)
    assert (answer.status_code, b"<h1>" in answer.content) == (405, True)


@pytest.mark.parametrize("method", [*STRANGE, "PUT", "PATCH", "DELETE"])
def test_a_method_that_no_resource_has_is_refused_by_the_api(method: str) -> None:
    codes = {
        Client().generic(method, address.path).status_code
        for address in addresses()
        if address.path.startswith(("/api/", "/identity/"))
    }
    assert codes <= {401, 403, 404, 405}


OVERRIDES: list[dict[str, Any]] = [
    {"headers": {"x-http-method-override": "DELETE"}},
    {"headers": {"x-http-method": "POST"}},
    {"headers": {"x-method-override": "POST"}},
    {"query_params": {"_method": "POST"}},
    {"query_params": {"_method": "delete", "method": "POST", "_action": "post"}},
]


@pytest.mark.parametrize("override", OVERRIDES)
def test_no_get_becomes_another_method(override: dict[str, Any]) -> None:
    client = as_(a_user("boss", Role.ADMINISTRATOR))
    before, desks = last_number(), Desk.objects.count()
    for address in addresses():
        client.get(address.path, **override)
    assert set(entries_since(before)) <= {"access.refused"}
    assert Desk.objects.count() == desks


ODD = {
    "_popup": "1",
    "_to_field": "callsign",
    "_changelist_filters": f"next=//{EVIL}&q=홍길동",
    "e": "1",
    "p": "-1",
    "all": "",
    "_facets": "True",
    "_source_model": "accounts.user",
    "pop": "1",
    "IS_POPUP_VAR": "1",
    "desk__members__username": "coordinator",
    "user__password__startswith": "a",
}


def test_djangos_own_parameters_open_nothing_on_any_admin_page() -> None:
    """Each page answers as without the parameter, or not at all (400), or leaves it out (302)."""
    client = as_(a_coordinator())
    odd: dict[Any, Any] = {}
    for model in admin.site._registry:
        url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for path in (url, f"{url}add/"):
            usual = client.get(path).status_code
            for name, value in ODD.items():
                answer = client.get(path, {name: value})
                if answer.status_code not in {usual, 400, 302} or leads_away(answer):
                    odd[path, name] = answer.status_code
                if answer.status_code == 200:
                    shown = answer.content.decode()
                    if EVIL in shown.replace("%2F", "/") and 'name="next"' not in shown:
                        odd[path, name] = "reflected"
    assert odd == {}
