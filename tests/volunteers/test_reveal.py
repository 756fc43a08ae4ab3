"""Revealing one identity: who may, what it takes, what it leaves behind, and how often."""

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import ProgrammingError, connection
from guardian.shortcuts import assign_perm

from corps.accounts.models import Allowance, Notice, TwoPersonAct, User
from corps.accounts.models.notices import NoticeKind
from corps.accounts.roles import Role
from corps.audit.actions import CLOCK, COMMAND, reference
from corps.audit.models import Entry
from corps.errors import NotFound, NotPermitted
from corps.vault.actions import destroy_data_key
from corps.vault.sealing import SealBroken
from corps.workflow.moves import ReasonMissing
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user, a_volunteer
from tests.conftest import as_admin
from volunteers.actions import quotas
from volunteers.actions.quotas import QuotaSpent
from volunteers.actions.reveal import IdentityErased, reveal_identity, see_own_identity
from volunteers.identity import PARTS, IdentityDocument, RevealReason
from volunteers.models import Identity, Volunteer
from volunteers.rules import FactorNotRecent

DOCUMENT = IdentityDocument(
    name="김철수",
    phone="+821087654321",
    birth_date=date(1990, 2, 1),
    relatives_in_north="어머니, 함흥",
    other={"신장": "백칠십이"},
)
HELD = ["name", "birth_date", "phone", "relatives_in_north", "other"]
LONG_AGO = NOW - timedelta(days=30)
REASON = "The embassy asked for the number"


def somebody(**fields: Any) -> Volunteer:
    """A volunteer of Seoul with DOCUMENT."""
    return a_volunteer("heron-1", identity=DOCUMENT, **fields)


def reveal(volunteer: Volunteer, by: Any, at: datetime = NOW, **given: Any) -> IdentityDocument:
    """Reveal, with a factor used a minute before."""
    asked = {
        "purpose": RevealReason.TRAVEL,
        "reason": REASON,
        "proved_at": at - timedelta(minutes=1),
        **given,
    }
    return reveal_identity(volunteer=volunteer, by=by, at=at, **asked)


def everything(table: str) -> str:
    """All rows of a table as one text."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
        return str(cursor.fetchone()[0])


# -- who may


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VETTING])
def test_the_desks_coordinators_and_vetting_officers_may(role: Role) -> None:
    assert reveal(somebody(), a_user("somebody", role, desk=a_desk())) == DOCUMENT


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.LIAISON, Role.APPROVER])
def test_who_sees_by_callsign_alone_may_not(role: Role) -> None:
    with pytest.raises(NotPermitted):
        reveal(somebody(), a_user("somebody", role, desk=a_desk()))


def shared_with() -> User:
    """Another desk's coordinator with whom every volunteer is shared."""
    person = a_stranger()
    for one in Volunteer.objects.all():
        assign_perm("view_volunteer", person, one)
    return person


def under_glass() -> User:
    """An administrator to whom break-glass has opened Seoul."""
    person, other = (a_user(name, Role.ADMINISTRATOR) for name in ("admin", "other-admin"))
    now = datetime.now(tz=NOW.tzinfo)
    TwoPersonAct.objects.create(
        kind="break glass",
        desk=a_desk(),
        reason="fire",
        state="granted",
        state_since=now,
        asked_by=person,
        asked_at=now,
        decided_by=other,
        decided_at=now,
        until=now + timedelta(hours=1),
    )
    return person


@pytest.mark.django_db
@pytest.mark.parametrize("who", [shared_with, under_glass])
def test_seeing_one_from_elsewhere_is_not_enough(who: Callable[[], User]) -> None:
    there = somebody()
    with pytest.raises(NotPermitted):
        reveal(there, who())


def disabled() -> User:
    """The desk's coordinator, whose account is closed."""
    return a_user("gone", Role.COORDINATOR, desk=a_desk(), is_active=False)


