"""The inbox, a case's page and its buttons, by whoever walks through them."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corps.audit.models import Entry
from deployments.liaison.actions import cases, notes
from deployments.liaison.actions.letters import (
    approve_letter,
    bounce_letter,
    send_letter,
    submit_letter,
)
from deployments.liaison.actions.replies import record_reply
from deployments.liaison.models import Case, Reply
from deployments.materials.files import Inspected
from deployments.models import Assignment
from tests.admin.doors import (
    as_,
    do_url,
    entries_since,
    last_number,
    list_do_url,
    list_url,
    page_url,
    text_of,
)
from tests.cast import NOW, a_deployment, a_slot, a_volunteer, an_agency
from tests.liaison.letter_scene import an_office
from tests.liaison.permit_scene import a_scene, permit_of
from tests.liaison.scenes import Cast, a_case, a_cast, case_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def test_a_case_is_opened_from_nothing(cast: Cast) -> None:
    volunteer, browser = a_volunteer("매-9"), as_(cast.liaison)
    given = {
        "desk": cast.desk.pk,
        "kind": "information",
        "subject": "Which permits are needed",
        "agency": an_agency().pk,
        "due": "2090-05-01",
        "volunteers": "매-9",
    }
    wrong = browser.post(list_do_url(Case, "new"), given | {"volunteers": "매-9, 매-0"})
    assert "매-0" in text_of(wrong)
    answer = browser.post(list_do_url(Case, "new"), given)
    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page_url(case))
    assert [link.volunteer for link in case.concerned.all()] == [volunteer]


def test_a_case_is_opened_for_the_people_of_a_deployment(cast: Cast) -> None:
    deployment = a_deployment()
    people = []
    for state in ("accepted", "confirmed"):
        slot, volunteer = a_slot(deployment), a_volunteer()
        more: dict[str, Any] = {"offered_at": NOW, "answer_by": NOW, "state_since": NOW}
        Assignment.objects.create(
            slot=slot, volunteer=volunteer, period=slot.period, state=state, **more
        )
        people.append(volunteer)
    browser, url = as_(cast.liaison), do_url(deployment, "open-case")
    page = browser.get(url)
    ticked = page.context["form"].initial["volunteers"]
    assert ticked == [people[1].pk]
    browser.post(
        url,
        {
            "kind": "permits",
            "subject": "x",
            "agency": an_agency().pk,
            "volunteers": [str(one.pk) for one in people],
        },
    )
    case = Case.objects.get()
    assert (list(case.deployments.all()), case.concerned.count()) == ([deployment], 2)
    assert case.reference in text_of(browser.get(page_url(deployment)))


def test_a_case_about_permits_takes_in_those_that_its_people_lack() -> None:
    scene = a_scene("passport-use", "insurance")
    people = [scene.person().volunteer for _each in range(3)]
    given = {"subject": "x", "agency": an_agency().pk, "volunteers": [people[0].pk, people[1].pk]}
    url = do_url(scene.deployment, "open-case")
    as_(scene.officer).post(url, {"kind": "permits", **given})
    case = Case.objects.get()
    assert case.permits.count() == 4
    as_(scene.officer).post(url, {"kind": "information", **given})
    assert case.permits.count() == 4


def test_the_page_shows_the_whole(cast: Cast) -> None:
    case = case_at(
        "sent", cast.liaison, deployments=[a_deployment()], volunteers=[a_volunteer("매-5")]
    )
    notes.add_note(case=case, text="Called them", by=cast.liaison, at=NOW)
    notes.add_reminder(case=case, on=date(2026, 11, 22), says="Call again", by=cast.liaison, at=NOW)
    ministry = an_agency("unification")
    on = date(2026, 11, 22)
    cases.refer_case(
        case=case, to_agency=ministry, by=cast.liaison, at=NOW, on=on, due=on, remark="by letter"
    )
    notes.flag_overdue(at=NOW + timedelta(days=2))
    page = text_of(as_(cast.liaison).get(page_url(case)))
    for part in (
        "2026-0001",
        "Passport permits",
        "매-5",
        "Called them",
        "Call again",
        "by letter",
        "Overdue",
        "The answer is overdue",
        "write a reminder",
    ):
        assert part in page
    read = text_of(as_(cast.approver).get(page_url(case)))
    assert "do/note/" not in read
    assert as_(cast.stranger).get(page_url(case)).status_code == 404


def mains(browser: Client, case: Case) -> list[str]:
    """Where the main buttons of a case's page lead."""
    page = text_of(browser.get(page_url(case)))
    return re.findall(r'class="btn btn-primary[^"]*" href="([^"]+)"', page)


