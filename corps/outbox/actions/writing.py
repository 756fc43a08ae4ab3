"""Writing a message, in the transaction of the change that causes it."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.db import models, transaction

from corps.audit.actions import By, record, reference
from corps.outbox.actions.outcomes import OUTBOX
from corps.outbox.mail.composing import (
    AddressRefused,
    Attachment,
    Draft,
    bare_address,
    compose,
)
from corps.outbox.models import Message
from corps.outbox.places import content_of, envelope_of
from corps.vault.actions import draft_data_key
from corps.vault.sealing import seal


@transaction.atomic
def write_message(
    *,
    about: models.Model,
    to: Sequence[str],
    subject: str,
    text: str,
    attachments: Sequence[Attachment] = (),
    openpgp_key: str = "",
    at: datetime,
    by: By = OUTBOX,
) -> Message:
    """Write an e-mail about an object; the clock sends it once this transaction is committed.

    The subject must be neutral: mail servers read it, unless `openpgp_key` (an armoured public
    key) encrypts the message to its one recipient. Effects: one message, sealed; one entry.
    Raises AddressRefused, KeyUnusable, OneKeyOneReader or TooLarge before anything is written.
    """
    recipients = list(dict.fromkeys(bare_address(one) for one in to))
    if not recipients:
        raise AddressRefused
    pk, sender = uuid.uuid4(), settings.MAIL_FROM
    message_id = f"{uuid.uuid4()}@{parseaddr(sender)[1].rpartition('@')[2]}"
    draft = Draft(sender, recipients, subject, text, attachments, message_id, at)
    content = compose(draft, openpgp_key)
    envelope = json.dumps({"from": parseaddr(sender)[1], "to": recipients})
    key, plain_key = draft_data_key()
    key.save(force_insert=True)
    message = Message.objects.create(
        id=pk,
        about=reference(about),
        message_id=message_id,
        data_key=key,
        envelope=seal(plain_key, envelope_of(pk), envelope.encode()),
        content=seal(plain_key, content_of(pk), content),
        encrypted=bool(openpgp_key),
        state_since=at,
        written_at=at,
        not_before=at,
    )
    record("message.written", message, about, by=by, at=at)
    return message
