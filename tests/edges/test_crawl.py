"""Every page in a real browser: the content policy stops nothing, and the console stays silent.

Each address of the application is opened by somebody of the cast who may see it, with things of
every kind there; an address that was opened by nobody fails, unless it is written down here why.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIServer, make_server

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from django.contrib.admin.utils import quote
from django.core.wsgi import get_wsgi_application
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test.utils import override_settings
from django.urls import Resolver404, path, resolve, reverse
from django.utils import timezone
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

from corps import urls
from corps.accounts.actions.invitations import invite_user
from corps.accounts.models import User
from corps.audit.actions import COMMAND
from corps.audit.heads import make_key_file
from corps.audit.sealing import seal_ledger
from deployments.liaison.models import Permit
from deployments.models import Slot
from tests.access.scenery import Scene, a_scene
from tests.admin.doors import page_url
from tests.api.test_docs_page import Quiet
from tests.audit.ledgers import settle
from tests.edges.walking import addresses
from tests.journeys.conftest import CHROMIUM, QUIET
from tests.side_doors.corridor import Reader, doors, list_of, readers

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt install chromium"),
]

LISTEN = """document.addEventListener('securitypolicyviolation', (stopped) => {
  window.stoppedContent = (window.stoppedContent || []).concat(stopped.effectiveDirective);
});"""
BUTTON = re.compile(r"(do/<slug:name>/).*")
WALKERS = {
    "coordinator",
    "vetting officer",
    "approver",
    "liaison",
    "editor",
    "auditor",
    "administrator",
}
"""The staff who walk: together they see every list."""

FILES = {
    "admin/liaison/reply/<uuid:reply>/attachments/<int:place>/": "is saved, never shown",
    "admin/materials/materialversion/<uuid:version>/pages/<int:page>/": "is the picture of a page",
    "admin/materials/materialversion/<uuid:version>/play/": "is what a player plays",
}
"""Addresses of files, which a window does not open."""

NO_PAGE: dict[str, str] = {
    **FILES,
    "": "leads to everybody's own door",
    "reports/csp/": "takes reports alone",
    "language/": "takes the choice alone",
    "admin/login/": "leads to the one way in",
    "admin/logout/": "takes the leaving alone",
    "admin/jsi18n/": "is a script",
    "admin/autocomplete/": "answers a script",
    "account/signup/": "nobody signs up",
    "account/second-factor/app/remove/": "the cast uses passkeys; its page is the passkeys' own",
    "admin/audit/entry/<path:object_id>/history/": "an entry has no history",
    "admin/volunteers/importrun/<path:object_id>/do/<slug:name>/": "its page asks; see journeys",
    "admin/volunteers/importrun/<uuid:pk>/progress/": "is a part of a page",
    "planted/": "the control's",
}
"""Addresses that answer nobody's GET with a page, beside those of programs and of static files."""


@dataclass
class Found:
    """What a walk has come upon."""

    opened: Counter[str] = field(default_factory=Counter)
    complaints: list[tuple[str, str, str]] = field(default_factory=list)


def planted(request: HttpRequest) -> HttpResponse:
    """A page with what the policy must stop."""
    return HttpResponse(
        "<!doctype html><title>planted</title><link rel=icon href='data:,'>"
        "<script>window.ran = true</script><p style='color: red'>x</p>"
        "<img src='http://127.0.0.2:9/x.png'>"
    )


urlpatterns = [path("planted/", planted), *urls.urlpatterns]
handler404 = urls.handler404


@pytest.fixture
def address(committed_db: str) -> Iterator[str]:
    """The application on loopback, in this process."""
    with override_settings(ROOT_URLCONF=__name__):
        inside = get_wsgi_application()

        def application(environ: Any, start_response: Any) -> Any:
            try:
                return inside(environ, start_response)
            finally:
                connections.close_all()

        server = make_server("127.0.0.1", 0, application, WSGIServer, Quiet)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


def kind_of(address: str) -> str:
    """Return which address of ours a path is, and for a button which."""
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    button = found.kwargs.get("name", "") if "do/<slug:name>/" in found.route else ""
    return f"{found.route}{button}"


def starting_points(reader: Reader) -> list[str]:
    """The admin's lists, and the pages of one object of each kind with those of its buttons."""
    found = ["/admin/", "/api/v1/docs", "/account/second-factor/", "/account/sessions/"]
    for door in doors():
        request = reader.request()
        if not door.has_view_permission(request):
            continue
        found.append(list_of(door))
        if door.has_add_permission(request):
            found.append(f"{list_of(door)}add/")
        found += [door.step_url(None, step) for step in door.list_buttons]
        rows = list(door.get_queryset(request)[:30])
        for row in rows[:1]:
            found += [f"{list_of(door)}{quote(row.pk)}/{page}/" for page in ("change", "history")]
        for step in door._buttons():
            may = (row for row in rows if step.allowed(reader.user, row) and step.when(row))
            found += [door.step_url(row, step) for row in islice(may, 1)]
    return found


