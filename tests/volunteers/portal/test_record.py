"""My record: who looked and why, what is held by name, and the own identity behind a factor."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation

from corps.accounts.models import User
from corps.audit.actions import record, reference
from corps.audit.models import Entry
from corps.vault.actions import destroy_data_key
from tests.audit.ledgers import canonical_of
from tests.cast import NOW, a_coordinator, a_volunteer
from volunteers.actions.reveal import reveal_identity
from volunteers.identity import IdentityDocument, RevealReason
from volunteers.models import Volunteer
from volunteers.queries.record import looks_at

pytestmark = pytest.mark.django_db

RECORD, OWN = "/portal/record/", "/portal/record/identity/"
DOCUMENT = IdentityDocument(name="김철수", phone="+821087654321", address="인천 남동구 논현로 12")
SECRETS = ("김철수", "87654321", "논현로")


def signed_in(user: User, language: str = "en") -> Client:
    """A browser in which somebody has signed in."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(user)
    return client


def proved_by_an_old_factor(user: User, added: timedelta = timedelta(days=30)) -> Client:
    """A browser in which somebody has used a second factor just now that was added long ago."""
    client = signed_in(user)
    factor = Authenticator.objects.create(user_id=user.pk, type="totp", data={})
    Authenticator.objects.filter(pk=factor.pk).update(created_at=timezone.now() - added)
    session = client.session
    session[RECORDS] = [{"method": "mfa", "type": "totp", "id": factor.pk, "at": time.time()}]
    session.save()
    return client


def me(**fields: Any) -> Volunteer:
    """A volunteer with an account."""
    return a_volunteer("heron-1", account=True, identity=DOCUMENT, **fields)


def look(there: Volunteer, by: User, at: datetime = NOW, reason: str = "The bus leaves") -> None:
    """Somebody of the desk looks."""
    reveal_identity(
        volunteer=there,
        purpose=RevealReason.EMERGENCY,
        reason=reason,
        by=by,
        proved_at=at,
        at=at,
    )


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def told(text: str) -> list[str]:
    """What of the identity stands in a text."""
    return [secret for secret in SECRETS if secret in text]


def test_the_volunteer_reads_who_looked_when_and_why() -> None:
    there, by = me(), a_coordinator()
    look(there, by)
    with transaction.atomic():
        record("glass.looked", there, by=by, at=NOW, reason="Fire at the office")
    page = text_of(signed_in(there.user).get(RECORD))
    assert f"<b>{by.username}</b>" in page
    assert "Looked at your identity · Contact in an emergency" in page
    assert "Reason: The bus leaves" in page
    assert "Looked at your record in an emergency, without belonging to your desk" in page
    assert "Reason: Fire at the office" in page
    assert "Nov. 22, 2026, noon" in page
    assert page.index("Fire at the office") < page.index("The bus leaves")
    assert told(page) == []


def test_what_is_held_stands_there_by_name_alone() -> None:
    there = me()
    before = Entry.objects.count()
    page = text_of(signed_in(there.user).get(RECORD))
    chips = [f'<li class="chip">{name}</li>' for name in ("Name", "Phone", "Address")]
    assert [chip in page for chip in chips] == [True, True, True]
    assert (page.count('<li class="chip">'), told(page)) == (3, [])
    assert Entry.objects.filter(number__gt=before, verb__startswith="identity").count() == 0


def test_reasons_are_told_in_the_readers_language() -> None:
    there = me()
    look(there, a_coordinator())
    with translation.override("ko"):
        [found], _more = looks_at(there)
        in_korean = str(found.purpose)
    assert found.purpose == RevealReason.EMERGENCY.label
    assert f" · {in_korean}" in text_of(signed_in(there.user, "ko").get(RECORD))


def test_nobody_reads_of_looks_at_others() -> None:
    there, other = me(), a_volunteer(account=True)
    look(there, a_coordinator())
    page = text_of(signed_in(other.user).get(RECORD))
    assert ("Nobody has looked." in page, "The bus leaves" in page) == (True, False)


def test_other_entries_are_not_looks() -> None:
    there, by = me(), a_coordinator()
    with transaction.atomic():
        for verb in ("identity.over_quota", "identity.searched", "volunteer.changed"):
            record(verb, there, by=by, at=NOW, reason="no look")
    assert looks_at(there) == ([], None)


