"""Counting what may be done only so often: one atomic statement, whatever races."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, models

from corps.accounts.models import Allowance
from corps.vault.marks import mark

KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Spent:
    """What is left of an allowance: whether this one was within it, how long until the next window
    begins, and whether this is the first of the window that was not."""

    within: bool
    wait: timedelta
    first_over: bool = False


def spend(
    kind: str, subject: str, *, limit: int, per: timedelta, at: datetime, more: int = 1
) -> Spent:
    """Count one more of `kind` for `subject` (an account, an address), or as many as `more` says,
    at most `limit` in `per`.

    A window begins with the first that is counted. The count is one statement of the database, so
    that of any number of parallel ones exactly `limit` are within. Outside a transaction it is
    counted at once; inside one, others of the same subject wait until it ends, and a rolled back
    one was not counted. What is counted stands in the database as a keyed hash.
    """
    key = mark("allowance", f"{kind}\x1f{subject}")
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": key, "at": at, "begun_before": at - per, "more": more})
        used, since = cursor.fetchone()
    return Spent(used <= limit, max(since + per - at, timedelta()), used - more <= limit < used)


def is_spent(kind: str, subject: str, *, limit: int, per: timedelta, at: datetime) -> bool:
    """Whether `limit` of `kind` are counted for `subject` in the window of `at`, so that one more
    would be over; counts nothing."""
    held = Allowance.objects.filter(key=mark("allowance", f"{kind}\x1f{subject}"))
    return held.filter(since__gt=at - per, used__gte=limit).exists()


def give_back(kind: str, subject: str) -> None:
    """Count one less, for an attempt that turned out to be no guess; what was over stays over."""
    counted = Allowance.objects.filter(key=mark("allowance", f"{kind}\x1f{subject}"), used__gt=0)
    counted.update(used=models.F("used") - 1)


_COUNT = """
    INSERT INTO accounts_allowance AS held (key, since, used) VALUES (%(key)s, %(at)s, %(more)s)
    ON CONFLICT (key) DO UPDATE SET
        used = CASE WHEN held.since <= %(begun_before)s THEN %(more)s
            ELSE held.used + %(more)s END,
        since = CASE WHEN held.since <= %(begun_before)s THEN %(at)s ELSE held.since END
    RETURNING used, since
"""


def forget_allowances(*, at: datetime) -> int:
    """Remove counters whose window began more than two days before `at`; return how many."""
    removed, _ = Allowance.objects.filter(since__lt=at - KEPT).delete()
    return removed
