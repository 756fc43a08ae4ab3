"""To whom a case about permits is written: to the authority, not to the host."""

import pytest

from deployments.agencies.models import Agency
from tests.admin.doors import as_, do_url
from tests.cast import an_agency
from tests.liaison.permit_scene import Scene, a_scene, board_url, kind

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]


def granted_by(**agencies: str) -> dict[str, Agency]:
    """Say which agency grants which kind."""
    found = {code: an_agency(slug) for code, slug in agencies.items()}
    for code, agency in found.items():
        one = kind(code)
        one.agency = agency
        one.save()
    return found


def offered(scene: Scene) -> list[object]:
    """The agencies with which the two forms for a new case about permits begin."""
    scene.deployment.host_agency = an_agency("host")
    scene.deployment.save()
    browser = as_(scene.officer)
    pages = [do_url(scene.deployment, "open-case"), board_url(scene.deployment)]
    return [browser.get(page).context["form"].initial["agency"] for page in pages]


def test_a_case_about_permits_begins_with_the_authority_that_grants_them() -> None:
    ministry = granted_by(insurance="ministry", medical="ministry")["insurance"]
    assert offered(a_scene("insurance", "medical")) == [ministry.pk, ministry.pk]


@pytest.mark.parametrize("codes", [("insurance", "medical"), ("insurance", "accreditation"), ()])
def test_it_begins_with_nobody_where_no_one_authority_grants_all(codes: tuple[str, ...]) -> None:
    granted_by(insurance="ministry", medical="clinic")
    assert offered(a_scene(*codes)) == [None, None]
