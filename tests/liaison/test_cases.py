"""A case from its opening to its end: numbers, moves, who may, what the ledger keeps."""

from datetime import date, timedelta
from typing import Any

import pytest

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from corps.errors import NotFound, NotPermitted
from deployments.liaison.actions import cases, links, notes
from deployments.liaison.actions.cases import about_case
from deployments.liaison.models import CaseNumber
from deployments.liaison.queries.cases import (
    case_by_reference,
    cases_visible_to,
    concerned_by,
    find_case,
    owners_for,
)
from deployments.liaison.rules.cases import (
    CaseClosed,
    DoneAlready,
    DueInThePast,
    LinkedAlready,
    NotAnOwner,
    NotLinked,
)
from tests.admin.doors import entries_since, last_number
from tests.cast import NOW, a_deployment, a_desk, a_user, a_volunteer, an_agency
from tests.liaison.scenes import DUE, Cast, a_case, a_cast, case_at

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def test_opening_gives_the_next_number_of_the_year_in_seoul(cast: Cast) -> None:
    first, second = a_case(cast.liaison), a_case(cast.liaison)
    new_year = NOW.replace(month=12, day=31, hour=15)
    third = a_case(cast.liaison, at=new_year, due=None)
    assert [case.reference for case in (first, second, third)] == [
        "2026-0001",
        "2026-0002",
        "2027-0001",
    ]


def test_opening_links_what_was_given_and_is_one_entry(cast: Cast) -> None:
    deployment, volunteer = a_deployment(), a_volunteer("매-77")
    before = last_number()
    case = a_case(cast.liaison, deployments=[deployment], volunteers=[volunteer])
    assert entries_since(before) == ["case.opened"]
    entry = Entry.objects.get(number__gt=before)
    assert entry.about == [
        f"liaison.case:{case.pk}",
        f"deployments.deployment:{deployment.pk}",
        f"volunteers.volunteer:{volunteer.pk}",
    ]
    assert (entry.object, entry.desk) == ("2026-0001", "seoul")
    assert entry.facts == {
        "kind": "permits",
        "agency": "embassy",
        "due": "2026-12-01",
    }
    assert (case.owner, case.state, case.due) == (cast.liaison, "open", DUE)


def test_a_refused_opening_leaves_no_gap(cast: Cast) -> None:
    hidden = a_deployment(desk=a_desk("elsewhere"))
    with pytest.raises(NotFound):
        a_case(cast.liaison, deployments=[hidden])
    assert not CaseNumber.objects.exists()
    assert a_case(cast.liaison).number == 1


@pytest.mark.parametrize("who", ["approver", "coordinator", "stranger", "auditor"])
def test_only_a_liaison_officer_of_the_desk_opens(cast: Cast, who: str) -> None:
    by: User = getattr(cast, who)
    with pytest.raises(NotPermitted):
        cases.open_case(
            by=by, at=NOW, desk=cast.desk, kind="other", subject="x", agency=an_agency()
        )


def test_a_day_that_is_over_in_seoul_is_no_due_day(cast: Cast) -> None:
    assert a_case(cast.liaison, due=TODAY).due == TODAY
    with pytest.raises(DueInThePast):
        a_case(cast.liaison, due=TODAY - timedelta(days=1))


def test_owner_is_a_liaison_officer_of_the_desk(cast: Cast) -> None:
    assert list(owners_for(cast.liaison)) == [cast.liaison]
    for nobody in (cast.coordinator, cast.stranger):
        with pytest.raises(NotAnOwner):
            a_case(cast.liaison, owner=nobody)


def test_changing_is_one_entry_with_what_changed(cast: Cast) -> None:
    case = a_case(cast.liaison)
    same: dict[str, Any] = {"subject": case.subject, "owner": cast.liaison}
    before = last_number()
    cases.change_case(case=case, by=cast.liaison, at=NOW, due=DUE, **same)
    assert entries_since(before) == []
    cases.change_case(case=case, by=cast.liaison, at=NOW, due=None, **same)
    assert Entry.objects.get(number__gt=before).facts == {"due": {"from": "2026-12-01", "to": ""}}
    with pytest.raises(NotPermitted):
        cases.change_case(case=case, by=cast.approver, at=NOW, due=None, **same)
    with pytest.raises(NotFound):
        cases.change_case(case=case, by=cast.stranger, at=NOW, due=None, **same)


def test_notes_and_reminders(cast: Cast) -> None:
    case = a_case(cast.liaison)
    before = last_number()
    notes.add_note(case=case, text=" Called the consul. ", by=cast.liaison, at=NOW)
    reminder = notes.add_reminder(case=case, on=TODAY, says="Call again", by=cast.liaison, at=NOW)
    notes.done_reminder(reminder=reminder, by=cast.liaison, at=NOW)
    assert entries_since(before) == ["case.noted", "case.reminder_added", "case.reminder_done"]
    assert case.notes.get().text == "Called the consul."
    with pytest.raises(DoneAlready):
        notes.done_reminder(reminder=reminder, by=cast.liaison, at=NOW)
    day = TODAY - timedelta(days=1)
    with pytest.raises(DueInThePast):
        notes.add_reminder(case=case, on=day, says="x", by=cast.liaison, at=NOW)
    for by, refusal in ((cast.approver, NotPermitted), (cast.stranger, NotFound)):
        with pytest.raises(refusal):
            notes.add_note(case=case, text="x", by=by, at=NOW)


