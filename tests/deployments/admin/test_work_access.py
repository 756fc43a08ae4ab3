"""Who may open which page of work, and press which button: everybody of the cast, every address."""

import uuid
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from corps.accounts.roles import Role
from deployments.admin.assignments import AssignmentAdmin
from deployments.admin.deployments import DeploymentAdmin
from deployments.admin.slots import SlotAdmin
from deployments.models import Assignment, Deployment, Slot, Team
from tests.admin.doors import as_, do_url, last_number, list_do_url, list_url, page_url, text_of
from tests.cast import a_deployment, a_desk, a_volunteer
from tests.deployments.admin.scene import (
    OTHERS,
    Scene,
    a_member,
    a_scene,
    composition_url,
    outsiders,
    staff_url,
)

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

KINDS: tuple[type[Model], ...] = (Deployment, Slot, Assignment)
DOORS: tuple[Any, ...] = (DeploymentAdmin, SlotAdmin, AssignmentAdmin)
STEPS = [(index, step.name) for index, door in enumerate(DOORS) for step in door.buttons]
"""The buttons of each kind, by the place of the kind among the scene's objects."""


def addresses(scene: Scene) -> list[str]:
    """Every page of the scene's objects."""
    pages = [page_url(one, page) for one in scene.objects for page in ("change", "history")]
    steps = [do_url(scene.objects[index], name) for index, name in STEPS]
    staff = [staff_url(scene.free, how, scene.candidate) for how in ("offer", "propose")]
    return [*pages, *steps, *staff, composition_url(scene.deployment, scene.team)]


def absent(address: str, scene: Scene) -> str:
    """The same address with an id that nothing has, of the same length."""
    for one in (*scene.objects, scene.candidate):
        if str(one.pk) in address:
            return address.replace(str(one.pk), str(uuid.uuid4()))
    raise AssertionError(address)


def test_the_coordinator_opens_every_page() -> None:
    scene = a_scene()
    client = as_(scene.coordinator)
    answers = {url: client.get(url).status_code for url in addresses(scene)}
    not_now = {url for url, status in answers.items() if status == 302}
    nowhere = {url.rstrip("/").rpartition("/")[2] for url in answers if answers[url] == 403}
    assert set(answers.values()) == {200, 302, 403}
    assert nowhere == {"hand-over"}  # who sits at one desk has no other to give it to
    assert {url.rstrip("/").rpartition("/")[2] for url in not_now} == {
        "open",
        "start",
        "close",
        "end-share",
        "end-share-person",
        "activate",
        "complete",
        "regain_contact",
        "lose_contact",
    }
    for kind in KINDS:
        assert client.get(list_url(kind)).status_code == 200
    assert client.get(list_do_url(Deployment, "new")).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["stranger", "volunteer"])
def test_hidden_answers_as_absent(who: str, method: str) -> None:
    scene = a_scene()
    client = as_(outsiders()[who])
    before = last_number()
    for url in addresses(scene):
        hidden, missing = (getattr(client, method)(one) for one in (url, absent(url, scene)))
        answer = 404 if who == "stranger" else 403
        assert (hidden.status_code, missing.status_code) == (answer, answer), url
        assert hidden.content == missing.content, url
    assert scene.deployment.slots.count() == 2
    assert last_number() - before == (0 if who == "stranger" else 2 * len(addresses(scene)))


@pytest.mark.parametrize("who", ["stranger", "volunteer"])
def test_lists_of_those_outside_are_empty_or_closed(who: str) -> None:
    a_scene()
    client = as_(outsiders()[who])
    for kind in KINDS:
        answer = client.get(list_url(kind))
        assert "HERON" not in text_of(answer)
        if who == "stranger":
            assert answer.context["cl"].result_count == 0
        else:
            assert answer.status_code == 403


LIAISON_OWN = {Role.LIAISON: {"open-case/", "permit-needs/"}}
"""What a liaison officer begins from a deployment; nothing of its own."""


@pytest.mark.parametrize("role", [Role.LIAISON, Role.APPROVER])
def test_those_who_only_see_find_no_button_and_may_press_none(role: Role) -> None:
    scene = a_scene()
    client = as_(a_member(role))
    for one in scene.objects:
        page = client.get(page_url(one))
        assert page.status_code == 200
        own = [step["url"] for step in page.context["steps"]]
        assert {url.split("/do/")[1] for url in own} <= LIAISON_OWN.get(role, set())
        text = text_of(page)
        for url in own:
            text = text.replace(url, "")
        assert ("/do/" in text, "/offer/" in text, "/propose/" in text) == (False, False, False)
        assert "/composition/" not in text
    before = last_number()
    pages = {page_url(one, page) for one in scene.objects for page in ("change", "history")}
    pressed = [url for url in addresses(scene) if url not in pages]
    assert {url: client.post(url).status_code for url in pressed} == dict.fromkeys(pressed, 403)
    assert {client.get(url).status_code for url in pressed} == {403}
    assert client.post(list_do_url(Deployment, "new")).status_code == 403
    scene.deployment.refresh_from_db()
    scene.holding.refresh_from_db()
    assert (scene.deployment.state, scene.holding.state) == ("open", "accepted")
    assert last_number() - before == 2 * len(pressed) + 1


@pytest.mark.parametrize("role", OTHERS)
def test_other_roles_of_the_desk_see_no_work(role: Role) -> None:
    scene = a_scene()
    client = as_(a_member(role))
    for url in addresses(scene):
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code in {403, 404}, url
            assert b"HERON" not in answer.content
    for kind in KINDS:
        assert client.get(list_url(kind)).status_code == 403
    assert client.get(list_do_url(Deployment, "new")).status_code == 403
    assert "deployments/deployment" not in text_of(client.get(reverse("admin:index")))


def test_nobody_is_asked_to_sign_in() -> None:
    scene = a_scene()
    for url in [*addresses(scene), *map(list_url, KINDS)]:
        for answer in (Client().get(url), Client().post(url)):
            assert answer.status_code == 302
            assert "/login/" in answer["Location"]


def test_a_volunteer_of_another_desk_cannot_be_offered_a_place() -> None:
    scene = a_scene()
    hidden = a_volunteer("hidden-1", desk=a_desk("elsewhere"))
    client = as_(scene.coordinator)
    for how in ("offer", "propose"):
        url = staff_url(scene.free, how, hidden)
        nobody = url.replace(str(hidden.pk), str(uuid.uuid4()))
        for method in (client.get, client.post):
            answer, missing = method(url, {"hours": "48"}), method(nobody, {"hours": "48"})
            assert (answer.status_code, answer.content) == (404, missing.content)
    assert scene.free.assignments.count() == 0


def test_a_team_of_another_deployment_is_absent() -> None:
    scene = a_scene()
    other = Team.objects.create(deployment=a_deployment("CRANE"), name="Other")
    client = as_(scene.coordinator)
    assert client.get(composition_url(scene.deployment, other)).status_code == 404
    assert client.get(composition_url(other.deployment, other)).status_code == 200
