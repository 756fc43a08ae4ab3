"""A letter that came back brings its case before those who have to send it again."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from corps.audit.queries import entries_about
from deployments.agencies.models import Agency
from deployments.liaison.actions.cases import close_case
from deployments.liaison.actions.letters import bounce_letter, send_letter
from deployments.liaison.actions.replies import record_reply
from deployments.liaison.models import Case
from deployments.liaison.queries import inbox
from deployments.liaison.queries.next_step import next_step
from deployments.liaison.queries.timeline import holders_in_order, missing_of
from deployments.liaison.rules.cases import HeldByAgency
from tests.admin.doors import as_, do_url, list_url, page_url, text_of
from tests.cast import NOW, an_agency
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
    assert (waiting(), str(next_step(office.case).says)) == (
        (1, 1),
        "The letter came back: send it again another way.",
    )
    send_letter(letter=office.case.letters.get(), through="hand", by=office.officer, at=NOW)
    assert waiting() == (0, 0)
    says = "Wait for a receipt or an answer, and enter what comes."
    assert str(next_step(office.case).says) == says


def test_a_later_letter_to_the_same_agency_does_too(office: Office) -> None:
    other = office.approved()
    send_letter(letter=other, through="post", by=office.officer, at=NOW + timedelta(minutes=1))
    assert waiting() == (0, 0)
    lacking = missing_of(office.officer, office.case, at=NOW)
    assert lacking == ["There is no receipt for letter 2026-0001/2."]
    assert [held.agency for held in holders_in_order(office.case)] == [office.case.agency]


def test_no_agency_has_a_case_whose_letter_came_back_until_one_arrives(office: Office) -> None:
    cases, agency = Case.objects.all(), office.case.agency

    def with_whom() -> tuple[bool, bool, bool, bool]:
        page = text_of(as_(office.officer).get(page_url(office.case)))
        listed = as_(office.officer).get(list_url(Case), {"holder": agency.pk})
        return (
            inbox.with_an_agency(cases).exists(),
            inbox.holders_of(cases).exists(),
            bool(holders_in_order(office.case)),
            "<dd>us</dd>" not in page and bool(listed.context["cl"].result_list),
        )

    assert with_whom() == (False,) * 4
    later = NOW + timedelta(minutes=1)
    send_letter(letter=office.case.letters.get(), through="hand", by=office.officer, at=later)
    assert with_whom() == (True,) * 4


def test_a_reminder_that_came_back_leaves_the_case_where_the_first_letter_took_it() -> None:
    office = an_office()
    office.sent()
    bounce_letter(letter=office.sent(kind="reminder"), by=office.officer, at=NOW)
    assert inbox.with_an_agency(Case.objects.all()).exists()
    assert [held.agency for held in holders_in_order(office.case)] == [office.case.agency]


def taken_over(office: Office, slug: str = "ministry", minutes: int = 1) -> Agency:
    """The agency to which another letter of the case was sent."""
    agency, at = an_agency(slug), NOW + timedelta(minutes=minutes)
    send_letter(letter=office.approved(agency=agency), through="post", by=office.officer, at=at)
    office.case.refresh_from_db()
    return agency


def test_a_later_letter_to_another_agency_gives_it_the_case(office: Office) -> None:
    ministry, cases = taken_over(office), Case.objects.all()
    assert (office.case.state, office.case.holder) == ("sent", ministry)
    entry = entries_about(office.case).filter(verb="case.sent").order_by("number").last()
    assert entry is not None
    assert entry.facts == {"from": "sent", "to": "sent", "letter": 2}
    assert list(inbox.holders_of(cases)) == [ministry]
    assert [held.agency for held in holders_in_order(office.case)] == [ministry]
    assert (waiting(), missing_of(office.officer, office.case, at=NOW)) == (
        (0, 0),
        ["There is no receipt for letter 2026-0001/2."],
    )
    says = "Wait for a receipt or an answer, and enter what comes."
    assert str(next_step(office.case).says) == says


def test_the_first_letter_sent_again_after_that_takes_the_case_nowhere(office: Office) -> None:
    ministry, later = taken_over(office), NOW + timedelta(minutes=2)
    first = office.case.letters.get(number=1)
    send_letter(letter=first, through="hand", by=office.officer, at=later)
    office.case.refresh_from_db()
    assert office.case.holder == ministry
    assert [held.agency for held in holders_in_order(office.case)] == [ministry]


def test_where_that_one_came_back_too_the_case_waits_for_it_alone(office: Office) -> None:
    taken_over(office)
    second, later = office.case.letters.get(number=2), NOW + timedelta(minutes=2)
    bounce_letter(letter=second, by=office.officer, at=later)
    assert (waiting(), next_step(office.case).letter) == ((1, 1), second)
    foreign = taken_over(office, "foreign", minutes=3)
    assert (waiting(), office.case.holder) == ((0, 0), foreign)
    assert [held.agency for held in holders_in_order(office.case)] == [foreign]


def test_a_letter_to_somebody_else_that_came_back_waits_while_the_holder_is_reminded() -> None:
    office = an_office()
    office.sent()
    other, holder = office.sent(agency=an_agency("ministry")), office.case.agency
    bounce_letter(letter=other, by=office.officer, at=NOW)
    taken_over(office, holder.slug)
    assert (waiting(), office.case.holder) == ((1, 1), holder)


def test_an_answer_counts_whoever_gives_it_once_no_agency_has_the_case(office: Office) -> None:
    told = {"agency": an_agency("ministry"), "outcome": "refused", "came_on": date(2026, 11, 22)}
    record_reply(case=office.case, by=office.officer, at=NOW, **told)
    office.case.refresh_from_db()
    assert (office.case.state, office.case.holder) == ("answered", None)


def test_a_case_that_no_agency_has_can_be_closed(office: Office) -> None:
    Case.objects.update(overdue_since=NOW, due=date(2026, 11, 22))
    assert do_url(office.case, "close") in text_of(as_(office.officer).get(page_url(office.case)))
    close_case(case=office.case, by=office.officer, at=NOW, reason="given up")
    office.case.refresh_from_db()
    closed = (office.case.state, office.case.holder, office.case.overdue_since, waiting())
    assert closed == ("closed", None, None, (0, 0))


def test_a_case_that_an_agency_has_is_not_closed() -> None:
    office = an_office()
    office.sent()
    office.case.refresh_from_db()
    page = text_of(as_(office.officer).get(page_url(office.case)))
    assert do_url(office.case, "close") not in page
    with pytest.raises(HeldByAgency):
        close_case(case=office.case, by=office.officer, at=NOW, reason="given up")


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
