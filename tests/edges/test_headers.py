"""Every answer of every door carries the headers that OWASP ASVS 5.0 names in V3.4.

3.4.1 Strict-Transport-Security, a year, with subdomains; 3.4.2 no other origin may read; 3.4.3 a
content security policy with object-src and base-uri 'none'; 3.4.4 nosniff; 3.4.5 a referrer policy;
3.4.6 frame-ancestors; 3.4.7 where violations are reported; 3.4.8 a cross-origin opener policy.
"""

from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_settings

from corps.accounts.roles import Role
from tests.admin.doors import as_
from tests.api.calls import a_caller
from tests.cast import a_coordinator, a_user, a_volunteer
from tests.edges.walking import addresses

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "report-uri /reports/csp/",
    "report-to csp",
}
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Reporting-Endpoints": 'csp="/reports/csp/"',
}
OF_THE_ANSWER = {
    "Allow",
    "Cache-Control",
    "Clear-Site-Data",
    "Content-Disposition",
    "Content-Language",
    "Content-Length",
    "Content-Type",
    "ETag",
    "Expires",
    "HX-Refresh",
    "Last-Modified",
    "Location",
    "Pragma",
    "Retry-After",
    "Vary",
    "WWW-Authenticate",
}
"""What an answer may say of itself. Nothing else is sent: no origin, no server, no library."""

STORED_NOWHERE = {"private, no-store", "no-store"}


def faults_of(response: Any) -> list[str]:
    """Return what is missing from an answer's headers, or is too much."""
    sent = dict(response.headers)
    policy = {part.strip() for part in sent.pop("Content-Security-Policy", "").split(";")}
    wrong = [] if policy == POLICY else [f"policy {sorted(policy ^ POLICY)}"]
    features = sent.pop("Permissions-Policy", "")
    wrong += [] if "camera=()" in features and "geolocation=()" in features else ["permissions"]
    wrong += [name for name, value in EVERYWHERE.items() if sent.pop(name, None) != value]
    kept = sent.get("Cache-Control", "")
    told = {part.strip() for part in kept.split(",")}
    wrong += [] if "no-store" in told or kept == "private, no-cache" else [f"kept: {kept!r}"]
    return wrong + [name for name in sent if name not in OF_THE_ANSWER]


def a_browser_of(who: str) -> Client:
    """A browser in which somebody has signed in, or nobody."""
    if who == "nobody":
        return Client()
    if who == "volunteer":
        account = a_volunteer(account=True).user
        assert account is not None
        return as_(account)
    return as_(a_coordinator() if who == "coordinator" else a_user(who, Role(who)))


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
@pytest.mark.parametrize("who", ["nobody", "volunteer", "coordinator", "administrator"])
def test_every_address_answers_with_every_header(who: str, method: str) -> None:
    client = a_browser_of(who)
    faults = {
        f"{address.path}: {answer.status_code}": wrong
        for address in addresses()
        if "logout" not in address.name
        for answer in [client.generic(method, address.path)]
        if (wrong := faults_of(answer))
    }
    assert faults == {}


def test_the_partner_api_answers_with_every_header() -> None:
    caller = a_caller()
    answers = [
        caller.get(),
        caller.get("/api/v1/me"),
        caller.get("/api/v1/nothing"),
        caller.get(query={"unknown": "1"}),
        caller.send("DELETE", "/api/v1/me"),
        Client().post("/api/v1/token", {}),
        Client().post("/identity/o/api/revoke", {}),
        Client().get("/api/"),
    ]
    assert [faults_of(answer) for answer in answers] == [[] for _ in answers]


def test_static_files_answer_with_every_header_and_may_be_kept() -> None:
    for path in ("/static/corps/tokens.css", "/static/corps/none.css"):
        answer = Client().get(path)
        kept = answer.headers.get("Cache-Control")
        faults = [fault for fault in faults_of(answer) if not fault.startswith("kept")]
        assert (faults, kept) == (
            [],
            "max-age=60, public" if answer.status_code == 200 else "private, no-store",
        )


@pytest.mark.parametrize("path", ["/", "/account/login/", "/nothing/", "/api/v1/me"])
def test_under_https_every_answer_demands_https_for_a_year(path: str) -> None:
    with override_settings(SECURE_HSTS_SECONDS=31_536_000):
        answer = Client().get(path, secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_foreign_origin_is_told_nothing_it_may_read() -> None:
    asked = {"origin": "https://evil.example", "access-control-request-method": "GET"}
    for path in ("/", "/api/v1/me", "/static/corps/tokens.css"):
        for method in ("GET", "OPTIONS"):
            answer = Client().generic(method, path, headers=asked)
            assert not [n for n in answer.headers if n.lower().startswith("access-control")]


def test_the_control_finds_what_is_missing_and_what_is_too_much() -> None:
    answer = Client().get("/account/login/")
    del answer.headers["Referrer-Policy"]
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Content-Security-Policy"] = "default-src *"
    assert faults_of(answer)[1:] == ["Referrer-Policy", "Access-Control-Allow-Origin"]
    assert faults_of(answer)[0].startswith("policy")
