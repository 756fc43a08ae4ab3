"""Telling of sealed bytes that were altered or moved: the ledger, and the administrators."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from corps.accounts.actions.notices import notify_administrators
from corps.accounts.models import Notice
from corps.accounts.models.notices import NoticeKind
from corps.audit.actions import By, record, reference
from corps.vault.sealing import Place, noticing_broken_seals


@transaction.atomic
def note_broken_seal(place: Place | None, *, by: By, at: datetime) -> None:
    """Enter that sealed bytes were refused: table, column and row, about the object kept there.

    Effects: one ledger entry, and a notice to the administrators unless one about the same object
    is on their board still. Call it after the refused act's own transaction is undone.
    """
    about = _objects_at(place) if place else []
    facts = {"table": place.table, "column": place.column, "row": place.row} if place else {}
    record("vault.seal_broken", *about, by=by, at=at, facts=facts)
    first = about[0] if about else None
    told = reference(first) if first is not None else ""
    open_notices = Notice.objects.filter(kind=NoticeKind.SEAL_BROKEN, about=told, seen_at=None)
    if not open_notices.exists():
        notify_administrators(kind=NoticeKind.SEAL_BROKEN, at=at, about=first)


@contextmanager
def entering_broken_seals(by: Callable[[], By]) -> Iterator[None]:
    """Enter every broken seal that is met inside, each place once, however the inside ends.

    It stands around whole acts (a request, a task, a command), outside their transactions.
    """
    with noticing_broken_seals() as met:
        try:
            yield
        finally:
            for place in {broken.place: None for broken in met}:
                note_broken_seal(place, by=by(), at=timezone.now())


def _objects_at(place: Place) -> list[models.Model]:
    """Return whose bytes stood at a place: the row's parent by its primary key, else the row."""
    for model in apps.get_models():
        if model._meta.db_table == place.table:
            parent = model._meta.pk.related_model
            owner = parent if isinstance(parent, type) else model
            return _found(owner, place.row.partition("/")[0])
    return []


def _found(model: type[models.Model], key: str) -> list[models.Model]:
    try:
        found = model._default_manager.filter(pk=key).first()
    except (ValueError, TypeError):
        return []
    return [found] if found is not None else []
