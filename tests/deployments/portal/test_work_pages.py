"""The volunteer's pages that show work: for the volunteer, another volunteer, staff and nobody."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from corps.accounts.models import User
from corps.audit.queries import entries_about
from deployments.models import Assignment
from tests.cast import NOW, a_coordinator, a_deployment, a_slot, a_volunteer
from volunteers.models import Volunteer
from volunteers.queries.availability import days_of

pytestmark = pytest.mark.django_db

LISTS = ("/portal/", "/portal/calendar/", "/portal/offers/", "/portal/offers/places/")
KYIV = ZoneInfo("Europe/Kyiv")


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(user: User | None) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    if user is not None:
        client.force_login(user)
    return client


def me(**fields: Any) -> tuple[Volunteer, Client]:
    volunteer = a_volunteer(account=True, **fields)
    return volunteer, signed_in(volunteer.user)


def march(first: int, last: int) -> tuple[datetime, datetime]:
    """Days of March 2027 in Kyiv, the last included."""
    until = datetime(2027, 3, last, tzinfo=KYIV) + timedelta(days=1)
    return datetime(2027, 3, first, tzinfo=KYIV), until


def an_assignment(volunteer: Volunteer, state: str = "offered", **fields: Any) -> Assignment:
    slot = fields.pop("slot", None) or a_slot(period=fields.pop("period", march(8, 9)))
    offered = state != "proposed"
    values = {
        "state_since": NOW,
        "offered_at": NOW if offered else None,
        "answer_by": NOW + timedelta(hours=48) if offered else None,
        **fields,
    }
    return Assignment.objects.create(
        slot=slot, volunteer=volunteer, period=slot.period, state=state, **values
    )


def state_of(assignment: Assignment) -> str:
    return Assignment.objects.get(pk=assignment.pk).state


def page_of(assignment: Assignment) -> str:
    return f"/portal/offers/{assignment.pk}/"


def messages(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


# Who sees what


@pytest.mark.parametrize("path", [*LISTS, "/portal/account/leave/"])
def test_each_page_for_each_of_the_cast(path: str) -> None:
    _, client = me()
    assert client.get(path).status_code == 200
    assert signed_in(a_coordinator()).get(path).status_code == 404
    nobody = signed_in(None).get(path)
    assert (nobody.status_code, nobody["Location"]) == (302, f"/account/login/?next={path}")


@pytest.mark.parametrize("more", ["", "withdraw/"])
def test_somebody_elses_offer_answers_like_one_that_never_was(more: str) -> None:
    volunteer, mine = me()
    assignment = an_assignment(volunteer, "accepted")
    absent = f"/portal/offers/{uuid4()}/{more}"
    assert mine.get(page_of(assignment) + more).status_code == 200
    for user in (a_volunteer(account=True).user, a_coordinator()):
        client = signed_in(user)
        for send in (client.get, client.post):
            hidden, missing = send(page_of(assignment) + more), send(absent)
            assert (hidden.status_code, missing.status_code) == (404, 404)
            assert hidden.content == missing.content
    nobody = signed_in(None).get(page_of(assignment) + more)
    assert nobody["Location"].startswith("/account/login/")
    assert state_of(assignment) == "accepted"


def test_a_proposal_is_the_desks_own_matter() -> None:
    volunteer, client = me()
    assignment = an_assignment(volunteer, "proposed")
    assert client.get(page_of(assignment)).status_code == 404
    for page in LISTS:
        assert str(assignment.pk) not in client.get(page).content.decode()


def test_lists_show_only_ones_own() -> None:
    _, client = me()
    theirs = an_assignment(a_volunteer(), "offered")
    for page in LISTS:
        assert str(theirs.pk) not in client.get(page).content.decode()


def test_the_way_in_leads_volunteers_to_the_portal() -> None:
    _, client = me()
    assert client.get("/")["Location"] == "/portal/"


# Offers


def test_an_offer_says_role_place_days_and_until_when() -> None:
    volunteer, client = me()
    deployment = a_deployment("두루미-90", region="Kharkiv", country="UA")
    assignment = an_assignment(volunteer, slot=a_slot(deployment, period=march(8, 9)))
    page = client.get(page_of(assignment)).content.decode()
    for words in (
        "Interpreter",
        "두루미-90",
        "Ukraine",
        "Kharkiv",
        "March 8, 2027 to March 10, 2027",  # where the volunteer is: Seoul
        "March 8, 2027 to March 9, 2027",  # at the place: Kyiv
        "Nov. 24, 2026 (Tuesday), 12:00",
    ):
        assert words in page


@pytest.mark.parametrize(("answer", "state"), [("accept", "accepted"), ("decline", "declined")])
def test_an_offer_is_answered(answer: str, state: str) -> None:
    volunteer, client = me()
    assignment = an_assignment(volunteer)
    response = client.post(page_of(assignment), {"answer": answer})
    assert response["Location"] == page_of(assignment)
    assert state_of(assignment) == state
    entry = entries_about(assignment)[0]
    assert (entry.verb, entry.actor, entry.door, entry.reason) == (
        f"assignment.{state}",
        volunteer.callsign,
        "portal",
        "",
    )


@pytest.mark.parametrize("state", ["declined", "expired", "cancelled", "accepted"])
def test_an_offer_that_changed_meanwhile_is_answered_calmly(state: str) -> None:
    volunteer, client = me()
    assignment = an_assignment(volunteer, state)
    answer = client.post(page_of(assignment), {"answer": "accept"}, follow=True)
    assert answer.status_code == 200
    assert len(messages(answer)) == 1
    assert state_of(assignment) == state


def test_an_answer_after_its_time_is_refused_calmly() -> None:
    volunteer, client = me()
    assignment = an_assignment(volunteer, answer_by=NOW - timedelta(seconds=1))
    answer = client.post(page_of(assignment), {"answer": "accept"}, follow=True)
    assert len(messages(answer)) == 1
    assert "Time to answer is over" in answer.content.decode()
    assert 'name="answer"' not in answer.content.decode()
    assert state_of(assignment) == "offered"


def test_another_answer_than_the_two_is_none() -> None:
    volunteer, client = me()
    assignment = an_assignment(volunteer)
    assert client.post(page_of(assignment), {"answer": "confirm"}).status_code == 404
    assert state_of(assignment) == "offered"


@pytest.mark.parametrize("state", ["accepted", "confirmed", "active", "lost_contact"])
def test_a_place_is_given_back_without_a_reason(state: str) -> None:
    volunteer, client = me()
    assignment = an_assignment(volunteer, state)
    page = page_of(assignment) + "withdraw/"
    assert b"textarea" not in client.get(page).content
    assert client.post(page)["Location"] == page_of(assignment)
    assert state_of(assignment) == "withdrawn"


@pytest.mark.parametrize("state", ["offered", "declined", "completed", "cancelled"])
def test_what_is_not_held_is_not_given_back(state: str) -> None:
    volunteer, client = me()
    assignment = an_assignment(volunteer, state)
    page = page_of(assignment) + "withdraw/"
    assert client.get(page)["Location"] == page_of(assignment)
    assert len(messages(client.post(page, follow=True))) == 1
    assert state_of(assignment) == state


def test_offers_that_wait_stand_first() -> None:
    volunteer, client = me()
    over = an_assignment(volunteer, "declined", period=march(1, 2))
    later = an_assignment(volunteer, period=march(3, 4), answer_by=NOW + timedelta(hours=40))
    soon = an_assignment(volunteer, period=march(5, 6), answer_by=NOW + timedelta(hours=2))
    shown = [place.assignment.pk for place in client.get("/portal/offers/").context["places"]]
    assert shown == [soon.pk, later.pk, over.pk]


CONSENTS = 2
"""What the front page asks besides: which consent texts hold, and what was said to them."""


@pytest.mark.parametrize("count", [1, 3, 200])
@pytest.mark.parametrize(
    ("path", "most"),
    [("/portal/offers/", 8), ("/portal/offers/places/", 8), ("/portal/", 8 + CONSENTS)],
)
def test_lists_cost_the_same_however_many(
    path: str, most: int, count: int, django_assert_max_num_queries: Any
) -> None:
    volunteer, client = me()
    deployment = a_deployment()
    state = "declined" if path.endswith("offers/") else "completed"
    for _ in range(count):
        an_assignment(volunteer, state, slot=a_slot(deployment, period=march(8, 9)))
    an_assignment(volunteer, "offered", slot=a_slot(deployment, period=march(11, 11)))
    an_assignment(volunteer, "accepted", slot=a_slot(deployment, period=march(12, 12)))
    with django_assert_max_num_queries(most):
        assert client.get(path).status_code == 200


# The front page


def test_the_front_page_shows_what_waits_first() -> None:
    volunteer, client = me()
    waits = an_assignment(volunteer)
    held = an_assignment(volunteer, "confirmed", period=march(20, 22))
    page = client.get("/portal/").content.decode()
    assert 0 < page.index(str(waits.pk)) < page.index(str(held.pk)) < page.index("next two weeks")


def test_the_front_page_leaves_out_what_nobody_can_answer_any_more() -> None:
    volunteer, client = me()
    assignment = an_assignment(volunteer, answer_by=NOW)
    assert str(assignment.pk) not in client.get("/portal/").content.decode()


# The calendar


def tap(client: Client, value: str, **headers: str) -> Any:
    return client.post("/portal/calendar/", {"set": value}, headers=headers)


def test_a_tap_changes_the_day_and_goes_back_to_it() -> None:
    volunteer, client = me(windows=[])
    answer = tap(client, "2027-03-04.available")
    assert answer["Location"] == "/portal/calendar/?month=2027-03#day-2027-03-04"
    day = date(2027, 3, 4)
    assert [found.kind for found in days_of(volunteer, day, day)] == ["available"]


def test_with_htmx_only_the_changed_day_is_answered() -> None:
    _, client = me(windows=[])
    answer = tap(client, "2027-03-04.available", hx_request="true")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.strip().startswith(
        '<button type="submit" class="day is-available" id="day-2027-03-04"'
    )
    assert 'value="2027-03-04.avoid"' in page
    assert "March 4: Available" in page
    assert "<html" not in page


def test_taps_go_round() -> None:
    _, client = me(windows=[])
    kinds = ("available", "avoid", "unavailable", "nothing", "available")
    for kind, following in pairwise(kinds):
        answer = tap(client, f"2027-03-04.{kind}", hx_request="true")
        assert f'value="2027-03-04.{following}"' in answer.content.decode()


def test_the_same_tap_twice_changes_nothing_more() -> None:
    volunteer, client = me(windows=[])
    tap(client, "2027-03-04.avoid")
    tap(client, "2027-03-04.avoid")
    day = date(2027, 3, 4)
    assert [found.kind for found in days_of(volunteer, day, day)] == ["avoid"]


def test_a_past_day_is_refused_in_a_sentence() -> None:
    volunteer, client = me(windows=[])
    answer = client.post("/portal/calendar/", {"set": "2026-11-21.available"}, follow=True)
    assert messages(answer) == ["Days that have passed cannot be changed."]
    assert tap(client, "2026-11-21.available", hx_request="true")["HX-Refresh"] == "true"
    assert days_of(volunteer, date(2026, 11, 21), date(2026, 11, 21))[0].kind is None


@pytest.mark.parametrize("sent", ["", "2027-02-30.available", "2027-03-04.always", "x.y", "2027.3"])
def test_what_is_not_a_day_changes_nothing(sent: str) -> None:
    _, client = me(windows=[])
    assert tap(client, sent).status_code == 404


def test_a_tap_after_the_session_ended_loads_the_page_anew() -> None:
    answer = tap(signed_in(None), "2027-03-04.available", hx_request="true")
    assert answer["HX-Refresh"] == "true"


def test_a_month_shows_days_rules_and_places() -> None:
    volunteer, client = me(windows=[("unavailable", date(2027, 3, 4), date(2027, 3, 4))])
    volunteer.weekly_rules.create(weekday=6, kind="available")
    an_assignment(volunteer, "confirmed", period=march(8, 9))
    page = client.get("/portal/calendar/?month=2027-03").content.decode()
    assert '<button type="submit" class="day is-unavailable" id="day-2027-03-04"' in page
    assert '<button type="submit" class="day is-available is-rule" id="day-2027-03-06"' in page
    held = [n for n in range(1, 32) if f'is-held" id="day-2027-03-{n:02}"' in page]
    assert held == [8, 9, 10]
    assert page.count('id="day-2027-') == 31


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("2027-03", date(2027, 3, 1)),
        ("", date(2026, 11, 1)),
        ("nonsense", date(2026, 11, 1)),
        ("2027-13", date(2026, 11, 1)),
        ("0001-01", date(2025, 11, 1)),
        ("9999-12", date(2031, 11, 1)),
    ],
)
def test_any_month_asked_for_gives_one(wanted: str, shown: date) -> None:
    _, client = me()
    assert client.get("/portal/calendar/", {"month": wanted}).context["month"].first == shown


@pytest.mark.parametrize(("language", "first"), [("ko", 6), ("en", 6), ("uk", 0)])
def test_the_week_begins_as_the_reader_is_used_to(language: str, first: int) -> None:
    _, client = me()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    weeks = client.get("/portal/calendar/").context["month"].weeks
    assert {week[0].day.date.weekday() for week in weeks} == {first}
    assert {len(week) for week in weeks} == {7}


@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_month_costs_the_same_however_much_is_in_it(
    count: int, django_assert_max_num_queries: Any
) -> None:
    days = [date(2027, 3, 1) + timedelta(days=n) for n in range(count)]
    kinds = ["available", "avoid"]
    volunteer, client = me(windows=[(kinds[n % 2], d, d) for n, d in enumerate(days)])
    deployment = a_deployment()
    for n in range(1, count, 2):
        slot = a_slot(deployment, period=march(n, n))
        an_assignment(volunteer, "confirmed", slot=slot)
    with django_assert_max_num_queries(7):
        client.get("/portal/calendar/?month=2027-03")


# Leaving


def test_leaving_frees_everything_and_asks_no_reason() -> None:
    volunteer, client = me()
    waits = an_assignment(volunteer)
    held = an_assignment(volunteer, "confirmed", period=march(20, 22))
    assert b"textarea" not in client.get("/portal/account/leave/").content
    assert client.post("/portal/account/leave/")["Location"] == "/portal/account/"
    assert (state_of(waits), state_of(held)) == ("declined", "withdrawn")
    assert Volunteer.objects.get(pk=volunteer.pk).standing == "withdrawn"


def test_who_has_left_still_reads_and_changes_no_day() -> None:
    _, client = me(standing="withdrawn")
    assert "You have withdrawn" in client.get("/portal/").content.decode()
    page = client.get("/portal/calendar/").content.decode()
    assert page.count('name="set"') == page.count("disabled>") == 30
    assert client.get("/portal/account/leave/")["Location"] == "/portal/account/"
