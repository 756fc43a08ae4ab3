"""Signing in and out: one way in for staff and volunteers, each an entry, no name typed kept."""

from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client

from corps.accounts.models import User
from corps.audit.models import Entry
from corps.urls import urlpatterns
from tests.audit.ledgers import canonical_of
from tests.cast import PASSWORD, a_coordinator, a_user, a_volunteer
from tests.conftest import as_admin

SIGN_IN = "/account/login/"
TYPED = "홍길동-the-name-i-typed"


def sign_in(client: Client, name: str, password: str = PASSWORD) -> Any:
    return client.post(SIGN_IN, {"login": name, "password": password})


def told() -> list[tuple[str, str, str]]:
    """The entries about accounts: what, of whom, by whom."""
    entries = Entry.objects.filter(verb__startswith="account.").order_by("number")
    return [(entry.verb, entry.object, entry.actor) for entry in entries]


@pytest.mark.django_db
def test_signing_in_and_out_are_entered(client: Client) -> None:
    a_coordinator()
    assert sign_in(client, "coordinator")["Location"] == "/"
    client.post("/account/logout/")
    assert told() == [
        ("account.signed_in", "coordinator", "coordinator"),
        ("account.signed_out", "coordinator", "coordinator"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "password"), [(TYPED, PASSWORD), ("coordinator", TYPED)])
def test_a_refused_sign_in_is_entered_without_what_was_typed(
    client: Client, name: str, password: str
) -> None:
    a_coordinator()
    answer = sign_in(client, name, password)
    assert (answer.status_code, client.session.get("_auth_user_id")) == (200, None)
    assert told() == [("account.sign_in_refused", "", "")]
    assert TYPED not in canonical_of(Entry.objects.get()).decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("staff", "door"), [(True, "/admin/"), (False, "/portal/")], ids=["staff", "volunteer"]
)
def test_each_audience_lands_at_its_own_door(client: Client, staff: bool, door: str) -> None:
    user = a_user("somebody", is_staff=staff)
    if not staff:
        volunteer = a_volunteer("매-900")
        volunteer.user = user
        volunteer.save()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get("/")["Location"] == door


def test_nobody_is_signed_in_while_the_ledger_takes_no_entry(committed_db: str) -> None:
    User.objects.create_user("somebody", PASSWORD)
    as_admin(
        "REVOKE INSERT ON ledger.ledger_entry FROM {}",
        settings.DATABASE_APP_ROLE,
        database=committed_db,
    )
    client = Client()
    with pytest.raises(DatabaseError):
        sign_in(client, "somebody")
    assert client.get("/portal/")["Location"] == f"{SIGN_IN}?next=/portal/"


PAGES = ["/", SIGN_IN, "/admin/", "/admin/volunteers/volunteer/", "/portal/", "/join/x/"]
PAGES += ["/api/v1/me", "/api/v1/docs", "/api/v1/nothing", "/nowhere/", "/static/corps/icons.svg"]
PAGES += ["/reports/csp/"]
POLICY = (
    "base-uri 'none'; connect-src 'self'; default-src 'none'; font-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; manifest-src 'self';"
    " media-src 'self'; object-src 'none'; report-to csp; report-uri /reports/csp/;"
    " script-src 'self'; style-src 'self'"
)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_every_page_carries_the_strict_policy(path: str) -> None:
    client = Client()
    client.force_login(a_coordinator(), backend=settings.AUTHENTICATION_BACKENDS[0])
    said = client.get(path)["Content-Security-Policy"]
    assert "; ".join(sorted(said.split("; "))) == POLICY


def test_the_pages_of_the_policy_touch_every_part_of_the_address_book() -> None:
    parts = {str(one.pattern).split("/")[0] for one in urlpatterns} - {"language", "identity"}
    assert {path.split("/")[1] for path in PAGES} >= parts
