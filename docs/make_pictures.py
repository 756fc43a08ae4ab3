"""Makes the pictures of this folder: `make pictures`, on a machine with Debian's chromium.

It starts an installation of its own with the demo, signs in, and looks at the pages in Korean:
the coordinator's and the liaison officer's at a desk, the volunteer's on a phone.
"""

import shutil
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from playwright.sync_api import sync_playwright  # noqa: E402  (after the path is set)

from corps.local.state import ROOT, State  # noqa: E402
from tests.journeys.conftest import (  # noqa: E402
    CHROMIUM,
    DESKTOP,
    PHONE,
    QUIET,
    Visitor,
    visiting,
)
from tests.local.installations import Installation, free_port  # noqa: E402


class Demo(Installation):
    """An installation that seeds the demo."""

    @property
    def environment(self) -> dict[str, str]:
        """What a person would have exported before `make run`."""
        return {**super().environment, "CORPS_DEMO": "1"}

    def access(self, kind: str) -> list[tuple[str, str]]:
        """Return names and passwords of one kind, as demo-accounts.txt lists them."""
        lines = self.state.demo_accounts.read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines]
        return [(row[1], row[2]) for row in rows if row[0] == kind]


def picture(visitor: Visitor, name: str) -> None:
    """Keep what is on the screen."""
    visitor.page.screenshot(path=DOCS / f"{name}.png")


def at_desk(visitor: Visitor, demo: Demo) -> None:
    """Look at the board, the register, a deployment and the candidates of a place."""
    visitor.sign_in(*demo.access("staff")[0])
    picture(visitor, "board")
    visitor.go("/admin/volunteers/volunteer/")
    picture(visitor, "register")
    visitor.go("/admin/deployments/deployment/")
    visitor.follow("등대")
    picture(visitor, "deployment")
    with visitor.page.expect_navigation():
        visitor.page.locator(".row-actions .btn-primary").last.click()
    picture(visitor, "candidates")


def at_the_liaison(visitor: Visitor, demo: Demo) -> None:
    """Look at the inbox, a case about permits, and the board of a deployment's permits."""
    visitor.sign_in(*next(name for name in demo.access("staff") if name[0] == "liaison"))
    visitor.go("/admin/liaison/case/")
    picture(visitor, "cases")
    with visitor.page.expect_navigation():
        visitor.page.locator("tr", has_text="여권사용 허가").first.get_by_role("link").first.click()
    picture(visitor, "case")
    visitor.go("/admin/deployments/deployment/")
    visitor.follow("자작나무")
    with visitor.page.expect_navigation():
        visitor.page.locator("a[href*='/liaison/permit/board/']").first.click()
    picture(visitor, "permits")


def on_phone(visitor: Visitor, demo: Demo) -> None:
    """Look at the calendar and at an offer that waits."""
    visitor.sign_in(*demo.access("volunteer")[0])
    visitor.go("/portal/calendar/")
    picture(visitor, "calendar")
    visitor.go("/portal/offers/")
    with visitor.page.expect_navigation():
        visitor.page.locator("main a[href*='/portal/offers/']").last.click()
    picture(visitor, "offer")


def main() -> None:
    """Make all pictures."""
    folder = Path(tempfile.mkdtemp(prefix="corps-pictures-"))
    demo = Demo(ROOT, State(folder / "state"), free_port())
    try:
        with demo.running(), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            with visiting(browser, demo.url, language="ko", size=DESKTOP) as visitor:
                at_desk(visitor, demo)
            with visiting(browser, demo.url, language="ko", size=DESKTOP) as visitor:
                at_the_liaison(visitor, demo)
            with visiting(browser, demo.url, language="ko", size=PHONE) as visitor:
                on_phone(visitor, demo)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
