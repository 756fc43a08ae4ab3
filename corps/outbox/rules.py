"""Who may say what became of a message."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.audit.actions import By
from corps.errors import NotPermitted, Refusal
from corps.outbox.models import Message


class ContentGone(Refusal):
    """Nothing is left to be sent."""

    message = _("What this message said is no longer kept: it has to be written anew.")


_settlers: dict[str, Callable[[User, Message], bool]] = {}


def settled_by(label: str, may: Callable[[User, Message], bool]) -> None:
    """Say who may settle messages about a `label` (`app.model`, lower case), beside having the
    role: whoever may send what the message carries."""
    _settlers[label] = may


def can_settle(user: User, message: Message | None = None) -> bool:
    """Whether somebody may settle messages, or this one: a liaison officer, as far as `settled_by`
    says so of what it is about."""
    if not user.may_change_kind("outbox.message"):
        return False
    may = _settlers.get(message.about.partition(":")[0]) if message else None
    return may is None or message is None or may(user, message)


def check_may_settle(by: By, message: Message | None = None) -> None:
    """Raise NotPermitted for a person who may not settle messages, or this one."""
    if isinstance(by, User) and not can_settle(by, message):
        raise NotPermitted


def check_has_content(message: Message) -> None:
    """Raise ContentGone for a message whose content was destroyed."""
    if message.data_key.destroyed_at is not None:
        raise ContentGone