@pytest.mark.parametrize(
    ("state", "button"),
    [
        ("open", ["letter"]),
        ("sent", ["reply"]),
        ("acknowledged", ["reply"]),
        ("referred", ["reply"]),
        ("answered", ["close"]),
        ("closed", []),
    ],
)
def test_one_main_button_leads_to_the_next_step(cast: Cast, state: str, button: list[str]) -> None:
    case, browser = case_at(state, cast.liaison), as_(cast.liaison)
    assert mains(browser, case) == [do_url(case, name) for name in button]
    if state == "sent":
        Case.objects.filter(pk=case.pk).update(overdue_since=NOW)
        assert mains(browser, case) == [do_url(case, "letter")]


def test_while_a_letter_is_at_work_the_main_button_leads_to_it() -> None:
    office = an_office()
    draft, browser = office.letter(), as_(office.officer)
    assert mains(browser, office.case) == [page_url(draft)]
    submit_letter(letter=draft, by=office.officer, at=NOW)
    assert mains(as_(office.approver), office.case) == [page_url(draft)]
    approve_letter(letter=draft, version=2, by=office.approver, at=NOW)
    send_letter(letter=draft, through="post", by=office.officer, at=NOW)
    bounce_letter(letter=draft, by=office.officer, at=NOW)
    assert mains(browser, office.case) == [page_url(draft)]


def test_permits_without_an_answer_come_before_the_end() -> None:
    scene = a_scene("passport-use")
    case = scene.applied(permit_of(scene.person()))
    Case.objects.update(state="answered")
    assert mains(as_(scene.officer), case) == [do_url(case, "permit-answers")]


def test_each_button_does_what_it_says(cast: Cast) -> None:
    browser, case = as_(cast.liaison), case_at("sent", cast.liaison)
    ministry, today = an_agency("ministry"), timezone.localdate().isoformat()
    volunteer, deployment = a_volunteer("매-8"), str(a_deployment().pk)
    walks: list[tuple[str, dict[str, Any]]] = [
        ("note", {"text": "Called"}),
        ("remind", {"on": "2090-01-01", "says": "Look"}),
        ("people", {"volunteers": "매-8"}),
        ("no-person", {"volunteer": str(volunteer.pk)}),
        ("deployment", {"deployment": deployment}),
        ("no-deployment", {"deployment": deployment}),
        ("material", {"version": ""}),
        ("edit", {"subject": "New", "owner": str(cast.liaison.pk), "due": "2090-02-02"}),
        ("acknowledge", {}),
        ("refer", {"to_agency": str(ministry.pk), "on": today, "due": "2090-03-03", "remark": ""}),
        ("reply", {"agency": str(ministry.pk), "outcome": "no_comment", "came_on": today}),
        ("close", {"reason": "no comment"}),
    ]
    for name, given in walks:
        answer = browser.post(do_url(case, name), given)
        assert (name, answer.status_code) == (name, 302), text_of(answer)
    reminder = case.reminders.get()
    browser.get(do_url(case, "done"), {"reminder": reminder.pk})
    case.refresh_from_db()
    assert (case.state, case.outcome, case.subject) == ("closed", "no_comment", "New")
    assert as_(cast.approver).post(do_url(case, "note"), {"text": "x"}).status_code == 403


