"""Liaison officers see what did not get out, never to whom or what, and see to it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.outbox import queries
from corps.outbox.actions import write_message
from corps.outbox.models import Message
from corps.outbox.queries import messages_visible_to
from tests.admin.doors import as_, do_url, list_do_url, list_url, page_url, text_of
from tests.cast import NOW, a_coordinator, a_deployment, a_desk, a_user
from tests.outbox.mails import ID, ON_HOLIDAY, report

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages about deployments are shown."""
    monkeypatch.setattr(queries, "_labels", ["deployments.deployment"])


def an_officer(desk: str = "seoul") -> User:
    return a_user(f"officer-{desk}", Role.LIAISON, desk=a_desk(desk))


def a_message(state: str = "failed", desk: str = "seoul", codename: str = "") -> Message:
    message = write_message(
        about=a_deployment(codename, desk=a_desk(desk)),
        to=["kim@embassy.example"],
        subject="Visa of 매-1",
        text="Text",
        at=NOW,
    )
    Message.objects.filter(pk=message.pk).update(state=state, sent_at=NOW)
    message.refresh_from_db()
    return message


def test_only_messages_about_what_one_sees_are_seen() -> None:
    mine, other = a_message(), a_message(desk="elsewhere")
    assert set(messages_visible_to(an_officer())) == {mine}
    assert set(messages_visible_to(a_coordinator())) == set()
    browser = as_(an_officer("busan"))
    hidden = browser.get(page_url(other))
    assert (hidden.status_code, browser.get(do_url(other, "cancel")).status_code) == (404, 404)


def test_messages_about_what_nobody_spoke_for_are_seen_by_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_message()
    monkeypatch.setattr(queries, "_labels", [])
    assert set(messages_visible_to(an_officer())) == set()


def test_pages_name_what_it_is_about_and_never_to_whom_or_what() -> None:
    message = a_message(codename="두루미-봄")
    browser = as_(an_officer())
    for page in (list_url(Message), page_url(message), page_url(message, "history")):
        text = text_of(browser.get(page))
        assert ("embassy.example" in text, "Visa" in text) == (False, False)
    text = text_of(browser.get(list_url(Message)))
    assert f'<a href="{page_url_of_subject(message)}">두루미-봄</a>' in text


def page_url_of_subject(message: Message) -> str:
    pk = message.about.partition(":")[2]
    return reverse("admin:deployments_deployment_change", args=[pk])


def test_the_board_counts_what_did_not_get_out_and_leads_there() -> None:
    for state in ("failed", "in_doubt", "bounced", "sent", "written"):
        a_message(state)
    a_message("failed", desk="elsewhere")
    browser = as_(an_officer())
    board = text_of(browser.get(reverse("admin:index")))
    assert "Letters that did not get out" in board
    listed = browser.get(list_url(Message), {"state": "stuck"})
    assert listed.context["cl"].result_count == 3


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_list_costs_the_same_whatever_its_length(
    rows: int, django_assert_num_queries: Any
) -> None:
    browser = as_(an_officer())
    for _ in range(rows):
        a_message()
    browser.get(list_url(Message))
    with django_assert_num_queries(LIST_QUERIES):
        browser.get(list_url(Message))


LIST_QUERIES = 7
"""Session, account, roles, desks; then how many rows, the rows, and what filters offer."""


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        ("deliver", "in_doubt", "sent"),
        ("try_again", "in_doubt", "written"),
        ("try_again", "failed", "written"),
        ("try_again", "bounced", "written"),
        ("cancel", "failed", "void"),
        ("deliver", "failed", "failed"),
        ("try_again", "sent", "sent"),
        ("cancel", "sent", "sent"),
    ],
)
def test_each_button_makes_its_move_and_no_other(step: str, before: str, after: str) -> None:
    message = a_message(before)
    as_(an_officer()).post(do_url(message, step))
    assert Message.objects.get(pk=message.pk).state == after


def test_the_button_that_cancels_says_what_becomes_of_a_letter() -> None:
    page = text_of(as_(an_officer()).get(do_url(a_message("failed"), "cancel")))
    assert "A letter that it carries counts as come back." in page


def bring(raw: bytes, officer: User) -> Any:
    file = SimpleUploadedFile("returned.eml", raw, "message/rfc822")
    return as_(officer).post(list_do_url(Message, "bounce"), {"file": file})


def test_an_e_mail_that_came_back_is_brought_by_hand() -> None:
    message = a_message("sent")
    Message.objects.filter(pk=message.pk).update(message_id=ID)
    stranger = bring(report(envelope=ID), an_officer("busan"))
    assert "belongs to no message of yours" in text_of(stranger)
    assert "does not say that a message came back" in text_of(bring(ON_HOLIDAY, an_officer("jeju")))
    answered = bring(report(envelope=ID), an_officer())
    assert (answered.status_code, answered.url) == (302, page_url(message))
    assert Message.objects.get(pk=message.pk).state == "bounced"


def test_a_file_that_is_no_e_mail_is_not_taken() -> None:
    assert bring(b"\x89PNG\r\n\x1a\n" * 40_000, an_officer()).status_code == 415
