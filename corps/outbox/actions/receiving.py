"""Taking in mail: what came back, and what answers a message of ours."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from corps.audit.actions import By, record
from corps.errors import Refusal
from corps.outbox.actions.outcomes import about, shift
from corps.outbox.bounces import Bounce, read_bounce
from corps.outbox.incoming import Incoming, parse_email
from corps.outbox.models import Message
from corps.outbox.rules import check_may_settle

Reader = Callable[[Incoming], bool]

_readers: list[Reader] = []


class NotOurs(Refusal):
    """Mail that belongs to nothing here."""

    message = _("This e-mail belongs to no message of yours: it is not kept here.")


class NoBounce(Refusal):
    """Mail that does not say what became of a message."""

    message = _("This e-mail does not say that a message came back: enter it as a reply.")


def on_incoming(reader: Reader) -> None:
    """Let `reader(incoming)` see mail that is no bounce, in a transaction of its own. It returns
    whether the mail was its: then nobody else is asked."""
    if reader not in _readers:
        _readers.append(reader)


@transaction.atomic
def take_in(*, raw: bytes, by: By, at: datetime) -> None:
    """Hand mail to whom it belongs: bounces to their message, the rest to the readers.

    Effects: those of the reader, or of `note_bounce`. Raises BadMail, NotOurs or NotInThatState;
    then nothing of it is kept, and whoever brought it has to.
    """
    bounce = read_bounce(raw)
    if bounce is not None:
        note_bounce(bounce=bounce, messages=Message.objects.all(), by=by, at=at)
        return
    incoming = parse_email(raw)
    if not any(reader(incoming) for reader in _readers):
        raise NotOurs


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
    delivered the report is entered. Raises NotOurs or NotInThatState.
    """
    pks = messages.filter(message_id=bounce.message_id).values("pk")
    message = Message.objects.select_for_update().filter(pk__in=pks).first()
    if message is None:
        raise NotOurs
    facts = {"status": bounce.status} if bounce.status else {}
    if bounce.kind != "failed":
        told = {"report": bounce.kind, **facts}
        record("message.reported", message, *about(message), by=by, at=at, facts=told)
    elif message.state not in {"bounced", "void"}:
        shift(message, "bounce", by=by, at=at, facts=facts)
    return message
