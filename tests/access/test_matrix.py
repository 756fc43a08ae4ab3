"""Every address × every method × everybody × what is theirs, another's, and not there.

What is expected is worked out from the table of routes (corps/routes.py and its sisters): nobody
gets anywhere that it does not say, what one does not see answers as what is not there, byte for
byte, and nothing fails. What needs no asking twice, `targets_asked` says.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path

from corps.accounts import middleware
from corps.accounts.roles import Role
from corps.routes import Audience, Route, Row, rows_without_route, staff
from deployments.liaison.actions.letters import previewing
from deployments.routes import TABLE, all_routes
from tests.access.asking import METHODS, Answer, Target, allows, ask, is_hidden, targets_of
from tests.access.scenery import Member, Scene, a_scene
from tests.admin.doors import as_
from tests.cast import NOW, a_coordinator
from volunteers.models import Volunteer

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

A_HANDFUL = 64
"""How many addresses share a scene."""

A_BUTTON = re.compile(r"/do/\w")
NO_PAGE_HAS = ("PUT", "PATCH", "DELETE", "OPTIONS")
"""Methods that are refused before the name of a button is read: all buttons of a kind are one
address of the resolver, at which they are asked for once, by the name that no button has."""

OF_PROGRAMS = tuple(address.removeprefix("/") for address in middleware.OF_PROGRAMS)
"""Addresses that say for themselves which methods they have; see corps/edges/answers.py."""

A_FEW = ("nobody", "the volunteer of elsewhere", "coordinator", "another desk's coordinator")

SURE = {Audience.STAFF, Audience.VOLUNTEER, Audience.PARTNER, Audience.READERS}
"""Whom the table lets read for sure: pages of one's own account also ask what factors one has."""


