"""An account that somebody else has opened shows no identity, and its volunteer reads of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from corps.accounts.models import Notice
from corps.accounts.models.notices import NoticeKind
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from tests.accounts.passkeys import add_app, code_of, sign_in
from tests.admin.doors import as_, do_url
from tests.cast import NOW, PASSWORD, a_coordinator, a_volunteer
from tests.volunteers.test_reveal_pages import with_factor_of
from volunteers.actions.invitations import invite_volunteer
from volunteers.actions.quotas import QuotaSpent
from volunteers.actions.reveal import see_own_identity
from volunteers.identity import IdentityDocument
from volunteers.models import Volunteer
from volunteers.queries.record import looks_at
from volunteers.rules import OwnIdentityTooSoon, own_identity_opens_at

pytestmark = pytest.mark.django_db

OWN = "/portal/record/identity/"
PROVE = "/account/second-factor/prove/"
DAYS = timedelta(days=1)


def somebody(**fields: Any) -> Volunteer:
    """A volunteer of Seoul."""
    document = IdentityDocument(name="김철수", phone="+821087654321")
    return a_volunteer("heron-1", identity=document, **fields)


def a_browser() -> Client:
    """A browser whose reader has chosen English."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def text_of(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())


def read_after(there: Volunteer, secret: str, clock: Any, wait: timedelta) -> str:
    """The page of the own identity after a while, signed in anew with password and app."""
    clock.shift(wait)
    cache.clear()
    client = a_browser()
    sign_in(client, str(there.callsign))
    assert client.post(PROVE, {"code": code_of(secret)}).status_code == 302
    return text_of(client.get(OWN))


def test_a_link_that_its_maker_opens_shows_nothing_for_three_days() -> None:
    there, thief = somebody(), a_browser()
    with time_machine.travel(datetime(2026, 11, 22, 3, 0, tzinfo=UTC), tick=False) as clock:
        link = invite_volunteer(volunteer=there, by=a_coordinator(), at=NOW)
        thief.post(link.path, {"password": PASSWORD, "again": PASSWORD})
        secret = add_app(thief)
        page = text_of(thief.get(OWN))
        assert ("김철수" in page, "Nov. 25, 2026, noon on" in page) == (False, True)
        almost = read_after(there, secret, clock, 3 * DAYS - timedelta(minutes=1))
        assert ("김철수" in almost, "can be read here from" in almost) == (False, True)
        assert "김철수" in read_after(there, secret, clock, timedelta(minutes=1))


def test_a_password_alone_adds_a_factor_and_reads_nothing() -> None:
    there, thief = somebody(account=True), a_browser()
    sign_in(thief, str(there.callsign))
    add_app(thief)
    page = text_of(thief.get(OWN))
    assert ("김철수" in page, "can be read here from" in page) == (False, True)
    assert not Entry.objects.filter(verb="identity.own_seen").exists()


@pytest.mark.parametrize(
    ("added", "joined", "opens"),
    [(-9, None, -6), (-9, -4, -1), (-1, -9, 2), (-9, -1, 2), (0, 0, 3)],
)
def test_the_younger_of_factor_and_link_counts(added: int, joined: int | None, opens: int) -> None:
    then = None if joined is None else NOW + joined * DAYS
    assert own_identity_opens_at(NOW + added * DAYS, then) == NOW + opens * DAYS


def test_a_new_link_that_was_used_closes_it_again() -> None:
    there = somebody(account=True)
    client, link = a_browser(), invite_volunteer(volunteer=there, by=a_coordinator(), at=NOW)
    with time_machine.travel(NOW, tick=False):
        client.post(link.path, {"password": PASSWORD, "again": PASSWORD})
    assert there.user is not None
    with pytest.raises(OwnIdentityTooSoon) as told:
        see_own_identity(
            volunteer=there, by=there.user, proved_at=NOW, factor_added_at=NOW - 30 * DAYS, at=NOW
        )
    assert told.value.opens_at == NOW + 3 * DAYS


def test_the_volunteer_reads_who_made_a_link_and_what_was_done_with_it() -> None:
    there, by = somebody(), a_coordinator()
    with time_machine.travel(NOW, tick=False):
        link, client = invite_volunteer(volunteer=there, by=by, at=NOW), a_browser()
        client.post(link.path, {"password": PASSWORD, "again": PASSWORD})
        add_app(client)
        there.refresh_from_db()
        looks, _more = looks_at(there)
        added, *before = [(look.who, str(look.what)) for look in looks]
        assert (added, before[-2:]) == (
            ("heron-1", "Added a passkey, an authenticator app or recovery codes"),
            [
                ("heron-1", "Came in by a one-time link, and set a password"),
                (by.username, "Made a one-time link into your account"),
            ],
        )
        assert "Made a one-time link into your account" in text_of(client.get("/portal/record/"))


def test_a_link_is_made_with_a_fresh_factor_alone() -> None:
    there = somebody()
    client = with_factor_of(a_coordinator(), timedelta(minutes=6))
    answer = client.post(do_url(there, "invite"))
    assert (answer.status_code, answer["Location"].startswith("/account/")) == (302, True)
    assert not Entry.objects.filter(verb="volunteer.invited").exists()


def test_over_the_quota_no_link_is_made_and_the_administrators_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "INVITATIONS_A_DAY", 1)
    there, other, by = somebody(), a_volunteer(), a_coordinator()
    invite_volunteer(volunteer=there, by=by, at=NOW)
    with pytest.raises(QuotaSpent):
        invite_volunteer(volunteer=other, by=by, at=NOW)
    with time_machine.travel(NOW, tick=False):
        assert as_(by).post(do_url(other, "invite")).status_code == 429
    assert Entry.objects.filter(verb="volunteer.invited").count() == 1
    over, _again = Entry.objects.filter(verb="identity.over_quota")
    assert over.facts == {"step": "volunteer.invited", "limit": 1}
    assert Notice.objects.filter(kind=NoticeKind.QUOTA).count() == 1
    invite_volunteer(volunteer=other, by=COMMAND, at=NOW)
