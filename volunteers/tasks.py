"""What the clock and the worker do about people. Each task takes ids and calls one action."""

from celery import shared_task
from django.utils import timezone

from corps.audit.context import through
from volunteers.actions import imports_clock, imports_work, sharing, vetting


@shared_task
def read_import(run_id: str) -> None:
    """Read an uploaded workbook for its preview."""
    with through("clock"):
        imports_work.read_import(run_id=run_id)


@shared_task
def carry_out_import(run_id: str) -> None:
    """Import a confirmed workbook."""
    with through("clock"):
        imports_work.carry_out_import(run_id=run_id)


@shared_task
def resume_imports() -> None:
    """Hand out again the imports that lost their worker."""
    imports_clock.hand_out_again(at=timezone.now())


@shared_task
def purge_imports() -> None:
    """Destroy what imports keep no longer."""
    with through("clock"):
        imports_clock.close_imports(at=timezone.now())


@shared_task
def lapse_clearances() -> None:
    """Let clearances lapse that are over."""
    with through("clock"):
        vetting.lapse_clearances(at=timezone.now())


@shared_task
def end_shares_over() -> None:
    """Remove what was shared with one person until now or earlier."""
    with through("clock"):
        sharing.end_shares_over(at=timezone.now())