def test_a_reply_is_read_on_its_page_and_its_file_is_handed_out(cast: Cast) -> None:
    case = case_at("sent", cast.liaison)
    file = Inspected("text/plain", b"hello", 1, None, ())
    reply = record_reply(
        case=case,
        by=cast.liaison,
        at=NOW,
        agency=case.agency,
        outcome="granted",
        came_on=date(2026, 11, 22),
        text="Granted, all of them.",
        files=[("answer.txt", file)],
    )
    browser, stranger, before = as_(cast.approver), as_(cast.stranger), last_number()
    page = text_of(browser.get(page_url(reply)))
    assert entries_since(before) == ["reply.read"]
    assert "Granted, all of them." in page
    assert "answer.txt" in page
    url = f"/admin/liaison/reply/{reply.pk}/attachments/0/"
    answer: Any = browser.get(url)
    assert entries_since(before) == ["reply.read", "reply.file_read"]
    entry = Entry.objects.latest("number")
    assert (entry.actor, entry.facts) == ("approver", {"attachment": 1})
    assert answer.content == b"hello"
    assert answer["Content-Disposition"] == 'attachment; filename="2026-0001-1.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert browser.get(url.replace("/0/", "/1/")).status_code == 404
    assert entries_since(before) == ["reply.read", "reply.file_read"]
    assert stranger.get(url).status_code == stranger.get(page_url(reply)).status_code == 404
    assert {"reply.read", "reply.file_read"}.isdisjoint(entries_since(entry.number))
    assert Reply.objects.count() == 1


def test_filters_of_the_inbox(cast: Cast) -> None:
    today = timezone.localdate()
    late = case_at("sent", cast.liaison, due=date(2026, 11, 22))
    Case.objects.filter(pk=late.pk).update(overdue_since=NOW)
    soon = case_at("acknowledged", cast.liaison, agency=an_agency("ministry"), subject="Leaflets")
    Case.objects.filter(pk=soon.pk).update(due=today + timedelta(days=2))
    answered = case_at("answered", cast.liaison, due=None, kind="information")
    browser, url = as_(cast.liaison), list_url(Case)
    everything = [row.pk for row in browser.get(url).context["cl"].result_list]
    assert everything == [late.pk, soon.pk, answered.pk]
    asked: list[tuple[dict[str, Any], Case]] = [
        ({"due": "overdue"}, late),
        ({"due": "week"}, soon),
        ({"due": "answered"}, answered),
        ({"text": "leaf"}, soon),
        ({"text": answered.reference}, answered),
        ({"state": "acknowledged"}, soon),
        ({"kind": "information"}, answered),
        ({"holder": an_agency("ministry").pk}, soon),
    ]
    for question, case in asked:
        found = browser.get(url, question).context["cl"].result_list
        assert (question, [row.pk for row in found]) == (question, [case.pk])
    tiles = {tile.label: tile.count for tile in browser.get("/admin/").context["board"]}
    assert tiles["Cases overdue"] == tiles["Cases due within a week"] == 1


def test_the_inbox_is_flat(cast: Cast) -> None:
    browser, numbers = as_(cast.liaison), []
    for count in (1, 29, 170):
        for _each in range(count):
            a_case(cast.liaison)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(list_url(Case))
        numbers.append(len(queries))
    assert len(set(numbers)) == 1, numbers


def test_a_case_page_is_flat(cast: Cast) -> None:
    case, browser, numbers = a_case(cast.liaison), as_(cast.liaison), []
    for count in (1, 5, 30):
        for _each in range(count):
            notes.add_note(case=case, text="x", by=cast.liaison, at=NOW)
            notes.add_reminder(case=case, on=date(2090, 1, 1), says="x", by=cast.liaison, at=NOW)
        with CaptureQueriesContext(connection) as queries:
            browser.get(page_url(case))
        numbers.append(len(queries))
    assert len(set(numbers)) == 1, numbers
