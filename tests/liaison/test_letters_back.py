"""A letter that came back brings its case before those who have to send it again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from deployments.liaison.actions.letters import bounce_letter, send_letter
from deployments.liaison.models import Case
from deployments.liaison.queries import inbox
from deployments.liaison.queries.timeline import next_step
from tests.admin.doors import as_, list_url, page_url, text_of
from tests.cast import NOW
from tests.liaison.letter_scene import Office, an_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    """The office, with a letter that came back."""
    office = an_office()
    bounce_letter(letter=office.sent(), by=office.officer, at=NOW)
    office.case.refresh_from_db()
    return office


def waiting() -> tuple[int, int]:
    """How many cases wait for us, and how many because a letter came back."""
    cases = Case.objects.all()
    return inbox.waiting_for_us(cases).count(), inbox.came_back(cases).count()


def test_its_case_waits_for_us_until_it_is_sent_again(office: Office) -> None:
    assert (waiting(), str(next_step(office.case))) == (
        (1, 1),
        "The letter came back: send it again another way.",
    )
    send_letter(letter=office.case.letters.get(), through="hand", by=office.officer, at=NOW)
    assert waiting() == (0, 0)
    assert str(next_step(office.case)) == "Wait for a receipt or an answer, and enter what comes."


def test_a_later_letter_to_the_same_agency_does_too(office: Office) -> None:

    other = office.approved()
    send_letter(letter=other, through="post", by=office.officer, at=NOW + timedelta(minutes=1))
    assert waiting() == (0, 0)


def test_a_closed_case_waits_for_nobody(office: Office) -> None:
    Case.objects.update(state="closed", holder=None)
    assert waiting() == (0, 0)


def test_board_list_and_page_say_so(office: Office) -> None:
    client = as_(office.officer)
    tiles = client.get(reverse("admin:index")).content.decode()
    assert "?due=back" in tiles
    shown = client.get(list_url(Case), {"due": "back"})
    assert [case.pk for case in shown.context["cl"].result_list] == [office.case.pk]
    for answer in (shown, client.get(page_url(office.case))):
        assert "Letter came back" in text_of(answer)
