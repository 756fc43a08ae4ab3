"""The windows of the staff in the journeys of liaison, and what they often do there."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser

from tests.journeys.conftest import DESKTOP, PHONE, Visitor, visiting
from tests.journeys.liaison_house import PASSWORD, STAFF
from tests.journeys.walking import (
    counted,
    fits_the_screen,
    open_step,
    send,
    take,
    told_by,
    verbs_in_order,
)
from tests.local.installations import Supervised

INSIDE = "import json; from tests.journeys import liaison_house as house; print(json.dumps({}))"
SIZES = {"liaison": DESKTOP, "editor": DESKTOP}
"""Who sits at a desk; the others hold a phone."""


@dataclass
class House:
    """The installation with its people at their windows."""

    running: Supervised
    known: dict[str, Any]
    staff: dict[str, Visitor]
    entries: int = 0
    story: dict[str, str] = field(default_factory=dict)

    def verbs(self) -> dict[str, int]:
        """Return how often each verb was entered since this was last asked."""
        verbs = verbs_in_order(self.running)
        new, self.entries = verbs[self.entries :], len(verbs)
        return counted(new)

    def run(self, code: str) -> Any:
        """Call a function of liaison_house inside the installation; return what it returns."""
        return told_by(self.running, INSIDE.format(code))

    def agency(self, slug: str) -> str:
        """The id of an agency."""
        return str(self.known["agencies"][slug])


@contextmanager
def open_house(browser: Browser, running: Supervised) -> Iterator[House]:
    """Make the house in an installation that nobody has used, and let everybody sign in."""
    known = told_by(running, INSIDE.format("house.make_house()"))
    url, staff = running.installation.url, {}
    with ExitStack() as windows:
        for name, (_role, language) in STAFF.items():
            size = SIZES.get(name, PHONE)
            window = visiting(browser, url, language=language, size=size)
            staff[name] = windows.enter_context(window)
            staff[name].sign_in(name, PASSWORD)
        house = House(running, known, staff)
        house.verbs()
        yield house


def today(days: int = 0) -> str:
    """The day in Seoul so many days from now, as a field takes it."""
    day: date = datetime.now(ZoneInfo("Asia/Seoul")).date() + timedelta(days=days)
    return day.isoformat()


def pill(visitor: Visitor) -> str:
    """The state that stands in the head of the page."""
    return visitor.page.locator(".page-head .pill").first.inner_text()


def approve_what_waits(approver: Visitor) -> None:
    """Find the letter that waits from the landing page, look at it as it will be, and approve."""
    approver.go("/admin/")
    with approver.page.expect_navigation():
        approver.page.locator("a.tile[href$='/liaison/letter/?waiting=me']").click()
    with approver.page.expect_navigation():
        approver.page.locator("#result_list tbody th a").first.click()
    letter = approver.page.url
    with approver.page.expect_navigation():
        approver.page.locator("a[href$='/preview/']").click()
    sheets = approver.page.locator("#content-main img")
    assert sheets.first.evaluate("image => image.decode().then(() => image.naturalWidth > 300)")
    assert fits_the_screen(approver.page)
    approver.go(letter)
    take(approver, "approve")
    assert pill(approver) == "승인됨"


def write_and_submit(visitor: Visitor, kind: str) -> None:
    """Begin the letter that the page offers, read the template through, and submit it."""
    open_step(visitor, "letter")
    assert visitor.page.input_value("[name=kind]") == kind
    send(visitor, language="ko")
    take(visitor, "submit")
    assert pill(visitor) == "결재 중"
