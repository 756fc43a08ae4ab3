"""What the clock does about cases."""

from celery import shared_task
from django.utils import timezone

from corps.audit.context import through
from deployments.liaison.actions import notes


@shared_task(name="deployments.liaison.tasks.flag_overdue")
def flag_overdue() -> None:
    """Flag the cases whose due day has passed."""
    with through("clock"):
        notes.flag_overdue(at=timezone.now())
