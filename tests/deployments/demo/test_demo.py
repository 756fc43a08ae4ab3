"""The demo tells the story of the organisation, through the same actions that people use."""

import stat
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from corps.accounts.models import Desk, User
from corps.audit.models import Entry
from deployments.agencies.models import Agency, PartnerClient
from deployments.demo.organisation import STAFF
from deployments.demo.people import callsign
from deployments.liaison.models import Case
from deployments.models import Assignment, Deployment, Slot
from tests.cast import NOW, a_coordinator, a_volunteer
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def state(settings: Settings, tmp_path: Path) -> Path:
    """A state folder of the test's own."""
    settings.STATE = tmp_path / "state"
    return tmp_path / "state"


def demo(*arguments: str) -> str:
    """Run the command at the instant of the tests."""
    told = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("demo", *arguments, stdout=told)
    return told.getvalue()


def test_demo_makes_the_organisation_it_promises(state: Path) -> None:
    demo("--volunteers", "200")
    assert sorted(Desk.objects.values_list("slug", flat=True)) == ["kyiv", "seoul"]
    assert Volunteer.objects.count() == 200
    assert Agency.objects.count() == 4
    assert PartnerClient.objects.count() == 2
    states = Counter(Deployment.objects.values_list("state", flat=True))
    assert states == {"active": 1, "ready": 1, "open": 2, "draft": 1, "closed": 1}
    assert Slot.objects.count() == 60
    held = Counter(Assignment.objects.values_list("state", flat=True))
    wanted = {"offered", "accepted", "confirmed", "active", "completed", "proposed"}
    assert set(held) == wanted
    contested = Counter(Assignment.objects.filter(state="proposed").values_list("slot", flat=True))
    assert max(contested.values()) == 2
    proposal = Case.objects.get(kind="proposal")
    assert {one.state for one in proposal.deployments.all()} == {"open", "ready"}
    impossible = Slot.objects.filter(languages__language="crh")
    assert (impossible.count(), Assignment.objects.filter(slot__in=impossible).count()) == (3, 0)


def test_demo_lists_who_can_sign_in_and_they_can(state: Path) -> None:
    demo("--volunteers", "60")
    accounts = state / "demo-accounts.txt"
    assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
    rows = [line.split("\t") for line in accounts.read_text(encoding="utf-8").splitlines()]
    assert Counter(row[0] for row in rows) == {"staff": 11, "volunteer": 3, "client": 2}
    assert [row[1] for row in rows if row[0] == "staff"] == [name for name, _, _ in STAFF]
    assert {row[3] for row in rows if row[0] == "client"} == {
        "embassy-ukraine-seoul",
        "armed-forces-ukraine",
    }
    for kind, name, password, _role in rows:
        if kind != "client":
            assert Client().login(username=name, password=password), name


def test_demo_asked_again_adds_volunteers_and_nothing_else(state: Path) -> None:
    demo("--volunteers", "30")
    before = (state / "demo-accounts.txt").read_text(encoding="utf-8")
    demo("--volunteers", "50")
    assert Volunteer.objects.count() == 50
    assert (Deployment.objects.count(), User.objects.filter(is_staff=True).count()) == (6, 11)
    assert (state / "demo-accounts.txt").read_text(encoding="utf-8") == before


def test_demo_passes_over_callsigns_that_somebody_bears(state: Path) -> None:
    demo("--volunteers", "30")
    a_volunteer(callsign(40), desk=Desk.objects.get(slug="seoul"))
    demo("--volunteers", "50")
    assert Volunteer.objects.count() == 50


def test_demo_leaves_an_installation_in_use_alone(state: Path) -> None:
    a_coordinator()
    with pytest.raises(CommandError, match="in use"):
        demo()
    demo("--first-start")
    assert (Volunteer.objects.count(), (state / "demo-accounts.txt").exists()) == (0, False)


def test_everything_the_demo_did_stands_in_the_ledger(state: Path) -> None:
    demo("--volunteers", "40")
    verbs = Counter(Entry.objects.values_list("verb", flat=True))
    told = {name: verbs[name] for name in ("register.added", "deployment.made", "account.made")}
    assert told == {"register.added": 40, "deployment.made": 6, "account.made": 14}
    assert verbs["desk.made"] == 2
