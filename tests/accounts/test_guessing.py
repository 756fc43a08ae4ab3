"""Guessing: limits that hold in parallel, that lock nobody out, and that tell nothing."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client, RequestFactory, override_settings

from corps.accounts import guessing
from corps.accounts.guessing import LIMITS, address_of, block_of
from corps.accounts.models import Allowance, Notice, User
from corps.audit.models import Entry
from tests.accounts.passkeys import SoftKey, add_app, add_passkey, code_of, sign_in_by_passkey
from tests.cast import NOW, PASSWORD, a_coordinator, a_user, a_volunteer

SIGN_IN = "/account/login/"
WRONG = "not the password"
AT_ONCE = 200

pytestmark = pytest.mark.django_db

PASSWORDS, CODES, ADDRESS = (LIMITS[kind].attempts for kind in ("password", "code", "address"))


@pytest.fixture(autouse=True)
def password_enough(settings: Any) -> None:
    """Whoever signs in by password is let in: second factors are tested elsewhere."""
    settings.REQUIRE_MFA = False


def attempt(name: str, password: str = WRONG, client: Client | None = None, **more: Any) -> Any:
    """Send name and password from a browser, by default from one that nobody has seen."""
    return (client or Client()).post(SIGN_IN, {"login": name, "password": password}, **more)


def statuses(name: str, times: int, **more: Any) -> list[int]:
    return [attempt(name, **more).status_code for _ in range(times)]


def let_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# In a row


@pytest.mark.parametrize("name", ["coordinator", "nobody-by-this-name"])
def test_after_the_limit_the_right_password_opens_nothing_until_the_window_is_over(
    name: str,
) -> None:
    a_coordinator()
    with time_machine.travel(NOW, tick=False) as clock:
        assert statuses(name, PASSWORDS + 1) == [200] * PASSWORDS + [429]
        client = Client()
        clock.shift(timedelta(minutes=14))
        answer = attempt(name, PASSWORD, client)
        assert (answer.status_code, answer["Retry-After"]) == (429, "60")
        assert not let_in(client)
        clock.shift(timedelta(minutes=1))
        assert attempt(name, PASSWORD, client).status_code == (
            302 if name == "coordinator" else 200
        )


def test_a_name_is_counted_however_it_is_written() -> None:
    a_coordinator(username="Kim-매")
    spellings = ["Kim-매", "kim-매", " KIM-매 ", "kim-\u1106\u1162"]
    answers = [attempt(spellings[n % 4]).status_code for n in range(PASSWORDS + 1)]
    assert answers == [200] * PASSWORDS + [429]


def test_what_turns_out_right_is_not_counted() -> None:
    a_coordinator()
    for _ in range(PASSWORDS + 5):
        client = Client()
        attempt("coordinator", PASSWORD, client)
        assert let_in(client)


def test_an_address_may_try_so_often_whatever_it_tries() -> None:
    a_coordinator()
    answers = [attempt(f"nobody-{n}").status_code for n in range(ADDRESS + 1)]
    assert answers == [200] * ADDRESS + [429]
    assert attempt("coordinator", PASSWORD).status_code == 429
    assert attempt("coordinator", PASSWORD, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_an_account_may_be_tried_so_often_wherever_from() -> None:
    a_coordinator()
    answers = [
        attempt("coordinator", REMOTE_ADDR=f"192.0.2.{n}").status_code for n in range(PASSWORDS + 1)
    ]
    assert answers == [200] * PASSWORDS + [429]


@pytest.mark.parametrize("name", ["매-900", "nobody"])
def test_codes_after_the_password_have_a_smaller_limit(name: str) -> None:
    user = a_volunteer("매-900", account=True).user
    assert user is not None
    owner = Client()
    owner.force_login(user)
    secret = add_app(owner)
    thief = Client()
    attempt("매-900", PASSWORD, thief)
    path = "/account/second-factor/prove/"
    answers = [thief.post(path, {"code": "000000"}).status_code for _ in range(CODES + 1)]
    assert answers == [200] * CODES + [429]
    assert thief.post(path, {"code": code_of(secret)}).status_code == 429


@pytest.mark.parametrize("page", ["/account/reauthenticate/", "/account/password/change/"])
def test_a_password_asked_again_has_a_limit(page: str) -> None:
    user = a_user("somebody", is_staff=False)
    client = Client()
    client.force_login(user)
    sent = {"password": WRONG, "oldpassword": WRONG, "password1": "x", "password2": "x"}
    answers = [client.post(page, sent).status_code for _ in range(LIMITS["again"].attempts + 1)]
    assert answers == [200] * LIMITS["again"].attempts + [429]


@pytest.mark.parametrize(
    ("page", "sent", "status"),
    [
        ("/join/nothing/", {}, 404),
        ("/identity/o/api/token", {"grant_type": "client_credentials", "client_id": "x"}, 401),
    ],
)
def test_links_and_clients_are_counted_by_address(
    page: str, sent: dict[str, str], status: int
) -> None:
    client = Client()
    answers = Counter(client.post(page, sent).status_code for _ in range(ADDRESS + 2))
    assert answers == {status: ADDRESS, 429: 2}
    assert client.post(page, sent, REMOTE_ADDR="192.0.2.7").status_code == status


def test_a_program_is_told_as_programs_are() -> None:
    for _ in range(ADDRESS + 1):
        answer = Client().post("/identity/o/api/token", {"grant_type": "client_credentials"})
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert int(answer["Retry-After"]) > 0


# Nobody is locked out


def test_a_stranger_does_not_lock_out_a_browser_that_is_known() -> None:
    a_coordinator()
    known = Client()
    attempt("coordinator", PASSWORD, known)
    known.post("/account/logout/")
    statuses("coordinator", PASSWORDS + 5)
    assert attempt("coordinator", PASSWORD).status_code == 429
    assert attempt("coordinator", PASSWORD, known).status_code == 302
    assert let_in(known)


def test_a_stranger_does_not_lock_out_a_known_browser_at_the_same_address() -> None:
    a_coordinator()
    known = Client()
    attempt("coordinator", PASSWORD, known)
    known.post("/account/logout/")
    for number in range(ADDRESS + 1):
        attempt(f"nobody-{number}")
    assert attempt("coordinator", PASSWORD, known).status_code == 302


def test_a_stranger_does_not_lock_out_a_passkey() -> None:
    user = a_coordinator()
    owner = Client()
    owner.force_login(user)
    key = add_passkey(owner, SoftKey())
    statuses("coordinator", PASSWORDS + 5)
    other = Client()
    sign_in_by_passkey(other, key)
    assert let_in(other)


def test_a_stranger_does_not_lock_out_a_passkey_at_the_same_address() -> None:
    user = a_coordinator()
    owner = Client()
    owner.force_login(user)
    key = add_passkey(owner, SoftKey())
    page = "/account/second-factor/passkeys/sign-in/"
    tried = Counter(Client().post(page, {"credential": "{}"}).status_code for _ in range(70))
    for number in range(ADDRESS + 1):
        attempt(f"nobody-{number}")
    other = Client()
    sign_in_by_passkey(other, key)
    assert (tried, let_in(other)) == ({302: 70}, True)


def test_a_known_browser_has_a_limit_of_its_own() -> None:
    a_coordinator()
    known = Client()
    attempt("coordinator", PASSWORD, known)
    known.post("/account/logout/")
    assert statuses("coordinator", PASSWORDS + 1, client=known) == [200] * PASSWORDS + [429]
    assert attempt("coordinator").status_code == 200


def known_to(name: str, client: Client | None = None) -> Client:
    """A browser in which `name` signed in, and out again."""
    client = client or Client()
    attempt(name, PASSWORD, client)
    client.post("/account/logout/")
    return client


def is_known(client: Client, name: str) -> bool:
    """Whether a browser is known to an account that strangers have used up."""
    statuses(name, PASSWORDS + 1, REMOTE_ADDR="198.51.100.1")
    return attempt(name, WRONG, client).status_code == 200


def test_a_browser_is_known_to_those_who_signed_in_and_to_nobody_else() -> None:
    a_coordinator()
    a_user("other")
    both, one = known_to("other", known_to("coordinator")), known_to("coordinator")
    assert [is_known(both, name) for name in ("coordinator", "other")] == [True, True]
    assert [is_known(one, name) for name in ("coordinator", "other")] == [True, False]


def test_a_browser_is_a_stranger_after_half_a_year_and_after_a_new_password() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        user = a_coordinator()
        client = known_to("coordinator")
        clock.shift(timedelta(days=179))
        assert is_known(client, "coordinator")
        clock.shift(timedelta(days=1))
        assert not is_known(client, "coordinator")
        client = known_to("coordinator")
        user.set_password("another long password")
        user.save()
        assert not is_known(client, "coordinator")


def test_whoever_changes_the_password_is_known_by_the_new_one() -> None:
    user = a_user("somebody", is_staff=False)
    client = Client()
    client.force_login(user)
    new = "another long password"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/account/password/change/", sent).status_code == 302
    client.post("/account/logout/")
    assert is_known(client, "somebody")


@pytest.mark.parametrize("how", ["made up", "altered", "odd", "too long"])
def test_a_cookie_that_was_not_given_makes_nobody_known(how: str) -> None:
    a_coordinator()
    client = known_to("coordinator")
    given = client.cookies["device"].value
    client.cookies["device"] = {
        "made up": "1795000000.0011223344556677." + "0" * 64,
        "altered": given[:-1] + ("0" if given[-1] != "0" else "1"),
        "odd": "..~.~~x.y.z~²³.a.b~1.é.é",
        "too long": "~".join(["1.a.b"] * 500) + "~" + given,
    }[how]
    assert not is_known(client, "coordinator")


def test_the_cookie_names_nobody_and_is_closed_to_scripts() -> None:
    user = a_coordinator(username="매-777")
    cookie = known_to("매-777").cookies["device"]
    assert [word for word in ("매-777", str(user.pk)) if word in cookie.value] == []
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (
        True,
        "Lax",
        "/",
        180 * 24 * 3600,
    )


def test_only_who_is_let_in_is_known() -> None:
    a_coordinator()
    client = Client()
    attempt("coordinator", WRONG, client)
    assert "device" not in client.cookies


# What is told


def test_over_the_limit_the_page_says_the_same_whoever_is_tried() -> None:
    a_coordinator()
    User.objects.create_user("closed", PASSWORD, is_active=False)
    User.objects.create_user("not yet joined")
    pages = set()
    with time_machine.travel(NOW, tick=False):
        for name in ("coordinator", "nobody", "closed", "not yet joined"):
            statuses(name, PASSWORDS)
            answer = attempt(name, headers={"accept-language": "en"})
            pages.add((answer.status_code, answer.content, tuple(sorted(answer.items()))))
    [(status, content, _headers)] = pages
    assert status == 429
    assert "quarter of an hour" in content.decode()


@pytest.mark.parametrize("name", ["coordinator", "nobody"])
def test_refusals_write_the_same_rows_whoever_is_tried(name: str) -> None:
    a_coordinator()
    statuses(name, PASSWORDS + 2)
    refused = [(entry.verb, entry.object, entry.actor) for entry in Entry.objects.all()]
    assert Counter(refused) == {
        ("account.sign_in_refused", "", ""): PASSWORDS,
        ("access.refused", "", ""): 2,
    }
    assert Allowance.objects.filter(used__gt=1).count() == 2


def test_administrators_are_told_once_a_window_which_account_is_guessed_at() -> None:
    user = a_coordinator()
    statuses("coordinator", PASSWORDS + 5)
    statuses("nobody", PASSWORDS + 5)
    assert [(notice.kind, notice.about) for notice in Notice.objects.all()] == [
        ("guessing", f"accounts.user:{user.pk}")
    ]


def test_counters_name_nobody() -> None:
    a_coordinator()
    attempt("coordinator")
    assert {len(bytes(one.key)) for one in Allowance.objects.all()} == {32}


# Addresses


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_a_block_is_what_one_host_has_to_itself(address: str, block: str) -> None:
    assert block_of(address) == block


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9", ""),
    ],
)
def test_proxies_are_believed_as_far_as_told(proxies: int, forwarded: str, address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=forwarded)
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=proxies):
        assert address_of(request) == address


def test_every_page_that_takes_a_password_or_a_code_is_counted() -> None:
    from corps.urls import urlpatterns

    names: set[str] = set()
    collect(urlpatterns, names)
    assert set(guessing.PAGES) <= names
    assert settings.ACCOUNT_RATE_LIMITS is False


def collect(patterns: Any, names: set[str]) -> None:
    for one in patterns:
        if hasattr(one, "url_patterns") and not one.namespace:
            collect(one.url_patterns, names)
        elif getattr(one, "name", None):
            names.add(one.name)
