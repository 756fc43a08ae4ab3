"""Who may say what became of a message."""

from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.audit.actions import By
from corps.errors import NotPermitted, Refusal
from corps.outbox.models import Message


class ContentGone(Refusal):
    """Nothing is left to be sent."""

    message = _("What this message said is no longer kept: it has to be written anew.")


def can_settle(user: User, message: Message | None = None) -> bool:
    """Whether somebody may settle messages: a liaison officer."""
    return user.may_change_kind("outbox.message")


def check_may_settle(by: By) -> None:
    """Raise NotPermitted for a person in no role that settles messages."""
    if isinstance(by, User) and not can_settle(by):
        raise NotPermitted


def check_has_content(message: Message) -> None:
    """Raise ContentGone for a message whose content was destroyed."""
    if message.data_key.destroyed_at is not None:
        raise ContentGone