@pytest.fixture(autouse=True)
def letters_are_not_typeset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose preview it is matters here, not what stands on the paper; that takes half a second."""
    monkeypatch.setattr(previewing, "render", lambda _sheet: b"%PDF-")
    monkeypatch.setattr(previewing, "page_images", lambda _pdf: [])


def handfuls() -> list[Any]:
    """Every address, a few to a test."""
    found = [route for route in all_routes() if route.row is not None]
    groups = [found[start : start + A_HANDFUL] for start in range(0, len(found), A_HANDFUL)]
    return [pytest.param(group, id=group[0].name.replace(" ", "-")) for group in groups]


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    found = all_routes()
    assert [route.path for route in found if route.row is None] == []
    assert rows_without_route(TABLE, found) == []


@pytest.mark.parametrize("group", handfuls())
def test_nobody_gets_anywhere_that_the_table_does_not_say(group: list[Route]) -> None:
    scene = a_scene()
    found = [fault for route in group for fault in faults_of(route, scene)]
    assert found == [], "\n".join(found)


def faults_of(route: Route, scene: Scene) -> Iterator[str]:
    """Yield what goes against the table at one address."""
    every = targets_of(route, scene)
    for member in scene.members:
        for method in methods_at(route):
            targets = targets_asked(route, member, method, every)
            answers = {target.name: ask(member, method, target, scene.newest) for target in targets}
            for target in targets:
                told = f"{method} /{route.path} by {member.name}, {target.name}:"
                for fault in faults_in(answers[target.name], route, member, target, method):
                    yield f"{told} {fault}"
            if targets is every:
                yield from differences(route, member, method, targets, answers)


def methods_at(route: Route) -> list[str]:
    """Return the methods that are asked for at an address."""
    a_button = A_BUTTON.search(route.path)
    return [method for method in METHODS if not (a_button and method in NO_PAGE_HAS)]


def targets_asked(route: Route, member: Member, method: str, every: list[Target]) -> list[Target]:
    """Return what a member asks for: hidden, absent and own ones where somebody reads or writes.

    Else a few ask for one thing with a method that no page has, which is refused before the address
    is looked up (a test below holds that), and for all with others. By HEAD a few ask as well: no
    page tells it from GET (tests/architecture/test_methods.py).
    """
    assert route.row is not None
    is_of_few, of_programs = member.name in A_FEW, route.path.startswith(OF_PROGRAMS)
    if method in NO_PAGE_HAS and not of_programs:
        return every[:1] if is_of_few else []
    if is_of_few or (method in ("GET", "POST") and rule_for(route.row, method) is not None):
        return every
    return [] if method == "HEAD" and not of_programs else every[:1]


def rule_for(row: Row, method: str) -> Any:
    """Return the rule under which a method is answered, None where it is not."""
    return row.read if method in ("GET", "HEAD") else row.write if method == "POST" else None


def faults_in(
    answer: Answer, route: Route, member: Member, target: Target, method: str
) -> Iterator[str]:
    """Yield what is wrong with one answer."""
    row = route.row
    assert row is not None
    rule = rule_for(row, method)
    may = allows(rule, member, target, route)
    if answer.status >= 500:
        yield f"fails with {answer.status}"
    if not may and answer.let_in and not (method == "OPTIONS" and not answer.body):
        yield f"is let in: {answer.status} {answer.location}"
    if not may and answer.verbs:
        yield f"leaves entries: {answer.verbs}"
    sure = may and method == "GET" and rule.audience in SURE
    if sure and not (answer.let_in or row.values.get("how") or answer.status == 304):
        yield f"is kept out: {answer.status} {answer.location}"


def differences(
    route: Route, member: Member, method: str, targets: list[Target], answers: dict[str, Answer]
) -> Iterator[str]:
    """Yield where what is hidden from the member answers other than what is not there."""
    for target in targets:
        for part, thing in target.chosen.items():
            alone = len(target.chosen) == 1 or target.name in ("seoul", f"another's {part}")
            if thing is None or not alone or not is_hidden(TABLE, member, target, part, route):
                continue
            hidden, absent = answers[target.name], answers[f"absent {part}"]
            if hidden != absent:
                told = f"{method} /{route.path} by {member.name}, {target.name}:"
                yield f"{told} {hidden.status} is not as absent, {absent.status}"


# -- the control: an address that nobody guards is found


def unguarded(request: HttpRequest, pk: Any = None) -> HttpResponse:
    """A page that asks nobody who they are."""
    return HttpResponse("Welcome, whoever you are")


def telling(request: HttpRequest, pk: Any) -> HttpResponse:
    """A page that refuses everybody, and says by how whether there is something."""
    there = Volunteer.objects.filter(pk=pk).exists()
    return HttpResponse(status=403 if there else 404, content=b"No")


urlpatterns = [
    path("", include("corps.urls")),
    path("planted/", unguarded, name="planted"),
    path("planted/<uuid:pk>/", telling, name="planted_telling"),
]

ONLY_ADMINISTRATORS = staff(Role.ADMINISTRATOR)


def planted(name: str, pattern: str, **more: Any) -> list[str]:
    """The faults found at a planted address."""
    route = Route(pattern, name, Row(ONLY_ADMINISTRATORS, **more))
    with override_settings(ROOT_URLCONF=__name__):
        return list(faults_of(route, a_scene()))


def test_a_page_that_nobody_guards_is_caught() -> None:
    found = planted("planted", "planted/")
    assert "GET /planted/ by nobody, seoul: is let in: 200 " in found
    assert [fault for fault in found if "by administrator" in fault and "GET" in fault] == []


def test_a_page_that_tells_hidden_from_absent_is_caught() -> None:
    found = planted("planted_telling", "planted/<uuid:pk>/", objects={"pk": "volunteers.volunteer"})
    told = "GET /planted/<uuid:pk>/ by nobody, seoul: 403 is not as absent, 404"
    assert told in found


def test_an_address_without_a_row_is_caught() -> None:
    with override_settings(ROOT_URLCONF=__name__):
        rowless = [route.name for route in all_routes() if route.row is None]
    assert rowless == ["planted", "planted_telling"]


@pytest.mark.parametrize("method", NO_PAGE_HAS)
def test_a_method_that_no_page_has_is_refused_before_the_address_is_looked_up(method: str) -> None:
    client = as_(a_coordinator())
    with override_settings(ROOT_URLCONF="a module that is not there"):
        codes = {
            client.generic(method, f"/{place}/no/such/address/").status_code
            for place in ("admin", "portal", "account", "join")
        }
    assert codes == {405}


def test_the_matrix_walks_the_pages_of_every_admin() -> None:
    walked = {route.path for route in all_routes()}
    for door in admin.site._registry.values():
        base = f"admin/{door.opts.app_label}/{door.opts.model_name}/"
        own = {f"{base}{end}" for end in ("", "<path:object_id>/change/")}
        assert own <= walked


def test_every_kind_of_button_is_asked_for_by_a_name_that_none_has() -> None:
    walked = {route.path for route in all_routes()}
    kinds = {
        f"{A_BUTTON.split(path)[0]}/do/<slug:name>/" for path in walked if A_BUTTON.search(path)
    }
    assert kinds
    assert kinds <= walked
