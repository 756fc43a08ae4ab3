"""A head of the ledger goes to the auditor by mail, once a day."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from corps.audit.handing import line_of
from corps.audit.models import Seal
from corps.audit.proving import public_key_text, signed_head, told
from corps.outbox.actions.writing import write_message
from corps.outbox.mail.composing import Attachment
from corps.outbox.models import Message

EACH = timedelta(days=1)


@transaction.atomic
def mail_head(seal: Seal, at: datetime) -> Message | None:
    """Write the head of a seal to CORPS_AUDITOR_EMAIL; None where no address is set, or where one
    was written within a day and not cancelled. Effects: a message, its entry."""
    label = f"{seal._meta.label_lower}:"
    recent = Message.objects.filter(about__startswith=label, written_at__gt=at - EACH)
    recent = recent.exclude(state="void")  # nobody holds a head back by cancelling its message
    head = signed_head(seal.number)
    if not settings.AUDITOR_EMAIL or head is None or recent.exists():
        return None
    lines = [
        _(
            "The head of the ledger, signed. Keep it: with it anybody can tell later whether "
            "anything that the ledger held at that time was changed or removed."
        ),
        "",
        head.text,
        _("Signature: %(signature)s") % {"signature": told(head)["signature"]},
        _("Public key: %(key)s") % {"key": public_key_text()},
        "",
        _("To check: manage.py ledger verify --head with the attached file."),
    ]
    attached = Attachment(
        f"ledger-head-{seal.number}.json", "application/json", line_of(seal).encode()
    )
    return write_message(
        about=seal,
        to=[settings.AUDITOR_EMAIL],
        subject=_("Head %(number)s") % {"number": seal.number},
        text="\n".join(lines),
        attachments=[attached],
        at=at,
    )
