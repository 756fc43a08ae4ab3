"""What a letter tells of somebody: with their consent alone, by two others, entered and shown."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from corps.accounts.roles import Role
from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.errors import NotFound, NotPermitted
from corps.workflow.moves import ReasonMissing
from deployments.liaison.actions.disclosures import (
    MASK,
    check_disclosures,
    drop_disclosure,
    enter_reading,
    identity_lines,
    reveal_disclosed,
)
from deployments.liaison.actions.letters import (
    bounce_letter,
    return_letter,
    send_letter,
    submit_letter,
)
from deployments.liaison.models import Disclosure, Letter
from deployments.liaison.queries.disclosures import disclosures_visible_to, own_disclosures
from deployments.liaison.rules.disclosures import (
    NEVER_TOLD,
    ConsentMissing,
    FieldsNotTold,
    NotConcerned,
)
from deployments.liaison.rules.letters import NotADraft
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user, a_volunteer
from tests.liaison.disclosing import FIELDS, Telling
from tests.liaison.letter_scene import approve
from volunteers.actions.consents import withdraw_consent
from volunteers.actions.people import change_standing
from volunteers.actions.quotas import QuotaSpent
from volunteers.models import Consent
from volunteers.rules import FactorNotRecent

LATER = NOW + timedelta(hours=1)


def unconsent(volunteer: Any, purpose: str = "permits") -> None:
    """Let a volunteer withdraw a consent."""
    withdraw_consent(volunteer=volunteer, purpose=purpose, by=volunteer.user, at=LATER)


def test_a_letter_that_tells_of_somebody_is_one_that_discloses(telling: Telling) -> None:
    letter = telling.letter()

    assert letter.discloses
    entry = entries_about(telling.one).get(verb="disclosure.planned")
    assert entry.facts == {"fields": [*FIELDS], "purpose": "permits", "agency": "embassy"}
    drop_disclosure(letter=letter, volunteer=telling.one, by=telling.office.officer, at=NOW)
    assert not Letter.objects.get(pk=letter.pk).discloses
    assert not letter.disclosures.exists()


@pytest.mark.parametrize("part", [*NEVER_TOLD, "callsign", ""])
def test_relatives_and_notes_are_told_to_nobody(telling: Telling, part: str) -> None:
    letter = telling.office.letter()

    with pytest.raises(FieldsNotTold):
        telling.plan(letter, telling.one, fields=("name", part) if part else ())


@pytest.mark.parametrize("purpose", ["register", "service", "other"])
def test_identity_is_told_for_two_purposes(telling: Telling, purpose: str) -> None:
    with pytest.raises(FieldsNotTold):
        telling.plan(telling.office.letter(), telling.one, purpose=purpose)


def test_it_tells_only_of_those_whom_the_case_concerns_and_the_writer_sees(
    telling: Telling,
) -> None:
    letter = telling.office.letter()

    with pytest.raises(NotConcerned) as refused:
        telling.plan(letter, a_volunteer("매-딴"))
    assert "매-딴" in str(refused.value)
    with pytest.raises(NotFound):
        telling.plan(letter, a_volunteer(desk=a_desk("elsewhere")))


def test_only_who_may_write_the_letter_says_what_it_tells(telling: Telling) -> None:
    letter = telling.office.letter()

    with pytest.raises(NotPermitted):
        telling.plan(letter, telling.one, by=telling.office.approver)
    with pytest.raises(NotFound):
        telling.plan(letter, telling.one, by=a_stranger())


def test_what_was_submitted_is_not_changed_any_more(telling: Telling) -> None:
    letter = telling.submitted()

    with pytest.raises(NotADraft):
        telling.plan(letter, telling.other)
    with pytest.raises(NotADraft):
        drop_disclosure(letter=letter, volunteer=telling.one, by=telling.office.officer, at=NOW)
    return_letter(letter=letter, by=telling.office.approver, at=NOW, reason="less")
    telling.plan(letter, telling.one, fields=("name",))
    letter.refresh_from_db()
    assert letter.state == "draft"
    assert letter.disclosures.get().fields == ["name"]


def test_without_consent_it_is_not_submitted_and_says_who_lacks_it(telling: Telling) -> None:
    letter = telling.letter(telling.one, telling.other)
    unconsent(telling.other)

    with pytest.raises(ConsentMissing) as refused:
        submit_letter(letter=letter, by=telling.office.officer, at=LATER)

    assert "매-말1" in str(refused.value)
    assert "매-말0" not in str(refused.value)


def test_consent_for_another_purpose_does_not_do(telling: Telling) -> None:
    letter = telling.letter(purpose="host")
    unconsent(telling.one, "host")

    with pytest.raises(ConsentMissing):
        check_disclosures(letter, by=telling.office.officer)


def test_nor_does_it_go_on_when_consent_is_withdrawn_in_between(telling: Telling) -> None:
    submitted, approved = telling.submitted(), telling.approved(telling.other)
    unconsent(telling.one)
    unconsent(telling.other)

    with pytest.raises(ConsentMissing):
        approve(submitted, telling.office.approver)
    with pytest.raises(ConsentMissing):
        send_letter(letter=approved, through="post", by=telling.office.officer, at=LATER)
    assert not Disclosure.objects.filter(disclosed_at__isnull=False).exists()
    assert not Entry.objects.filter(verb="identity.disclosed").exists()


def test_nothing_is_told_of_somebody_who_has_left(telling: Telling) -> None:
    letter, coordinator = telling.approved(), a_coordinator()
    change_standing(
        volunteer=telling.one, move_name="release", by=coordinator, at=LATER, reason="moved"
    )

    with pytest.raises(ConsentMissing):
        send_letter(letter=letter, through="post", by=telling.office.officer, at=LATER)


def test_one_approval_is_not_enough(telling: Telling) -> None:
    letter = telling.submitted()
    approve(letter, telling.office.approver)

    letter.refresh_from_db()
    assert letter.state == "submitted"


def test_what_was_sent_stands_in_the_register_with_its_consent(telling: Telling) -> None:
    letter = telling.sent(telling.one, telling.other)

    rows = Disclosure.objects.filter(letter=letter)
    assert {row.volunteer for row in rows} == {telling.one, telling.other}
    for row in rows:
        assert row.disclosed_at == NOW
        assert row.consent == Consent.objects.get(volunteer=row.volunteer, term__purpose="permits")
        entry = entries_about(row.volunteer).get(verb="identity.disclosed")
        assert entry.facts == {"fields": [*FIELDS], "purpose": "permits", "agency": "embassy"}
        assert entry.about[0] == f"volunteers.volunteer:{row.volunteer_id}"


def test_the_volunteer_reads_what_was_told_to_whom(telling: Telling) -> None:
    letter = telling.sent()

    told = own_disclosures(telling.one)

    assert [(one.agency, one.at, one.reference) for one in told] == [
        (letter.agency, NOW, letter.case.reference)
    ]
    assert [str(part) for part in told[0].parts] == ["Name", "Passport number"]
    assert own_disclosures(telling.other) == []


def test_a_letter_that_is_sent_again_tells_again_by_a_consent_that_holds(telling: Telling) -> None:
    letter = telling.sent()
    bounce_letter(letter=letter, by=telling.office.officer, at=LATER)
    unconsent(telling.one)

    with pytest.raises(ConsentMissing):
        send_letter(letter=letter, through="hand", by=telling.office.officer, at=LATER)


def test_who_sees_the_register(telling: Telling) -> None:
    telling.sent()
    whole = [telling.office.officer, telling.office.approver, a_coordinator()]
    nobody = [
        a_stranger(),
        a_user("vetting", Role.VETTING, desk=a_desk()),
        a_user("auditor", Role.AUDITOR, desk=a_desk()),
        a_user("elsewhere-liaison", Role.LIAISON, desk=a_desk("elsewhere")),
        telling.one.user,
    ]

    assert [disclosures_visible_to(one).count() for one in whole] == [1, 1, 1]
    assert [disclosures_visible_to(one).count() for one in nobody] == [0] * len(nobody)


def test_values_stand_masked_in_whatever_is_shown(telling: Telling) -> None:
    letter = telling.letter(language="ko")

    masked, whole = identity_lines(letter), identity_lines(letter, masked=False)

    assert masked[0].lines == [("이름", MASK), ("여권번호", MASK)]
    assert whole[0].lines == [("이름", "홍길동"), ("여권번호", "M76543210")]
    assert "홍길동" not in repr(whole)


def reveal(telling: Telling, letter: Any, **changed: Any) -> Any:
    """Read what a letter tells of the first volunteer, as its author, with a factor just used."""
    given = {"volunteer": telling.one, "reason": "to check", "by": telling.office.officer}
    given |= {"proved_at": NOW, "at": NOW, **changed}
    return reveal_disclosed(letter=letter, **given)


def test_the_author_of_an_approved_letter_reads_exactly_what_it_tells(telling: Telling) -> None:
    letter = telling.approved()

    shown = reveal(telling, letter)

    assert [value for _label, value in shown] == ["홍길동", "M76543210"]
    entry = entries_about(telling.one).get(verb="identity.revealed")
    assert entry.facts == {"purpose": "disclosure", "fields": [*FIELDS]}
    with pytest.raises(NotFound):
        reveal(telling, letter, volunteer=telling.other)
    with pytest.raises(FactorNotRecent):
        reveal(telling, letter, proved_at=None)


def test_nobody_else_and_neither_before_nor_after(telling: Telling) -> None:
    submitted, approved = telling.submitted(), telling.approved(telling.one)
    colleague = a_user("colleague", Role.LIAISON, desk=a_desk())
    week = NOW + timedelta(days=7)

    for letter, changed in (
        (submitted, {}),
        (approved, {"by": colleague}),
        (approved, {"by": telling.office.approver}),
        (approved, {"at": week, "proved_at": week}),
    ):
        with pytest.raises(NotPermitted):
            reveal(telling, letter, **changed)
    send_letter(letter=approved, through="post", by=telling.office.officer, at=NOW)
    with pytest.raises(NotPermitted):
        reveal(telling, approved)


def read_file(telling: Telling, letter: Any, **changed: Any) -> None:
    """Be given the letter's file, as its author, with a factor just used."""
    given = {"by": telling.office.officer, "proved_at": NOW, "reason": "to check", "at": NOW}
    enter_reading(letter=letter, **{**given, **changed})