def a_portal_account() -> User:
    """Another volunteer, who is even a member of the desk."""
    user = a_volunteer(account=True).user
    assert user is not None
    a_desk().members.add(user)
    return user


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who",
    [
        a_stranger,
        disabled,
        a_portal_account,
        lambda: a_user("auditor", Role.AUDITOR, desk=a_desk()),
        lambda: a_user("editor", Role.EDITOR, desk=a_desk()),
        lambda: a_user("admin", Role.ADMINISTRATOR, desk=a_desk()),
        lambda: a_user("partner", is_staff=False),
        lambda: COMMAND,
        lambda: CLOCK,
    ],
)
def test_to_everybody_else_there_is_nobody(who: Callable[[], Any]) -> None:
    there = somebody()
    with pytest.raises(NotFound):
        reveal(there, who())
    assert not Entry.objects.filter(verb="identity.revealed").exists()


@pytest.mark.django_db
def test_a_membership_that_ended_counts_no_more() -> None:
    there, by = somebody(), a_coordinator()
    reveal(there, by)
    a_desk().members.remove(by)
    with pytest.raises(NotFound):
        reveal(there, by)


# -- what it takes


@pytest.mark.django_db
@pytest.mark.parametrize("ago", [None, timedelta(minutes=5), timedelta(hours=1)])
def test_a_factor_of_the_last_five_minutes_is_needed(ago: timedelta | None) -> None:
    there, by = somebody(), a_coordinator()
    with pytest.raises(FactorNotRecent):
        reveal(there, by, proved_at=None if ago is None else NOW - ago)
    almost = NOW - timedelta(minutes=5) + timedelta(seconds=1)
    assert reveal(there, by, proved_at=almost) == DOCUMENT


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", " \n "])
def test_a_reason_in_words_is_needed(reason: str) -> None:
    with pytest.raises(ReasonMissing):
        reveal(somebody(), a_coordinator(), reason=reason)


@pytest.mark.django_db
def test_a_purpose_out_of_the_list_is_needed() -> None:
    with pytest.raises(ValueError, match="not a valid RevealReason"):
        reveal(somebody(), a_coordinator(), purpose="curiosity")


@pytest.mark.django_db
def test_of_an_erased_identity_a_sentence_is_left() -> None:
    there = somebody()
    destroy_data_key(there.data_key, at=NOW)
    with pytest.raises(IdentityErased) as told:
        reveal(there, a_coordinator())
    assert str(told.value).startswith("The identity of this volunteer was erased.")
    assert (Allowance.objects.count(), Entry.objects.filter(verb="identity.revealed").count()) == (
        0,
        0,
    )


@pytest.mark.django_db
def test_a_broken_seal_is_not_hidden() -> None:
    there, other = somebody(), a_volunteer()
    moved = Identity.objects.get(volunteer=other).document
    Identity.objects.filter(volunteer=there).update(document=moved)
    with pytest.raises(SealBroken):
        reveal(Volunteer.objects.get(pk=there.pk), a_coordinator())
    assert not Entry.objects.filter(verb="identity.revealed").exists()


# -- what it leaves behind


@pytest.mark.django_db
def test_one_entry_names_the_parts_and_never_a_value(caplog: pytest.LogCaptureFixture) -> None:
    there, by = somebody(), a_coordinator()
    before = Entry.objects.count()
    with caplog.at_level(logging.DEBUG):
        document = reveal(there, by)
    entry = Entry.objects.get(verb="identity.revealed")
    assert Entry.objects.count() == before + 1
    assert (entry.actor, entry.about, entry.desk, entry.reason) == (
        str(by),
        [reference(there)],
        "seoul",
        REASON,
    )
    assert entry.facts == {"purpose": "travel", "fields": HELD}
    kept = everything("ledger_entry") + everything("accounts_allowance") + caplog.text
    kept += repr(document)
    assert [
        text for text in ("김철수", "87654321", "1990-02-01", "함흥", "백칠십이") if text in kept
    ] == []


def test_every_part_of_an_identity_has_a_name() -> None:
    assert list(PARTS) == [item.name for item in fields(IdentityDocument)]


def test_where_the_ledger_takes_no_entry_nothing_is_shown(committed_db: str) -> None:
    there, by = somebody(), a_coordinator()
    as_admin("REVOKE INSERT ON ledger.ledger_entry FROM PUBLIC, corps_app", database=committed_db)
    with pytest.raises(ProgrammingError):
        reveal(there, by)
    assert Allowance.objects.count() == 0


# -- how often


