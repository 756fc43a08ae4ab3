"""One line of the ledger. The table lives in its own schema, under a role the application lacks."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

OBJECT = 200
"""How many characters of an object's name an entry holds; what it is about stands in `about`."""


class Door(models.TextChoices):
    """Where an act came from."""

    ADMIN = "admin", _("Admin")
    PORTAL = "portal", _("Portal")
    API = "api", _("API")
    CLOCK = "clock", _("Clock")
    COMMAND = "command", _("Command")


class ActorKind(models.TextChoices):
    """What kind of actor did it."""

    PERSON = "person", _("Person")
    CLIENT = "client", _("Partner client")
    SYSTEM = "system", _("System")
    NOBODY = "nobody", _("Nobody signed in")


class Entry(models.Model):
    """One act: who did what to which object, when, through which door, and why.

    `about` names every object the act concerns as `app.model:id`, the object itself first.
    `facts` holds plain values; a sealed field stands there as the word "changed", never its value.
    The application may insert and select, nothing else; the database refuses the rest.
    """

    number = models.BigAutoField(_("number"), primary_key=True)
    id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("time"))
    actor_kind = models.CharField(_("kind of actor"), max_length=10, choices=ActorKind)
    actor_id = models.CharField(max_length=64, blank=True)
    actor = models.CharField(_("who"), max_length=150, blank=True)
    door = models.CharField(_("door"), max_length=10, choices=Door)
    verb = models.CharField(_("what"), max_length=60)
    object = models.CharField(_("object"), max_length=OBJECT, blank=True)
    about = ArrayField(models.CharField(max_length=120), default=list)
    desk = models.CharField(_("desk"), max_length=60, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    facts = models.JSONField(_("facts"), default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "ledger_entry"
        ordering: ClassVar = ["-number"]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"


class Leaf(models.Model):
    """At which position of the tree an entry stands, and the hash that stands there (RFC 6962)."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(
        Entry, models.DO_NOTHING, db_column="entry", db_constraint=False, related_name="leaf"
    )
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_leaf"
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return str(self.position)


class Seal(models.Model):
    """A signed statement of the ledger's content: the head over its first `size` leaves.

    `top` is the largest number of an entry among them. `frontier` spares the sealer the whole tree;
    nothing believes it but the sealer. Its columns `horizon` and `ceiling` are the sealer's own.
    """

    number = models.BigIntegerField(primary_key=True)
    size = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    head = models.TextField()
    signature = models.BinaryField()
    top = models.BigIntegerField()
    frontier = ArrayField(models.BinaryField())

    class Meta:
        db_table = "ledger_seal"
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return str(self.number)
