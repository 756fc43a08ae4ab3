"""The catalogue: skills and languages added and changed by administrators."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from corps.audit.actions import By, record
from volunteers.models import Language, Skill
from volunteers.rules import check_can_change_catalogue

Item = TypeVar("Item", Skill, Language)


@transaction.atomic
def add_to_catalogue(kind: type[Item], values: Mapping[str, Any], *, by: By, at: datetime) -> Item:
    """Add a skill or a language; one ledger entry. `values` may hold what a skill implies."""
    check_can_change_catalogue(by, kind)
    plain = {name: value for name, value in values.items() if name != "implies"}
    item = kind.objects.create(**plain)
    if isinstance(item, Skill):
        item.implies.set(values.get("implies", []))
    record("catalogue.added", item, by=by, at=at)
    return item


@transaction.atomic
def change_in_catalogue(
    item: Skill | Language, changed: Mapping[str, Any], *, by: By, at: datetime
) -> None:
    """Change a skill or a language by the fields that differ; one ledger entry."""
    check_can_change_catalogue(by, type(item))
    plain = {name: value for name, value in changed.items() if name != "implies"}
    for name, value in plain.items():
        setattr(item, name, value)
    if plain:
        item.save(update_fields=list(plain))
    if isinstance(item, Skill) and "implies" in changed:
        item.implies.set(changed["implies"])
    record("catalogue.changed", item, by=by, at=at, facts={"changed": sorted(changed)})
