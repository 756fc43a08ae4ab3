"""What goes wrong is told on our own pages, in the reader's language, and tells nothing else."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext

from corps import urls
from corps.edges import pages
from corps.errors import NotFound, NotPermitted, TooMany
from tests.admin.doors import as_, page_url
from tests.api.calls import a_caller
from tests.cast import a_coordinator, a_desk, a_user, a_volunteer

pytestmark = pytest.mark.django_db

SECRET = "홍길동-010-1234"

HEADINGS = {
    400: "This could not be read",
    403: "Not allowed",
    404: "Nothing here",
    405: "Not done this way",
    413: "Too large",
    429: "Too often",
    500: "Something went wrong",
}
ERRORS: dict[str, tuple[Exception, int]] = {
    "suspicious": (SuspiciousOperation(SECRET), 400),
    "too-big": (RequestDataTooBig(SECRET), 413),
    "refused": (NotPermitted(), 403),
    "hidden": (NotFound(), 404),
    "often": (TooMany(), 429),
    "fault": (ValueError(SECRET), 500),
    "database": (OperationalError(SECRET), 500),
}


def broken(request: HttpRequest, name: str) -> HttpResponse:
    """Fail in the way that is asked for."""
    raise ERRORS[name][0]


def empty(request: HttpRequest, status: int) -> HttpResponse:
    """Answer with a status and nothing else, as decorators of libraries do."""
    return HttpResponse(status=status)


urlpatterns = [
    path("broken/<str:name>/", broken),
    path("api/broken/<str:name>/", broken),
    path("empty/<int:status>/", empty),
    path("api/empty/<int:status>/", empty),
    *urls.urlpatterns,
]
handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler429, handler500 = urls.handler429, urls.handler500


@pytest.fixture(autouse=True)
def with_broken_doors() -> Any:
    """The application's addresses, and some that fail."""
    with override_settings(ROOT_URLCONF=__name__):
        yield


def a_reader(language: str, told_by: str) -> Client:
    """A browser of somebody who reads a language: by cookie, by account, by the browser."""
    names = {"ko": "ko-KR,ko;q=0.9", "en": "en-GB,en;q=0.8", "uk": "uk-UA,uk;q=0.9"}
    other = "en" if language != "en" else "uk"
    if told_by == "browser":
        client = Client(headers={"accept-language": names[language]})
    elif told_by == "account":
        client = as_(a_user("reader", language=language))
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = names[other]
    else:
        client = as_(a_user("reader", language=other))
        client.cookies["language"] = language
    client.raise_request_exception = False
    return client


def answer_with(client: Client, status: int) -> Any:
    """Let something go wrong with the status."""
    by_status = {code: name for name, (_error, code) in ERRORS.items()}
    if status == 405:
        return client.put("/")
    return client.get(f"/broken/{by_status[status]}/")


@pytest.mark.parametrize("status", HEADINGS)
@pytest.mark.parametrize("told_by", ["cookie", "account", "browser"])
@pytest.mark.parametrize("language", ["ko", "en", "uk"])
def test_the_page_speaks_the_readers_language(language: str, told_by: str, status: int) -> None:
    answer = answer_with(a_reader(language, told_by), status)
    with translation.override(language):
        heading = gettext(HEADINGS[status])
    text = answer.content.decode()
    assert (answer.status_code, answer["Content-Language"]) == (status, language)
    assert f'<html lang="{language}">' in text
    assert f"<h1>{heading}</h1>" in text


@pytest.mark.parametrize("name", ERRORS)
def test_nothing_of_the_cause_or_the_address_is_told(name: str) -> None:
    client = a_reader("en", "account")
    answer = client.get(f"/broken/{name}/", {"q": SECRET})
    text = answer.content.decode()
    assert answer.status_code == ERRORS[name][1]
    for told in (SECRET, "broken", f"/{name}", "Error", "Traceback", "reader", "csrf"):
        assert told not in re.sub(r"\s(?:class|href|src)=\"[^\"]*\"", "", text), told


