"""The volunteer's own pages: several days, every week, entries taken back, the account."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from corps.accounts.models import User
from corps.audit.queries import entries_about
from tests.cast import NOW, a_coordinator, a_volunteer
from volunteers.models import AvailabilityWindow, Volunteer, WeeklyRule
from volunteers.queries.availability import days_of

pytestmark = pytest.mark.django_db

PAGES = (
    "/portal/calendar/days/",
    "/portal/calendar/weekly/",
    "/portal/calendar/entries/",
    "/portal/account/",
)


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
    volunteer = a_volunteer(account=True, **{"windows": [], **fields})
    return volunteer, signed_in(volunteer.user)


def messages(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


@pytest.mark.parametrize("path", PAGES)
def test_a_volunteer_reads_the_page(path: str) -> None:
    _, client = me()
    answer = client.get(path)
    assert answer.status_code == 200
    assert "script-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_staff_without_a_volunteer_find_nothing(path: str) -> None:
    client = signed_in(a_coordinator())
    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)


@pytest.mark.parametrize("path", PAGES)
def test_nobody_is_sent_to_sign_in(path: str) -> None:
    for answer in (signed_in(None).get(path), signed_in(None).post(path)):
        assert (answer.status_code, answer["Location"]) == (302, f"/account/login/?next={path}")


def test_several_days_are_set_with_the_last_included() -> None:
    volunteer, client = me()
    sent = {"first": "2027-03-04", "last": "2027-03-05", "kind": "unavailable"}
    answer = client.post(PAGES[0], sent)
    assert answer["Location"] == "/portal/calendar/?month=2027-03"
    found = days_of(volunteer, date(2027, 3, 3), date(2027, 3, 6))
    assert [day.kind for day in found] == [None, "unavailable", "unavailable", None]
    assert entries_about(volunteer)[0].actor == volunteer.callsign


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"first": "2027-03-04", "last": "2027-03-01"}, "The last day is before the first."),
        ({"first": "2026-11-21", "last": "2026-11-23"}, "Days that have passed cannot be changed."),
        ({"first": "2027-01-01", "last": "2031-01-01"}, "Choose at most three years at once."),
        ({"first": "tomorrow", "last": "2031-01-01"}, "Enter a valid date."),
        ({"first": "9999-12-31", "last": "9999-12-31"}, "Choose days within the next five years."),
        ({"first": "2027-01-01", "last": "2027-01-01", "kind": "x"}, "Select a valid choice."),
    ],
)
def test_days_that_cannot_be_are_answered_in_words(sent: dict[str, str], says: str) -> None:
    volunteer, client = me()
    answer = client.post(PAGES[0], {"kind": "available", **sent})
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not AvailabilityWindow.objects.filter(volunteer=volunteer).exists()


def test_the_week_is_set_in_one_go() -> None:
    volunteer, client = me()
    week = {f"day_{n}": "nothing" for n in range(1, 8)} | {"day_6": "available", "day_7": "avoid"}
    assert client.post(PAGES[1], week)["Location"] == "/portal/calendar/"
    rules = WeeklyRule.objects.filter(volunteer=volunteer).values_list("weekday", "kind")
    assert list(rules) == [(6, "available"), (7, "avoid")]
    page = client.get(PAGES[1]).content.decode()
    assert page.count("selected") == 7
    assert page.count('<option value="avoid" selected>') == 1


def test_an_entry_is_removed() -> None:
    volunteer, client = me(windows=[("available", date(2027, 1, 1), date(2027, 1, 9))])
    window = AvailabilityWindow.objects.get(volunteer=volunteer)
    answer = client.post(PAGES[2], {"window": window.pk}, follow=True)
    assert messages(answer) == ["The entry is removed."]
    assert not AvailabilityWindow.objects.filter(volunteer=volunteer).exists()


def test_somebody_elses_entry_answers_like_one_that_never_was() -> None:
    theirs = AvailabilityWindow.objects.get(volunteer=a_volunteer())
    _, client = me()
    hidden = client.post(PAGES[2], {"window": theirs.pk}, follow=True)
    absent = client.post(PAGES[2], {"window": theirs.pk + 10_000}, follow=True)
    assert messages(hidden) == messages(absent) == ["This entry was gone already."]
    assert AvailabilityWindow.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("count", [1, 3, 200])
def test_entries_cost_the_same_however_many(count: int, django_assert_num_queries: Any) -> None:
    start = date(2027, 1, 1)
    days = [start + timedelta(days=2 * n) for n in range(count)]
    _, client = me(windows=[("available", day, day) for day in days])
    with django_assert_num_queries(5):
        page = client.get(PAGES[2]).content.decode()
    assert page.count('name="window"') == min(count, 20)


def test_the_language_is_kept_with_account_and_volunteer() -> None:
    volunteer, client = me()
    answer = client.post("/portal/account/language/", {"language": "uk", "next": "/portal/"})
    assert (answer["Location"], client.cookies["language"].value) == ("/portal/", "uk")
    kept = Volunteer.objects.select_related("user").get(pk=volunteer.pk)
    assert kept.user is not None
    assert (kept.portal_language, kept.user.language) == ("uk", "uk")
    entry = entries_about(volunteer)[0]
    facts = {"portal_language": "uk"}
    assert (entry.verb, entry.facts) == ("volunteer.language_chosen", facts)


def test_choosing_a_language_leads_nowhere_else() -> None:
    _, client = me()
    sent = {"language": "uk", "next": "https://elsewhere.example/"}
    assert client.post("/portal/account/language/", sent)["Location"] == "/portal/account/"


def test_a_language_that_is_not_spoken_changes_nothing() -> None:
    volunteer, client = me()
    client.post("/portal/account/language/", {"language": "tlh"})
    assert Volunteer.objects.get(pk=volunteer.pk).portal_language == "ko"


def test_a_pause_begins_and_ends() -> None:
    volunteer, client = me()
    for move, standing in (("pause", "paused"), ("resume", "active")):
        client.post(PAGES[3], {"standing": move})
        assert Volunteer.objects.get(pk=volunteer.pk).standing == standing
    verbs = [entry.verb for entry in entries_about(volunteer)][:2]
    assert verbs == ["standing.resumed", "standing.paused"]


def test_a_second_pause_is_answered_in_a_sentence() -> None:
    _, client = me(standing="paused")
    answer = client.post(PAGES[3], {"standing": "pause"}, follow=True)
    says = "This has changed meanwhile: the step is no longer possible."
    assert messages(answer) == [says]


def test_no_other_move_of_the_standing_is_taken() -> None:
    volunteer, client = me(standing="applicant")
    assert client.post(PAGES[3], {"standing": "admit"}).status_code == 404
    assert Volunteer.objects.get(pk=volunteer.pk).standing == "applicant"
