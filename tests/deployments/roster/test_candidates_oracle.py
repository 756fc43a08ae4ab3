"""The one query against an independent, slow, obvious implementation, on registers made up."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from deployments.roster.queries import Candidate, Reason, candidates_for
from tests.cast import NOW, a_coordinator, a_desk
from tests.deployments.roster.oracle import Judged, Obstacle, expected
from tests.deployments.roster.registers import DAY, Register, registers, write

pytestmark = pytest.mark.django_db


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(register=registers())
def test_the_query_says_what_the_obvious_way_says(register: Register) -> None:
    with transaction.atomic():
        viewer = a_coordinator()
        slot = write(register, a_desk(), a_desk("elsewhere"))
        found = candidates_for(slot, viewer, at=NOW)
        second = candidates_for(slot, viewer, at=NOW, page=2, size=2)
        fitting = candidates_for(slot, viewer, at=NOW, fitting=True)
        transaction.set_rollback(True)
    wanted = expected(register)
    for one in wanted:
        one.obstacles.sort(key=repr)
    assert [judged(candidate) for candidate in found.page] == wanted
    assert second.page == found.page[2:4]
    assert list(fitting.page) == [one for one in found.page if one.fits]
    assert (found.fitting, found.others) == (
        sum(not one.obstacles for one in wanted),
        sum(bool(one.obstacles) for one in wanted),
    )


def judged(candidate: Candidate) -> Judged:
    """A candidate in the oracle's words."""
    return Judged(
        callsign=candidate.callsign,
        obstacles=sorted(map(obstacle, candidate.obstacles), key=repr),
        above=candidate.above,
        prefers_not=candidate.prefers_not,
        load=candidate.load,
        last_asked=candidate.last_asked,
    )


def obstacle(reason: Reason) -> Obstacle:
    told: dict[str, object] = {
        "standing": reason.standing,
        "language": (reason.language and reason.language.code, reason.mode, reason.held),
        "skill": (reason.skill and reason.skill.name_en, reason.held),
        "skill_lapses": reason.skill and reason.skill.name_en,
        "clearance": reason.held,
        "clearance_ends": reason.until,
        "clearance_gap": each_day(reason),
        "unavailable": each_day(reason),
        "unsaid": each_day(reason),
        "holds_another": not reason.codename,
    }
    return str(reason.kind), told[reason.kind]


def each_day(reason: Reason) -> list[date]:
    return [first + n * DAY for first, last in reason.days for n in range((last - first).days + 1)]
