"""An answer to what told of somebody may name them: who reads it, and what the ledger keeps."""

from dataclasses import replace
from datetime import date

import pytest
from django.contrib.auth.models import Permission

from corps.accounts.roles import Role
from corps.audit.models import Entry
from corps.errors import NotPermitted
from deployments.liaison.actions.cases import open_case
from deployments.liaison.actions.letters import send_letter, submit_letter
from deployments.liaison.actions.links import link_deployment
from deployments.liaison.actions.recalls import recall_disclosures
from deployments.liaison.actions.replies import open_reply, record_reply
from deployments.liaison.models import CaseUserObjectPermission, Reply
from deployments.liaison.queries.replies import replies_visible_to
from tests.cast import NOW, a_coordinator, a_deployment, a_desk, a_user, an_agency
from tests.liaison.disclosing import Telling, a_telling
from tests.liaison.letter_scene import approve
from volunteers.actions.people import change_standing
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def answered(telling: Telling) -> Reply:
    """The answer to a letter that told of somebody."""
    letter = telling.sent()
    return record_reply(
        case=letter.case,
        agency=letter.agency,
        outcome="refused",
        came_on=date(2026, 11, 22),
        text="홍길동 has no passport.",
        by=telling.office.officer,
        at=NOW,
    )


def test_those_who_write_and_approve_read_it_and_the_volunteer_is_entered() -> None:
    telling = a_telling()
    reply = answered(telling)
    for who in (telling.office.officer, telling.office.approver):
        assert open_reply(reply=reply, by=who, at=NOW).text.startswith("홍길동")
        entry = Entry.objects.filter(verb="reply.read").order_by("-number")[0]
        assert f"volunteers.volunteer:{telling.one.pk}" in entry.about
        assert f"volunteers.volunteer:{telling.other.pk}" not in entry.about


def test_whom_the_case_is_shared_with_reads_it_not() -> None:
    telling = a_telling()
    reply = answered(telling)
    colleague = a_user("colleague", Role.LIAISON)
    permission = Permission.objects.get(content_type__app_label="liaison", codename="view_case")
    CaseUserObjectPermission.objects.create(
        user=colleague, permission=permission, content_object=reply.case
    )

    assert list(replies_visible_to(colleague)) == [reply]
    with pytest.raises(NotPermitted):
        open_reply(reply=reply, by=colleague, at=NOW)
    assert not Entry.objects.filter(verb="reply.read").exists()


def withdrawal_answered(telling: Telling) -> Reply:
    """The answer to a letter that asked to destroy what was told of somebody who left."""
    office = telling.office
    telling.sent()
    change_standing(volunteer=telling.one, move_name="withdraw", by=telling.one.user, at=NOW)
    telling.one.refresh_from_db()
    [letter] = recall_disclosures(volunteer=telling.one, by=office.officer, at=NOW)
    submit_letter(letter=letter, by=office.officer, at=NOW)
    approve(letter, office.approver)
    send_letter(letter=letter, through="post", by=office.officer, at=NOW)
    return record_reply(
        case=letter.case,
        agency=letter.agency,
        outcome="information",
        came_on=date(2026, 11, 22),
        text="We destroyed what we had of 홍길동.",
        by=office.officer,
        at=NOW,
    )


def test_an_answer_to_a_withdrawal_is_read_as_that_to_what_told() -> None:
    telling = a_telling()
    office, reply = telling.office, withdrawal_answered(telling)
    link_deployment(case=reply.case, deployment=a_deployment("EGRET"), by=office.officer, at=NOW)
    reader = a_coordinator()
    assert reply in replies_visible_to(reader)
    with pytest.raises(NotPermitted):
        open_reply(reply=reply, by=reader, at=NOW)

    assert open_reply(reply=reply, by=office.officer, at=NOW).text.endswith("홍길동.")
    entry = Entry.objects.filter(verb="reply.read").latest("number")
    assert f"volunteers.volunteer:{telling.one.pk}" in entry.about

    Volunteer.objects.filter(pk=telling.one.pk).update(desk=a_desk("elsewhere"))
    with pytest.raises(NotPermitted):
        open_reply(reply=reply, by=office.officer, at=NOW)


def test_an_agency_that_was_told_in_another_case_may_name_them_too() -> None:
    telling = a_telling()
    office, told = telling.office, telling.sent()
    case = open_case(
        kind="permits",
        subject="Insurance",
        agency=told.agency,
        desk=a_desk(),
        volunteers=[telling.one],
        by=office.officer,
        at=NOW,
    )
    letter = replace(office, case=case).sent()
    given = {"case": case, "came_on": date(2026, 11, 22), "by": office.officer, "at": NOW}
    link_deployment(case=case, deployment=a_deployment("EGRET"), by=office.officer, at=NOW)
    reply = record_reply(agency=letter.agency, outcome="refused", **given)
    reader = a_coordinator()

    with pytest.raises(NotPermitted):
        open_reply(reply=reply, by=reader, at=NOW)

    other = record_reply(agency=an_agency("ministry"), outcome="information", **given)
    assert open_reply(reply=other, by=reader, at=NOW).text == ""
