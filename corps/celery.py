"""The clock and the worker: one Celery application, its schedule kept in code."""

import os
from typing import Any

from celery import Celery, Task
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corps.settings")


class WatchedTask(Task):  # type: ignore[type-arg]  # generic in the stubs alone
    """A task after which every broken seal that it met is entered in the ledger."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do the task."""
        from corps.accounts.actions.seals import entering_broken_seals
        from corps.audit.actions import CLOCK
        from corps.audit.context import through

        with through("clock"), entering_broken_seals(lambda: CLOCK):
            return super().__call__(*args, **kwargs)


app = Celery("corps", task_cls=WatchedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_a_wrong_key(**_: object) -> None:
    """Stop the worker before it takes a task, and the clock before it gives one, when the vault's
    key does not fit."""
    from corps.vault.actions import check_keys

    check_keys()
