"""The main job, end to end: from an empty installation and a workbook to the embassy's GET.

One story in several tests, in order: each goes on where the one before it stopped.
"""

import json
import re
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import DESKTOP, PHONE, Visitor, visiting
from tests.local.installations import Supervised

pytestmark = [pytest.mark.journey, pytest.mark.real_processes, pytest.mark.slow]

PASSWORDS = {
    "admin": "a quiet harbour in the north",
    "coordinator": "seven cranes over the river",
    "volunteer": "the lamp is lit by evening",
}
FIRST, LAST = date(2027, 3, 20), date(2027, 3, 30)

story: dict[str, str] = {}
"""What one chapter leaves for the next: links, ids, secrets."""


@pytest.fixture(scope="module")
def at_desk(chromium: Browser, empty_installation: Supervised) -> Iterator[Visitor]:
    """The coordinator's window."""
    url = empty_installation.installation.url
    with visiting(chromium, url, language="en", size=DESKTOP) as visitor:
        yield visitor


def manage(running: Supervised, *arguments: str) -> str:
    """Run a command of the installation and return what it prints."""
    done = running.installation.command("manage", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def join(visitor: Visitor, link: str, password: str) -> None:
    """Use a one-time link: set a password and be signed in; staff add a passkey."""
    visitor.go(link)
    visitor.page.fill("input[name=password]", password)
    visitor.page.fill("input[name=again]", password)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.add_passkey_if_asked()


def tick(page: Page, label: str) -> None:
    """Tick the box of that label."""
    page.get_by_label(label, exact=True).check()


def test_the_first_administrator_makes_a_desk_and_a_coordinator(
    chromium: Browser, empty_installation: Supervised
) -> None:
    url = empty_installation.installation.url
    link = manage(empty_installation, "first_admin").strip()
    with visiting(chromium, url, language="en", size=DESKTOP) as visitor:
        join(visitor, link, PASSWORDS["admin"])
        visitor.go("/admin/accounts/desk/add/")
        visitor.page.fill("[name=name]", "Seoul")
        visitor.page.fill("[name=slug]", "seoul")
        with visitor.page.expect_navigation():
            visitor.page.locator("[name=_save]").click()
        visitor.go("/admin/accounts/user/do/make/")
        visitor.page.get_by_label("Sign-in name").fill("coordinator")
        visitor.page.get_by_label("Language").select_option("en")
        tick(visitor.page, "Coordinator")
        tick(visitor.page, "Seoul")
        visitor.page.get_by_label("Reason").fill("the first coordinator")
        visitor.press("Make an account")
        story["coordinator"] = visitor.page.input_value("#one-time-link")
        visitor.go("/admin/agencies/agency/add/")
        for name, value in {
            "slug": "embassy",
            "name_ko": "우크라이나 대사관",
            "name_en": "Embassy of Ukraine",
            "name_uk": "Посольство України",
        }.items():
            visitor.page.fill(f"[name={name}]", value)
        visitor.page.select_option("[name=kind]", "embassy")
        visitor.page.select_option("[name=country]", "UA")
        with visitor.page.expect_navigation():
            visitor.page.locator("[name=_save]").click()
        visitor.follow("Embassy of Ukraine")
        visitor.follow("Issue credentials")
        visitor.page.fill("[name=reason]", "The embassy reads who comes")
        visitor.press("Issue credentials")
        story["client"], story["secret"] = visitor.page.locator("dd code").all_inner_texts()
    assert visitor.complaints == []


def test_the_coordinator_imports_the_register(at_desk: Visitor, register: Path) -> None:
    join(at_desk, story["coordinator"], PASSWORDS["coordinator"])
    at_desk.go("/admin/volunteers/importrun/do/upload/")
    at_desk.page.set_input_files("input[type=file]", register)
    at_desk.press("Import a workbook")
    confirm = at_desk.page.get_by_role("button", name=re.compile("^Import 191 people"))
    confirm.wait_for(timeout=60_000)
    with at_desk.page.expect_navigation():
        confirm.click()
    done = at_desk.page.locator(".page-head .pill", has_text=re.compile(r"^\s*Imported\s*$"))
    done.wait_for(timeout=60_000)
    counts = at_desk.page.locator("dl.facts dd.number").all_inner_texts()
    assert counts == ["191", "3", "9", "3"]  # added, held, rejected, to decide
    at_desk.go("/admin/volunteers/volunteer/")
    assert "191" in at_desk.page.locator("#changelist").inner_text()


def test_the_coordinator_opens_a_deployment_with_places(at_desk: Visitor) -> None:
    at_desk.go("/admin/deployments/deployment/do/new/")
    at_desk.page.get_by_label("Codename").fill("HERON")
    at_desk.page.get_by_label("First day").fill(FIRST.isoformat())
    at_desk.page.get_by_label("Last day").fill(LAST.isoformat())
    at_desk.page.get_by_label("Clearance needed").select_option("2")
    at_desk.press("New deployment")
    story["deployment"] = at_desk.page.url
    for role, count in (("Interpreter", "2"), ("Broadcaster", "2"), ("Leaflet team leader", "1")):
        at_desk.follow("Add places")
        at_desk.page.get_by_label("Role").select_option(label=role)
        at_desk.page.get_by_label("How many").fill(count)
        at_desk.press("Add places")
    at_desk.follow("Open for offers")
    at_desk.press("Open for offers")
    at_desk.follow("Share")
    at_desk.page.get_by_label("Agency").select_option(label="Embassy of Ukraine")
    at_desk.press("Share")
    assert at_desk.page.locator(".pill", has_text="Free").count() == 5


def test_the_coordinator_sees_who_fits_and_why_others_do_not_and_offers(at_desk: Visitor) -> None:
    at_desk.go(story["deployment"])
    row = at_desk.page.locator("tr", has_text="#3 Broadcaster")
    with at_desk.page.expect_navigation():
        row.get_by_role("link", name="Candidates").click()
    fitting = at_desk.page.locator(".candidate")
    story["callsign"] = fitting.first.locator(".callsign").inner_text()
    assert fitting.first.locator(".is-unmet").count() == 0
    with at_desk.page.expect_navigation():
        at_desk.page.get_by_role("link", name=re.compile("^Do not fit")).click()
    first = at_desk.page.locator(".candidate").first
    assert first.locator(".is-unmet").count() > 0
    at_desk.page.go_back()
    with at_desk.page.expect_navigation():
        fitting.first.get_by_role("link", name=re.compile("^Offer")).click()
    at_desk.press(f"Offer to {story['callsign']}")
    assert at_desk.page.locator(".page-head .pill", has_text="Offered").count() == 1


def test_the_volunteer_accepts_on_a_phone(
    chromium: Browser, at_desk: Visitor, empty_installation: Supervised
) -> None:
    told = manage(empty_installation, "invite", story["callsign"])
    link = next(word for word in told.split() if "/join/" in word)
    with visiting(chromium, at_desk.url, language="ko", size=PHONE) as phone:
        join(phone, link, PASSWORDS["volunteer"])
        phone.go("/portal/offers/")
        with phone.page.expect_navigation():
            phone.page.locator("main a[href*='/portal/offers/']").last.click()
        with phone.page.expect_navigation():
            phone.page.locator("button[value=accept]").click()
        assert phone.page.locator("main .pill.is-ok").count() == 1
        assert phone.page.evaluate("document.documentElement.lang") == "ko"
        assert phone.page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    assert phone.complaints == []


def test_the_embassy_reads_the_assignment(at_desk: Visitor) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": story["client"],
        "client_secret": story["secret"],
    }
    token = fetch(f"{at_desk.url}/api/v1/token", urlencode(form).encode())["access_token"]
    [assignment] = fetch(f"{at_desk.url}/api/v1/assignments", token=token)["results"]
    assert (assignment["state"], assignment["deployment"]) == ("accepted", "HERON")
    assert story["callsign"] not in json.dumps(assignment, ensure_ascii=False)
    assert assignment["period"] == {
        "start": "2027-03-19T22:00:00Z",
        "end": "2027-03-30T21:00:00Z",
    }


