"""The parts of the admin's base that no page of today needs by itself."""

import pytest
from django.utils import translation

from corps.accounts.models import User
from corps.adminkit import scope
from corps.adminkit.words import facts_in_words, in_words
from corps.audit.models import Entry
from tests.cast import NOW, a_coordinator, a_volunteer
from volunteers.models import SkillHeld

pytestmark = pytest.mark.django_db


def test_a_model_that_nobody_spoke_for_offers_nothing() -> None:
    a_volunteer()
    viewer = a_coordinator()
    assert not scope.known(SkillHeld)
    assert scope.visible(SkillHeld, viewer).count() == 0


def test_facts_are_read_with_states_lists_and_yes_and_no() -> None:
    moved = Entry(verb="standing.paused", facts={"from": "active", "to": "paused"})
    told = Entry(
        verb="x",
        at=NOW,
        facts={"changed": ["a", "b"], "verified": True, "m": None, "n": {"k": 1}},
    )
    assert facts_in_words(moved) == "Active → Paused"
    assert facts_in_words(told) == "changed: a, b; verified: yes; m: –; n: k 1"
    assert in_words(told).what == "x"


def test_nobody_signed_in_is_named_so() -> None:
    entry = Entry(verb="account.sign_in_refused", at=NOW, actor_kind="nobody")
    assert (in_words(entry).who, User.objects.count()) == ("Nobody signed in", 0)


def test_the_clock_and_commands_are_named_in_the_readers_language() -> None:
    clock = Entry(verb="x", at=NOW, actor_kind="system", actor="clock")
    owner = Entry(verb="outside.changed", at=NOW, actor_kind="system", actor="corps_owner")
    somebody = Entry(verb="x", at=NOW, actor_kind="person", actor="clock")
    with translation.override("ko"):
        told = [in_words(entry).who for entry in (clock, owner, somebody)]
    assert told == ["자동 처리", "corps_owner", "clock"]
