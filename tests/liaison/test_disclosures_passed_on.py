"""What was told goes along with a referral: kept, shown, and asked back from each agency once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from corps.audit.queries import entries_about
from deployments.agencies.models import Agency
from deployments.liaison.actions.cases import refer_case
from deployments.liaison.actions.letters import approve_letter, send_letter, submit_letter
from deployments.liaison.actions.recalls import NothingToRecall, recall_disclosures
from deployments.liaison.models import Case, Disclosure, Letter
from deployments.liaison.queries.disclosures import agencies_to_ask, own_disclosures
from tests.cast import NOW, an_agency
from tests.liaison.disclosing import FIELDS, Telling
from volunteers.actions.people import change_standing

LATER = NOW + timedelta(hours=1)


def refer(telling: Telling, slug: str) -> Agency:
    """Let whoever holds the case pass it on."""
    case, agency = Case.objects.get(pk=telling.office.case.pk), an_agency(slug)
    given = {"on": NOW.date(), "by": telling.office.officer, "at": LATER}
    refer_case(case=case, to_agency=agency, **given)
    return agency


def passed_on_and_left(telling: Telling) -> dict[str, Letter]:
    """The letters of withdrawal, by agency, after a referral; the volunteer has left."""
    telling.sent()
    refer(telling, "unification")
    left = {"volunteer": telling.one, "move_name": "withdraw", "by": telling.one.user, "at": LATER}
    change_standing(**left)
    telling.one.refresh_from_db()
    begun = recall_disclosures(volunteer=telling.one, by=telling.office.officer, at=LATER)
    return {letter.agency.slug: letter for letter in begun}


def ask_and_close(telling: Telling, letter: Letter) -> None:
    """Send a letter of withdrawal, and close its case."""
    submit_letter(letter=letter, by=telling.office.officer, at=LATER)
    approve_letter(letter=letter, version=1, by=telling.office.approver, at=LATER)
    send_letter(letter=letter, through="post", by=telling.office.officer, at=LATER)
    close(letter)


def close(letter: Letter) -> None:
    """Let the case of a letter be over, whatever came of it."""
    Case.objects.filter(pk=letter.case_id).update(state="closed", holder=None)


def test_a_referral_enters_what_the_new_holder_has_then(telling: Telling) -> None:
    letter = telling.sent(telling.one, telling.other)
    agency = refer(telling, "unification")

    rows = Disclosure.objects.filter(agency=agency)
    assert {(row.volunteer, row.letter, row.disclosed_at) for row in rows} == {
        (telling.one, letter, LATER),
        (telling.other, letter, LATER),
    }
    assert all(row.consent and row.referral and row.fields == [*FIELDS] for row in rows)
    entry = entries_about(telling.one).get(verb="disclosure.passed_on")
    assert entry.facts == {"fields": [*FIELDS], "agency": "unification"}


def test_the_volunteer_reads_to_whom_it_was_passed_on(telling: Telling) -> None:
    letter = telling.sent()
    refer(telling, "unification")

    told = [(one.agency.slug, one.passed_on_by) for one in own_disclosures(telling.one)]

    assert told == [("unification", letter.agency), ("embassy", None)]


def test_what_an_agency_holds_already_is_entered_once(telling: Telling) -> None:
    telling.sent()
    for slug in ("unification", "embassy", "unification"):
        refer(telling, slug)

    slugs = sorted(row.agency.slug for row in Disclosure.objects.all())
    assert slugs == ["embassy", "unification"]


def test_a_letter_sent_again_tells_its_own_agency_alone(telling: Telling) -> None:
    letter = telling.sent()
    refer(telling, "unification")

    assert [one.agency.slug for one in letter.disclosures.filter(referral=None)] == ["embassy"]


@pytest.mark.parametrize("order", [("embassy", "unification"), ("unification", "embassy")])
def test_each_is_asked_once_in_whichever_order(telling: Telling, order: tuple[str, ...]) -> None:
    letters = passed_on_and_left(telling)

    for slug in order:
        ask_and_close(telling, letters[slug])

    assert list(agencies_to_ask(telling.one)) == []
    assert all(one.recalled_at == LATER for one in own_disclosures(telling.one))
    told = entries_about(telling.one).filter(verb="disclosure.recalled")
    assert sorted(entry.facts["agency"] for entry in told) == ["embassy", "unification"]


def test_one_that_was_not_asked_after_all_is_not_forgotten(telling: Telling) -> None:
    letters = passed_on_and_left(telling)
    ask_and_close(telling, letters["embassy"])
    with pytest.raises(NothingToRecall):
        recall_disclosures(volunteer=telling.one, by=telling.office.officer, at=LATER)
    close(letters["unification"])

    (again,) = recall_disclosures(volunteer=telling.one, by=telling.office.officer, at=LATER)

    assert again.agency.slug == "unification"


def test_the_database_refuses_what_no_letter_told(telling: Telling) -> None:
    letter = telling.sent()
    refer(telling, "unification")
    row = Disclosure.objects.get(referral__isnull=False)

    for changed in ({"fields": ["phone"]}, {"volunteer": telling.other}, {"disclosed_at": None}):
        known: dict[str, Any] = {"letter": letter, "volunteer": row.volunteer, "agency": row.agency}
        known |= {"fields": row.fields, "purpose": row.purpose, "consent": row.consent}
        known |= {"disclosed_at": NOW, "referral": row.referral}
        with pytest.raises(DatabaseError, match="only what was told"), transaction.atomic():
            Disclosure.objects.create(**{**known, **changed})
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        Disclosure.objects.filter(pk=row.pk).update(referral=None)
