"""Acts of two people: every move from every state, never one person alone, never twice."""

from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from corps.accounts.actions.glass import end_break_glass
from corps.accounts.actions.requests import ask_for_app, ask_for_members, ask_for_roles
from corps.accounts.actions.two_person import (
    ask_for,
    grant_act,
    lapse_acts,
    refuse_act,
    use_act,
    withdraw_act,
)
from corps.accounts.models import TwoPersonAct, User
from corps.accounts.queries.two_person import (
    acts_visible_to,
    acts_waiting_for,
    find_act,
    granted_acts,
)
from corps.accounts.roles import Role
from corps.accounts.rules.staff import OwnAccount
from corps.accounts.rules.two_person import AskerMayNot, OwnRequest
from corps.accounts.states import KINDS, TWO_PERSON, TwoPersonKind
from corps.audit.models import Entry
from corps.errors import NotFound, NotPermitted, Refusal
from corps.workflow.moves import NotInThatState, ReasonMissing
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user

HOUR = timedelta(hours=1)


@pytest.fixture
def asker(db: None) -> User:
    """The administrator who asks."""
    return a_user("asker", Role.ADMINISTRATOR)


@pytest.fixture
def second(db: None) -> User:
    """The administrator who grants."""
    return a_user("second", Role.ADMINISTRATOR)


def a_recovery(asker: User) -> TwoPersonAct:
    """A recovery that was asked for."""
    other = a_user(f"lost-{TwoPersonAct.objects.count()}", Role.EDITOR)
    kind, facts = TwoPersonKind.RECOVERY, {"factors": True}
    return ask_for(kind=kind, reason="lost phone", by=asker, at=NOW, subject=other, facts=facts)


def at_state(state: str, asker: User, second: User) -> TwoPersonAct:
    """A break-glass or a recovery in that state; both have the same table."""
    act = a_recovery(asker)
    steps: dict[str, Any] = {
        "asked": lambda: None,
        "granted": lambda: grant_act(act=act, by=second, at=NOW),
        "refused": lambda: refuse_act(act=act, by=second, at=NOW, reason="no"),
        "lapsed": lambda: withdraw_act(act=act, by=asker, at=NOW),
    }
    if state == "used":
        steps["granted"]()
        use_act(act=act, by=asker, at=NOW)
    else:
        steps[state]()
    return act


@pytest.mark.parametrize("name", TWO_PERSON.moves)
@pytest.mark.parametrize("state", TWO_PERSON.states)
def test_every_move_from_every_state(state: str, name: str, asker: User, second: User) -> None:
    act = at_state(state, asker, second)
    if name == "end":
        act.kind, act.desk = TwoPersonKind.BREAK_GLASS, a_desk()
        act.save()
    acts: dict[str, Any] = {
        "grant": lambda: grant_act(act=act, by=second, at=NOW),
        "refuse": lambda: refuse_act(act=act, by=second, at=NOW, reason="no"),
        "use": lambda: use_act(act=act, by=asker, at=NOW),
        "withdraw": lambda: withdraw_act(act=act, by=asker, at=NOW),
        "end": lambda: end_break_glass(act=act, by=second, at=NOW),
        "lapse": lambda: lapse_acts(at=NOW + timedelta(days=30)),
    }
    before = Entry.objects.count()
    with suppress(NotInThatState):
        acts[name]()
    reached = TwoPersonAct.objects.get(pk=act.pk).state
    step = TWO_PERSON.moves[name]
    moved = state in step.sources
    assert reached == (step.target if moved else state)
    newest = Entry.objects.order_by("-number").first()
    assert newest is not None
    assert Entry.objects.count() == before + (1 if moved else 0)
    assert (newest.verb == step.verb) is moved or state == step.target


def test_the_asker_is_never_the_one_who_grants(asker: User) -> None:
    act = a_recovery(asker)
    for decide in (
        lambda: grant_act(act=act, by=asker, at=NOW),
        lambda: refuse_act(act=act, by=asker, at=NOW, reason="no"),
    ):
        with pytest.raises(OwnRequest):
            decide()
    assert TwoPersonAct.objects.get().state == "asked"


def test_the_database_refuses_an_asker_who_grants(asker: User) -> None:
    act = a_recovery(asker)
    changed = {"state": "granted", "decided_by": asker, "decided_at": NOW, "until": NOW + HOUR}
    with pytest.raises(IntegrityError, match="twopersonact_two"), transaction.atomic():
        TwoPersonAct.objects.filter(pk=act.pk).update(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "granted"},
        {"state": "used", "until": NOW + HOUR},
        {"state": "refused"},
        {"decided_at": NOW},
    ],
)
def test_the_database_refuses_a_decision_without_who_and_when(
    asker: User, changed: dict[str, Any]
) -> None:
    act = a_recovery(asker)
    with pytest.raises(IntegrityError), transaction.atomic():
        TwoPersonAct.objects.filter(pk=act.pk).update(**changed)


