"""Whole days of a deployment, as people write them, and the half-open periods they stand for."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange


def period_of_days(first: date, last: date, zone: object) -> DateTimeTZRange:
    """Return the half-open period of the days `first` to `last`, both included, in a time zone."""
    place = ZoneInfo(str(zone))
    return DateTimeTZRange(
        datetime.combine(first, time.min, place),
        datetime.combine(last + timedelta(days=1), time.min, place),
    )


def days_of_period(period: DateTimeTZRange, zone: object) -> tuple[date, date]:
    """Return the first and the last day, both included, that a half-open period touches."""
    place = ZoneInfo(str(zone))
    last = period.upper - timedelta(microseconds=1)
    return period.lower.astimezone(place).date(), last.astimezone(place).date()
