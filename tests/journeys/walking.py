"""How journeys walk: commands beside the pages, the API, and the pages behind buttons."""

import json
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page

from tests.journeys.conftest import Visitor
from tests.local.installations import Supervised

WRONG = "ul.errorlist, .messages .is-blocked"
"""What a page shows when something was refused."""

IN_ORDER = (
    "import json; from corps.audit.models import Entry;"
    "print(json.dumps(list(Entry.objects.order_by('pk').values_list('verb', flat=True))))"
)


def manage(running: Supervised, *arguments: str) -> str:
    """Run a command of the installation and return what it prints."""
    done = running.installation.command("manage", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def told_by(running: Supervised, code: str) -> Any:
    """Run some Python inside the installation and return what it prints last, as JSON."""
    told = manage(running, "shell", "-v0", "-c", code)
    return json.loads(told.strip().splitlines()[-1])


def verbs_in_order(running: Supervised) -> list[str]:
    """Return the verb of every entry of the ledger."""
    return cast("list[str]", told_by(running, IN_ORDER))


def counted(verbs: list[str]) -> dict[str, int]:
    """Return how often each verb stands there, by verb."""
    return dict(sorted(Counter(verbs).items()))


def fetch(url: str, body: bytes | None = None, token: str = "") -> dict[str, Any]:
    """Return what the API answers."""
    return cast("dict[str, Any]", json.loads(fetch_bytes(url, body, token)))


def fetch_bytes(url: str, body: bytes | None = None, token: str = "") -> bytes:
    """Return what the API answers, as it came."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, body, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return cast("bytes", answer.read())


def token_for(url: str, client: str, secret: str) -> str:
    """Return a token of the API for an agency's client."""
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    return str(fetch(f"{url}/api/v1/token", urlencode(form).encode())["access_token"])


def fits_the_screen(page: Page) -> bool:
    """Whether the page is no wider than the window."""
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def take(visitor: Visitor, step: str, *, refused: bool = False, **fields: object) -> None:
    """Press the button of a step on the page that is open, fill its form in, and do it."""
    open_step(visitor, step)
    send(visitor, refused=refused, **fields)


def open_step(visitor: Visitor, step: str) -> None:
    """Press the button of a step: by its address, which is the same in every language."""
    with visitor.page.expect_navigation():
        visitor.page.locator(f"#content-main a[href$='/do/{step}/']").first.click()
    assert fits_the_screen(visitor.page), f"{visitor.path} is wider than the window"


def send(visitor: Visitor, *, refused: bool = False, **fields: object) -> None:
    """Fill in, by their names, the fields of the step that is open, and do it.

    `refused` is whether the page that follows must say that it was refused.
    """
    page = visitor.page
    for name, value in fields.items():
        put(page.locator(f"form.panel [name='{name}']"), value)
    with page.expect_navigation():
        page.locator("form.panel footer button[type=submit]").click()
    said = page.locator(WRONG).all_inner_texts()
    assert bool(said) is refused, f"{visitor.path}: {said}"
    assert fits_the_screen(page), f"{visitor.path} is wider than the window"


def put(field: Locator, value: object) -> None:
    """Fill one field in: text, a choice by its value, a file, or several ticks."""
    if isinstance(value, list):
        for one in value:
            field.and_(field.page.locator(f"[value='{one}']")).check()
        return
    if isinstance(value, Path):
        field.set_input_files(value)
        return
    kind = field.first.evaluate("field => field.type")
    if kind == "radio":
        field.and_(field.page.locator(f"[value='{value}']")).check()
    elif kind == "select-one":
        field.select_option(str(value))
    else:
        field.fill(str(value))
