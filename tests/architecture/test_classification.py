"""Every field of every table is classed; what is personal or secret is not kept in the clear."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import models

from volunteers.identity import IdentityDocument
from volunteers.models import Volunteer

ROOT = Path(__file__).parents[2]
CLASSES: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "field_classes.toml").read_text()
)
DOCUMENT = CLASSES.pop("identity document")
KEPT = {
    "personal": {"sealed", "sealed text", "keyed hash", "never written"},
    "secret": {"sealed", "sealed text", "hash", "never written"},
}
"""The ways in which each class may be kept."""

if TYPE_CHECKING:
    Field = models.Field[Any, Any]
else:
    Field = models.Field
Fields = Mapping[str, Field]


def all_tables() -> dict[str, Fields]:
    """Every model of every installed app, also of other packages, with its own columns."""
    return {
        model._meta.label_lower: {field.name: field for field in model._meta.local_fields}
        for model in apps.get_models(include_auto_created=True)
    }


def sealed_places() -> set[tuple[str, str]]:
    """The tables and columns for which our own code seals."""
    found = set()
    for app in ("corps", "volunteers", "deployments"):
        for file in (ROOT / app).rglob("*.py"):
            found |= set(re.findall(r'Place\(\s*"(\w+)",\s*"(\w+)"', file.read_text()))
    return found


def faults(tables: Mapping[str, Fields], classes: Mapping[str, dict[str, Any]]) -> list[str]:
    """What is wrong with a classification: a field without a class or with two, a class without a
    field, a personal or secret field that is kept in the clear."""
    found = [f"{label} is gone" for label in classes.keys() - tables.keys()]
    for label, columns in tables.items():
        found += _of_table(label, columns, classes.get(label, {}))
    return sorted(found)


def _of_table(label: str, columns: Fields, classes: Mapping[str, Any]) -> Iterator[str]:
    classed = [*classes.get("plain", []), *classes.get("personal", {}), *classes.get("secret", {})]
    for name in {*columns, *classed}:
        if name not in columns:
            yield f"{label}.{name} is gone"
        elif classed.count(name) != 1:
            yield f"{label}.{name} has {classed.count(name)} classes"
    for kind in KEPT:
        for name, way in classes.get(kind, {}).items():
            if way not in KEPT[kind] or (name in columns and not _fits(columns[name], way)):
                yield f"{label}.{name} is {kind} and not kept so: {way}"


def _fits(field: Field, way: str) -> bool:
    """Whether a column can hold what it is said to hold."""
    is_bytes = isinstance(field, models.BinaryField)
    if way in ("sealed", "sealed text"):
        place = (field.model._meta.db_table, field.column)
        return is_bytes == (way == "sealed") and place in sealed_places()
    return is_bytes if way == "keyed hash" else True


def test_every_field_is_classed_and_kept_so() -> None:
    assert faults(all_tables(), CLASSES) == []


@pytest.mark.django_db
def test_tables_that_stay_empty_are_empty_and_have_no_page() -> None:
    from django.contrib import admin

    unwritten = {
        label
        for label, classes in CLASSES.items()
        for kind in KEPT
        if "never written" in classes.get(kind, {}).values()
    }
    for label in unwritten:
        model = apps.get_model(label)
        assert model._default_manager.count() == 0
        assert not admin.site.is_registered(model)


# -- the test finds what is planted


def planted(**added: Field) -> dict[str, Fields]:
    """All tables, with columns added to the volunteers'."""
    tables = all_tables()
    for name, field in added.items():
        field.set_attributes_from_name(name)
        field.model = Volunteer
    return {**tables, "volunteers.volunteer": {**tables["volunteers.volunteer"], **added}}


def classed(**ways: str) -> dict[str, dict[str, Any]]:
    """The classes, with personal fields added to the volunteers'."""
    own = {**CLASSES["volunteers.volunteer"], "personal": ways}
    return {**CLASSES, "volunteers.volunteer": own}


def test_a_new_field_without_a_class_is_found() -> None:
    assert faults(planted(mother=models.TextField()), CLASSES) == [
        "volunteers.volunteer.mother has 0 classes"
    ]


def test_a_new_table_without_a_class_is_found() -> None:
    tables = {**all_tables(), "volunteers.relative": {"name": models.TextField()}}
    assert faults(tables, CLASSES) == ["volunteers.relative.name has 0 classes"]


def test_a_field_that_is_gone_is_found() -> None:
    assert faults(all_tables(), classed(mother="sealed")) == ["volunteers.volunteer.mother is gone"]


def test_a_table_that_is_gone_is_found() -> None:
    assert faults(all_tables(), {**CLASSES, "volunteers.relative": {}}) == [
        "volunteers.relative is gone"
    ]


def test_a_field_of_two_classes_is_found() -> None:
    assert faults(all_tables(), classed(callsign="keyed hash")) == [
        "volunteers.volunteer.callsign has 2 classes",
        "volunteers.volunteer.callsign is personal and not kept so: keyed hash",
    ]


@pytest.mark.parametrize(
    ("field", "way"),
    [
        (models.TextField(), "sealed"),
        (models.TextField(), "sealed text"),
        (models.BinaryField(), "sealed"),
        (models.TextField(), "keyed hash"),
        (models.BinaryField(), "hash"),
        (models.TextField(), "in the clear"),
    ],
)
def test_a_personal_field_that_is_not_sealed_is_found(field: Field, way: str) -> None:
    assert faults(planted(mother=field), classed(mother=way)) == [
        f"volunteers.volunteer.mother is personal and not kept so: {way}"
    ]


# -- the identity document


def test_every_part_of_an_identity_is_personal() -> None:
    assert {item.name for item in fields(IdentityDocument)} == set(DOCUMENT["personal"])


def test_every_part_of_an_identity_is_inside_what_is_sealed() -> None:
    values: dict[str, Any] = {name: f"a {name}" for name in DOCUMENT["personal"]}
    values |= {"birth_date": date(1970, 1, 2), "passport_expires": date(2030, 1, 2)}
    for name in ("former_names", "other_phones", "other_emails"):
        values[name] = (f"a {name}", "another")
    values["other"] = {"a word": "a value"}
    document = IdentityDocument(**values)
    assert IdentityDocument.from_bytes(document.to_bytes()) == document
    assert repr(document) == "IdentityDocument(…)"