def test_whose_account_it_is_never_grants(asker: User, second: User) -> None:
    a_user("third", Role.ADMINISTRATOR)
    act = ask_for_app(user=second, allowed=True, reason="why", by=asker, at=NOW)
    assert act is not None
    with pytest.raises(OwnAccount):
        grant_act(act=act, by=second, at=NOW)
    assert list(acts_waiting_for(second)) == []


def test_a_request_waits_only_so_long(asker: User, second: User) -> None:
    waits = KINDS[TwoPersonKind.RECOVERY].waits
    in_time, late = a_recovery(asker), a_recovery(asker)
    grant_act(act=in_time, by=second, at=NOW + waits - timedelta(seconds=1))
    with pytest.raises(NotInThatState):
        grant_act(act=late, by=second, at=NOW + waits)
    late.refresh_from_db()
    assert (in_time.state, late.state) == ("granted", "asked")


def test_a_grant_is_used_once_and_within_its_hour(asker: User, second: User) -> None:
    act, late = a_recovery(asker), a_recovery(asker)
    for one in (act, late):
        grant_act(act=one, by=second, at=NOW)
    held = granted_acts(asker, TwoPersonKind.RECOVERY, at=NOW + HOUR - timedelta(seconds=1))
    assert set(held) == {act, late}
    use_act(act=act, by=asker, at=NOW + HOUR - timedelta(seconds=1))
    with pytest.raises(NotInThatState):
        use_act(act=act, by=asker, at=NOW)
    with pytest.raises(NotInThatState):
        use_act(act=late, by=asker, at=NOW + HOUR)
    assert list(granted_acts(asker, TwoPersonKind.RECOVERY, at=NOW + HOUR)) == []


def test_a_grant_is_used_by_who_asked_alone(asker: User, second: User) -> None:
    act = a_recovery(asker)
    grant_act(act=act, by=second, at=NOW)
    for other in (second, a_user("third", Role.ADMINISTRATOR)):
        with pytest.raises(NotFound):
            use_act(act=act, by=other, at=NOW)


def test_who_lost_the_role_uses_nothing(asker: User, second: User) -> None:
    act = a_recovery(asker)
    grant_act(act=act, by=second, at=NOW)
    asker.groups.clear()
    with pytest.raises(NotFound):
        use_act(act=act, by=asker, at=NOW)
    assert TwoPersonAct.objects.get().state == "granted"


def test_what_was_asked_by_who_lost_the_role_is_not_granted(asker: User, second: User) -> None:
    act = a_recovery(asker)
    asker.is_active = False
    asker.save()
    with pytest.raises(AskerMayNot):
        grant_act(act=act, by=second, at=NOW)


def test_who_lost_the_role_grants_nothing(asker: User, second: User) -> None:
    act = a_recovery(asker)
    assert second.has_role(Role.ADMINISTRATOR)
    User.objects.get(pk=second.pk).groups.clear()
    with pytest.raises(NotFound):
        grant_act(act=act, by=second, at=NOW)


def test_what_changed_since_is_not_granted(asker: User, second: User) -> None:
    other, desk = a_coordinator(), a_desk()
    given: dict[str, Any] = {"reason": "why", "by": asker, "at": NOW}
    roles = ask_for_roles(user=other, roles=[Role.AUDITOR], desks=[], **given)
    seats = ask_for_members(desk=desk, members=[], **given)
    desk.members.add(a_user("newcomer", Role.COORDINATOR))
    other.desks.add(a_desk("kyiv"))
    for act in (roles, seats):
        assert act is not None
        with pytest.raises(NotInThatState):
            grant_act(act=act, by=second, at=NOW)
    assert set(TwoPersonAct.objects.values_list("state", flat=True)) == {"asked"}
    assert User.objects.get(pk=other.pk).role_names == {"coordinator"}


@pytest.mark.parametrize("kind", TwoPersonKind)
@pytest.mark.parametrize("role", Role)
def test_who_may_ask_is_what_the_table_says(kind: TwoPersonKind, role: Role, db: None) -> None:
    desk = a_desk()
    user = a_user("somebody", role, desk=desk)
    allowed = role in KINDS[kind].asked_by
    try:
        ask_for(kind=kind, reason="why", by=user, at=NOW, desk=desk)
    except NotPermitted:
        assert not allowed
    else:
        assert allowed


