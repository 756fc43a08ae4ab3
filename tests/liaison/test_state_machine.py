"""Cases, letters, permits and deliveries through random steps of random members of the cast: no
illegal state, every move exactly one entry, whoever may not is refused and leaves nothing."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from deployments.liaison.actions.letters import approving, drafts
from deployments.liaison.letters.rendering import Sheet
from tests.liaison.walk_steps import ACTS, WHO, next_act, step
from tests.liaison.walks import World, a_world, check_hidden

WALKS, STEPS = int(os.environ.get("WALKS", "40")), int(os.environ.get("STEPS", "50"))
"""How many walks, of how many steps each. The full run takes hours:
`WALKS=10000 STEPS=20 make test ARGS=tests/liaison/test_state_machine.py`, or in parts side by side,
each with a SEED of its own."""
SEED = os.environ.get("SEED")
TYPESET = 50
"""Of how many letters one is typeset."""


class Walk(RuleBasedStateMachine):
    """One walk, undone at its end."""

    world: ClassVar[World]
    done: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.world.begin()

    @rule(who=st.sampled_from(WHO), act=st.sampled_from(sorted(ACTS)), pick=st.integers(0, 59))
    def anybody_tries_anything(self, who: str, act: str, pick: int) -> None:
        """Whoever it is, whatever it is."""
        self._take(who, act, pick)

    @rule(act=st.sampled_from(sorted(ACTS)), first=st.booleans(), pick=st.integers(0, 59))
    def somebody_does_their_work(self, act: str, first: bool, pick: int) -> None:
        """Somebody whose work it is, so that walks get far."""
        may = sorted(ACTS[act][1])
        self._take(may[0 if first else -1], act, pick)

    @rule(first=st.booleans(), pick=st.integers(0, 59))
    def somebody_takes_the_next_step(self, first: bool, pick: int) -> None:
        """Somebody whose work it is does what a letter waits for."""
        self.somebody_does_their_work(next_act(pick), first, pick)

    def _take(self, who: str, act: str, pick: int) -> None:
        if step(self.world, who, act, pick):
            self.done[act] = self.done.get(act, 0) + 1

    def teardown(self) -> None:
        """See that outsiders saw nothing, and undo the walk."""
        try:
            check_hidden(self.world)
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)


@pytest.mark.slow
@pytest.mark.django_db
def test_random_walks_leave_no_illegal_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """One letter in TYPESET is typeset: it takes long, and has tests of its own."""
    for module in (approving, drafts):
        monkeypatch.setattr(module, "render", _seldom(module.render, count()))
    Walk.world, Walk.done = a_world(), {}
    run_state_machine_as_test(
        Walk if SEED is None else seed(int(SEED))(Walk),
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=SEED is None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert set(Walk.done) == set(ACTS), "every act was done at least once"


def _seldom(render: Callable[[Sheet], bytes], numbers: Iterator[int]) -> Callable[[Sheet], bytes]:
    return lambda sheet: b"%PDF" if next(numbers) % TYPESET else render(sheet)
