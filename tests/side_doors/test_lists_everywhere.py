"""Every registered list, through each of its side doors: what a reader does not see is not there.

Rows, search, filters and their choices, counts, ordering, lookups, pages, actions, autocomplete:
taken from the registry, so that an admin which is added is walked through with no more ado.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import models
from django.template.response import SimpleTemplateResponse

from corps.adminkit import filters, scope
from tests.admin.doors import entries_since, last_number
from tests.side_doors.corridor import (
    Scene,
    a_scene,
    absent,
    doors,
    hidden,
    label,
    list_of,
    readers,
    seen,
    walk,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture
def scene() -> Scene:
    """Two desks with everything on each, and the whole cast."""
    return a_scene()


def rows_of(answer: Any) -> set[Any] | int:
    """The keys of the rows on a list, or the status of what is no list."""
    if answer.status_code != 200:
        return int(answer.status_code)
    return {row.pk for row in answer.context_data["cl"].result_list}


@contextmanager
def undrawn(*, when: bool = True) -> Iterator[None]:
    """Ask for lists without having their pages written out, where only the rows are looked at."""
    with pytest.MonkeyPatch.context() as patch:
        if when:
            patch.setattr(SimpleTemplateResponse, "rendered_content", "")
        yield


def plain(answer: Any, name: str, key: Any) -> tuple[int, str]:
    """An answer without tokens, and without the value that was asked for."""
    text = TOKEN.sub("", answer.content.decode())
    quoted = f"{name}%3D{key}"
    for asked in (f"{name}={key}&", f'{name}={key}"', f'name="{name}" value="{key}"', quoted):
        text = text.replace(asked, "…")
    return answer.status_code, text


def test_every_list_shows_its_reader_rows_in_sight_and_no_other(scene: Scene) -> None:
    odd, shown = [], set()
    for reader, door in walk(scene):
        with undrawn():
            found = rows_of(reader.browser.get(list_of(door)))
        if isinstance(found, int):
            assert found == 403, (reader.name, label(door), found)
            continue
        shown |= {label(door)} if found else set()
        if not found <= seen(door, reader):
            odd.append((reader.name, label(door)))
    assert odd == []
    assert shown == {label(door) for door in doors()}, "the control: somebody sees rows in each"


def test_search_finds_nothing_that_is_not_in_sight(scene: Scene) -> None:
    odd, control = [], 0
    for reader, door in walk(scene):
        if not door.search_fields or not door.has_view_permission(reader.request()):
            continue
        rows = [*hidden(door, reader)[:3], *door.get_queryset(reader.request())[:1]]
        for row in rows:
            terms = {str(getattr(row, name, "") or "") for name in door.search_fields}
            for term in filter(None, {*terms, str(row.pk), str(row)}):
                with undrawn():
                    found = rows_of(reader.browser.get(list_of(door), {"q": term}))
                assert not isinstance(found, int)
                control += row.pk in found
                if not found <= seen(door, reader):
                    odd.append((reader.name, label(door), term))
    assert (odd, control > 20) == ([], True)


def relations_in_filters(door: Any) -> list[tuple[str, type[models.Model]]]:
    """The query parameters of a list that take the key of a related object, with its model."""
    found = []
    for name in filters.parameters(door.model, door.list_filter):
        path, _, lookup = name.rpartition("__")
        if lookup != "exact" or "__" not in path:
            continue
        before, _, last = path.rpartition("__")
        field = filters._field(door.model, before)
        if field.is_relation and last in {"pk", field.related_model._meta.pk.name}:
            found.append((name, field.related_model))
    return found


def test_a_hidden_object_in_a_filter_answers_as_an_absent_one(scene: Scene) -> None:
    odd, asked = [], 0
    for reader, door in walk(scene):
        if not door.has_view_permission(reader.request()):
            continue
        for name, model in relations_in_filters(door):
            in_sight = set(scope.visible(model, reader.user).values_list("pk", flat=True))
            outside = model._default_manager.exclude(pk__in=in_sight)[:3]
            for row in outside:
                if door.get_queryset(reader.request()).filter(**{name: row.pk}).exists():
                    continue  # something shared with the reader stands there, and says so itself
                asked += 1
                answers = {
                    plain(reader.browser.get(list_of(door), {name: str(key)}), name, key)
                    for key in (row.pk, absent(model))
                }
                if len(answers) != 1:
                    odd.append((reader.name, label(door), name))
    assert (odd, asked > 20) == ([], True)


def test_filters_offer_and_count_nothing_that_is_not_in_sight(scene: Scene) -> None:
    """No choice of a filter names a hidden object, and no facet counts one."""
    odd, offered = [], 0
    for reader, door in walk(scene):
        if not door.has_view_permission(reader.request()):
            continue
        for asked in ({}, {"_facets": "True"}):
            answer = reader.browser.get(list_of(door), asked)
            if answer.status_code == 302:
                continue
            changes = answer.context["cl"]
            assert changes.add_facets is False
            for name, model in relations_in_filters(door):
                in_sight = {
                    str(key)
                    for key in scope.visible(model, reader.user).values_list("pk", flat=True)
                }
                for spec in changes.filter_specs:
                    for choice in spec.choices(changes):
                        value = re.search(rf"[?&]{name}=([^&]*)", choice["query_string"])
                        offered += value is not None
                        if value and value[1] not in in_sight:
                            odd.append((reader.name, label(door), choice["display"]))
    assert (odd, offered > 5) == ([], True)


ORDERS = ["1", "-1", "4.-2", "99", "-0", "x", "0.1.2.3.4.5.6.7.8.9"]
PLACES: list[dict[str, str]] = [{"p": "2"}, {"p": "99"}, {"all": ""}, {"before": "999999999"}]


def test_neither_ordering_nor_paging_brings_a_row_into_sight(scene: Scene) -> None:
    odd, drawn = [], set()
    for reader, door in walk(scene):
        if not door.has_view_permission(reader.request()):
            continue
        in_sight = seen(door, reader)
        for asked in [{"o": order} for order in ORDERS] + PLACES:
            with undrawn(when=door in drawn):
                found = rows_of(reader.browser.get(list_of(door), asked))
            if isinstance(found, set) and not found <= in_sight:
                odd.append((reader.name, label(door), found))
        drawn.add(door)
    assert odd == []


def lookups(model: type[models.Model], declared: set[str]) -> set[str]:
    """Lookups through every field of a model and of what it is related to, both ways."""
    found = set()
    for field in model._meta.get_fields():
        found |= {field.name, f"{field.name}__isnull", f"{field.name}__startswith"}
        found |= {f"{field.name}__year", f"{field.name}__in"}
        if field.is_relation and field.related_model:
            related: Any = field.related_model
            found |= {f"{field.name}__{name.name}" for name in related._meta.get_fields()}
            found.add(f"{field.name}__pk")
    return found - declared


def test_no_lookup_works_that_no_filter_declares(scene: Scene) -> None:
    """`?desk__members__username=…` and the like tell, by a count, what cannot be seen."""
    [reader] = [reader for reader in readers(scene) if reader.name == "coordinator"]
    [keeper] = [reader for reader in readers(scene) if reader.name == "administrator"]
    odd, asked = [], 0
    for door in doors():
        declared = filters.parameters(door.model, door.list_filter)
        declared |= set(door.filter_form.base_fields) if door.filter_form else set()
        who = reader if door.has_view_permission(reader.request()) else keeper
        for name in sorted(lookups(door.model, declared)):
            asked += 1
            if door.lookup_allowed(name, "a", who.request()):
                odd.append((label(door), name))
        odd += [
            (label(door), name)
            for name in sorted(lookups(door.model, declared))[::9]
            if who.browser.get(list_of(door), {name: "1"}).status_code not in {400, 302, 403}
        ]
    assert (odd, asked > 500) == ([], True)


def test_a_posted_list_changes_nothing_at_all(scene: Scene) -> None:
    """There are no bulk actions, and no list is edited in place."""
    odd = []
    before = last_number()
    for reader, door in walk(scene):
        if not door.has_view_permission(reader.request()):
            continue
        assert door.get_actions(reader.request()) == {}
        assert not door.list_editable
        keys = [str(row.pk) for row in door.model._default_manager.all()[:5]]
        count = door.model._default_manager.count()
        for action in ("delete_selected", "close", ""):
            given = {"action": action, "_selected_action": keys, "post": "yes", "index": "0"}
            given |= {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "_save": "Save"}
            reader.browser.post(list_of(door), given)
        if door.model._default_manager.count() != count:
            odd.append((reader.name, label(door)))
    assert (odd, set(entries_since(before)) - {"access.refused"}) == ([], set())


def test_autocomplete_answers_where_it_is_declared_with_rows_in_sight(scene: Scene) -> None:
    odd, opened, declared = [], set(), set()
    for reader, door in walk(scene):
        fields = [field for field in door.opts.get_fields() if field.is_relation]
        declared |= {(label(door), name) for name in door.get_autocomplete_fields(reader.request())}
        for field in fields:
            asked = {
                "app_label": door.opts.app_label,
                "model_name": door.opts.model_name,
                "field_name": field.name,
                "term": "",
            }
            answer = reader.browser.get("/admin/autocomplete/", asked)
            if answer.status_code == 403:
                continue
            opened.add((label(door), field.name))
            found = {row["id"] for row in answer.json()["results"]}
            related: Any = field.related_model
            in_sight = scope.visible(related, reader.user).values_list("pk", flat=True)
            if not found <= {str(key) for key in in_sight}:
                odd.append((reader.name, label(door), field.name))
    assert (odd, opened) == ([], declared)


def test_inline_rows_are_in_sight(scene: Scene) -> None:
    odd = []
    for reader, door in walk(scene):
        request = reader.request()
        for inline in door.get_inline_instances(request):
            found = set(inline.get_queryset(request).values_list("pk", flat=True))
            in_sight = scope.visible(inline.model, reader.user).values_list("pk", flat=True)
            if not found <= set(in_sight):
                odd.append((reader.name, label(door), type(inline).__name__))
    assert odd == []


def test_no_list_is_drawn_by_dates_and_no_field_takes_raw_keys() -> None:
    """`date_hierarchy` counts rows by itself, `raw_id_fields` opens Django's own windows."""
    for door in doors():
        assert (door.date_hierarchy, tuple(door.raw_id_fields)) == (None, ()), label(door)
        for inline in door.inlines:
            assert not inline.raw_id_fields


