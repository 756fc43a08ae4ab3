"""How fast candidates for a place are found, judged and worded, beside a hand-written floor.

    python -m corps.local bench -k candidates

The floor asks the same tables the same questions set-wise, but says only who fits: no reasons, no
ranking, no sight by desk, no weekly rules. Times are medians in milliseconds.
"""

import json
import os
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest
from django.db import connection

from corps.accounts.models import User
from deployments.models import Slot
from deployments.roster.queries import candidates_for, explain
from deployments.states import HOLDING
from tests.cast import NOW, a_coordinator, a_desk
from tests.conftest import as_admin
from tests.deployments.roster.crowds import a_crowd, a_demanding_slot

SIZES = [int(size) for size in os.environ.get("BENCH_CANDIDATES", "2000 20000").split()]
RUNS = 9

FLOOR = """
WITH place AS (SELECT * FROM deployments_slot WHERE id = %s)
SELECT v.id
FROM volunteers_volunteer v
JOIN (
    SELECT w.volunteer_id FROM volunteers_availabilitywindow w JOIN place p ON w.during && p.period
    GROUP BY w.volunteer_id, p.period
    HAVING coalesce(
        range_agg(w.during) FILTER (WHERE w.kind <> 'unavailable')
        - coalesce(range_agg(w.during) FILTER (WHERE w.kind = 'unavailable'), '{}'), '{}'
    ) @> p.period
) free ON free.volunteer_id = v.id
JOIN (
    SELECT c.volunteer_id FROM volunteers_vettingcase c JOIN place p ON c.level >= p.clearance
    WHERE c.state = 'cleared'
    GROUP BY c.volunteer_id, p.period
    HAVING range_agg(c.holds) @> daterange(lower(p.period)::date, upper(p.period)::date)
) cleared ON cleared.volunteer_id = v.id
JOIN (
    SELECT h.volunteer_id FROM deployments_slotskill n JOIN place p ON p.id = n.slot_id
    JOIN volunteers_skillheld h ON h.level >= n.level AND (
        h.skill_id = n.skill_id OR h.skill_id IN (
            SELECT from_skill_id FROM volunteers_skill_implies i WHERE i.to_skill_id = n.skill_id
        )
    )
    GROUP BY h.volunteer_id HAVING count(DISTINCT n.skill_id) = 2
) skilled ON skilled.volunteer_id = v.id
JOIN (
    SELECT h.volunteer_id FROM deployments_slotlanguage n JOIN place p ON p.id = n.slot_id
    JOIN volunteers_languageheld h ON h.language_id = n.language_id AND h.speaking >= n.level
    GROUP BY h.volunteer_id HAVING count(*) = 2
) speaking ON speaking.volunteer_id = v.id
LEFT JOIN (
    SELECT a.volunteer_id FROM deployments_assignment a JOIN place p ON a.period && p.period
    WHERE a.state = ANY (%s)
) busy ON busy.volunteer_id = v.id
WHERE v.standing = 'active' AND busy.volunteer_id IS NULL
"""


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_candidates_are_found_near_the_floor(size: int, committed_db: str) -> None:
    viewer, slot = a_coordinator(), a_demanding_slot(a_desk())
    everybody = a_crowd(size, a_desk())
    as_admin("ANALYZE", database=committed_db)
    found = candidates_for(slot, viewer, at=NOW)
    figures: dict[str, float | int] = {
        "volunteers": size,
        "fitting": found.fitting,
        "floor": milliseconds(lambda: floor(slot)),
        "first page": milliseconds(lambda: worded(slot, viewer, 1)),
        "last page": milliseconds(lambda: worded(slot, viewer, found.pages)),
        "one volunteer": milliseconds(lambda: explain(slot, everybody[0], viewer, at=NOW)),
    }
    sys.stdout.write("\n" + "".join(f"{name:>16}: {value}\n" for name, value in figures.items()))
    sys.stdout.write(json.dumps({"bench": "candidates", **figures}) + "\n")
    assert found.fitting + found.others == size
    assert figures["first page"] < 8 * figures["floor"]


def milliseconds(act: Callable[[], object]) -> float:
    """The median time of an act, run a few times."""
    times = []
    for _ in range(RUNS):
        begin = perf_counter()
        act()
        times.append((perf_counter() - begin) * 1000)
    return round(median(times), 1)


def floor(slot: Slot) -> int:
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, [slot.pk, list(HOLDING)])
        return len(cursor.fetchall())


def worded(slot: Slot, viewer: User, page: int) -> list[str]:
    """The page, with every reason in words."""
    shown = candidates_for(slot, viewer, at=NOW, page=page)
    return [str(reason) for one in shown.page for reason in one.strengths + one.obstacles]
