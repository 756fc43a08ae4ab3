"""The clock: whatever stands in its schedule is a task of ours that the worker knows."""

from django.conf import settings

from corps.celery import app
from volunteers.actions.imports import CARRY_OUT, READ


def known_tasks() -> set[str]:
    """The tasks that a worker of this installation takes, without celery's own."""
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_the_worker_knows_every_task_of_the_schedule_and_of_imports() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {*scheduled, READ, CARRY_OUT} - known_tasks() == set()


def test_every_task_is_sent_by_somebody() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    ours = {name for name in known_tasks() if ".tasks." in name}
    assert ours == {*scheduled, READ, CARRY_OUT}


def test_offers_expire_within_a_minute_of_their_time() -> None:
    [every] = [
        entry["schedule"]
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        if entry["task"] == "deployments.tasks.expire_offers"
    ]
    assert every == 60.0
