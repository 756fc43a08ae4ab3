"""What a reader may not see takes no line from the timeline that they read."""

import pytest

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.adminkit.history import timeline
from corps.audit.queries import entries_about
from deployments.agencies.actions.contacts import add_contact
from deployments.agencies.contacts import ContactDetails
from deployments.liaison.models import Letter
from deployments.materials.actions.sharing import end_share_material, share_material
from tests.api.calls import a_caller
from tests.api.outside import a_material
from tests.cast import NOW, a_desk, a_user, an_agency
from tests.liaison.letter_scene import an_office

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def said(obj: Letter, viewer: User, limit: int) -> list[str]:
    """What the lines say."""
    return [str(line.what) for line in timeline(obj, viewer, limit=limit)]


def test_what_a_partner_reads_pushes_out_nothing() -> None:
    office = an_office()
    letter = office.sent()
    before = said(letter, office.officer, 4)
    assert len(before) == 4

    caller = a_caller(an_agency(), scopes=["cases:read"])
    for _again in range(8):
        assert caller.get("/api/v1/cases").status_code == 200

    assert entries_about(letter).filter(verb="api.read").count() == 8
    assert said(letter, office.officer, 4) == before


def test_what_another_desk_does_pushes_out_nothing() -> None:
    agency, own = an_agency(), a_user("own", Role.LIAISON, desk=a_desk("elsewhere"))
    details = ContactDetails(name="Ivan Franko")
    contact = add_contact(agency=agency, post="Consul", details=details, by=own, at=NOW)
    hidden, other = a_material("Leaflet"), a_user("other", Role.LIAISON, desk=a_desk())
    for _again in range(4):
        share_material(material=hidden, agency=agency, by=other, at=NOW)
        end_share_material(material=hidden, agency=agency, by=other, at=NOW)

    [line] = timeline(agency, own, limit=3)
    assert line.object == str(contact)
