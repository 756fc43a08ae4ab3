"""Every page and button of every admin: hidden answers as absent, forms offer what is in sight.

Object pages, histories, the pages behind buttons, choices of related objects, messages, error
texts: taken from the registry, with the whole staff of the cast.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib.admin.utils import quote
from django.core.exceptions import ValidationError

from corps.adminkit import scope
from corps.adminkit.buttons import Step
from corps.adminkit.guarded import GuardedAdmin
from tests.admin.doors import last_number
from tests.side_doors.corridor import (
    FEW,
    Reader,
    Scene,
    a_scene,
    absent,
    doors,
    hidden,
    label,
    list_of,
    readers,
    walk,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')

COLLEAGUE = "staff are named to one another by their sign-in name, to be shared with; no more"
OPEN_CHOICES: dict[tuple[str, str], str] = {
    ("volunteers.volunteer.share", "person"): COLLEAGUE,
    ("volunteers.volunteer.end-sharing", "person"): COLLEAGUE,
    ("deployments.deployment.share-person", "person"): COLLEAGUE,
    ("deployments.deployment.end-share-person", "person"): COLLEAGUE,
    ("liaison.case.edit", "owner"): "a case is given to a colleague, named by the sign-in name",
}
"""Choices of related objects that are wider than what their reader may look at, with the reason."""


@pytest.fixture
def scene() -> Scene:
    """Two desks with everything on each, and the whole cast."""
    return a_scene()


def pages_of(door: GuardedAdmin[Any], key: Any) -> list[str]:
    """The object's page, its history, and the page of each button there is."""
    base = f"{list_of(door)}{quote(key)}/"
    buttons = [f"{base}do/{step.name}/" for step in door._buttons()]
    return [f"{base}change/", f"{base}history/", *buttons]


def test_hidden_answers_as_absent_on_every_page_of_every_admin(scene: Scene) -> None:
    odd, asked = [], 0
    before = last_number()
    for reader, door in walk(scene, FEW):
        rows = hidden(door, reader)[:1]
        if not rows or not door.has_view_permission(reader.request()):
            continue
        nothing = absent(door.model)
        for row in rows:
            for here, there in zip(pages_of(door, row.pk), pages_of(door, nothing), strict=True):
                for method in (reader.browser.get, reader.browser.post):
                    asked += 1
                    found, missing = method(here), method(there)
                    if (found.status_code, found.content) != (404, missing.content):
                        odd.append((reader.name, here, found.status_code, missing.status_code))
    assert (odd, asked > 200) == ([], True)
    assert last_number() == before


def test_no_message_tells_of_a_hidden_object_afterwards(scene: Scene) -> None:
    odd = []
    for reader, door in walk(scene, FEW):
        for row in hidden(door, reader)[:1]:
            for path in pages_of(door, row.pk):
                reader.browser.post(path, {"reason": "because"})
            answer = reader.browser.get("/admin/")
            if [str(message) for message in answer.context["messages"]]:
                odd.append((reader.name, label(door)))
    assert odd == []


def steps_with_objects(door: GuardedAdmin[Any], reader: Reader) -> Iterator[tuple[Step, Any]]:
    """The buttons with an object each that the reader sees, and those of the list."""
    if not door.has_view_permission(reader.request()):
        return
    yield from ((step, None) for step in door.list_buttons)
    for row in door.get_queryset(reader.request())[:2]:
        yield from ((step, row) for step in door._buttons())


def forms_of(scene: Scene) -> Iterator[tuple[Reader, str, forms.BaseForm]]:
    """Every form of every admin as each reader would get it: of steps, and of models."""
    for reader, door in walk(scene):
        for step, row in steps_with_objects(door, reader):
            if step.allowed(reader.user, row) and step.when(row):
                form = step.form(initial={}, viewer=reader.user, obj=row)
                yield reader, f"{label(door)}.{step.name}", form
        request = reader.request()
        if door.has_view_permission(request) and not door.object_page:
            yield reader, f"{label(door)}.form", door.get_form(request)()


def choices_of(form: forms.BaseForm) -> Iterator[tuple[str, Any]]:
    """The fields of a form that choose among the rows of a table."""
    for name, field in form.fields.items():
        if isinstance(field, forms.ModelChoiceField):
            yield name, field


