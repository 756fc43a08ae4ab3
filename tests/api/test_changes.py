"""What changed since a cursor."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from corps.audit.models import Entry
from deployments.agencies.models import Agency
from deployments.agencies.rules import SCOPES
from deployments.materials.models import MaterialGroupObjectPermission
from deployments.models import DeploymentGroupObjectPermission
from tests.api.calls import Caller, a_caller, an_assignment
from tests.api.outside import (
    a_case,
    a_delivery,
    a_letter,
    a_material,
    a_version,
    share_material_with,
)
from tests.cast import NOW, a_deployment, an_agency, share

pytestmark = pytest.mark.django_db

CHANGES = "/api/v1/changes"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def reader(agency: Agency | None = None, scopes: list[str] | None = None) -> Caller:
    return a_caller(agency, scopes=list(SCOPES) if scopes is None else scopes)


def of_each(agency: Agency) -> None:
    """One thing of each resource."""
    deployment, material = a_deployment(), a_material()
    share(deployment, agency)
    an_assignment(deployment)
    share_material_with(material, agency)
    a_delivery(a_version(material), agency)
    a_letter(a_case(agency), agency)


def resources(page: Any) -> list[str]:
    return sorted(one["resource"] for one in page["results"])


def test_everything_is_told_once_as_its_own_resource_answers_it() -> None:
    of_each(an_agency())
    with time_machine.travel(LATER, tick=False):
        caller = reader()
        page = caller.get(CHANGES).json()
        assert resources(page) == ["assignments", "cases", "deliveries", "materials"]
        for one in page["results"]:
            assert caller.get(f"/api/v1/{one['resource']}").json()["results"] == [one["item"]]
        assert page["more"] is False
        again = caller.get(page["next"])
        assert (again.json()["results"], again.json()["more"]) == ([], False)
        assert again.json()["next"] == page["next"]
        tag = again.headers["ETag"]
        assert caller.get(page["next"], if_none_match=tag).status_code == 304


def test_pages_lead_through_everything_in_order() -> None:
    agency = an_agency()
    for _ in range(3):
        of_each(agency)
    with time_machine.travel(LATER, tick=False):
        caller, path, seen, pages = reader(agency), f"{CHANGES}?limit=5", [], 0
        while True:
            page = caller.get(path).json()
            seen += [(one["resource"], one["item"]["updated_at"]) for one in page["results"]]
            pages, path = pages + 1, page["next"]
            if not page["more"]:
                break
    assert (len(seen), pages) == (12, 3)
    assert [moment for _name, moment in seen] == sorted(moment for _name, moment in seen)


def test_a_later_change_is_told_after_the_cursor_once_it_is_a_minute_old() -> None:
    agency = an_agency()
    of_each(agency)
    with time_machine.travel(LATER, tick=False):
        caller = reader(agency)
        path = caller.get(CHANGES).json()["next"]
        case = a_case(agency)
        case.state_since = LATER
        case.save()
        assert caller.get(path).json()["results"] == []
    with time_machine.travel(LATER + timedelta(seconds=61), tick=False):
        page = caller.get(path).json()
    assert [one["item"]["reference"] for one in page["results"]] == [case.reference]


def test_what_was_shared_later_than_it_changed_is_told_then() -> None:
    agency = an_agency()
    deployment, material = a_deployment(), a_version(a_material()).material
    an_assignment(deployment)
    with time_machine.travel(LATER, tick=False):
        caller = reader(agency)
        path = caller.get(CHANGES).json()["next"]
    share(deployment, agency)
    share_material_with(material, agency)
    for model in (DeploymentGroupObjectPermission, MaterialGroupObjectPermission):
        model._default_manager.update(shared_at=LATER)
    with time_machine.travel(LATER + timedelta(minutes=2), tick=False):
        assert resources(caller.get(path).json()) == ["assignments", "materials"]


def test_only_resources_of_the_scopes_and_of_the_agency_are_told() -> None:
    of_each(an_agency())
    with time_machine.travel(LATER, tick=False):
        assert resources(reader(scopes=["cases:read"]).get(CHANGES).json()) == ["cases"]
        assert resources(reader(scopes=[]).get(CHANGES).json()) == []
        assert resources(reader(an_agency("ministry")).get(CHANGES).json()) == []
        following = reader().get(CHANGES, {"limit": 1}).json()["next"]
        strangers = [reader(an_agency("ministry")), reader(scopes=["cases:read"])]
        assert [one.get(following).status_code for one in strangers] == [400, 400]


def test_a_reading_is_one_entry_naming_what_was_told() -> None:
    of_each(an_agency())
    with time_machine.travel(LATER, tick=False):
        reader().get(CHANGES)
    entry = Entry.objects.get(verb="api.read")
    assert entry.facts == {"resource": "changes", "count": 4, "filters": []}
    kinds = {name.partition(":")[0] for name in entry.about}
    assert kinds == {
        "agencies.agency",
        "agencies.partnerclient",
        "deployments.assignment",
        "deployments.deployment",
        "volunteers.volunteer",
        "materials.material",
        "materials.materialversion",
        "materials.delivery",
        "liaison.case",
        "liaison.letter",
    }
