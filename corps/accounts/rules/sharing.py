"""How long something may be shared with one person: to the end of a day, a year at most."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from corps.errors import Refusal

DAYS_BY_DEFAULT, DAYS_AT_MOST = 30, 365
"""For how many days, today included, something is shared unless told otherwise, and at most."""

LONGEST = timedelta(days=DAYS_AT_MOST + 1)
"""What an action accepts: the days of the longest share, with room for a change of the clocks."""


class EndOutOfRange(Refusal):
    """A share would be over before it begins, or outlast a year."""

    message = _("Choose a last day from today on, within one year.")


def until_after(last_day: date, zone: Any) -> datetime:
    """Return the instant at which a share is over whose last day, included, is `last_day`: the
    start of the next day in the time zone `zone`."""
    return datetime.combine(last_day + timedelta(days=1), time.min, ZoneInfo(str(zone)))


def last_day_before(until: datetime, zone: Any) -> date:
    """Return the last day, in the time zone `zone`, of what is over at `until` (half-open)."""
    return (until - timedelta(microseconds=1)).astimezone(ZoneInfo(str(zone))).date()


def check_share_ends(until: datetime, *, at: datetime) -> None:
    """Raise EndOutOfRange unless something shared at the instant `at` may be so until `until`."""
    if not at < until <= at + LONGEST:
        raise EndOutOfRange
