"""What somebody wrote to a request outside of Corps is neither granted nor used; who granted and
has lost the right since grants nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from corps.accounts.actions.seals import entering_broken_seals
from corps.accounts.actions.two_person import ask_for, grant_act, use_act
from corps.accounts.actions.two_person_entered import Altered
from corps.accounts.models import Notice, TwoPersonAct, User
from corps.accounts.roles import Role
from corps.accounts.rules.two_person import GranterMayNot
from corps.accounts.states import TwoPersonKind
from corps.audit.models import Entry
from tests.cast import NOW, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker() -> User:
    """The administrator who asks."""
    return a_user("asker", Role.ADMINISTRATOR)


@pytest.fixture
def second() -> User:
    """The administrator who grants."""
    return a_user("second", Role.ADMINISTRATOR)


def a_request(asker: User) -> TwoPersonAct:
    """A recovery that was asked for."""
    kind, facts = TwoPersonKind.RECOVERY, {"factors": False}
    lost = a_user("lost", Role.EDITOR)
    return ask_for(kind=kind, reason="lost", by=asker, at=NOW, subject=lost, facts=facts)


def changed(act: TwoPersonAct, **fields: Any) -> TwoPersonAct:
    """Write to the row as somebody with the database does."""
    TwoPersonAct.objects.filter(pk=act.pk).update(**fields)
    return TwoPersonAct.objects.get(pk=act.pk)


ALTERED: list[dict[str, Any]] = [
    {"facts": {"factors": True}},
    {"subject": "accounts.user:00000000-0000-0000-0000-000000000000"},
    {"kind": "account"},
    {"reason": "another"},
]


@pytest.mark.parametrize("fields", ALTERED)
def test_an_altered_request_is_not_granted(
    asker: User, second: User, fields: dict[str, Any]
) -> None:
    act = changed(a_request(asker), **fields)
    with entering_broken_seals(lambda: second), pytest.raises(Altered), transaction.atomic():
        grant_act(act=act, by=second, at=NOW)
    assert TwoPersonAct.objects.get().state == "asked"
    assert Notice.objects.get().kind == "seal broken"
    told = Entry.objects.get(verb="vault.seal_broken")
    assert told.facts["table"] == "accounts_twopersonact"


@pytest.mark.parametrize("fields", [ALTERED[0], ALTERED[1], {"until": NOW + timedelta(days=9)}])
def test_an_altered_grant_is_not_used(asker: User, second: User, fields: dict[str, Any]) -> None:
    act = a_request(asker)
    grant_act(act=act, by=second, at=NOW)
    with pytest.raises(Altered), transaction.atomic():
        use_act(act=changed(act, **fields), by=asker, at=NOW)
    assert TwoPersonAct.objects.get().state == "granted"


def test_a_grant_that_nobody_gave_is_not_used(asker: User, second: User) -> None:
    act = a_request(asker)
    given = {"state": "granted", "decided_by": second, "decided_at": NOW}
    forged = changed(act, **given, until=NOW + timedelta(hours=1))
    with pytest.raises(Altered):
        use_act(act=forged, by=asker, at=NOW)


def test_a_grant_in_another_name_is_not_used(asker: User, second: User) -> None:
    act = a_request(asker)
    grant_act(act=act, by=second, at=NOW)
    third = a_user("third", Role.ADMINISTRATOR)
    with pytest.raises(Altered):
        use_act(act=changed(act, decided_by=third), by=asker, at=NOW)


@pytest.mark.parametrize("lost", ["role", "account"])
def test_what_was_granted_by_who_may_not_any_more_is_not_used(
    asker: User, second: User, lost: str
) -> None:
    act = a_request(asker)
    grant_act(act=act, by=second, at=NOW)
    if lost == "role":
        second.groups.clear()
    else:
        User.objects.filter(pk=second.pk).update(is_active=False)
    with pytest.raises(GranterMayNot):
        use_act(act=act, by=asker, at=NOW)
    assert TwoPersonAct.objects.get().state == "granted"