def fetch(url: str, body: bytes | None = None, token: str = "") -> dict[str, Any]:
    """Return what the API answers."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, body, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


EXPECTED = {
    "account.factor_added": 2,
    "account.invited": 3,
    "account.joined": 3,
    "account.made": 3,
    "account.signed_in": 3,
    "agency.made": 1,
    "api.read": 1,
    "api.token_issued": 1,
    "assignment.accepted": 1,
    "assignment.offered": 1,
    "assignment.proposed": 1,
    "client.issued": 1,
    "deployment.made": 1,
    "deployment.opened": 1,
    "deployment.shared": 1,
    "desk.made": 1,
    "import.begun": 1,
    "import.confirmed": 1,
    "import.done": 1,
    "import.previewed": 1,
    "import.reading": 1,
    "import.started": 1,
    "register.imported": 191,
    "slots.added": 3,
    "volunteer.invited": 1,
}


def test_every_step_stands_in_the_ledger(empty_installation: Supervised) -> None:
    code = (
        "from collections import Counter; import json;"
        "from corps.audit.models import Entry;"
        "print(json.dumps(Counter(Entry.objects.values_list('verb', flat=True))))"
    )
    told = manage(empty_installation, "shell", "-v0", "-c", code)
    assert json.loads(told.strip().splitlines()[-1]) == EXPECTED


def test_no_page_complained(at_desk: Visitor) -> None:
    assert at_desk.complaints == []