@pytest.mark.django_db
def test_over_the_quota_nothing_is_shown_and_the_administrators_are_told_once(
    settings: Any,
) -> None:
    settings.REVEALS_A_DAY = 2
    there, by = somebody(), a_coordinator()
    reveal(there, by)
    reveal(there, by)
    for _ in range(3):
        with pytest.raises(QuotaSpent):
            reveal(there, by)
    over = Entry.objects.filter(verb="identity.over_quota")
    assert (over.count(), over[0].about) == (3, [reference(there)])
    assert over[0].facts == {"step": "identity.revealed", "limit": 2}
    assert Entry.objects.filter(verb="identity.revealed").count() == 2
    notice = Notice.objects.get()
    assert (notice.kind, notice.about) == (NoticeKind.QUOTA, reference(by))


@pytest.mark.django_db
def test_the_quota_is_each_persons_own_and_comes_back_after_a_day(settings: Any) -> None:
    settings.REVEALS_A_DAY = 1
    there, by = somebody(), a_coordinator()
    reveal(there, by)
    assert reveal(there, a_coordinator(username="colleague")) == DOCUMENT
    late = NOW + timedelta(hours=23, minutes=59)
    with pytest.raises(QuotaSpent):
        reveal(there, by, at=late)
    assert reveal(there, by, at=NOW + timedelta(hours=24)) == DOCUMENT


@pytest.mark.django_db
def test_what_was_refused_was_not_counted(settings: Any) -> None:
    settings.REVEALS_A_DAY = 1
    there, by = somebody(), a_coordinator()
    for given in ({"proved_at": None}, {"reason": ""}):
        with pytest.raises((FactorNotRecent, ReasonMissing)):
            reveal(there, by, **given)
    assert reveal(there, by) == DOCUMENT


def fifty_at_once(there: Volunteer, by: User) -> Counter[str]:
    """Fifty threads of one person reveal at the same moment; count what came of it."""
    start = Barrier(50)

    def one(_number: int) -> str:
        start.wait()
        try:
            reveal(there, by)
        except QuotaSpent:
            return "over"
        except Exception as error:  # noqa: BLE001  the count of any other error is what is tested
            return type(error).__name__
        finally:
            connection.close()
        return "shown"

    with ThreadPoolExecutor(50) as pool:
        return Counter(pool.map(one, range(50)))


def test_of_fifty_at_once_exactly_the_quota_is_shown(committed_db: str, settings: Any) -> None:
    settings.REVEALS_A_DAY = 20
    there, by = somebody(), a_coordinator()
    assert fifty_at_once(there, by) == {"shown": 20, "over": 30}
    assert Entry.objects.filter(verb="identity.revealed").count() == 20
    assert Notice.objects.count() == 1


def test_counting_without_the_database_would_let_more_through(
    committed_db: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: count first, then act, and the same race goes over the quota."""

    def counted(verb: str, *, by: User, limit: int, at: datetime) -> None:
        if Entry.objects.filter(verb=verb, actor_id=str(by.pk)).count() >= limit:
            raise QuotaSpent

    from volunteers.actions import reveal as module

    monkeypatch.setattr(module, "spend_quota", counted)
    settings.REVEALS_A_DAY = 20
    there, by = somebody(), a_coordinator()
    assert fifty_at_once(there, by)["shown"] > 20
    assert quotas.spend_quota is not counted


# -- the volunteer's own


@pytest.mark.django_db
def test_a_volunteer_sees_their_own_with_one_entry() -> None:
    there = somebody(account=True)
    proved = NOW - timedelta(minutes=1)
    document = see_own_identity(
        volunteer=there, by=there.user, proved_at=proved, factor_added_at=LONG_AGO, at=NOW
    )
    entry = Entry.objects.get(verb="identity.own_seen")
    assert (document, entry.facts, entry.reason) == (DOCUMENT, {"fields": HELD}, "")


@pytest.mark.django_db
def test_nobody_else_sees_it_as_their_own() -> None:
    there, other = somebody(account=True), a_volunteer(account=True)
    for by in (other.user, a_coordinator()):
        with pytest.raises(NotFound):
            see_own_identity(
                volunteer=there, by=by, proved_at=NOW, factor_added_at=LONG_AGO, at=NOW
            )
    for proved, added in ((None, LONG_AGO), (NOW, None)):
        with pytest.raises(FactorNotRecent):
            see_own_identity(
                volunteer=there, by=there.user, proved_at=proved, factor_added_at=added, at=NOW
            )
