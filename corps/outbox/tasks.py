"""What the clock does about messages. Each task calls one action."""

from celery import shared_task
from django.utils import timezone

from corps.outbox.actions import relaying


@shared_task
def relay_messages() -> None:
    """Hand what is due to the mail server."""
    relaying.relay_messages(at=timezone.now())


@shared_task
def purge_messages() -> None:
    """Destroy what messages said that have been at rest for thirty days."""
    relaying.purge_messages(at=timezone.now())
