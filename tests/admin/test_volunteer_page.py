"""A volunteer's page: what each button does, who has it, and the one entry it leaves."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from tests.admin.doors import as_, do_url, entries_since, last_number, page_url, text_of
from tests.cast import NOW, a_coordinator, a_desk, a_user, a_volunteer
from volunteers.actions.people import change_volunteer
from volunteers.identity import open_identity
from volunteers.models import Language, Skill, Volunteer
from volunteers.rules import HomeBaseTooExact

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator() -> User:
    """The coordinator of Seoul."""
    return a_coordinator()


def press(user: User, obj: Volunteer, name: str, **given: Any) -> tuple[Any, list[str]]:
    """Press a button; return the answer and the verbs it left in the ledger."""
    client = as_(user)
    before = last_number()
    answer = client.post(do_url(obj, name), given)
    return answer, entries_since(before)


PLAIN = {"time_zone": "Asia/Seoul", "portal_language": "ko"}
LEVELS = {"speaking": 4, "listening": 4, "reading": 3, "writing": 2}


def test_the_page_shows_the_callsign_and_nothing_sealed(coordinator: User) -> None:
    there = a_volunteer("heron-1")
    page = text_of(as_(coordinator).get(page_url(there)))
    document = open_identity(there)
    assert "heron-1" in page
    assert document.name not in page
    assert document.phone[-8:] not in page


def test_details_are_changed_by_the_fields_that_differ(coordinator: User) -> None:
    there = a_volunteer("heron-1")
    given = {**PLAIN, "callsign": "heron-2", "desk": a_desk().pk, "home_base": "Busan"}
    answer, verbs = press(coordinator, there, "details", **given)
    there.refresh_from_db()
    assert (answer.status_code, verbs) == (302, ["volunteer.changed"])
    assert (there.callsign, there.home_base) == ("heron-2", "Busan")
    assert Entry.objects.first().facts == {  # type: ignore[union-attr]
        "callsign": "heron-2",
        "home_base": "Busan",
    }


@pytest.mark.parametrize("home_base", ["인천 남동구 논현로 12", "010-8765-4321", "Busan 4th flat"])
def test_a_home_base_tells_a_town_and_no_more(coordinator: User, home_base: str) -> None:
    there = a_volunteer("heron-1")
    given = {**PLAIN, "callsign": "heron-1", "desk": a_desk().pk, "home_base": home_base}
    answer, verbs = press(coordinator, there, "details", **given)
    there.refresh_from_db()
    assert (answer.status_code, there.home_base, verbs) == (200, "", [])
    assert "A home base is a town or a district" in text_of(answer)
    with pytest.raises(HomeBaseTooExact):
        change_volunteer(volunteer=there, changed={"home_base": home_base}, by=coordinator, at=NOW)


def test_a_taken_callsign_is_refused_in_the_form_and_the_refusal_entered(
    coordinator: User,
) -> None:
    a_volunteer("heron-2")
    there = a_volunteer("heron-1")
    given = {**PLAIN, "callsign": "HERON-2", "desk": a_desk().pk}
    answer, verbs = press(coordinator, there, "details", **given)
    there.refresh_from_db()
    assert (answer.status_code, there.callsign, verbs) == (200, "heron-1", ["access.refused"])
    assert "This callsign is taken." in text_of(answer)


def test_a_language_is_entered_changed_and_removed(coordinator: User) -> None:
    there = a_volunteer(languages={})
    pol = Language.objects.get(code="pol")
    left = []
    for given in ({**LEVELS, "language": "pol"}, {**LEVELS, "language": "pol", "speaking": 6}):
        left += press(coordinator, there, "language", **given)[1]
    assert there.languages.get(language=pol).speaking == 6
    left += press(coordinator, there, "remove-language", language="pol")[1]
    assert left == ["language.set", "language.set", "language.removed"]
    assert not there.languages.exists()


def test_the_language_form_begins_with_what_is_held(coordinator: User) -> None:
    there = a_volunteer(languages={"ukr": 4})
    form = as_(coordinator).get(do_url(there, "language"), {"language": "ukr"}).context["form"]
    assert form["speaking"].value() == 4


def test_a_skill_is_verified_by_whoever_saw_the_proof(coordinator: User) -> None:
    there = a_volunteer(skills={})
    skill = Skill.objects.get(code="drone")
    given = {"skill": skill.pk, "level": 3, "valid_until": "2027-05-01", "verified": "on"}
    _, verbs = press(coordinator, there, "skill", **given)
    held = there.skills.get()
    assert (held.level, held.verified_by, held.valid_until) == (3, coordinator, date(2027, 5, 1))
    _, again = press(coordinator, there, "skill", skill=skill.pk, level=4)
    held.refresh_from_db()
    assert (held.verified_by, held.verified_at, verbs + again) == (None, None, ["skill.set"] * 2)


@pytest.mark.parametrize(
    ("move", "start", "end", "given"),
    [
        ("admit", "applicant", "active", {}),
        ("pause", "active", "paused", {}),
        ("resume", "paused", "active", {}),
        ("release", "active", "released", {"reason": "The period of service is over."}),
    ],
)
def test_standing_moves_by_buttons(
    coordinator: User, move: str, start: str, end: str, given: dict[str, str]
) -> None:
    there = a_volunteer(standing=start)
    answer, verbs = press(coordinator, there, move, **given)
    there.refresh_from_db()
    assert (answer.status_code, there.standing, len(verbs)) == (302, end, 1)


def test_a_release_needs_a_reason(coordinator: User) -> None:
    there = a_volunteer()
    answer, verbs = press(coordinator, there, "release", reason=" ")
    there.refresh_from_db()
    assert (answer.status_code, there.standing, verbs) == (200, "active", [])


def test_a_move_that_is_no_longer_possible_is_told_and_not_made(coordinator: User) -> None:
    there = a_volunteer(standing="paused")
    answer, verbs = press(coordinator, there, "pause")
    there.refresh_from_db()
    assert (answer.status_code, there.standing, verbs) == (302, "paused", [])


@pytest.mark.parametrize("role", [Role.VETTING, Role.LIAISON, Role.APPROVER])
def test_others_of_the_desk_see_and_change_nothing(role: Role) -> None:
    there = a_volunteer("heron-1")
    user = a_user("other", role, desk=a_desk())
    page = as_(user).get(page_url(there))
    own = {"reveal"} if role == Role.VETTING else set()
    assert (page.status_code, page.context["steps"]) == (200, [])
    assert set(page.context["panel_steps"]) == own
    answer, verbs = press(user, there, "pause")
    there.refresh_from_db()
    assert (answer.status_code, there.standing) == (403, "active")
    assert verbs == ["access.refused"]


def test_sharing_shows_one_volunteer_to_one_person_until_it_ends(coordinator: User) -> None:
    there = a_volunteer("heron-1")
    other = a_user("other", Role.LIAISON, desk=a_desk("elsewhere"))
    given = {"person": other.pk, "last_day": timezone.localdate()}
    _, shared = press(coordinator, there, "share", **given)
    page = as_(other).get(page_url(there))
    assert (page.status_code, page.context["steps"]) == (200, [])
    _, ended = press(coordinator, there, "end-sharing", person=other.pk)
    assert as_(other).get(page_url(there)).status_code == 404
    assert [shared, ended] == [["volunteer.shared"], ["volunteer.sharing_ended"]]


def test_sharing_offers_nobody_whose_role_sees_no_volunteers(coordinator: User) -> None:
    there = a_volunteer()
    a_user("auditor", Role.AUDITOR)
    a_user("administrator", Role.ADMINISTRATOR)
    a_user("liaison", Role.LIAISON)
    a_user("colleague", Role.VETTING, desk=a_desk())
    form = as_(coordinator).get(do_url(there, "share")).context["form"]
    assert [user.username for user in form.fields["person"].queryset] == ["liaison"]


def test_an_invitation_is_shown_once_with_its_code(coordinator: User) -> None:
    there = a_volunteer("heron-1")
    answer, verbs = press(coordinator, there, "invite")
    page = text_of(answer)
    assert (answer.status_code, "/join/" in page) == (200, True)
    assert "data:image/svg+xml;base64," in page
    assert verbs == ["account.made", "account.invited", "volunteer.invited"]
    assert "/join/" not in text_of(as_(coordinator).get(page_url(there)))


def test_the_history_tells_it_in_words(coordinator: User) -> None:
    there = a_volunteer("heron-1", standing="applicant")
    press(coordinator, there, "admit")
    page = as_(coordinator).get(page_url(there, "history"))
    assert [line.what for line in page.context["lines"]] == ["Standing: Admit", "Registered"]
    assert "Applicant → Active" in text_of(page)
