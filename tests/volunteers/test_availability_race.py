"""Many taps at the same moment: the volunteer's lock queues them up, and nothing else does."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction

from corps.audit.actions import COMMAND, By
from tests.cast import NOW, a_volunteer
from volunteers.actions import availability
from volunteers.models import AvailabilityWindow, DayKind, Volunteer
from volunteers.queries.availability import spans_of

FIRST = date(2027, 3, 1)
KINDS = list(DayKind)


def race(volunteer: Volunteer, tries: int = 40) -> int:
    """Set overlapping days from eight threads at once; say how many of the tries failed."""

    def one(number: int) -> bool:
        first = FIRST + timedelta(days=number % 5)
        last, kind = first + timedelta(days=3), KINDS[number % 3]
        try:
            availability.set_days(
                volunteer=volunteer, first=first, last=last, kind=kind, by=COMMAND, at=NOW
            )
        except Exception:  # noqa: BLE001  (whatever it is, it is counted)
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(one, range(tries))).count(False)


def in_normal_form(volunteer: Volunteer) -> bool:
    spans = spans_of(AvailabilityWindow.objects.filter(volunteer=volunteer).order_by("during"))
    return all(
        one.end < other.start or (one.end == other.start and one.kind != other.kind)
        for one, other in pairwise(spans)
    )


def someone() -> Volunteer:
    with transaction.atomic():
        return a_volunteer(windows=[])


def test_taps_at_the_same_moment_all_count(committed_db: str) -> None:
    volunteer = someone()
    assert race(volunteer) == 0
    assert in_normal_form(volunteer)


def test_without_the_lock_they_would_not(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the first test finds missing when the protection is taken out."""

    def unlocked(volunteer: Volunteer, by: By) -> Volunteer:
        return volunteer

    locked: Callable[[Volunteer, By], Volunteer] = unlocked
    monkeypatch.setattr(availability, "_locked", locked)
    volunteer = someone()
    assert race(volunteer) > 0 or not in_normal_form(volunteer)
