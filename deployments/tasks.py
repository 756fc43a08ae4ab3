"""What the clock does about work."""

from celery import shared_task
from django.utils import timezone

from corps.audit.context import through
from deployments.actions import offers, sharing


@shared_task(name="deployments.tasks.expire_offers")
def expire_offers() -> None:
    """Expire the offers whose time to answer is over."""
    with through("clock"):
        offers.expire_offers(at=timezone.now())


@shared_task(name="deployments.tasks.end_shares_over")
def end_shares_over() -> None:
    """Remove what was shared with one person until now or earlier."""
    with through("clock"):
        sharing.end_shares_over(at=timezone.now())
