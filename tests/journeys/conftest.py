"""What the journeys stand on: a whole installation of its own, and a real browser."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from corps.local.state import ROOT, State
from tests.local.installations import Installation, Supervised, free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
SECOND_FACTOR = "/account/second-factor/"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the journeys, and say why, where there is no browser to walk them in."""
    for item in items:
        if CHROMIUM is None and "tests/journeys" in str(item.path):
            item.add_marker(pytest.mark.skip(reason="no Chromium: install Debian's chromium"))


@dataclass
class Visitor:
    """Somebody at a browser: every error of the console and every refused content is kept."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page of the installation, which must answer."""
        answer = self.page.goto(self.url + path if path.startswith("/") else path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def sign_in(self, name: str, password: str) -> None:
        """Sign in at the one way in."""
        self.go("/account/login/")
        self.page.fill("input[name=login]", name)
        self.page.fill("input[name=password]", password)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.add_passkey_if_asked()

    def add_passkey_if_asked(self) -> None:
        """Add a passkey where staff are led to do so, and go on to where they were going."""
        if self.path != SECOND_FACTOR:
            return
        with self.page.expect_navigation():
            self.page.locator("a[href$='/passkeys/add/']").click()
        self.use_passkey()
        with self.page.expect_navigation():
            self.page.locator("main a.btn-primary").first.click()

    def use_passkey(self) -> None:
        """Press the page's button that asks the browser for a passkey."""
        with self.page.expect_navigation():
            self.page.locator("form[data-passkey] button[type=submit]").click()

    @property
    def path(self) -> str:
        """The path of the page that is open."""
        return urlsplit(self.page.url).path

    def follow(self, name: str) -> None:
        """Follow the first link of that name."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, exact=True).first.click()

    def press(self, name: str) -> None:
        """Press the button of that name, which leads to a page."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()


def give_passkeys(page: Page) -> None:
    """Give a window a device that keeps passkeys, and whose owner always agrees."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@contextmanager
def visiting(
    browser: Browser, url: str, *, language: str, size: dict[str, int]
) -> Iterator[Visitor]:
    """Open a browser window of one person, with a language and a size."""
    context = browser.new_context(viewport=size, locale=language)
    context.add_cookies([{"name": "language", "value": language, "url": url}])
    visitor = Visitor(context.new_page(), url)
    give_passkeys(visitor.page)
    visitor.page.on(
        "console",
        lambda message: (
            visitor.complaints.append(message.text) if message.type == "error" else None
        ),
    )
    try:
        yield visitor
    finally:
        context.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, closed with the module: its event loop would be in other tests' way."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def empty_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervised]:
    """A running installation that nobody has used yet: web, worker and clock."""
    folder = tmp_path_factory.mktemp("journey") / "state"
    with Installation(ROOT, State(folder), free_port()).running() as supervised:
        yield supervised


@pytest.fixture
def register() -> Path:
    """The register as the organisation keeps it."""
    return ROOT / "tests" / "data" / "register.xlsx"
