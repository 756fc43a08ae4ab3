"""An answer to what told of somebody may name them: who reads it, and what the ledger keeps."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission

from corps.accounts.roles import Role
from corps.audit.models import Entry
from corps.errors import NotPermitted
from deployments.liaison.actions.replies import open_reply, record_reply
from deployments.liaison.models import CaseUserObjectPermission, Reply
from deployments.liaison.queries.replies import replies_visible_to
from tests.cast import NOW, a_user
from tests.liaison.disclosing import Telling, a_telling

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
