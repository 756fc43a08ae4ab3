"""Stored bytes without a row: what an upload left whose transaction was undone."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.storage import Storage
from django.db import transaction

from corps.audit.actions import CLOCK, record
from corps.vault.files import storage
from corps.vault.models import SealedFile

OLD = timedelta(days=1)
"""A transaction that has stored bytes and not yet its row is long over after this."""

AT_ONCE = 500


def remove_strays(*, at: datetime) -> int:
    """Remove stored bytes that have had no row for a day; return how many files that were.

    Effects: the bytes, which nobody could open any more; one ledger entry where there were any.
    """
    place = storage()
    names = _names_in(place)
    strays = [
        name
        for begun in range(0, len(names), AT_ONCE)
        for name in _without_row(names[begun : begun + AT_ONCE])
        if at - place.get_modified_time(name) > OLD
    ]
    for name in strays:
        place.delete(name)
    if strays:
        with transaction.atomic():
            record("vault.strays_removed", by=CLOCK, at=at, facts={"count": len(strays)})
    return len(strays)


def _names_in(place: Storage) -> list[str]:
    try:
        return sorted(place.listdir("")[1])
    except FileNotFoundError:
        return []


def _without_row(names: list[str]) -> list[str]:
    """Return those names of which no row is left; names that are not ours are let alone."""
    ours = {str(name): name for name in names if _is_id(name)}
    kept = SealedFile.objects.filter(pk__in=ours).values_list("pk", flat=True)
    return sorted(set(ours) - {str(pk) for pk in kept})


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
