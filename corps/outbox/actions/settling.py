"""What people say about messages that did not simply go out."""

from datetime import datetime

from django.db import transaction

from corps.audit.actions import By
from corps.outbox.actions.outcomes import check_may_go_out, shift
from corps.outbox.models import Message
from corps.outbox.rules import check_has_content, check_may_settle


@transaction.atomic
def settle_doubt(*, message: Message, by: By, at: datetime) -> None:
    """Enter that a message in doubt did go out: the recipient has it.

    Raises NotPermitted or NotInThatState.
    """
    check_may_settle(by, message)
    shift(message, "deliver", by=by, at=at, sent_at=at)


@transaction.atomic
def try_again(*, message: Message, by: By, at: datetime) -> None:
    """Let the clock send a message again, under the same Message-ID.

    Raises NotPermitted, ContentGone, NotInThatState, and what forbids it to go out now.
    """
    check_may_settle(by, message)
    check_has_content(message)
    Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    check_may_go_out(message, at)
    shift(message, "try_again", by=by, at=at, not_before=at, sent_at=None)


@transaction.atomic
def cancel_message(*, message: Message, by: By, at: datetime) -> None:
    """Let a message be sent no more. Raises NotPermitted or NotInThatState."""
    check_may_settle(by, message)
    shift(message, "cancel", by=by, at=at)
