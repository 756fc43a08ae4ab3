"""What the ledger says of work, in words."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from corps.adminkit.words import facts_in_words, verb_in_words
from corps.audit.models import Entry
from deployments.states import ASSIGNMENT, DEPLOYMENT
from tests.admin.doors import as_, do_url, page_url, text_of
from tests.cast import a_coordinator, a_deployment
from tests.deployments.admin.scene import a_scene, staff_url

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]


def told(verb: str, **facts: Any) -> str:
    """The facts of an entry, in English."""
    entry = Entry(verb=verb, facts=facts, at=datetime(2026, 11, 22, tzinfo=UTC))
    with translation.override("en"):
        return facts_in_words(entry)


@pytest.mark.parametrize(
    ("verb", "facts", "words"),
    [
        ("assignment.accepted", {"from": "offered", "to": "accepted"}, "Offered → Accepted"),
        (
            "assignment.offered",
            {"to": "offered", "from": "proposed", "answer_by": "2026-11-24T01:45:16.685547+00:00"},
            "Proposed → Offered; answer by: Nov. 24, 2026, 10:45 a.m.",
        ),
        (
            "slots.added",
            {"last": "2027-03-02", "count": 6, "first": "2027-02-10"},
            "how many: 6; first day: Feb. 10, 2027; last day: March 2, 2027",
        ),
        (
            "deployment.changed",
            {"clearance": {"from": 2, "to": 3}},
            "clearance: 2 abroad → 3 front",
        ),
        (
            "deployment.changed",
            {"country": {"from": "UA", "to": "PL"}},
            "country: Ukraine → Poland",
        ),
        ("deployment.changed", {"region": {"from": "", "to": "Lviv"}}, "region: – → Lviv"),
        (
            "slot.needs_set",
            {"clearance": 3, "skills": {"audio": 2}, "languages": {"ukr speaking": 4}},
            "clearance: 3 front; skills: audio 2; languages: ukr speaking B2",
        ),
        (
            "team.rules_set",
            {"rules": ["1 leaflet-leader", "2 ukr reading 4"]},
            "rules: 1 × leaflet-leader, 2 × ukr reading B2",
        ),
        ("team.rules_set", {"rules": []}, "rules: –"),
        ("agency.made", {"slug": "mofa", "kind": "ministry"}, "kind: Ministry; short name: mofa"),
        (
            "some.verb",
            {"odd": "2026-13-45", "other": "2026-11-24T99:00:00Z"},
            "odd: 2026-13-45; other: 2026-11-24T99:00:00Z",
        ),
        ("some.verb", {"flag": True, "none": None}, "flag: yes; none: –"),
    ],
)
def test_facts_are_told_in_words(verb: str, facts: dict[str, Any], words: str) -> None:
    assert told(verb, **facts) == words


def test_every_move_of_work_has_words() -> None:
    with translation.override("en"):
        for table in (DEPLOYMENT, ASSIGNMENT):
            for move in table.moves.values():
                assert verb_in_words(move.verb) == f"{table.label}: {move.label}"


def test_every_verb_that_pages_about_work_leave_has_words() -> None:
    scene = a_scene()
    client = as_(scene.coordinator)
    client.post(staff_url(scene.free, "offer", scene.candidate), {"hours": 48})
    client.post(do_url(scene.deployment, "make_ready"))
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {verb for verb in verbs if verb_in_words(verb) == verb} == set()


def test_the_timeline_tells_days_and_instants_as_the_reader_writes_them() -> None:
    scene = a_scene()
    client = as_(scene.coordinator)
    client.post(staff_url(scene.free, "offer", scene.candidate), {"hours": 48})
    text = text_of(client.get(page_url(scene.deployment)))
    assert "answer by: Nov. 24, 2026" in text
    assert "answer by: 2026" not in text


def test_a_made_deployment_tells_its_first_and_last_day() -> None:
    client = as_(a_coordinator())
    deployment = a_deployment("HERON")
    form = client.get(do_url(deployment, "edit")).context["form"]
    sent = {field.html_name: str(field.value() or "") for field in form}
    client.post(do_url(deployment, "edit"), {**sent, "last_day": "2027-03-30"})
    assert Entry.objects.order_by("-number")[0].facts == {
        "last": {"from": "2027-04-01", "to": "2027-03-30"}
    }
