"""What each button about work does, and the entries it leaves: exactly these."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from corps.audit.models import Entry
from deployments.models import Assignment, Deployment, Role, Slot, Team
from deployments.queries.days import days_of_period
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
from tests.cast import (
    a_coordinator,
    a_deployment,
    a_desk,
    a_slot,
    a_volunteer,
    an_agency,
    share,
)
from tests.deployments.admin.scene import a_scene, day, held, staff_url

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]


def pressed(client: Client, url: str, **given: Any) -> tuple[int, list[str]]:
    """The status of pressing a button with a form, and the verbs it left."""
    before = last_number()
    answer = client.post(url, given)
    return answer.status_code, entries_since(before)


def errors_of(client: Client, url: str, **given: Any) -> list[str]:
    """The sentences on the page after a form that was not accepted."""
    answer = client.post(url, given)
    assert answer.status_code == 200
    with translation.override("en"):
        found = answer.context["form"].errors.values()
        return [str(error) for errors in found for error in errors]


NEW = {
    "codename": "CRANE",
    "first_day": "2027-03-28",
    "last_day": "2027-03-30",
    "country": "UA",
    "region": "Kyiv",
    "time_zone": "Europe/Kyiv",
    "clearance": "3",
}


def test_a_deployment_is_made_as_a_draft() -> None:
    coordinator = a_coordinator()
    new = {**NEW, "desk": a_desk().pk, "host_agency": an_agency().pk}
    answer = pressed(as_(coordinator), list_do_url(Deployment, "new"), **new)
    made = Deployment.objects.get()
    assert answer == (302, ["deployment.made"])
    assert (made.codename, made.state, made.clearance, made.desk) == ("CRANE", "draft", 3, a_desk())
    assert days_of_period(made.period, made.time_zone) == (day("2027-03-28"), day("2027-03-30"))


def test_a_deployment_goes_on_no_desk_of_others() -> None:
    coordinator, other = a_coordinator(), a_desk("elsewhere")
    errors = errors_of(as_(coordinator), list_do_url(Deployment, "new"), **NEW, desk=other.pk)
    assert errors == ["Select a valid choice. That choice is not one of the available choices."]
    assert not Deployment.objects.exists()


def test_days_in_the_wrong_order_are_said_at_the_field() -> None:
    a_coordinator()
    wrong = {**NEW, "last_day": "2027-03-27", "desk": a_desk().pk}
    client = as_(a_desk().members.get())
    assert errors_of(client, list_do_url(Deployment, "new"), **wrong) == [
        "The last day lies before the first."
    ]


def test_a_codename_is_taken_whatever_its_case_and_the_refusal_is_entered() -> None:
    client = as_(a_coordinator())
    a_deployment("crane")
    before = last_number()
    url = list_do_url(Deployment, "new")
    assert errors_of(client, url, **NEW, desk=a_desk().pk) == ["This codename is taken."]
    assert entries_since(before) == ["access.refused"]
    assert Entry.objects.get(number__gt=before).facts == {
        "step": "deployments.deployment.new",
        "why": {
            "en": "This codename is taken.",
            "ko": "이미 쓰고 있는 암호명입니다.",
            "uk": "Ця кодова назва вже зайнята.",
        },
    }


def test_the_change_form_begins_with_what_is_there_and_saves_what_differs() -> None:
    coordinator = a_coordinator()
    deployment = a_deployment("HERON")
    client, url = as_(coordinator), do_url(deployment, "edit")
    form = client.get(url).context["form"]
    begin = {field.html_name: field.value() for field in form}
    sent = {name: "" if value is None else str(value) for name, value in begin.items()}
    assert pressed(client, url, **sent) == (302, [])
    assert pressed(client, url, **{**sent, "codename": "CRANE"}) == (302, ["deployment.changed"])
    newest = Entry.objects.order_by("-number")[0]
    assert newest.facts == {"codename": {"from": "HERON", "to": "CRANE"}}


def test_places_outside_the_new_days_are_refused_in_words() -> None:
    coordinator = a_coordinator()
    deployment = a_deployment("HERON")
    a_slot(deployment)
    client, url = as_(coordinator), do_url(deployment, "edit")
    form = client.get(url).context["form"]
    sent = {field.html_name: "" if field.value() is None else str(field.value()) for field in form}
    sent |= {"first_day": "2027-03-05"}
    assert errors_of(client, url, **sent) == [
        "There are places outside these days: change or remove them first."
    ]


def test_places_are_added_many_at_a_time_with_one_entry() -> None:
    coordinator = a_coordinator()
    deployment = a_deployment("HERON")
    interpreter = Role.objects.get(code="interpreter")
    given = {
        "role": interpreter.pk,
        "count": 3,
        "first_day": "2027-03-05",
        "last_day": "2027-03-09",
    }
    answer = pressed(as_(coordinator), do_url(deployment, "places"), **given)
    assert answer == (302, ["slots.added"])
    places = list(deployment.slots.order_by("number"))
    assert [place.number for place in places] == [1, 2, 3]
    for place in places:
        days = days_of_period(place.period, deployment.time_zone)
        assert days == (day("2027-03-05"), day("2027-03-09"))
        assert place.skills.count() == interpreter.skills.count() > 0
        assert place.languages.count() == interpreter.languages.count() > 0


def test_places_lie_within_the_days_of_the_deployment() -> None:
    coordinator = a_coordinator()
    deployment = a_deployment("HERON")
    role = Role.objects.get(code="interpreter").pk
    given = {"role": role, "count": 1, "first_day": "2027-02-05", "last_day": "2027-03-09"}
    errors = errors_of(as_(coordinator), do_url(deployment, "places"), **given)
    assert errors == ["These days lie outside the deployment's own."]
    given |= {"first_day": "2027-03-05", "count": 201}
    assert errors_of(as_(coordinator), do_url(deployment, "places"), **given) == [
        "Ensure this value is less than or equal to 200."
    ]
    assert not deployment.slots.exists()


def test_each_move_of_a_deployment_is_a_button_that_leaves_its_entry() -> None:
    coordinator = a_coordinator()
    deployment = a_deployment("HERON", state="draft")
    client = as_(coordinator)
    for name, verb in {
        "open": "deployment.opened",
        "make_ready": "deployment.made_ready",
        "start": "deployment.started",
        "close": "deployment.closed",
    }.items():
        assert pressed(client, do_url(deployment, name)) == (302, [verb])
    deployment.refresh_from_db()
    assert deployment.state == "closed"


def test_a_move_that_is_not_possible_now_says_so() -> None:
    coordinator = a_coordinator()
    deployment = a_deployment("HERON")
    client = as_(coordinator)
    answer = client.post(do_url(deployment, "open"), follow=True)
    assert "This has changed meanwhile: the step is no longer possible." in text_of(answer)
    deployment.refresh_from_db()
    assert deployment.state == "open"


def test_a_deployment_with_holders_is_not_closed_and_the_page_says_why() -> None:
    scene = a_scene()
    Deployment.objects.filter(pk=scene.deployment.pk).update(state="active")
    client = as_(scene.coordinator)
    before = last_number()
    answer = client.post(do_url(scene.deployment, "close"), follow=True)
    said = "Volunteers still hold places: complete or cancel their assignments first."
    assert said in text_of(answer)
    assert entries_since(before) == ["access.refused"]


def test_cancelling_a_deployment_asks_for_a_reason_and_ends_what_is_in_it() -> None:
    scene = a_scene()
    held(scene.free, scene.candidate, "proposed")
    client, url = as_(scene.coordinator), do_url(scene.deployment, "cancel")
    assert pressed(client, url) == (200, [])
    status, verbs = pressed(client, url, reason="The host has no room")
    assert (status, sorted(verbs)) == (
        302,
        ["assignment.cancelled", "assignment.cancelled", "deployment.cancelled"],
    )
    assert set(Assignment.objects.values_list("state", flat=True)) == {"cancelled"}


def test_sharing_and_its_end_are_entered_and_shown() -> None:
    coordinator, agency = a_coordinator(), an_agency()
    deployment = a_deployment("HERON")
    client = as_(coordinator)
    share_url, end_url = do_url(deployment, "share"), do_url(deployment, "end-share")
    assert pressed(client, share_url, agency=agency.pk) == (302, ["deployment.shared"])
    assert list(client.get(page_url(deployment)).context["shared_with"]) == [agency]
    assert errors_of(client, share_url, agency=agency.pk) == [
        "Select a valid choice. That choice is not one of the available choices."
    ]
    assert pressed(client, end_url, agency=agency.pk) == (200, [])
    assert pressed(client, end_url, agency=agency.pk, reason="Over") == (
        302,
        ["deployment.share_ended"],
    )
    assert not client.get(page_url(deployment)).context["shared_with"].exists()


def test_an_agency_that_reads_it_is_offered_for_the_end_of_sharing_only() -> None:
    coordinator = a_coordinator()
    deployment = a_deployment("HERON")
    share(deployment, an_agency())
    other = an_agency("ministry")
    client = as_(coordinator)
    offered = client.get(do_url(deployment, "share")).context["form"].fields["agency"].queryset
    ended = client.get(do_url(deployment, "end-share")).context["form"].fields["agency"].queryset
    assert (list(offered), list(ended)) == ([other], [an_agency()])


def test_offering_leaves_two_entries_and_holds_the_place() -> None:
    scene = a_scene()
    url = staff_url(scene.free, "offer", scene.candidate)
    answer = pressed(as_(scene.coordinator), url, hours="24")
    assert answer == (302, ["assignment.proposed", "assignment.offered"])
    made = scene.free.assignments.get()
    assert (made.state, made.volunteer) == ("offered", scene.candidate)
    assert made.answer_by is not None
    assert made.offered_at is not None
    assert (made.answer_by - made.offered_at).total_seconds() == 24 * 3600


def test_proposing_twice_leaves_one_proposal_and_one_entry() -> None:
    scene = a_scene()
    client, url = as_(scene.coordinator), staff_url(scene.free, "propose", scene.candidate)
    assert pressed(client, url) == (302, ["assignment.proposed"])
    assert pressed(client, url) == (302, [])
    assert scene.free.assignments.count() == 1


def refused(url: str, scene: Any, **given: Any) -> tuple[str, list[str]]:
    """The sentence a refused step shows, and the verbs it left."""
    client = as_(scene.coordinator)
    before = last_number()
    answer = client.post(url, given)
    with translation.override("en"):
        said = "; ".join(answer.context["form"].non_field_errors())
    return said, entries_since(before)


def test_a_place_that_is_taken_is_refused_in_words() -> None:
    scene = a_scene()
    url = staff_url(scene.taken, "offer", scene.candidate)
    said = ("This place is already taken.", ["access.refused"])
    assert refused(url, scene, hours="48") == said


def test_somebody_who_holds_another_place_is_refused_in_words() -> None:
    scene = a_scene()
    url = staff_url(scene.free, "offer", scene.holding.volunteer)
    said = ("The volunteer holds another place then.", ["access.refused"])
    assert refused(url, scene, hours="48") == said


def test_somebody_who_does_not_fit_is_refused_with_the_reasons() -> None:
    scene = a_scene()
    unfit = a_volunteer("unfit-1", clearance=(1, day("2027-12-31")))
    said, verbs = refused(staff_url(scene.free, "offer", unfit), scene, hours="48")
    assert said == "unfit-1 does not fit this place: clearance 2 abroad needed, has 1 home."
    assert verbs == ["access.refused"]
    entry = Entry.objects.order_by("-number")[0]
    assert entry.facts == {
        "step": "deployments.slot.offer",
        "why": {
            "en": "The volunteer does not fit this place.",
            "ko": "지원자가 이 자리에 맞지 않습니다.",
            "uk": "Доброволець не підходить на це місце.",
        },
    }
    assert entry.about == [
        f"deployments.slot:{scene.free.pk}",
        f"deployments.deployment:{scene.deployment.pk}",
        f"volunteers.volunteer:{unfit.pk}",
    ]


@pytest.mark.parametrize("state", ["draft", "closed", "cancelled"])
def test_a_place_of_a_deployment_that_is_not_open_is_refused_in_words(state: str) -> None:
    scene = a_scene()
    Deployment.objects.filter(pk=scene.deployment.pk).update(state=state)
    said, verbs = refused(staff_url(scene.free, "offer", scene.candidate), scene, hours="48")
    assert (said.split(":")[0], verbs) == ("Open the deployment first", ["access.refused"])


@pytest.mark.parametrize(
    ("state", "name", "verb"),
    [
        ("accepted", "confirm", "assignment.confirmed"),
        ("confirmed", "activate", "assignment.activated"),
        ("active", "complete", "assignment.completed"),
        ("active", "lose_contact", "assignment.contact_lost"),
        ("lost_contact", "regain_contact", "assignment.contact_regained"),
    ],
)
def test_each_move_of_an_assignment_leaves_its_entry(state: str, name: str, verb: str) -> None:
    coordinator, slot = a_coordinator(), a_slot()
    assignment = held(slot, a_volunteer(), state)
    assert pressed(as_(coordinator), do_url(assignment, name)) == (302, [verb])


def test_cancelling_an_assignment_asks_for_a_reason() -> None:
    scene = a_scene()
    client, url = as_(scene.coordinator), do_url(scene.holding, "cancel")
    assert pressed(client, url, reason=" ") == (200, [])
    assert pressed(client, url, reason="Storm") == (302, ["assignment.cancelled"])
    assert "Reason: Storm" in text_of(client.get(page_url(scene.holding)))


def test_the_days_and_the_team_of_a_place_are_changed() -> None:
    scene = a_scene()
    client, url = as_(scene.coordinator), do_url(scene.free, "days")
    given = {"first_day": "2027-03-03", "last_day": "2027-03-04", "team": scene.team.pk}
    assert pressed(client, url, **given) == (302, ["slot.changed"])
    scene.free.refresh_from_db()
    days = days_of_period(scene.free.period, "Europe/Kyiv")
    assert (days, scene.free.team) == ((day("2027-03-03"), day("2027-03-04")), scene.team)


def test_the_days_of_a_held_place_stay() -> None:
    scene = a_scene()
    given = {"first_day": "2027-03-03", "last_day": "2027-03-04"}
    errors = errors_of(as_(scene.coordinator), do_url(scene.taken, "days"), **given)
    assert errors == ["Somebody holds this place: cancel the assignment first."]


def test_a_place_nobody_was_asked_for_is_removed_another_stays() -> None:
    scene = a_scene()
    client = as_(scene.coordinator)
    assert pressed(client, do_url(scene.free, "remove")) == (302, ["slot.removed"])
    answer = client.post(do_url(scene.taken, "remove"), follow=True)
    assert "the step is no longer possible" in text_of(answer)
    assert list(Slot.objects.all()) == [scene.taken]


def test_a_team_is_made_with_what_it_must_have() -> None:
    scene = a_scene()
    leader = Role.objects.get(code="leaflet-leader")
    given = {"name": "Leaflets two", "leaders": leader.pk, "language": "ukr", "level": ""}
    answer = pressed(as_(scene.coordinator), do_url(scene.deployment, "team"), **given)
    assert answer == (302, ["team.made", "team.rules_set"])
    team = Team.objects.get(name="Leaflets two")
    with translation.override("en"):
        assert [str(rule) for rule in team.rules.order_by("pk")] == [
            "1 × Leaflet team leader",
            "1 × Ukrainian speaking B2",
        ]
    assert errors_of(as_(scene.coordinator), do_url(scene.deployment, "team"), **given) == [
        "This deployment already has a team of this name."
    ]


def test_nothing_about_what_is_over_can_be_changed() -> None:
    scene = a_scene()
    Deployment.objects.filter(pk=scene.deployment.pk).update(state="closed")
    client, before = as_(scene.coordinator), last_number()
    for one, names in {
        scene.deployment: ("places", "team", "edit", "open", "cancel"),
        scene.free: ("needs", "days", "remove"),
    }.items():
        for name in names:
            answer = client.post(do_url(one, name), {"reason": "why"}, follow=True)
            assert "the step is no longer possible" in text_of(answer)
    assert entries_since(before) == []


def test_django_s_own_forms_write_nothing() -> None:
    scene = a_scene()
    client, before = as_(scene.coordinator), last_number()
    for one in scene.objects:
        assert client.post(page_url(one), {"state": "closed"}).status_code == 200
    for kind in (Deployment, Slot, Assignment):
        assert client.post(f"{list_url(kind)}add/", {}).status_code in {403, 404}
    scene.deployment.refresh_from_db()
    assert scene.deployment.state == "open"
    assert [verb for verb in entries_since(before) if verb != "access.refused"] == []
