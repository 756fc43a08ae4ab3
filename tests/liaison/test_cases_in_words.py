"""The page for newcomers shows the machines as they are; the ledger's verbs of cases have words."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.adminkit.words import VERBS
from corps.audit.actions import record
from corps.outbox.states import MESSAGE
from corps.workflow.tables import StateTable
from deployments.liaison.actions.letters import begin_letter
from deployments.liaison.rules.cases import LettersWaiting
from deployments.liaison.states import CASE, LETTER, PERMIT
from deployments.management.commands.statemachines import page_of
from deployments.materials.states import DELIVERY, VERSION
from tests.admin.doors import as_, do_url, page_url, text_of
from tests.cast import NOW, a_desk, a_user
from tests.liaison.scenes import a_case

SHOWN = (CASE, LETTER, PERMIT, VERSION, DELIVERY, MESSAGE)


@pytest.mark.parametrize("table", SHOWN, ids=lambda table: str(table.name))
def test_the_page_shows_each_machine_as_it_is(table: StateTable) -> None:
    page = (Path(settings.BASE_DIR) / "docs" / "liaison.md").read_text()
    assert page_of(table) in page


def test_every_verb_of_cases_has_words() -> None:
    rooms = Path(settings.BASE_DIR) / "deployments" / "liaison" / "actions"
    written = "".join(path.read_text() for path in rooms.glob("*.py"))
    verbs = {part.split('"')[1] for part in written.split("record(")[1:] if part.startswith('"')}
    assert verbs - VERBS.keys() == set()


@pytest.mark.django_db
def test_a_refusal_is_told_in_the_reader_s_language_and_an_old_one_as_it_was_kept() -> None:
    officer = a_user("officer", Role.LIAISON, desk=a_desk())
    case, at = a_case(officer), NOW + timedelta(hours=1)
    begin_letter(case=case, kind="information", by=officer, at=NOW)
    as_(officer).post(do_url(case, "close"), {"reason": "done"})
    old = {"step": "liaison.case.close", "why": "This case is closed: open another one."}
    record("access.refused", case, by=officer, at=at, facts=old)
    told = {}
    for language in ("en", "ko"):
        User.objects.filter(pk=officer.pk).update(language=language)
        with override(language):
            sentence = str(LettersWaiting.message)
        page = text_of(as_(officer).get(page_url(case, "history")))
        told[language] = (sentence, sentence in page, old["why"] in page)
    assert told["ko"][0] != told["en"][0]
    assert [(new, kept) for _said, new, kept in told.values()] == [(True, True)] * 2