def test_whoever_is_given_the_file_has_looked_at_everybody_in_it(telling: Telling) -> None:
    letter = telling.approved(telling.one, telling.other)

    read_file(telling, letter)

    for volunteer in (telling.one, telling.other):
        entry = entries_about(volunteer).get(verb="identity.revealed")
        assert entry.facts == {"purpose": "disclosure", "fields": [*FIELDS]}
    with pytest.raises(FactorNotRecent):
        read_file(telling, letter, proved_at=None)
    with pytest.raises(ReasonMissing):
        read_file(telling, letter, reason=" ")


def test_files_are_within_the_days_quota_of_reveals(telling: Telling, settings: Settings) -> None:
    settings.REVEALS_A_DAY = 2
    letter = telling.approved(telling.one, telling.other)
    read_file(telling, letter)
    read_file(telling, letter)

    with pytest.raises(QuotaSpent):
        read_file(telling, letter)

    assert Entry.objects.filter(verb="identity.revealed").count() == 4
    assert Entry.objects.filter(verb="identity.over_quota").count() == 1


def test_the_file_of_a_letter_that_tells_of_nobody_is_no_look(telling: Telling) -> None:
    read_file(telling, telling.office.approved(), proved_at=None, reason="")

    assert not Entry.objects.filter(verb="identity.revealed").exists()
