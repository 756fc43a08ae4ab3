"""The clock and the worker: one Celery application, its schedule kept in code."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corps.settings")

app = Celery("corps")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_a_wrong_key(**_: object) -> None:
    """Stop the worker before it takes a task when the vault's key does not fit."""
    from corps.vault.actions import check_keys

    check_keys()