def test_volunteers_are_linked_by_whoever_sees_them(cast: Cast) -> None:
    case, volunteer = a_case(cast.liaison), a_volunteer()
    hidden = a_volunteer(desk=a_desk("elsewhere"))
    before = last_number()
    links.link_volunteers(case=case, volunteers=[volunteer, volunteer][:1], by=cast.liaison, at=NOW)
    links.link_volunteers(case=case, volunteers=[volunteer], by=cast.liaison, at=NOW)
    assert entries_since(before) == ["case.volunteers_linked"]
    with pytest.raises(NotFound):
        links.link_volunteers(case=case, volunteers=[hidden], by=cast.liaison, at=NOW)
    assert list(concerned_by(cast.liaison, case)) == [volunteer]
    assert list(concerned_by(cast.auditor, case)) == []
    links.unlink_volunteer(case=case, volunteer=volunteer, by=cast.liaison, at=NOW)
    with pytest.raises(NotLinked):
        links.unlink_volunteer(case=case, volunteer=volunteer, by=cast.liaison, at=NOW)


def test_deployments_are_linked_and_unlinked(cast: Cast) -> None:
    case, before = a_case(cast.liaison), last_number()
    work = [a_deployment("HERON"), a_deployment("CRANE")]
    give = {"by": cast.liaison, "at": NOW}
    for one in work:
        links.link_deployment(case=case, deployment=one, **give)
    with pytest.raises(LinkedAlready):
        links.link_deployment(case=case, deployment=work[0], **give)
    assert set(about_case(case)) == set(work)
    links.unlink_deployment(case=case, deployment=work[0], **give)
    with pytest.raises(NotLinked):
        links.unlink_deployment(case=case, deployment=work[0], **give)
    linked, unlinked = "case.deployment_linked", "case.deployment_unlinked"
    assert entries_since(before) == [linked, linked, unlinked]
    assert list(case.deployments.all()) == work[1:]
    with pytest.raises(NotFound):
        links.link_deployment(case=case, deployment=a_deployment(desk=a_desk("there")), **give)


def test_a_link_is_no_news_of_the_case(cast: Cast) -> None:
    """An agency that follows what changed is told of none of it."""
    case = a_case(cast.liaison)
    changed = case.updated_at
    links.link_deployment(case=case, deployment=a_deployment(), by=cast.liaison, at=NOW)
    links.link_volunteers(case=case, volunteers=[a_volunteer()], by=cast.liaison, at=NOW)
    case.refresh_from_db()
    assert case.updated_at == changed


def test_a_coordinator_sees_the_cases_of_each_deployment_they_see(cast: Cast) -> None:
    elsewhere = a_deployment("CRANE", desk=a_desk("elsewhere"))
    both = a_user("both", Role.LIAISON, desk=cast.desk)
    both.desks.add(elsewhere.desk)
    alone = a_case(both, desk=cast.desk, deployments=[elsewhere])
    shared = a_case(both, desk=cast.desk, deployments=[elsewhere, a_deployment("HERON")])
    assert set(cases_visible_to(both)) == {alone, shared}
    assert list(cases_visible_to(cast.coordinator)) == [shared]


def test_nothing_of_a_closed_case_is_linked(cast: Cast) -> None:
    case = case_at("closed", cast.liaison)
    acts: list[tuple[Any, dict[str, Any]]] = [
        (links.link_volunteers, {"volunteers": [a_volunteer()]}),
        (links.link_deployment, {"deployment": a_deployment()}),
        (links.link_version, {"version": None}),
    ]
    for act, more in acts:
        with pytest.raises(CaseClosed):
            act(case=case, by=cast.liaison, at=NOW, **more)


def test_who_sees_a_case(cast: Cast) -> None:
    alone = a_case(cast.liaison)
    of_work = a_case(cast.liaison, deployments=[a_deployment()])
    assert set(cases_visible_to(cast.liaison)) == {alone, of_work}
    assert set(cases_visible_to(cast.approver)) == {alone, of_work}
    assert set(cases_visible_to(cast.coordinator)) == {of_work}
    for nobody in (cast.stranger, cast.auditor, a_user("editor", Role.EDITOR, desk=cast.desk)):
        assert not cases_visible_to(nobody).exists()
    assert case_by_reference(cast.liaison, alone.reference) == alone
    assert case_by_reference(cast.coordinator, alone.reference) is None
    assert case_by_reference(cast.liaison, "2026") is None
    for key in (str(alone.pk), "no-key"):
        with pytest.raises(NotFound):
            find_case(cast.coordinator, key)
