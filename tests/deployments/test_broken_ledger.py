"""Where the ledger takes no entry, nothing about work changes, whatever the action."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import ProgrammingError, connection

from corps.accounts.models import User
from deployments.actions import deployments, offers, slots, standing, teams
from deployments.models import Deployment, Role, Slot, Team
from deployments.states import ASSIGNMENT
from tests.cast import NOW, a_coordinator, a_deployment, a_desk, a_slot, a_volunteer
from tests.conftest import as_admin
from tests.deployments.acts import ACTS, assignment_at

TABLES = (
    "deployments_deployment",
    "deployments_slot",
    "deployments_slotskill",
    "deployments_slotlanguage",
    "deployments_team",
    "deployments_compositionrule",
    "deployments_assignment",
    "volunteers_volunteer",
)
FIRST, LAST = date(2027, 3, 5), date(2027, 3, 9)


def everything() -> list[tuple[str, str, str]]:
    """Every row about work, with the transaction that wrote it."""
    parts = [f"SELECT '{table}', id::text, xmin::text FROM {table}" for table in TABLES]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " ORDER BY 1, 2")
        return cursor.fetchall()


@pytest.fixture
def break_ledger(committed_db: str) -> Callable[[], None]:
    """A database of its own, and what makes its ledger refuse entries."""
    return lambda: as_admin(
        "REVOKE INSERT ON ledger.ledger_entry FROM PUBLIC, corps_app", database=committed_db
    )


def test_no_act_on_work_happens_without_its_entry(break_ledger: Callable[[], None]) -> None:
    coordinator = a_coordinator()
    acts = [*_moves(coordinator), *_deployment_acts(coordinator), *_staffing_acts(coordinator)]
    break_ledger()
    before = everything()
    for name, act in acts:
        with pytest.raises(ProgrammingError):
            act()
        assert everything() == before, name


Acts = Iterator[tuple[str, Callable[[], object]]]


def _moves(coordinator: User) -> Acts:
    for name, step in ASSIGNMENT.moves.items():
        for state in step.sources if name != "expire" else ():
            assignment = assignment_at(state)
            yield f"{name} from {state}", lambda n=name, a=assignment: ACTS[n](a, coordinator)


def _deployment_acts(by: User) -> Acts:
    deployment, slot, role = a_deployment(), a_slot(), Role.objects.get(code="interpreter")
    team = Team.objects.create(deployment=deployment, name="A")
    days = {"first_day": FIRST, "last_day": LAST}
    who = {"by": by, "at": NOW}
    yield "make", lambda: deployments.make_deployment(desk=a_desk(), codename="new", **days, **who)
    yield (
        "change",
        lambda: deployments.change_deployment(
            deployment=Deployment.objects.get(pk=deployment.pk),
            codename="other",
            host_agency=None,
            country="UA",
            region="",
            time_zone="Europe/Kyiv",
            clearance=1,
            **days,
            **who,
        ),
    )
    yield (
        "cancel",
        lambda: deployments.move_deployment(
            deployment=deployment, move_name="cancel", reason="storm", **who
        ),
    )
    yield "add", lambda: slots.add_slots(deployment=deployment, role=role, count=3, **days, **who)
    yield "change slot", lambda: slots.change_slot(slot=slot, team=None, **days, **who)
    needs = slots.role_needs(role)
    yield "needs", lambda: slots.set_slot_needs(slot=slot, needs=needs, **who)
    yield "remove", lambda: slots.remove_slot(slot=Slot.objects.get(pk=slot.pk), **who)
    yield "team", lambda: teams.make_team(deployment=deployment, name="B", **who)
    yield (
        "rules",
        lambda: teams.set_composition_rules(team=team, rules=[teams.TeamRule(role=role)], **who),
    )


def _staffing_acts(by: User) -> Acts:
    slot, volunteer, held = a_slot(), a_volunteer(), assignment_at("accepted")
    who = {"by": by, "at": NOW}
    yield "propose", lambda: offers.propose_volunteer(slot=slot, volunteer=volunteer, **who)
    yield "offer", lambda: offers.offer_slot(slot=slot, volunteer=volunteer, **who)
    yield "expire", lambda: offers.expire_offers(at=NOW.replace(year=2028))
    yield "withdraw", lambda: standing.withdraw_volunteer(volunteer=held.volunteer, **who)
