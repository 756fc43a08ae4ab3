"""What the clock does about the ledger. Each task calls one action."""

from celery import shared_task
from django.utils import timezone

from corps.audit import handing, sealing


@shared_task
def seal_ledger() -> None:
    """Seal what is settled, and hand the new heads outside."""
    now = timezone.now()
    sealing.seal_ledger(at=now)
    handing.hand_out_heads(at=now)
