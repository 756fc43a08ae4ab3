"""The API's documentation in a real browser: it works, under the strict content security policy."""

import shutil
from collections.abc import Iterator
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import sync_playwright

from tests.cast import a_coordinator

CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt install chromium"),
]


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def application(environ: Any, start_response: Any) -> Any:
    """Answer, and let this thread's connection go."""
    try:
        return get_wsgi_application()(environ, start_response)
    finally:
        connections.close_all()


@pytest.fixture
def address(committed_db: str) -> Iterator[str]:
    """A server on loopback."""
    server = make_server("127.0.0.1", 0, application, WSGIServer, Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_documentation_opens_without_breaking_the_policy(address: str) -> None:
    staff = Client()
    staff.force_login(a_coordinator())
    session = {"name": "session", "value": staff.cookies["session"].value, "url": address}
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        context = browser.new_context()
        context.add_cookies([session])  # type: ignore[list-item]
        page = context.new_page()
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        response = page.goto(f"{address}/api/v1/docs")
        assert response is not None
        assert "script-src 'self'" in response.headers["content-security-policy"]
        page.wait_for_selector(".opblock-summary")
        page.locator(".opblock-summary").first.click()
        page.wait_for_selector("text=updated_since")
        page.click("button.authorize")
        page.wait_for_selector("text=clientCredentials")
        paths = [path.inner_text() for path in page.locator(".opblock-summary-path").all()]
        browser.close()
    assert [path.replace("\u200b", "") for path in paths] == [
        f"/api/v1/{path}"
        for path in (
            "assignments",
            "cases",
            "changes",
            "deliveries",
            "ledger/head",
            "materials",
            "materials/{material}/versions/{number}/file",
            "me",
        )
    ]
    assert [line for line in said if line.startswith("error")] == []
