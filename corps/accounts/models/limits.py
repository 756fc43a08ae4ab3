"""How often something was done in a window of time: sign-ins tried, identities revealed."""

from typing import ClassVar

from django.db import models


class Allowance(models.Model):
    """One counter. `key` is a keyed hash of what is counted, so that it names nobody."""

    key = models.BinaryField(primary_key=True, max_length=32)
    since = models.DateTimeField()
    used = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index("since", name="allowance_since")]

    def __str__(self) -> str:
        return str(self.used)
