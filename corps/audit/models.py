"""One line of the ledger. The table lives in its own schema, under a role the application lacks."""

import json
import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


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
    object = models.CharField(_("object"), max_length=200, blank=True)
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

    def canonical(self) -> bytes:
        """Return the entry's canonical bytes: what a seal will be taken over.

        JSON with sorted keys, no white space, UTF-8, times in UTC with microseconds; the number is
        left out, since it tells the order of insertion, not the content.
        """
        content = {
            "id": str(self.id),
            "at": self.at.isoformat(timespec="microseconds"),
            "actor": [self.actor_kind, self.actor_id, self.actor],
            "door": self.door,
            "verb": self.verb,
            "object": self.object,
            "about": self.about,
            "desk": self.desk,
            "reason": self.reason,
            "facts": self.facts,
            "request": self.request_id,
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.encode()
