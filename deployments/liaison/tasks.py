"""What the clock does about cases."""

from celery import shared_task
from django.utils import timezone

from corps.audit.context import through
from deployments.liaison.actions import notes, permits


@shared_task(name="deployments.liaison.tasks.flag_overdue")
def flag_overdue() -> None:
    """Flag the cases whose due day has passed."""
    with through("clock"):
        notes.flag_overdue(at=timezone.now())


@shared_task(name="deployments.liaison.tasks.lapse_permits")
def lapse_permits() -> None:
    """Let the permits lapse whose last day has passed."""
    with through("clock"):
        permits.lapse_permits(at=timezone.now())
