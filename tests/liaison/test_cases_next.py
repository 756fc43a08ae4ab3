"""What comes next in a case whose only letter was given up."""

import pytest

from deployments.liaison.actions.letters import begin_letter, discard_letter
from deployments.liaison.models import Case
from deployments.liaison.queries.next_step import next_step
from tests.cast import NOW
from tests.liaison.letter_scene import an_office
from tests.liaison.permit_scene import a_scene, permit_of

pytestmark = pytest.mark.django_db


def test_once_its_only_draft_is_discarded_another_letter_is_written() -> None:
    office = an_office()
    discard_letter(letter=office.letter(), by=office.officer, at=NOW, reason="no need")
    case = Case.objects.get()
    found = next_step(case)
    assert (case.state, str(found.says), found.button) == ("drafting", "Write a letter.", "letter")


def test_permits_that_were_applied_for_come_before_another_letter() -> None:
    scene = a_scene("passport-use")
    case = scene.applied(permit_of(scene.person()))
    Case.objects.update(state="answered", holder=None)
    case.refresh_from_db()
    letter = begin_letter(case=case, kind="information", language="en", by=scene.officer, at=NOW)
    assert next_step(Case.objects.get()).letter == letter
    discard_letter(letter=letter, by=scene.officer, at=NOW, reason="no need")
    found = next_step(Case.objects.get())
    assert (found.letter, found.button) == (None, "permit-answers")
