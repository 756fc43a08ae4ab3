"""Whoever loses desk or role while they wait for their turn at a case does nothing to it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from corps.accounts.models import User
from corps.errors import NotFound
from deployments.liaison.actions import cases, holding, links, notes, replies
from deployments.liaison.actions.permit_cases import put_into_case
from deployments.liaison.models import Case
from tests.admin.doors import entries_since, last_number
from tests.cast import NOW, a_deployment, a_user, a_volunteer, an_agency
from tests.liaison.scenes import LOSSES, Cast, a_case, a_cast, case_at

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

Act = Callable[..., Any]

ACTS: dict[str, tuple[str, Act, dict[str, Any]]] = {
    "unlink a volunteer": ("open", links.unlink_volunteer, {"volunteer": True}),
    "link volunteers": ("open", links.link_volunteers, {"volunteers": []}),
    "link a deployment": ("open", links.link_deployment, {"deployment": True}),
    "unlink a deployment": ("open", links.unlink_deployment, {"deployment": True}),
    "say which material": ("open", links.link_version, {"version": None}),
    "apply for permits": ("open", put_into_case, {"permits": []}),
    "change": ("open", cases.change_case, {"subject": "x", "owner": True, "due": None}),
    "acknowledge": ("sent", cases.acknowledge_case, {}),
    "refer": ("sent", cases.refer_case, {"to_agency": True, "on": date(2026, 11, 22)}),
    "close": ("open", cases.close_case, {"reason": "done"}),
    "note": ("open", notes.add_note, {"text": "x"}),
    "ask to be reminded": ("open", notes.add_reminder, {"on": date(2026, 11, 24), "says": "x"}),
    "enter an answer": (
        "sent",
        replies.record_reply,
        {"agency": True, "outcome": "granted", "came_on": date(2026, 11, 22)},
    ),
}


@pytest.mark.parametrize("how", LOSSES)
@pytest.mark.parametrize("name", ACTS)
def test_who_is_taken_off_meanwhile_is_refused(
    name: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast: Cast = a_cast()
    state, act, given = ACTS[name]
    about = {"volunteers": [a_volunteer()], "deployments": [a_deployment()]}
    case = case_at(state, cast.liaison, **about)
    given = {
        key: thing(key, about, cast.liaison) if value is True else value
        for key, value in given.items()
    }
    hold, before = holding.hold_case, last_number()

    def waiting(case: Case) -> None:
        LOSSES[how](cast.desk, cast.liaison)
        hold(case)

    monkeypatch.setattr(holding, "hold_case", waiting)
    with pytest.raises(NotFound):
        act(case=case, by=cast.liaison, at=NOW, **given)
    assert entries_since(before) == []


def thing(name: str, about: dict[str, Any], officer: User) -> Any:
    """What an act is given by this name."""
    if name in ("volunteer", "deployment"):
        return about[f"{name}s"][0]
    return officer if name == "owner" else an_agency("ministry")


def test_whoever_stays_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = a_cast()
    other = a_user("second-liaison", "liaison", desk=cast.desk)
    case, before, hold = a_case(cast.liaison), last_number(), holding.hold_case

    def waiting(case: Case) -> None:
        cast.desk.members.remove(other)
        hold(case)

    monkeypatch.setattr(holding, "hold_case", waiting)
    cases.close_case(case=case, reason="done", by=cast.liaison, at=NOW)
    notes.add_note(case=case, text="x", by=cast.liaison, at=NOW)
    assert entries_since(before) == ["case.closed", "case.noted"]
