"""Wrapped data keys, and the proof that the keyring at hand is this database's."""

import uuid
from typing import ClassVar

from django.db import models


class DataKey(models.Model):
    """A data key, wrapped by a master key; without it all it sealed is unreadable for ever.

    `purpose` names the few that belong to the installation (see `house_key()`), not to a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped = models.BinaryField(null=True)
    wrapped_by = models.CharField(max_length=60)
    purpose = models.CharField(max_length=40, null=True, unique=True)  # noqa: DJ001  (NULL: a person's)
    made_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="datakey_destroyed_or_kept",
                condition=models.Q(wrapped__isnull=True) ^ models.Q(destroyed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class KeyCheck(models.Model):
    """One word sealed under each key in use, so that a start with the wrong key is refused."""

    key_id = models.CharField(max_length=60, primary_key=True)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return self.key_id


class SealedFile(models.Model):
    """A file at rest: sealed in pieces under a data key of its own, stored under a random name.

    `size` and `sha256` are those of the plain content, `media_type` was found by looking at it.
    The pieces are bound to the file's id, their order, and which is the last.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    data_key = models.OneToOneField(DataKey, models.PROTECT, related_name="+", editable=False)
    size = models.PositiveBigIntegerField()
    sha256 = models.BinaryField(max_length=32)
    media_type = models.CharField(max_length=80)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.id)
