"""Somebody of whom a letter tells stands on another desk by now: no desk but theirs tells of them,
or reads what was told."""

from typing import Any

import pytest

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.errors import NotPermitted
from deployments.liaison.actions.letters import (
    read_letter_file,
    send_letter,
    submit_letter,
)
from deployments.liaison.actions.links import link_volunteers, unlink_volunteer
from deployments.liaison.actions.replies import open_reply
from deployments.liaison.models import Letter
from deployments.liaison.queries.disclosures import tellable_by
from deployments.liaison.rules.disclosures import OnAnotherDesk
from tests.admin.doors import as_, do_url, page_url, text_of
from tests.cast import NOW, a_desk, a_user, a_volunteer
from tests.liaison.disclosing import Telling, a_telling, named
from tests.liaison.letter_scene import approve
from tests.liaison.test_replies_telling import answered
from volunteers.actions.people import change_volunteer
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def move_away(volunteer: Volunteer) -> None:
    """Put a volunteer on another desk."""
    mover = a_user(f"mover-{volunteer.callsign}", Role.COORDINATOR, desk=a_desk())
    mover.desks.add(a_desk("elsewhere"))
    change_volunteer(volunteer=volunteer, changed={"desk": a_desk("elsewhere")}, by=mover, at=NOW)


def anew(letter: Letter) -> Letter:
    """The letter as whoever opens its page now finds it."""
    return Letter.objects.get(pk=letter.pk)


def test_the_old_desk_neither_submits_nor_approves_nor_sends(telling: Telling) -> None:
    office = telling.office
    draft, waiting, ready = telling.letter(), telling.submitted(), telling.approved()
    move_away(telling.one)

    with pytest.raises(OnAnotherDesk) as refused:
        submit_letter(letter=anew(draft), by=office.officer, at=NOW)
    assert telling.one.callsign not in str(refused.value)
    with pytest.raises(OnAnotherDesk):
        approve(anew(waiting), office.approver)
    with pytest.raises(OnAnotherDesk):
        send_letter(letter=anew(ready), through="post", by=office.officer, at=NOW)


@pytest.mark.parametrize("made", ["approved", "sent"])
def test_the_old_desk_reads_no_file_that_tells_of_them(telling: Telling, made: str) -> None:
    office = telling.office
    letter: Letter = getattr(telling, made)()
    given: dict[str, Any] = {"at": NOW, "proved_at": NOW, "reason": "asked"}
    assert read_letter_file(letter=anew(letter), by=office.officer, **given).startswith(b"%PDF")
    move_away(telling.one)

    for who in (office.officer, office.approver):
        with pytest.raises(NotPermitted):
            read_letter_file(letter=anew(letter), by=User.objects.get(pk=who.pk), **given)
        assert do_url(letter, "file-telling") not in text_of(as_(who).get(page_url(letter)))


def test_the_old_desk_reads_an_answer_while_one_of_them_is_its_own(telling: Telling) -> None:
    reply, officer = answered(telling), telling.office.officer
    telling.sent(telling.other)
    move_away(telling.one)
    assert open_reply(reply=reply, by=officer, at=NOW).text != ""

    move_away(telling.other)
    with pytest.raises(NotPermitted):
        open_reply(reply=reply, by=officer, at=NOW)


def test_of_whom_stands_on_another_desk_a_letter_does_not_begin_to_tell(telling: Telling) -> None:
    officer = telling.office.officer
    officer.desks.add(a_desk("elsewhere"))
    both = User.objects.get(pk=officer.pk)
    there = a_volunteer("매-딴", desk=a_desk("elsewhere"), account=True, identity=named(2))
    link_volunteers(case=telling.office.case, volunteers=[there], by=both, at=NOW)
    letter = telling.office.letter()

    with pytest.raises(OnAnotherDesk, match="매-딴"):
        telling.plan(letter, there, by=both)
    assert list(tellable_by(both, letter)) == [telling.one, telling.other]


def test_the_button_to_tell_does_not_betray_whom_the_case_concerns() -> None:
    telling, colleague = a_telling(), a_user("colleague", Role.LIAISON, desk=a_desk())
    case, officer = telling.office.case, telling.office.officer
    letter = telling.office.letter()
    button = do_url(letter, "disclose")
    assert button in text_of(as_(colleague).get(page_url(letter)))
    for volunteer in (telling.one, telling.other):
        unlink_volunteer(case=case, volunteer=volunteer, by=officer, at=NOW)
    officer.desks.add(a_desk("elsewhere"))
    there = a_volunteer("매-딴", desk=a_desk("elsewhere"))
    link_volunteers(case=case, volunteers=[there], by=User.objects.get(pk=officer.pk), at=NOW)

    assert button not in text_of(as_(colleague).get(page_url(letter)))
