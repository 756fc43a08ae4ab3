"""One message by e-mail: written with the change that caused it, delivered by the clock."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.outbox.states import MESSAGE
from corps.vault.models import DataKey


class Message(models.Model):
    """One e-mail. Whom it goes to and what it says are sealed; `message_id` is its Message-ID.

    A message is claimed before it is handed to the mail server and settled after: one whose sender
    died in between is "in doubt" until a person says what became of it, so that nothing is sent
    twice and nothing is lost. `not_before` is when the next attempt is due. `about` names what it
    belongs to as the ledger does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    about = models.CharField(_("about"), max_length=120, blank=True)
    message_id = models.CharField(max_length=120, unique=True)
    data_key = models.OneToOneField(DataKey, models.PROTECT, related_name="+", editable=False)
    envelope = models.BinaryField()
    content = models.BinaryField()
    encrypted = models.BooleanField(_("encrypted with OpenPGP"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=MESSAGE.choices(), default=MESSAGE.initial
    )
    state_since = models.DateTimeField(_("since"))
    written_at = models.DateTimeField(_("written"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("next attempt"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar = ["-written_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="message_state", condition=models.Q(state__in=list(MESSAGE.states))
            ),
            models.CheckConstraint(
                name="message_sent_when",
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                "not_before",
                name="message_due",
                condition=models.Q(state__in=["written", "sending"]),
            ),
            models.Index("about", name="message_about"),
        ]

    def __str__(self) -> str:
        return self.message_id
