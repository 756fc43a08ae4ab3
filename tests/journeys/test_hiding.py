"""What is shown once leaves the page: on leaving it, on looking elsewhere, after two minutes."""

from collections.abc import Callable, Iterator

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, Route

from corps.local.state import ROOT

pytestmark = pytest.mark.journey

URL = "http://corps.test/shown"
SECRET = "김철수"
CSP = "default-src 'none'; script-src 'self'"


def answers() -> Callable[[Route], None]:
    """What answers as the installation does: the page, in one answer that nobody keeps, and its
    script. The page is made here and not in the browser's turn, which knows no language."""
    parts = {"parts": [("Name", SECRET)], "back_url": "/back"}
    shown = '<script src="/hide.js" defer></script>'
    shown += render_to_string("partials/identity.html", parts)
    script = (ROOT / "corps" / "static" / "corps" / "hide.js").read_text()
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": CSP}

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://corps.test")
        if path == "/hide.js":
            route.fulfill(body=script, content_type="text/javascript")
            return
        body = shown if path == "/shown" else "<p>elsewhere</p>"
        route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)

    return answer


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page on which something is shown once."""
    context = chromium.new_context()
    opened = context.new_page()
    opened.clock.install()
    opened.route("**/*", answers())
    opened.goto(URL)
    assert SECRET in opened.content()
    assert not opened.get_by_text("Hidden again").is_visible()
    yield opened
    context.close()


def hidden(page: Page) -> bool:
    """Whether nothing of it is left, and the page says so."""
    return SECRET not in page.content() and page.get_by_text("Hidden again").is_visible()


def test_it_goes_when_the_reader_looks_elsewhere(page: Page) -> None:
    page.evaluate("Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert hidden(page)


def test_it_goes_when_the_page_is_left_even_if_the_browser_keeps_it(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert hidden(page)


def test_it_goes_after_two_minutes_and_not_before(page: Page) -> None:
    page.clock.fast_forward(119_000)
    assert SECRET in page.content()
    page.clock.fast_forward(2_000)
    assert hidden(page)


def test_the_button_hides_it_and_leaves_no_way_back(page: Page) -> None:
    page.get_by_role("link", name="Hide").click()
    page.wait_for_url("**/back")
    assert page.evaluate("history.length") == 2
    assert SECRET not in page.content()