def test_a_right_that_is_taken_away_is_gone_at_the_next_request(scene: Scene) -> None:
    """First the desk, then the roles: the same browser, without signing in anew."""
    odd = []
    for reader in readers(scene):
        before = {door: seen(door, reader) for door in doors()}
        reader.user.desks.clear()
        for door in doors():
            with undrawn():
                found = rows_of(reader.browser.get(list_of(door)))
            fresh = seen(door, reader)
            grows = label(door) == "audit.entry"
            if isinstance(found, set) and not (found <= fresh and (grows or fresh <= before[door])):
                odd.append((reader.name, label(door), "desk"))
        reader.user.groups.clear()
        codes = {reader.browser.get(list_of(door)).status_code for door in doors()}
        if codes != {403}:
            odd.append((reader.name, codes, "roles"))
        reader.user.is_staff = False
        reader.user.save()
        codes = {reader.browser.get(list_of(door)).status_code for door in doors()}
        if not codes <= {302, 403}:
            odd.append((reader.name, codes, "staff"))
    assert odd == []


def test_the_coordinators_desk_taken_away_leaves_empty_lists(scene: Scene) -> None:
    [reader] = [reader for reader in readers(scene) if reader.name == "coordinator"]
    [volunteers] = [door for door in doors() if label(door) == "volunteers.volunteer"]
    assert rows_of(reader.browser.get(list_of(volunteers))) != set()
    reader.user.desks.clear()
    assert rows_of(reader.browser.get(list_of(volunteers))) == set()
