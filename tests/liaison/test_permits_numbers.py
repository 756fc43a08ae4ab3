"""An authority's number stands in the clear beside a callsign: it names nobody."""

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from corps.audit.models import Entry
from corps.audit.queries import entries_about
from deployments.liaison.actions.links import link_volunteers
from deployments.liaison.actions.permits import answer_permits, correct_permit
from deployments.liaison.models import Case
from deployments.liaison.rules.naming import IdentityTyped
from deployments.liaison.rules.permits import PermitAnswer
from tests.admin.doors import as_, do_url, text_of
from tests.cast import NOW, a_volunteer
from tests.liaison.disclosing import named
from tests.liaison.permit_scene import GRANTED, Scene, a_scene, permit_of
from volunteers.actions.quotas import QuotaSpent
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]
PASSPORT = "M76543216"
UNTIL = GRANTED.until
NAMING = PermitAnswer(granted=True, reference=f"PP {PASSPORT}", until=UNTIL)


@pytest.fixture
def scene() -> Scene:
    """Somebody whose permit a case applied for; it concerns another one too, whose passport is
    known."""
    scene = a_scene("passport-use")
    case = scene.applied(permit_of(scene.person()))
    known = a_volunteer("매-앎", identity=named(6))
    link_volunteers(case=case, volunteers=[known], by=scene.officer, at=NOW)
    return scene


def answer(scene: Scene, said: PermitAnswer) -> None:
    """Enter an answer about the permit."""
    answers = {permit_of(scene.assignments[0]): said}
    answer_permits(case=Case.objects.get(), answers=answers, by=scene.officer, at=NOW)


def correct(scene: Scene, reference: str, **more: Any) -> None:
    """Correct the permit's number."""
    given = {"reference": reference, "since": None, "until": UNTIL} | more
    correct_permit(permit=permit_of(scene.assignments[0]), by=scene.officer, at=NOW, **given)


def test_a_number_that_is_a_passport_s_is_refused_and_counts_as_a_search(scene: Scene) -> None:
    with pytest.raises(IdentityTyped) as refused:
        answer(scene, NAMING)
    assert PASSPORT not in str(refused.value)
    found = permit_of(scene.assignments[0])
    assert (found.state, found.reference) == ("applied", "")
    entry = entries_about(Volunteer.objects.get(callsign="매-앎")).get(verb="identity.searched")
    assert entry.facts == {"kind": "passport", "found": 1}
    assert PASSPORT not in str(Entry.objects.values_list("facts", "reason"))


def test_nor_is_it_corrected_to_one(scene: Scene) -> None:
    answer(scene, GRANTED)
    with pytest.raises(IdentityTyped):
        correct(scene, PASSPORT)
    assert permit_of(scene.assignments[0]).reference == GRANTED.reference
    assert Entry.objects.filter(verb="identity.searched").count() == 1


def test_nobody_tries_numbers_out_once_searches_are_spent(scene: Scene, settings: Settings) -> None:
    settings.SEARCHES_A_DAY = 1
    with pytest.raises(IdentityTyped):
        answer(scene, NAMING)
    with pytest.raises(QuotaSpent):
        answer(scene, GRANTED)
    answer(scene, PermitAnswer(granted=True, until=UNTIL))
    correct(scene, "", since=NOW.date())
    with pytest.raises(QuotaSpent):
        correct(scene, "B-2")
    assert permit_of(scene.assignments[0]).reference == ""


def test_the_pages_say_which_kind_of_detail_it_is(scene: Scene) -> None:
    days = {"since": "2027-02-01", "until": "2027-04-30"}
    client, permit = as_(scene.officer), permit_of(scene.assignments[0])
    of_case = client.post(
        do_url(Case.objects.get(), "permit-answers"),
        {**days, "answer_0": "granted", "reference_0": PASSPORT},
        follow=True,
    )
    of_permit = client.post(do_url(permit, "grant"), {**days, "reference": PASSPORT}, follow=True)
    assert [": Passport number." in text_of(page) for page in (of_case, of_permit)] == [True, True]
    assert permit_of(scene.assignments[0]).state == "applied"
