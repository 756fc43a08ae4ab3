"""A volunteer who is shared is shared by callsign: the own desk alone tells an identity."""

from datetime import timedelta
from typing import Any

import pytest

from corps.errors import NotPermitted
from deployments.liaison.actions.links import link_volunteers
from deployments.liaison.forms.disclosures import DiscloseForm
from tests.cast import NOW, a_coordinator, a_desk, a_volunteer
from tests.liaison.disclosing import a_telling
from volunteers.actions.sharing import share_volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def test_an_officer_with_a_share_plans_no_identity_of_another_desk() -> None:
    telling = a_telling()
    elsewhere = a_desk("elsewhere")
    shared = a_volunteer("매-남", desk=elsewhere)
    officer = telling.office.officer
    share_volunteer(
        volunteer=shared,
        person=officer,
        until=NOW + timedelta(days=3),
        by=a_coordinator(elsewhere, "elsewhere-coordinator"),
        at=NOW,
    )
    officer.refresh_from_db()
    letter = telling.office.letter()
    link_volunteers(case=letter.case, volunteers=[shared], by=officer, at=NOW)

    with pytest.raises(NotPermitted):
        telling.plan(letter, shared)
    choice: Any = DiscloseForm(obj=letter, viewer=officer).fields["volunteer"]
    assert set(choice.queryset) == {telling.one, telling.other}
