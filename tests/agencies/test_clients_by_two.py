"""Credentials of an agency take two administrators: one asks and issues, another one grants."""

from datetime import timedelta
from typing import Any

import pytest

from corps.accounts.actions.two_person import grant_act
from corps.accounts.models import Notice, TwoPersonAct, User
from corps.accounts.roles import Role
from corps.accounts.rules.staff import TakesTwo
from corps.accounts.rules.two_person import OwnRequest
from corps.accounts.states import TwoPersonKind
from corps.audit.models import Entry
from corps.errors import NotFound, NotPermitted
from corps.workflow.moves import NotInThatState
from deployments.agencies.actions import (
    ClientInvalid,
    ask_for_client,
    issue_client,
    issue_granted_client,
)
from deployments.agencies.models import PartnerClient
from tests.admin.doors import as_, do_url, entries_since, last_number, page_url, text_of
from tests.cast import NOW, a_coordinator, a_user, an_agency

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW)]

TERMS: dict[str, Any] = {"scopes": ["assignments:read"], "days": 30, "networks": ["203.0.113.0/24"]}


@pytest.fixture
def asker() -> User:
    """The administrator who asks."""
    return a_user("asker", Role.ADMINISTRATOR)


@pytest.fixture
def second() -> User:
    """The administrator who grants."""
    return a_user("second", Role.ADMINISTRATOR)


def asked_by(asker: User, **terms: Any) -> TwoPersonAct:
    """A request for credentials."""
    given = {**TERMS, "reason": "their program", **terms}
    act = ask_for_client(agency=an_agency(), **given, by=asker, at=NOW)
    assert isinstance(act, TwoPersonAct)
    return act


def test_one_administrator_issues_nothing_alone(asker: User, second: User) -> None:
    with pytest.raises(TakesTwo):
        issue_client(agency=an_agency(), **TERMS, by=asker, at=NOW)
    act = asked_by(asker)
    with pytest.raises(NotInThatState):
        issue_granted_client(act=act, by=asker, at=NOW)
    with pytest.raises(OwnRequest):
        grant_act(act=act, by=asker, at=NOW)
    assert not PartnerClient.objects.exists()


def test_what_was_granted_is_issued_once_on_its_terms(asker: User, second: User) -> None:
    act = asked_by(asker)
    grant_act(act=act, by=second, at=NOW)
    with pytest.raises(NotFound):
        issue_granted_client(act=act, by=second, at=NOW)
    with pytest.raises(NotInThatState):
        issue_granted_client(act=act, by=asker, at=NOW + timedelta(hours=1))
    issued = issue_granted_client(act=act, by=asker, at=NOW)
    with pytest.raises(NotInThatState):
        issue_granted_client(act=act, by=asker, at=NOW)
    made = PartnerClient.objects.get()
    assert (made.pk, made.agency, made.networks) == (
        issued.client_id,
        an_agency(),
        TERMS["networks"],
    )
    told = Entry.objects.get(verb="client.issued")
    assert told.facts == {**TERMS, "granted_by": "second"}
    assert (told.reason, told.actor) == ("their program", "asker")
    assert [notice.kind for notice in Notice.objects.all()] == ["client"]


def test_who_may_not_issue_may_not_ask(asker: User, second: User) -> None:
    with pytest.raises(NotPermitted):
        asked_by(a_coordinator())
    with pytest.raises(ClientInvalid):
        asked_by(asker, days=0)


def test_a_request_of_another_kind_issues_nothing(asker: User, second: User) -> None:
    act = asked_by(asker)
    grant_act(act=act, by=second, at=NOW)
    act.kind = TwoPersonKind.EXPORT
    with pytest.raises(NotFound):
        issue_granted_client(act=act, by=asker, at=NOW)


def test_over_the_pages_the_secret_is_shown_once_to_who_asked(asker: User, second: User) -> None:
    agency = an_agency()
    sent = {**TERMS, "networks": "203.0.113.0/24", "reason": "their program"}
    client = as_(asker)
    before = last_number()
    answer = client.post(do_url(agency, "issue"), sent)
    act = TwoPersonAct.objects.get()
    assert (answer.status_code, entries_since(before)) == (302, ["two_person.asked"])
    page = text_of(as_(second).get(page_url(act)))
    assert [word in page for word in ("Embassy", "203.0.113.0/24", "/do/issue/")] == [
        True,
        True,
        False,
    ]
    as_(second).post(do_url(act, "grant"))
    assert "/do/issue/" in text_of(client.get(page_url(act)))
    shown = client.post(do_url(act, "issue"))
    issued = shown.context["issued"]
    assert (issued.secret in text_of(shown), "no-store" in shown["Cache-Control"]) == (True, True)
    assert issued.secret not in text_of(client.get(page_url(act)))
    assert "/do/issue/" not in text_of(client.get(page_url(act)))


def test_a_factor_of_the_last_five_minutes_is_asked_for(
    asker: User, second: User, settings: Any, time_machine: Any
) -> None:
    settings.REQUIRE_MFA = True
    client = as_(asker)
    time_machine.shift(timedelta(minutes=6))
    answer = client.post(do_url(an_agency(), "issue"), {**TERMS, "networks": "", "reason": "x"})
    assert answer["Location"].startswith("/account/second-factor/")
    assert not TwoPersonAct.objects.exists()
