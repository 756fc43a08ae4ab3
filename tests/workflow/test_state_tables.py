"""Every state machine is whole: each state is reached, owned and left, or final."""

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from corps.workflow.tables import Move, State, StateTable
from deployments.management.commands.statemachines import TABLES
from deployments.states import ASSIGNMENT, HOLDING

every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)

STILL_LEFT = {("standing", "released")}
"""Final, since nothing is expected to follow; but anybody may withdraw at any time."""

OWNERS = {
    "coordinator",
    "volunteer",
    "vetting officer",
    "liaison officer",
    "editor",
    "approver",
    "agency",
    "clock",
    "second person",
    "asker",
    "author",
    "receiver",
}


def faults(table: StateTable) -> Iterator[str]:
    """What is wrong with a table, in words."""
    reached = {table.initial}
    while (
        more := {move.target for move in table.moves.values() if reached.intersection(move.sources)}
        - reached
    ):
        reached |= more
    for name, state in table.states.items():
        left = bool(table.moves_from(name))
        if name not in reached:
            yield f"{name} is never reached"
        if state.final and left and (table.name, name) not in STILL_LEFT:
            yield f"{name} is final but left"
        if not state.final and not left:
            yield f"{name} is owned but never left"
        if not state.final and state.owner not in OWNERS:
            yield f"{name} has an owner nobody knows"
    for name, move in table.moves.items():
        if unknown := {*move.sources, move.target} - set(table.states):
            yield f"{name} names unknown states {sorted(unknown)}"


@every_table
def test_every_state_is_reached_owned_and_left_or_final(table: StateTable) -> None:
    assert list(faults(table)) == []


@every_table
def test_every_move_has_a_verb_of_its_own(table: StateTable) -> None:
    verbs = [move.verb for move in table.moves.values()]
    assert sorted(set(verbs)) == sorted(verbs)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            {"states": {**ASSIGNMENT.states, "lost": State("Lost", owner="clock")}},
            "lost is never reached",
        ),
        ({"initial": "nowhere"}, "proposed is never reached"),
        (
            {"states": {**ASSIGNMENT.states, "active": State("Active", owner="fate")}},
            "active has an owner nobody knows",
        ),
        (
            {"states": {**ASSIGNMENT.states, "completed": State("Completed", owner="clock")}},
            "completed is owned but never left",
        ),
        (
            {"moves": {**ASSIGNMENT.moves, "again": Move(("declined",), "proposed", "x", "Again")}},
            "declined is final but left",
        ),
        (
            {"moves": {**ASSIGNMENT.moves, "leap": Move(("offered",), "moon", "x", "Leap")}},
            "leap names unknown states ['moon']",
        ),
    ],
)
def test_a_broken_table_is_noticed(change: dict[str, object], fault: str) -> None:
    assert fault in list(faults(replace(ASSIGNMENT, **change)))


def test_holding_states_are_those_between_an_offer_and_its_end() -> None:
    reached: set[str] = {"offered"}
    for _ in ASSIGNMENT.states:
        reached |= {m.target for m in ASSIGNMENT.moves.values() if reached.intersection(m.sources)}
    assert set(HOLDING) == {name for name in reached if not ASSIGNMENT.states[name].final}


def test_statemachines_prints_every_table() -> None:
    out = StringIO()
    call_command("statemachines", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines.count("stateDiagram-v2") == len(TABLES)
    for table in TABLES:
        assert set(table.diagram().splitlines()) <= set(lines)
    assert "    offered --> expired: expire" in lines
    assert "| lapse | cleared | lapsed | vetting.lapsed | no |" in lines
    assert "| offered | volunteer |" in lines
