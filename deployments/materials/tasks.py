"""What the clock does about stored files."""

from celery import shared_task
from django.utils import timezone

from corps.audit.context import through
from deployments.materials.actions import strays


@shared_task
def remove_strays() -> None:
    """Remove stored bytes without a row."""
    with through("clock"):
        strays.remove_strays(at=timezone.now())
