"""The page of a reveal: shown in one answer, kept by nobody, gone when one leaves it."""

import logging
import time
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client

from corps.accounts.models import Notice, User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from tests.admin.doors import as_, do_url, entries_since, last_number, page_url, text_of
from tests.cast import a_coordinator, a_desk, a_stranger, a_user, a_volunteer
from volunteers.identity import IdentityDocument
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db

DOCUMENT = IdentityDocument(
    name="김철수",
    phone="+821087654321",
    birth_date=date(1990, 2, 1),
    sex="male",
    former_names=("김영수", "박철수"),
    relatives_in_north="어머니 <b>함흥</b>\n누나",
)
SECRETS = ("김철수", "87654321", "박철수", "함흥")
FORM = {"purpose": "emergency", "reason": "Her convoy does not answer"}


def somebody() -> Volunteer:
    """A volunteer of Seoul with DOCUMENT."""
    return a_volunteer("heron-1", identity=DOCUMENT)


def reveal(client: Client, there: Volunteer, **given: Any) -> Any:
    """Press the button."""
    return client.post(do_url(there, "reveal"), {**FORM, **given})


def told(text: str) -> list[str]:
    """What of the identity stands in a text."""
    return [secret for secret in SECRETS if secret in text]


def test_it_is_shown_in_the_answer_with_what_hides_it() -> None:
    there, client = somebody(), as_(a_coordinator())
    before = last_number()
    answer = reveal(client, there)
    page = text_of(answer)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    assert told(page) == list(SECRETS)
    assert "어머니 &lt;b&gt;함흥&lt;/b&gt;<br>누나" in page
    assert "김영수, 박철수" in page
    assert "<dd>male</dd>" in page
    assert "Address" not in page
    assert 'src="/static/corps/hide.js"' in page
    assert "data-shown-once" in page
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert entries_since(before) == ["identity.revealed"]


def test_asking_shows_nothing_yet() -> None:
    there, client = somebody(), as_(a_coordinator())
    before = last_number()
    page = text_of(client.get(do_url(there, "reveal"), FORM))
    assert (told(page), FORM["reason"] in page, entries_since(before)) == ([], False, [])


def test_nothing_of_it_stays_behind(caplog: pytest.LogCaptureFixture) -> None:
    there, client = somebody(), as_(a_coordinator())
    with caplog.at_level(logging.DEBUG):
        answer = reveal(client, there)
    kept = [caplog.text, *map(str, get_messages(answer.wsgi_request))]
    kept.append(str(dict(client.session.items())))
    kept += [text_of(client.get(page_url(there, page))) for page in ("change", "history")]
    kept.append(text_of(client.get(do_url(there, "reveal"))))
    with connection.cursor() as cursor:
        for table in ("accounts_session", "ledger_entry"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            kept.append(str(cursor.fetchone()[0]))
    assert told(" ".join(kept)) == []


def test_the_timeline_tells_it_in_words() -> None:
    there, client = somebody(), as_(a_coordinator())
    reveal(client, there)
    page = text_of(client.get(page_url(there)))
    assert "Identity revealed" in page
    assert "what for: Contact in an emergency" in page
    assert "parts: Name, Former names, Date of birth, Sex, Phone, Relatives in the North" in page
    assert "Reason: Her convoy does not answer" in page


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"reason": " "}, "This field is required."),
        ({"purpose": ""}, "This field is required."),
        ({"purpose": "curiosity"}, "Select a valid choice."),
    ],
)
def test_without_purpose_and_reason_nothing_is_shown(given: dict[str, str], says: str) -> None:
    there = somebody()
    page = text_of(reveal(as_(a_coordinator()), there, **given))
    assert (told(page), says in page) == ([], True)
    assert not Entry.objects.filter(verb="identity.revealed").exists()


def with_factor_of(user: User, ago: timedelta) -> Client:
    """A browser in which the second factor was used `ago`."""
    client = as_(user)
    session = client.session
    session[RECORDS] = [{**session[RECORDS][0], "at": time.time() - ago.total_seconds()}]
    session.save()
    return client


def test_a_factor_that_is_too_old_is_asked_for_again() -> None:
    there = somebody()
    client = with_factor_of(a_coordinator(), timedelta(minutes=6))
    for answer in (client.get(do_url(there, "reveal")), reveal(client, there)):
        assert (answer.status_code, answer["Location"].startswith("/account/")) == (302, True)
    assert not Entry.objects.filter(verb="identity.revealed").exists()


@pytest.mark.parametrize("role", [Role.LIAISON, Role.APPROVER])
def test_the_desks_others_are_refused(role: Role) -> None:
    there = somebody()
    client = as_(a_user("somebody", role, desk=a_desk()))
    assert "do/reveal" not in text_of(client.get(page_url(there)))
    answers = [client.get(do_url(there, "reveal")), reveal(client, there)]
    assert [answer.status_code for answer in answers] == [403, 403]


def test_hidden_and_absent_answer_alike() -> None:
    there, client = somebody(), as_(a_stranger())
    hidden = reveal(client, there)
    there.pk = "00000000-0000-4000-8000-000000000000"
    absent = reveal(client, there)
    assert (hidden.status_code, hidden.content) == (404, absent.content)


def test_over_the_quota_a_page_of_our_own_says_so(settings: Any) -> None:
    settings.REVEALS_A_DAY = 1
    there, client = somebody(), as_(a_coordinator())
    reveal(client, there)
    before = last_number()
    answer = reveal(client, there)
    page = text_of(answer)
    assert (answer.status_code, told(page)) == (429, [])
    assert "You have reached what one person may do of this in 24 hours." in page
    assert entries_since(before) == ["identity.over_quota", "access.refused"]
    assert Notice.objects.count() == 1


def test_a_vetting_officer_has_the_button() -> None:
    there = somebody()
    page = text_of(as_(a_user("officer", Role.VETTING, desk=a_desk())).get(page_url(there)))
    assert do_url(there, "reveal") in page
    assert told(page) == []