@pytest.mark.parametrize("who", ["nobody", "coordinator"])
def test_a_fault_is_told_without_asking_the_database(
    who: str, django_assert_num_queries: Any
) -> None:
    request = RequestFactory().get("/")
    request.user = a_coordinator() if who == "coordinator" else AnonymousUser()
    with django_assert_num_queries(0):
        answer = pages.failed(request)
    assert (answer.status_code, b"<h1>" in answer.content) == (500, True)


def test_a_fault_is_told_when_the_database_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    client = a_reader("uk", "cookie")

    def gone(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError(SECRET)

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", gone)
    answer = client.get("/admin/")
    text = answer.content.decode()
    assert (answer.status_code, '<html lang="uk">' in text, SECRET in text) == (500, True, False)


def test_absent_hidden_malformed_and_unknown_answer_with_the_same_bytes() -> None:
    hidden = a_volunteer("hidden-bird", desk=a_desk("elsewhere"))
    client = as_(a_coordinator())
    paths = [
        page_url(hidden),
        page_url(hidden, "history"),
        page_url(hidden).replace(str(hidden.pk), str(uuid4())),
        page_url(hidden).replace(str(hidden.pk), "%00"),
        "/admin/volunteers/nothing/",
        "/broken/hidden/",
        "/nothing/at/all",
    ]
    answers = {(a.status_code, a.content) for a in map(client.get, paths)}
    assert len(answers) == 1
    assert answers.pop()[0] == 404


def test_two_readers_of_one_language_are_told_the_same() -> None:
    volunteer = a_volunteer(account=True).user
    assert volunteer is not None
    readers = [a_reader("ko", "browser"), as_(volunteer), as_(a_user("ko", language="ko"))]
    for reader in readers:
        reader.raise_request_exception = False
    for status in (400, 404, 413, 429, 500):
        assert len({answer_with(reader, status).content for reader in readers}) == 1, status


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500])
def test_an_answer_that_says_nothing_gets_our_page(status: int) -> None:
    client = a_reader("en", "browser")
    text = client.get(f"/empty/{status}/").content.decode()
    assert f"<h1>{HEADINGS[status]}</h1>" in text


@pytest.mark.parametrize("kind", ["broken", "empty"])
@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500])
def test_programs_get_problem_documents(kind: str, status: int) -> None:
    names = {code: name for name, (_error, code) in ERRORS.items()} | {405: ""}
    if kind == "broken" and status == 405:
        answer = Client(raise_request_exception=False).post("/api/v1/docs")
        status = answer.status_code
        assert status in {401, 405}
    else:
        what = names[status] if kind == "broken" else str(status)
        answer = Client(raise_request_exception=False).get(f"/api/{kind}/{what}/")
    document = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (document["type"], document["status"]) == ("about:blank", status)
    assert SECRET not in answer.content.decode()


def test_unknown_addresses_of_programs_are_problem_documents() -> None:
    asked = [
        a_caller().get("/api/v1/nothing"),
        Client().get("/api/"),
        Client().get("/api/v2/me"),
        Client().get("/identity/"),
        Client().get("/identity/o/api/introspect"),
        Client().get("/api/v1/nothing", headers={"host": "evil.example"}),
        a_caller().send("PUT", "/api/v1/me"),
        Client().get("/identity/o/api/token"),
    ]
    told = [(a.status_code, a["Content-Type"]) for a in asked]
    kind = "application/problem+json"
    assert told == [(status, kind) for status in (404, 404, 404, 404, 404, 400, 405, 405)]


def test_a_page_that_was_open_too_long_is_told_whatever_the_cause() -> None:
    causes = [
        Client(enforce_csrf_checks=True).post("/language/", {"language": "en"}),
        Client(enforce_csrf_checks=True).post(
            "/language/",
            {"csrfmiddlewaretoken": "b" * 32 + "y" * 32},
            headers={"cookie": "csrf=" + "a" * 32},
        ),
        Client(enforce_csrf_checks=True).post(
            "/language/", {}, headers={"origin": "https://evil.example"}
        ),
    ]
    assert {answer.status_code for answer in causes} == {403}
    assert len({answer.content for answer in causes}) == 1
    assert b"evil" not in causes[2].content


def test_allauth_s_own_limit_answers_with_our_page() -> None:
    from allauth.core.ratelimit import respond_429

    request = RequestFactory().get("/")
    assert respond_429(request).content == pages.too_many(request).content
