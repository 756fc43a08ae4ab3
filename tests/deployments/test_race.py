"""A thousand concurrent attempts to staff overlapping places end without one double booking."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from random import Random
from threading import Barrier

import pytest
from django.db import connection

from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from deployments.actions import offers
from deployments.models import Assignment, Slot
from deployments.rules import HoldsAnother, SlotTaken
from tests.cast import NOW, a_deployment, a_slot, a_volunteer
from tests.conftest import as_admin
from volunteers.models import Volunteer

SLOTS, VOLUNTEERS, WORKERS = 25, 40, 16

Attempts = Sequence[tuple[Slot, Volunteer]]

OVERLAPS = """
    SELECT count(*) FROM deployments_assignment a JOIN deployments_assignment b
    ON a.id < b.id AND a.period && b.period
    AND (a.volunteer_id = b.volunteer_id OR a.slot_id = b.slot_id)
    WHERE a.state = 'offered' AND b.state = 'offered'
"""


def attempts() -> Attempts:
    """Every volunteer for every place, in an order that no one chose; all places overlap."""
    deployments = [a_deployment() for _ in range(5)]
    slots = [a_slot(deployments[number % 5]) for number in range(SLOTS)]
    everybody = [a_volunteer() for _ in range(VOLUNTEERS)]
    return Random(20270301).sample(list(product(slots, everybody)), SLOTS * VOLUNTEERS)


def offer_all(wanted: Attempts) -> Counter[str]:
    """Make all offers from 16 threads that start together; count what came of each."""
    start = Barrier(WORKERS)

    def work(share: Attempts) -> Counter[str]:
        start.wait()
        try:
            return Counter(outcome(slot, volunteer) for slot, volunteer in share)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        shares = [wanted[number::WORKERS] for number in range(WORKERS)]
        return sum(pool.map(work, shares), Counter())


def outcome(slot: Slot, volunteer: Volunteer) -> str:
    """What comes of one attempt: offered, a clear refusal, or the name of another error."""
    try:
        offers.offer_slot(slot=slot, volunteer=volunteer, by=COMMAND, at=NOW)
    except (SlotTaken, HoldsAnother):
        return "refused"
    except Exception as error:  # noqa: BLE001  the count of any other error is what is tested
        return type(error).__name__
    return "offered"


def overlaps() -> int:
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        return int(cursor.fetchone()[0])


def test_a_thousand_attempts_double_book_nobody_and_fail_only_in_words(committed_db: str) -> None:
    outcomes = offer_all(attempts())
    assert outcomes == {"offered": SLOTS, "refused": SLOTS * VOLUNTEERS - SLOTS}
    assert overlaps() == 0
    assert Assignment.objects.filter(state="offered").count() == SLOTS
    assert Assignment.objects.exclude(state="offered").count() == 0
    assert Entry.objects.filter(verb="assignment.offered").count() == SLOTS


def test_without_the_lock_the_constraints_still_refuse_in_words(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = attempts()
    monkeypatch.setattr(offers, "wait_for_turn", lambda *_, **__: None)
    outcomes = offer_all(wanted)
    assert overlaps() == 0
    # Without the lock some learn it from the register, and some deadlock: why there is a lock.
    assert set(outcomes) <= {"offered", "refused", "DoesNotFit", "OperationalError"}


def test_the_count_finds_double_bookings_once_the_protection_is_taken_out(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = attempts()
    monkeypatch.setattr(offers, "wait_for_turn", lambda *_, **__: None)
    table = "ALTER TABLE {} DROP CONSTRAINT {}"
    as_admin(table, "deployments_assignment", "assignment_no_double_booking", database=committed_db)
    as_admin("DROP INDEX {}", "assignment_one_holder", database=committed_db)
    offer_all(wanted)
    assert overlaps() > 0
