"""Nobody begins without the permits that are needed, nor without consent to serve."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from deployments.actions.assignments import activate_assignment, regain_contact, report_lost_contact
from deployments.liaison.models import Permit
from deployments.liaison.queries.permits import missing_for
from deployments.liaison.rules.permits import NotReady, PermitAnswer
from deployments.models import Assignment
from tests.cast import NOW
from tests.liaison.permit_scene import GRANTED, a_scene, permit_of
from volunteers.actions.consents import give_consent, withdraw_consent
from volunteers.models import Purpose
from volunteers.queries.consents import term_in_force

pytestmark = pytest.mark.django_db

BOTH = ("medical", "passport-use")


def test_nobody_begins_without_and_the_sentence_names_what_is_missing() -> None:
    scene = a_scene(*BOTH)
    made = scene.person()
    scene.answered(GRANTED, permit_of(made, "medical"))
    with pytest.raises(NotReady) as refusal:
        activate_assignment(assignment=made, by=scene.coordinator, at=NOW)
    assert str(refusal.value) == (
        "This person cannot start yet. Missing: Exceptional permit to use a passport."
    )
    scene.answered(GRANTED, permit_of(made))
    activate_assignment(assignment=made, by=scene.coordinator, at=NOW)
    made.refresh_from_db()
    assert made.state == "active"


def test_nobody_begins_without_consent_to_serve_and_both_are_named() -> None:
    scene = a_scene("medical")
    made = scene.person(consents=False)
    with pytest.raises(NotReady) as refusal:
        activate_assignment(assignment=made, by=scene.coordinator, at=NOW)
    assert str(refusal.value) == (
        "This person cannot start yet. Missing: Medical fitness, consent to serve."
    )
    scene.answered(GRANTED, permit_of(made, "medical"))
    term = term_in_force(Purpose.SERVICE, "interpreter")
    assert term is not None
    give_consent(volunteer=made.volunteer, term=term, by=scene.coordinator, at=NOW)
    activate_assignment(assignment=made, by=scene.coordinator, at=NOW)
    withdraw_consent(
        volunteer=made.volunteer, purpose=Purpose.SERVICE, by=scene.coordinator, at=NOW
    )
    made.refresh_from_db()
    assert made.state == "active"


@pytest.mark.parametrize(
    ("since", "until", "begins"),
    [
        (None, date(2026, 11, 22), True),
        (date(2026, 11, 22), date(2026, 11, 22), True),
        (date(2026, 11, 23), date(2026, 11, 24), False),
        (None, date(2026, 11, 21), False),
    ],
)
def test_a_permit_counts_on_its_own_days(since: date | None, until: date, *, begins: bool) -> None:
    scene = a_scene("passport-use")
    made = scene.person()
    scene.answered(PermitAnswer(granted=True, since=since, until=until), permit_of(made))
    assert (missing_for(made, at=NOW) == []) is begins
    assert by_hand(made) is begins


@pytest.mark.parametrize("state", ["needed", "applied", "refused", "lapsed"])
def test_the_database_refuses_it_too(state: str) -> None:
    scene = a_scene("passport-use")
    made = scene.person()
    if state != "needed":
        case = scene.case(permit_of(made))
        Permit.objects.update(state=state, case=case)
    assert by_hand(made) is False


def test_the_database_refuses_it_of_one_who_has_no_list() -> None:
    scene = a_scene("passport-use")
    made = scene.person("accepted")
    assert by_hand(made) is False
    Assignment.objects.filter(pk=made.pk).update(state="confirmed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=made.pk).update(state="active")


def test_nothing_needed_is_nothing_missing() -> None:
    assert by_hand(a_scene().person()) is True


def test_one_heard_from_again_needs_no_permit_for_that() -> None:
    scene = a_scene()
    made = scene.person("active")
    report_lost_contact(assignment=made, by=scene.coordinator, at=NOW)
    scene.need("medical")
    regain_contact(assignment=made, by=scene.coordinator, at=NOW)
    made.refresh_from_db()
    assert made.state == "active"


def by_hand(made: Assignment) -> bool:
    """Whether the database lets somebody begin at NOW when nobody asks the rules."""
    statement = "UPDATE deployments_assignment SET state = 'active', state_since = %s WHERE id = %s"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [NOW, made.pk])
    except IntegrityError:
        return False
    return True
