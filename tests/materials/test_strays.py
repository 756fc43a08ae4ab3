"""Stored bytes without a row are removed when they are a day old; nothing else is."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from corps.vault.files import read_whole, seal_file, storage
from corps.vault.models import SealedFile
from deployments.materials.actions.strays import remove_strays
from tests.admin.doors import entries_since, last_number

pytestmark = pytest.mark.django_db


def leave_a_stray() -> None:
    """Store bytes whose row is undone."""
    with transaction.atomic():
        seal_file([b"lost"], media_type="text/plain")
        transaction.set_rollback(True)


def test_strays_are_removed_after_a_day_and_files_with_a_row_never() -> None:
    """One entry says how many."""
    kept = seal_file([b"kept"], media_type="text/plain")
    leave_a_stray()
    storage().save("not-ours.txt", ContentFile(b"x"))
    now, began = timezone.now(), last_number()
    assert len(storage().listdir("")[1]) == 3
    assert remove_strays(at=now + timedelta(hours=23)) == 0
    assert entries_since(began) == []
    assert remove_strays(at=now + timedelta(hours=25)) == 1
    assert sorted(storage().listdir("")[1]) == sorted([str(kept.pk), "not-ours.txt"])
    assert entries_since(began) == ["vault.strays_removed"]
    assert (read_whole(kept), SealedFile.objects.count()) == (b"kept", 1)


def test_where_nothing_was_ever_stored_nothing_is_removed() -> None:
    """The folder need not be there."""
    assert remove_strays(at=timezone.now() + timedelta(days=9)) == 0