def walk(page: Page, address: str, begin: list[str], who: str, found: Found) -> None:
    """Open pages, and those they lead to, each kind that nobody has opened before."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # Chromium asks for this one by itself, now and then, beside an answer that is no page.
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    waiting, met = deque(begin), set()
    while waiting:
        there = waiting.popleft()
        kind = kind_of(there)
        if not kind or kind in FILES or there in met or found.opened[kind]:
            continue
        met.add(there)
        said.clear()
        answer = page.goto(address + there)
        if answer is None or answer.status != 200 or "html" not in answer.headers["content-type"]:
            continue
        found.opened[kind] += 1
        stopped = page.evaluate("window.stoppedContent || []")
        found.complaints += [(who, there, what) for what in [*stopped, *said]]
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
        waiting += [link[len(address) :] for link in links if link.startswith(address + "/")]


def cast_of(scene: Scene) -> Iterator[tuple[str, Any, list[str]]]:
    """Who walks, with their browser's session and where they begin."""
    things, by_name = scene.things["seoul"], {member.name: member for member in scene.members}
    volunteer = by_name["the volunteer of seoul"]
    assert volunteer.user is not None
    with transaction.atomic():
        link = invite_user(user=volunteer.user, by=COMMAND, at=timezone.now())
    yield "nobody", None, ["/", "/account/login/", link.path]
    session = volunteer.browser.session
    session[RECORDS][0]["id"] = things["mfa.authenticator"].pk
    session.save()
    offer = reverse("work:offer", args=[things["deployments.assignment"].pk])
    begin = ["/", offer, f"{offer}withdraw/", "/portal/calendar/", "/portal/account/"]
    yield "the volunteer", volunteer.browser, [*begin, *_portal()]
    slot = page_url(Slot.objects.get(pk=things["deployments.slot"].pk)).removesuffix("change/")
    person = things["volunteers.volunteer"].pk
    beside = [f"{slot}offer/{person}/", f"{slot}propose/{person}/"]
    for reader in readers(scene):
        if reader.name in WALKERS:
            yield reader.name, reader.browser, [*starting_points(reader), *beside]


def _portal() -> list[str]:
    return [one.path for one in addresses() if one.path.startswith(("/portal/", "/account/"))]


def walked(address: str, cast: Any) -> Found:
    """Let everybody walk, each in a window of their own."""
    found = Found()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for who, client, begin in cast:
            context = browser.new_context()
            context.add_init_script(LISTEN)
            if client is not None:
                value = client.cookies["session"].value
                context.add_cookies([{"name": "session", "value": value, "url": address}])
            walk(context.new_page(), address, begin, who, found)
            context.close()
        browser.close()
    return found


def pages_there_are() -> set[str]:
    """The addresses of the application that are pages for people.

    Django's own that lead elsewhere are left out, and those of forms and buttons that an admin does
    not have.
    """
    programs = ("/api/", "/identity/", "/static/")
    found = {one.route for one in addresses() if not one.path.startswith(programs)}
    found = {route for route in found if "(?P" not in route}
    for door in doors():
        base = list_of(door).removeprefix("/")
        found -= {f"{base}<path:object_id>/"}
        found -= set() if door._writes("create") else {f"{base}add/"}
        found -= set() if door.list_buttons else {f"{base}do/<slug:name>/"}
        found -= set() if door._buttons() else {f"{base}<path:object_id>/do/<slug:name>/"}
    return found


def give_all_buttons(scene: Scene) -> None:
    """Bring what a scene only begins to where it has buttons: a permit that a case has applied for,
    and entries that are sealed."""
    things = scene.things["seoul"]
    case = things["liaison.case"].pk
    Permit.objects.filter(pk=things["liaison.permit"].pk).update(state="applied", case=case)
    make_key_file()
    settle()
    assert seal_ledger(at=timezone.now()) is not None


def test_no_page_holds_anything_that_the_policy_stops(address: str) -> None:
    with transaction.atomic():
        scene = a_scene()
    give_all_buttons(scene)
    found = walked(address, list(cast_of(scene)))
    assert found.complaints == []
    opened = {BUTTON.sub(r"\1", kind) for kind, times in found.opened.items() if times}
    missed = pages_there_are() - opened - set(NO_PAGE)
    assert sorted(missed) == []


def test_the_control_counts_what_is_stopped(address: str) -> None:
    assert User.objects.count() == 0
    found = walked(address, [("nobody", None, ["/planted/"])])
    stopped = {what for _who, _there, what in found.complaints}
    assert {"script-src-elem", "style-src-attr", "img-src"} <= stopped
