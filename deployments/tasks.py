"""What the clock does about work."""

from celery import shared_task
from django.utils import timezone

from corps.audit.context import through
from deployments.actions import offers


@shared_task(name="deployments.tasks.expire_offers")
def expire_offers() -> None:
    """Expire the offers whose time to answer is over."""
    with through("clock"):
        offers.expire_offers(at=timezone.now())
