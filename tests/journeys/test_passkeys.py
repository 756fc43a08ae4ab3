"""Second factors in a real browser: staff with a passkey, a volunteer with an authenticator app."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.accounts.passkeys import code_of
from tests.journeys.conftest import DESKTOP, PHONE, SECOND_FACTOR, Visitor, visiting
from tests.local.installations import Supervised

pytestmark = [pytest.mark.journey, pytest.mark.real_processes, pytest.mark.slow]

STAFF, VOLUNTEER = "auditor", "the-volunteer"
WORDS = "seven cranes over the river"
PEOPLE = f"""
from django.contrib.auth.models import Group
from corps.accounts.models import User
from corps.audit.actions import COMMAND
from tests.cast import a_volunteer
auditor = User.objects.create_user({STAFF!r}, {WORDS!r}, is_staff=True, language="en")
auditor.groups.add(Group.objects.get(name="auditor"))
person = a_volunteer("매-1")
person.user = User.objects.create_user({VOLUNTEER!r}, {WORDS!r}, language="ko")
person.save()
"""


@pytest.fixture(scope="module")
def url(empty_installation: Supervised) -> str:
    """An installation with an auditor and a volunteer."""
    done = empty_installation.installation.command("manage", "shell", "-v0", "-c", PEOPLE)
    assert done.returncode == 0, done.stderr
    return empty_installation.installation.url


@pytest.fixture
def at_desk(chromium: Browser, url: str) -> Iterator[Visitor]:
    """The auditor's window, on a desk."""
    with visiting(chromium, url, language="en", size=DESKTOP) as visitor:
        yield visitor


@pytest.fixture
def on_phone(chromium: Browser, url: str) -> Iterator[Visitor]:
    """The volunteer's window, on a phone."""
    with visiting(chromium, url, language="ko", size=PHONE) as visitor:
        yield visitor


def type_in(visitor: Visitor, name: str) -> None:
    """Type name and password at the way in."""
    visitor.go("/account/login/")
    visitor.page.fill("input[name=login]", name)
    visitor.page.fill("input[name=password]", WORDS)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")


def sign_out(visitor: Visitor) -> None:
    """Sign out on its own page."""
    visitor.go("/account/logout/")
    with visitor.page.expect_navigation():
        visitor.page.locator("main form button").click()


def test_staff_add_a_passkey_sign_out_and_sign_in_with_it(at_desk: Visitor) -> None:
    type_in(at_desk, STAFF)
    assert at_desk.path == SECOND_FACTOR
    at_desk.add_passkey_if_asked()
    assert at_desk.path == "/admin/"
    sign_out(at_desk)
    at_desk.go("/account/login/?next=/admin/audit/entry/")
    at_desk.use_passkey()
    assert at_desk.path == "/admin/audit/entry/"
    sign_out(at_desk)
    type_in(at_desk, STAFF)
    assert at_desk.path == SECOND_FACTOR + "prove/"
    at_desk.use_passkey()
    assert at_desk.path == "/admin/"
    at_desk.go("/account/second-factor/passkeys/add/")
    assert at_desk.complaints == []


def test_a_volunteer_adds_an_app_and_is_asked_for_it(on_phone: Visitor) -> None:
    type_in(on_phone, VOLUNTEER)
    on_phone.go("/portal/account/")
    with on_phone.page.expect_navigation():
        on_phone.page.locator(f"main a[href='{SECOND_FACTOR}']").click()
    with on_phone.page.expect_navigation():
        on_phone.page.locator("a[href$='/app/add/']").click()
    secret = on_phone.page.locator("#authenticator_secret").inner_text()
    send_code(on_phone, secret)
    codes = on_phone.page.locator("#recovery_codes code").all_inner_texts()
    assert len(set(codes)) == 10
    sign_out(on_phone)
    type_in(on_phone, VOLUNTEER)
    assert on_phone.path == SECOND_FACTOR + "prove/"
    on_phone.page.fill("input[name=code]", codes[0])
    with on_phone.page.expect_navigation():
        on_phone.page.keyboard.press("Enter")
    assert on_phone.path == "/portal/"
    expect(on_phone.page.locator("html")).to_have_attribute("lang", "ko")
    assert on_phone.complaints == []


def send_code(visitor: Visitor, secret: str) -> None:
    """Type what an app shows; once more if it changed meanwhile."""
    for _ in range(2):
        visitor.page.fill("input[name=code]", code_of(secret))
        with visitor.page.expect_navigation():
            visitor.page.keyboard.press("Enter")
        if not visitor.path.endswith("/app/add/"):
            return


def test_at_an_ip_address_the_page_leads_to_localhost(at_desk: Visitor) -> None:
    at_desk.page.goto(at_desk.url.replace("localhost", "127.0.0.1") + "/account/login/")
    with at_desk.page.expect_navigation():
        at_desk.page.get_by_role("link", name="Open this page at localhost").click()
    assert at_desk.page.url == at_desk.url + "/account/login/"
