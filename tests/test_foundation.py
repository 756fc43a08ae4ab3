"""Everything stands: the cast can be made, and the ledger tells of it."""

import pytest

from corps.audit.queries import entries_about
from tests.cast import a_slot, a_volunteer
from volunteers.identity import open_identity

pytestmark = pytest.mark.django_db


def test_a_volunteer_is_registered_sealed_and_entered() -> None:
    volunteer = a_volunteer("매-1")
    volunteer.refresh_from_db()
    assert open_identity(volunteer).name.startswith("홍길")
    assert [entry.verb for entry in entries_about(volunteer)] == ["register.added"]
    assert a_slot().role.code == "interpreter"