def test_older_looks_are_a_page_further_without_counting() -> None:
    there, by = me(), a_coordinator()
    with transaction.atomic():
        for number in range(45):
            record("glass.looked", there, by=by, at=NOW, reason=f"look {number:02}")
    seen: list[str] = []
    after = None
    for size in (20, 20, 5):
        looks, after = looks_at(there, after=after)
        assert len(looks) == size
        seen += [one.why for one in looks]
    assert (after, seen) == (None, [f"look {number:02}" for number in range(44, -1, -1)])
    page = text_of(signed_in(there.user).get(RECORD))
    assert page.count("Reason: look") == 20
    link = page.partition('href="?after=')[2].partition('"')[0]
    page = text_of(signed_in(there.user).get(RECORD, {"after": link}))
    assert ("Reason: look 24" in page, "Reason: look 25" in page) == (True, False)


@pytest.mark.parametrize("after", ["x", "00000000-0000-4000-8000-000000000000", "\x00"])
def test_an_address_that_means_nothing_begins_at_the_newest(after: str) -> None:
    there = me()
    look(there, a_coordinator())
    answer = signed_in(there.user).get(RECORD, {"after": after})
    assert (answer.status_code, "The bus leaves" in text_of(answer)) in ((200, True), (400, False))


@pytest.mark.parametrize("count", [1, 3, 20])
def test_the_page_costs_the_same_however_many_looked(
    count: int, django_assert_num_queries: Any
) -> None:
    there, by = me(), a_coordinator()
    with transaction.atomic():
        for _ in range(count):
            record("glass.looked", there, by=by, at=NOW)
    with django_assert_num_queries(1):
        assert len(looks_at(there)[0]) == count


def test_the_own_identity_is_shown_with_one_entry() -> None:
    there = me()
    client = proved_by_an_old_factor(there.user)
    before = Entry.objects.order_by("-number")[0].number
    answer = client.get(OWN)
    page = text_of(answer)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    assert told(page) == list(SECRETS)
    assert ("data-shown-once" in page, 'src="/static/corps/hide.js"' in page) == (True, True)
    [entry] = Entry.objects.filter(number__gt=before)
    assert (entry.verb, entry.door, entry.about) == (
        "identity.own_seen",
        "portal",
        [reference(there)],
    )
    assert told(str(canonical_of(entry).decode())) == []
    assert told(str(dict(client.session.items()))) == []


@pytest.mark.parametrize("ago", [None, timedelta(minutes=6)])
def test_the_own_identity_needs_a_recent_factor(ago: timedelta | None) -> None:
    there = me()
    client = signed_in(there.user)
    session = client.session
    at = time.time() - ago.total_seconds() if ago else time.time()
    how = {"method": "mfa", "type": "totp"} if ago else {"method": "password"}
    session[RECORDS] = [{**how, "at": at}]
    session.save()
    answer = client.get(OWN)
    assert (answer.status_code, answer["Location"].startswith("/account/")) == (302, True)
    assert not Entry.objects.filter(verb="identity.own_seen").exists()


@pytest.mark.parametrize("method", ["head", "post", "put", "delete"])
def test_the_own_identity_is_only_ever_read(method: str) -> None:
    client = signed_in(me().user)
    assert getattr(client, method)(OWN).status_code == 405
    assert not Entry.objects.filter(verb="identity.own_seen").exists()


def test_staff_have_no_record_here() -> None:
    client = signed_in(a_coordinator())
    assert [client.get(path).status_code for path in (RECORD, OWN)] == [404, 404]


@pytest.mark.parametrize("path", [RECORD, OWN])
def test_nobody_is_sent_to_sign_in(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/account/login/?next={path}")


def test_of_an_erased_identity_both_pages_say_so() -> None:
    there = me()
    destroy_data_key(there.data_key, at=NOW)
    client = proved_by_an_old_factor(there.user)
    assert "Your identity was erased." in text_of(client.get(RECORD))
    assert "The identity of this volunteer was erased." in text_of(client.get(OWN))


def test_the_record_stands_among_the_ways() -> None:
    page = text_of(signed_in(me().user).get("/portal/account/"))
    assert f'href="{RECORD}"' in page
