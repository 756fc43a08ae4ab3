"""Which keys are in use, and for how much: ids and numbers, never a key."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Model, OuterRef, QuerySet

from corps.vault.keys import FAMILIES, keyring
from corps.vault.models import DataKey
from volunteers.models import Identity, IdentityMark, ImportRow


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One key: whether new work uses it, whether the keyring holds it, and what it has made."""

    family: str
    id: str
    current: bool
    held: bool
    data_keys: int = 0
    marks: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class KeysInUse:
    """Every key, the purposes of the installation's own data keys, and how many are destroyed."""

    keys: list[KeyUse]
    house: list[str]
    destroyed: int


_marks: list[Any] = [IdentityMark]


def also_count_marks(model: type[Model]) -> None:
    """Say where else blind indexes are kept: a model with their key's id in `key_id`."""
    _marks.append(model)


def keys_in_use() -> KeysInUse:
    """Return what the keyring holds and the database uses."""
    data_keys = _numbers(DataKey.objects.filter(wrapped__isnull=False), "wrapped_by")
    marks = sum((_numbers(kept.objects.all(), "key_id") for kept in _marks), Counter[str]())
    rows = _numbers(ImportRow.objects.filter(mark__isnull=False), "mark_key_id")
    ring = keyring()
    used = {"master": data_keys.keys(), "index": marks.keys() | rows.keys(), "pseudonym": set()}
    house = DataKey.objects.filter(purpose__isnull=False, wrapped__isnull=False)
    return KeysInUse(
        [
            KeyUse(
                family,
                name,
                ring.current[family] == name,
                name in ring.keys[family],
                data_keys[name] if family == "master" else 0,
                marks[name] if family == "index" else 0,
                rows[name] if family == "index" else 0,
            )
            for family in FAMILIES
            for name in sorted(ring.keys[family].keys() | used[family])
        ],
        sorted(name for name in house.values_list("purpose", flat=True) if name),
        DataKey.objects.filter(wrapped__isnull=True).count(),
    )


def _numbers(rows: QuerySet[Any], column: str) -> Counter[str]:
    counted = rows.order_by().values_list(column).annotate(number=Count("pk"))
    return Counter(dict(counted))


def identities_marked_otherwise(key_id: str) -> QuerySet[Identity]:
    """Return the identities of which a blind index is made with another key than this one."""
    stale = IdentityMark.objects.filter(volunteer=OuterRef("pk")).exclude(key_id=key_id)
    return Identity.objects.filter(Exists(stale))


def rows_marked_otherwise(key_id: str) -> QuerySet[ImportRow]:
    """Return the waiting rows of imports whose mark is made with another key than this one."""
    return ImportRow.objects.filter(mark__isnull=False).exclude(mark_key_id=key_id)