def test_an_act_of_a_desk_is_asked_and_granted_on_that_desk(db: None) -> None:
    desk, kind = a_desk(), TwoPersonKind.EXPORT
    with pytest.raises(NotPermitted):
        ask_for(kind=kind, reason="why", by=a_stranger(), at=NOW, desk=desk)
    act = ask_for(kind=kind, reason="why", by=a_coordinator(), at=NOW, desk=desk)
    here = a_user("approver", Role.APPROVER, desk=desk)
    elsewhere = a_user("other-approver", Role.APPROVER, desk=a_desk("elsewhere"))
    with pytest.raises(NotFound):
        grant_act(act=act, by=elsewhere, at=NOW)
    assert list(acts_waiting_for(here)) == [act]
    grant_act(act=act, by=here, at=NOW)


def test_a_reason_is_due(asker: User, second: User) -> None:
    with pytest.raises(ReasonMissing):
        ask_for(kind=TwoPersonKind.BREAK_GLASS, reason="  ", by=asker, at=NOW, desk=a_desk())
    act = a_recovery(asker)
    with pytest.raises(ReasonMissing):
        refuse_act(act=act, by=second, at=NOW, reason="")


def test_hidden_is_absent(asker: User) -> None:
    act, coordinator = a_recovery(asker), a_coordinator()
    assert list(acts_visible_to(coordinator)) == []
    for pk in (act.pk, "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(NotFound):
            find_act(coordinator, pk)
    volunteer = a_user("volunteer", is_staff=False)
    assert list(acts_visible_to(volunteer)) == []


def test_the_clock_lets_lapse_what_is_over(asker: User, second: User) -> None:
    waiting, granted, used = (at_state(s, asker, second) for s in ("asked", "granted", "used"))
    assert lapse_acts(at=NOW + HOUR) == 1
    assert lapse_acts(at=NOW + timedelta(days=3)) == 1
    states = [TwoPersonAct.objects.get(pk=act.pk).state for act in (waiting, granted, used)]
    assert states == ["lapsed", "lapsed", "used"]
    newest = Entry.objects.latest("number")
    assert (newest.verb, newest.actor) == ("two_person.lapsed", "clock")


@pytest.fixture
def broken_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    """No entry can be written."""

    def fail(entries: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr("corps.audit.actions.record_many", fail)


@pytest.mark.parametrize("name", ["ask", "grant", "refuse", "use", "roles"])
def test_a_broken_ledger_undoes_everything(
    name: str, asker: User, second: User, request: pytest.FixtureRequest
) -> None:
    other = a_coordinator()
    act = at_state("granted" if name == "use" else "asked", asker, second)
    roles = ask_for_roles(user=other, roles=["auditor"], desks=[], reason="x", by=asker, at=NOW)
    before = set(TwoPersonAct.objects.values_list("pk", "state"))
    acts: dict[str, Any] = {
        "ask": lambda: a_recovery(asker),
        "grant": lambda: grant_act(act=act, by=second, at=NOW),
        "refuse": lambda: refuse_act(act=act, by=second, at=NOW, reason="no"),
        "use": lambda: use_act(act=act, by=asker, at=NOW),
        "roles": lambda: grant_act(act=roles, by=second, at=NOW),
    }
    request.getfixturevalue("broken_ledger")
    with pytest.raises(IntegrityError), transaction.atomic():
        acts[name]()
    assert set(TwoPersonAct.objects.values_list("pk", "state")) == before
    assert User.objects.get(pk=other.pk).role_names == {"coordinator"}


def in_threads(*acts: Any) -> list[str]:
    """Run acts in threads of their own, all beginning at once; return how each came out."""
    barrier, outcomes = Barrier(len(acts)), []

    def run(act: Any) -> None:
        barrier.wait()
        try:
            act()
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_of_two_grants_at_once_one_wins(committed_db: str) -> None:
    asker = a_user("asker", Role.ADMINISTRATOR)
    others = [a_user(name, Role.ADMINISTRATOR) for name in ("second", "third")]
    act = a_recovery(asker)

    def grant(by: User) -> Any:
        fresh = TwoPersonAct.objects.get(pk=act.pk)
        return lambda: grant_act(act=fresh, by=by, at=NOW)

    assert in_threads(*map(grant, others)) == ["NotInThatState", "done"]
    assert Entry.objects.filter(verb="two_person.granted").count() == 1


def test_of_two_uses_at_once_one_wins(committed_db: str) -> None:
    asker, second = (a_user(name, Role.ADMINISTRATOR) for name in ("asker", "second"))
    act = a_recovery(asker)
    grant_act(act=act, by=second, at=NOW)

    def use() -> None:
        use_act(act=TwoPersonAct.objects.get(pk=act.pk), by=asker, at=NOW)

    assert in_threads(use, use, use) == ["NotInThatState", "NotInThatState", "done"]
    assert Entry.objects.filter(verb="two_person.used").count() == 1