def offers_what_is_in_sight(rows: Any, reader: Reader) -> bool:
    """Whether the reader sees all rows; those of a kind without a scope of its own, as a team, are
    seen with what they belong to."""
    if scope.known(rows.model):
        in_sight = scope.visible(rows.model, reader.user).values_list("pk", flat=True)
        return set(rows.values_list("pk", flat=True)) <= set(in_sight)
    parents = [
        field
        for field in rows.model._meta.get_fields()
        if field.many_to_one and scope.known(field.related_model)
    ]
    return bool(parents) and all(
        offers_what_is_in_sight(
            field.related_model._default_manager.filter(pk__in=rows.values(field.attname)), reader
        )
        for field in parents
    )


def test_every_choice_of_related_objects_is_in_sight(scene: Scene) -> None:
    odd, looked = set(), set()
    for reader, name, form in forms_of(scene):
        for field_name, field in choices_of(form):
            if (name, field_name) in OPEN_CHOICES:
                continue
            looked.add((name, field_name))
            if not offers_what_is_in_sight(field.queryset, reader):
                odd.add((reader.name, name, field_name))
    assert (odd, len(looked) > 5) == (set(), True)


def test_a_hidden_choice_is_refused_in_the_words_for_an_absent_one(scene: Scene) -> None:
    odd, asked = set(), 0
    for reader, name, form in forms_of(scene):
        for field_name, field in choices_of(form):
            model = field.queryset.model
            offered = set(field.queryset.values_list("pk", flat=True))
            outside = model._default_manager.exclude(pk__in=offered).first()
            if outside is None:
                continue
            asked += 1
            said = set()
            many = isinstance(field, forms.ModelMultipleChoiceField)
            for key in (outside.pk, absent(model)):
                with pytest.raises(ValidationError) as refused:
                    field.clean([key] if many else key)
                said.add("".join(refused.value.messages).replace(str(key), "…"))
            if len(said) != 1:
                odd.add((reader.name, name, field_name))
    assert (odd, asked > 5) == (set(), True)


def pages_in_sight(reader: Reader) -> Iterator[str]:
    """The lists that a reader sees with their buttons, and all pages of one row of each."""
    for door in doors():
        if door.has_view_permission(reader.request()):
            yield list_of(door)
            yield from (f"{list_of(door)}do/{step.name}/" for step in door.list_buttons)
            for row in door.get_queryset(reader.request())[:1]:
                yield from pages_of(door, row.pk)


def test_no_page_in_sight_names_what_is_hidden(scene: Scene) -> None:
    """The things of the other desk bear its name in theirs: no page of Seoul's staff shows it."""
    odd, control = [], 0
    other = scene.things["elsewhere"]
    marks = {str(other[kind].pk) for kind in ("volunteers.volunteer", "deployments.assignment")}
    marks |= {"bird-elsewhere", "work-elsewhere"}
    for reader in readers(scene):
        if reader.name == "auditor":
            continue
        for path in ["/admin/", *pages_in_sight(reader)]:
            text = reader.browser.get(path).content.decode()
            named = {mark for mark in marks if mark in text}
            if reader.name == "another desk's coordinator":
                control += bool(named)
            elif named:
                odd.append((reader.name, path, named))
    assert (odd, control > 10) == ([], True)


def test_no_page_comes_filled_in_by_a_link_with_what_is_hidden(scene: Scene) -> None:
    """A link may begin a form; a hidden object in it is not named by the page that answers."""
    odd = []
    other = scene.things["elsewhere"]
    names = ("volunteer", "desk", "deployment", "slot", "user", "agency", "host_agency", "person")
    keys = [str(other[kind].pk) for kind in ("volunteers.volunteer", "deployments.deployment")]
    for reader in readers(scene)[:1]:
        for door in doors():
            for step, row in steps_with_objects(door, reader):
                path = door.step_url(row, step)
                for key in keys:
                    text = reader.browser.get(path, dict.fromkeys(names, key)).content.decode()
                    if "bird-elsewhere" in text or "work-elsewhere" in text:
                        odd.append((reader.name, path, key))
    assert odd == []
