"""What the clock does about accounts. Each task calls one action."""

from celery import shared_task
from django.utils import timezone

from corps.accounts.actions import limits, sessions, two_person
from corps.audit.context import through


@shared_task
def purge_sessions() -> None:
    """Remove the sessions that are over."""
    sessions.purge_sessions(at=timezone.now())


@shared_task
def forget_allowances() -> None:
    """Remove the counters of windows that are long over."""
    limits.forget_allowances(at=timezone.now())


@shared_task
def lapse_acts() -> None:
    """Let acts of two people lapse that nobody granted, or that were granted and are over."""
    with through("clock"):
        two_person.lapse_acts(at=timezone.now())
