"""What changes inside something an agency reads moves its `updated_at`: it is told again."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from deployments.agencies.rules import SCOPES
from deployments.liaison.actions import letters as writing
from deployments.liaison.actions.cases import change_case, close_case, refer_case
from deployments.liaison.actions.replies import record_reply
from deployments.materials import actions
from deployments.materials.actions.sharing import share_material
from tests.api.calls import a_caller
from tests.cast import NOW, an_agency
from tests.liaison.letter_scene import Office, an_office
from tests.materials import scene

pytestmark = pytest.mark.django_db

CHANGES = "/api/v1/changes"
READ = NOW + timedelta(minutes=2)
LATER = NOW + timedelta(minutes=4)
LATEST = NOW + timedelta(minutes=6)

Told = dict[str, list[Any]]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def told_after(change: Callable[[], object]) -> Told:
    """What the embassy reads anew after a change: the items of each resource."""
    caller = a_caller(an_agency(), scopes=list(SCOPES))
    with time_machine.travel(READ, tick=False):
        path = caller.get(CHANGES).json()["next"]
    with time_machine.travel(LATER, tick=False):
        change()
    with time_machine.travel(LATEST, tick=False):
        page = caller.get(path).json()
    told: Told = {}
    for one in page["results"]:
        told.setdefault(one["resource"], []).append(one["item"])
    return told


def of_case(office: Office, name: str) -> None:
    """Do one thing to a case that the embassy reads."""
    case, by = office.case, office.officer
    case.refresh_from_db()
    day, at = date(2026, 12, 24), LATER
    match name:
        case "due":
            change_case(case=case, by=by, at=at, subject=case.subject, owner=by, due=day)
        case "came back":
            writing.bounce_letter(letter=case.letters.get(), by=by, at=at)
        case "referred":
            refer_case(
                case=case, to_agency=an_agency("ministry"), by=by, at=at, on=date(2026, 11, 22)
            )
        case "answered" | "closed":
            record_reply(
                case=case,
                agency=an_agency(),
                outcome="granted",
                came_on=date(2026, 11, 22),
                by=by,
                at=at,
            )
            if name == "closed":
                close_case(case=case, by=by, at=at, reason="done")
        case "another letter":
            letter = writing.begin_letter(
                case=case, kind="information", language="en", by=by, at=at
            )
            writing.submit_letter(letter=letter, by=by, at=at)
            writing.approve_letter(letter=letter, version=1, by=office.approver, at=at)
            writing.send_letter(letter=letter, through="post", by=by, at=at)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("due", ("waiting", "2026-12-24", 1)),
        ("came back", ("in_hand", None, 0)),
        ("referred", ("in_hand", None, 1)),
        ("answered", ("in_hand", None, 1)),
        ("closed", ("closed", None, 1)),
        ("another letter", ("waiting", None, 2)),
    ],
)
def test_what_happens_to_a_case_is_told(name: str, read: tuple[Any, ...]) -> None:
    office = an_office()
    office.sent()
    told = told_after(lambda: of_case(office, name))
    assert list(told) == ["cases"]
    (case,) = told["cases"]
    assert (case["state"], case["due"], len(case["letters"])) == read


def test_the_receipt_of_a_delivery_is_told() -> None:
    people = scene.cast()
    delivery = scene.a_delivery(people, handed_over=2000)
    told = told_after(
        lambda: actions.acknowledge_delivery(
            delivery=delivery,
            count=1990,
            receipt_by="Consul",
            receipt_at=LATER,
            by=people["liaison"],
            at=LATER,
        )
    )
    assert [one["acknowledged"] for one in told["deliveries"]] == [1990]


def test_a_material_is_told_when_a_delivery_of_a_version_is_given_up() -> None:
    people = scene.cast()
    material = scene.a_material(people["editor"])
    one, two = (scene.a_version(people, "approved", material=material) for _each in range(2))
    scene.a_delivery(people, one, handed_over=10)
    lost = scene.a_delivery(people, two, handed_over=10)
    told = told_after(
        lambda: actions.fail_delivery(
            delivery=lost, reason="taken back", by=people["liaison"], at=LATER
        )
    )
    assert [[version["number"] for version in one["versions"]] for one in told["materials"]] == [
        [1]
    ]


def test_a_shared_material_is_told_when_a_version_is_approved_and_when_one_is_retired() -> None:
    people = scene.cast()
    version = scene.a_version(people, "approved")
    new = scene.a_version(people, "draft", material=version.material)
    share_material(material=version.material, agency=an_agency(), by=people["liaison"], at=NOW)

    def exchange() -> None:
        actions.submit_version(version=new, by=people["editor"], at=LATER)
        actions.approve_version(version=new, by=people["approver"], at=LATER)
        actions.retire_version(version=version, reason="old", by=people["editor"], at=LATER)

    (material,) = told_after(exchange)["materials"]
    assert [version["number"] for version in material["versions"]] == [2]


def test_a_shared_material_of_which_nothing_was_approved_is_not_told() -> None:
    """Nobody but its editor has looked at its title."""
    people = scene.cast()
    version = scene.a_version(people, "draft")
    share_material(material=version.material, agency=an_agency(), by=people["liaison"], at=NOW)
    caller = a_caller(an_agency(), scopes=list(SCOPES))
    assert caller.get("/api/v1/materials").json()["results"] == []

    def rename() -> None:
        actions.rename_material(
            material=version.material, title="Another", by=people["editor"], at=LATER
        )

    assert told_after(rename) == {}
