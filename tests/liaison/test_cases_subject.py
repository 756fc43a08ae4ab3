"""The subject of a case stays as it is while approvers and agencies read it with a letter."""

from datetime import date

import pytest
from django.utils.translation import override

from corps.accounts.models import User
from corps.adminkit.words import facts_in_words
from corps.audit.models import Entry
from deployments.liaison.actions import cases
from deployments.liaison.actions.letters import discard_letter
from deployments.liaison.models import Case
from deployments.liaison.rules.cases import SubjectStays
from tests.admin.doors import entries_since, last_number
from tests.cast import NOW
from tests.liaison.letter_scene import an_office

pytestmark = pytest.mark.django_db


def renamed(case: Case, by: User) -> None:
    """Another subject."""
    cases.change_case(case=case, subject="Other", owner=case.owner, due=case.due, by=by, at=NOW)


@pytest.mark.parametrize("state", ["submitted", "approved", "sent"])
def test_the_subject_of_a_case_stays_while_others_read_it_with_a_letter(state: str) -> None:
    office = an_office()
    case, officer = office.case, office.officer
    getattr(office, state)()
    before = last_number()

    with pytest.raises(SubjectStays):
        renamed(case, officer)
    assert Case.objects.get(pk=case.pk).subject == "Permits for HERON"
    assert entries_since(before) == []
    due = date(2027, 1, 5)
    case.refresh_from_db()
    cases.change_case(case=case, subject=case.subject, owner=officer, due=due, by=officer, at=NOW)
    assert Case.objects.get(pk=case.pk).due == due


def test_it_changes_while_its_letters_are_drafts_or_were_given_up() -> None:
    office = an_office()
    case = office.case
    office.letter()
    discard_letter(letter=office.approved(), by=office.officer, at=NOW, reason="no need")

    renamed(case, office.officer)

    assert Case.objects.get(pk=case.pk).subject == "Other"


def test_neither_the_old_subject_nor_the_new_one_stands_in_the_ledger() -> None:
    office = an_office()
    case, officer, due = office.case, office.officer, date(2027, 1, 5)
    before = last_number()

    cases.change_case(case=case, subject="Other", owner=officer, due=due, by=officer, at=NOW)

    entry = Entry.objects.get(number__gt=before)
    assert entry.facts == {"changed": ["subject"], "due": {"from": "", "to": "2027-01-05"}}
    with override("ko"):
        assert "바뀐 항목: 제목" in facts_in_words(entry)
