"""The e-mails of a case are settled by those who keep the case, not by whom it is shared with."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.errors import NotPermitted
from corps.outbox.actions.settling import cancel_message, settle_doubt, try_again
from corps.outbox.models import Message
from corps.outbox.queries import messages_visible_to
from tests.admin.doors import as_, do_url, entries_since, last_number, list_do_url, page_url
from tests.cast import NOW, a_desk, a_user
from tests.liaison.letter_scene import Office, a_contact, an_office
from tests.liaison.test_cases_hidden import share
from tests.outbox.mails import report

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def office(settings: Settings) -> Office:
    settings.MAIL_FROM = "Corps <letters@corps.example>"
    return an_office()


def mailed(office: Office, state: str) -> Message:
    """The message of a letter of the office, at a state."""
    office.sent("email", contact=a_contact())
    Message.objects.update(state=state, sent_at=NOW)
    return Message.objects.get()


def colleague(office: Office) -> User:
    """A liaison officer of another desk, with whom the case is shared."""
    return share(office.case, a_user("other", Role.LIAISON, desk=a_desk("elsewhere")))


@pytest.mark.parametrize(
    ("state", "name", "action"),
    [
        ("in_doubt", "deliver", settle_doubt),
        ("failed", "try_again", try_again),
        ("failed", "cancel", cancel_message),
    ],
)
def test_whom_a_case_is_shared_with_settles_none_of_its_messages(
    office: Office, state: str, name: str, action: Callable[..., None]
) -> None:
    message = mailed(office, state)
    other = colleague(office)
    assert list(messages_visible_to(other)) == [message]
    browser, before = as_(other), last_number()
    with pytest.raises(NotPermitted):
        action(message=message, by=other, at=NOW)
    assert f"/do/{name}/" not in browser.get(page_url(message)).content.decode()
    assert browser.post(do_url(message, name)).status_code == 403
    message.refresh_from_db()
    assert (message.state, set(entries_since(before))) == (state, {"access.refused"})
    assert f"/do/{name}/" in as_(office.officer).get(page_url(message)).content.decode()


def test_whom_a_case_is_shared_with_brings_no_bounce_of_it(office: Office) -> None:
    message, other = mailed(office, "sent"), colleague(office)
    for who, code, state in ((other, 403, "sent"), (office.officer, 302, "bounced")):
        raw = report(envelope=message.message_id)
        file = SimpleUploadedFile("returned.eml", raw, "message/rfc822")
        answer: Any = as_(who).post(list_do_url(Message, "bounce"), {"file": file})
        message.refresh_from_db()
        assert (answer.status_code, message.state) == (code, state)
