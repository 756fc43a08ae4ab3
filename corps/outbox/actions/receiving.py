"""Taking in mail that came back."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from corps.audit.actions import By, record
from corps.errors import Refusal
from corps.outbox.actions.outcomes import about, shift
from corps.outbox.bounces import Bounce, read_bounce
from corps.outbox.models import Message
from corps.outbox.rules import check_may_settle


class NotOurs(Refusal):
    """Mail that belongs to nothing here."""

    message = _("This e-mail belongs to no message of yours: it is not kept here.")


class NoBounce(Refusal):
    """Mail that does not say what became of a message."""

    message = _("This e-mail does not say that a message came back: enter it as a reply.")


@transaction.atomic
def take_in(*, raw: bytes, by: By, at: datetime) -> None:
    """Enter the bounce that mail is. Effects: those of `note_bounce`. Raises BadMail, NotOurs (also
    for mail that is no bounce) or NotInThatState; then nothing of it is kept."""
    bounce = read_bounce(raw)
    if bounce is None:
        raise NotOurs
    note_bounce(bounce=bounce, messages=Message.objects.all(), by=by, at=at)


@transaction.atomic
def take_bounce(*, raw: bytes, messages: QuerySet[Message], by: By, at: datetime) -> Message:
    """Enter a bounce that a person brings, about one of those messages; return that one.

    Raises NotPermitted, BadMail, NoBounce, NotOurs or NotInThatState.
    """
    check_may_settle(by)
    bounce = read_bounce(raw)
    if bounce is None:
        raise NoBounce
    return note_bounce(bounce=bounce, messages=messages, by=by, at=at)


@transaction.atomic
def note_bounce(*, bounce: Bounce, messages: QuerySet[Message], by: By, at: datetime) -> Message:
    """Enter what a bounce says of one of those messages; return that one.

    Effects: a message that failed is moved to "bounced", once; of one that is delayed or was
    delivered the report is entered. Raises NotOurs, NotPermitted or NotInThatState.
    """
    pks = messages.filter(message_id=bounce.message_id).values("pk")
    message = Message.objects.select_for_update().filter(pk__in=pks).first()
    if message is None:
        raise NotOurs
    check_may_settle(by, message)
    facts = {"status": bounce.status} if bounce.status else {}
    if bounce.kind != "failed":
        told = {"report": bounce.kind, **facts}
        record("message.reported", message, *about(message), by=by, at=at, facts=told)
    elif message.state not in {"bounced", "void"}:
        shift(message, "bounce", by=by, at=at, facts=facts)
    return message
