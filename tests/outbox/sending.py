"""Messages to one address, a mail server for them, and how they fare."""

from datetime import datetime

from pytest_django.fixtures import Settings

from corps.audit.queries import entries_about
from corps.outbox.actions import write_message
from corps.outbox.models import Message
from tests.cast import NOW, an_agency
from tests.outbox.post import Post

TO = ["a@embassy.example"]


def write(at: datetime = NOW, to: list[str] = TO) -> Message:
    """A message about an agency that waits."""
    return write_message(about=an_agency(), to=to, subject="2026-0012", text="Letter", at=at)


def point_to(settings: Settings, post: Post) -> None:
    """Let messages go to a server of loopback."""
    settings.SMTP_URL = f"smtp://127.0.0.1:{post.port}?tls=none"


def now_of(message: Message) -> tuple[str, int]:
    """Its state and its attempts, as committed."""
    message.refresh_from_db()
    return message.state, message.attempts


def verbs(message: Message) -> list[str]:
    """What happened to it, in order."""
    return [entry.verb.removeprefix("message.") for entry in reversed(entries_about(message))]
