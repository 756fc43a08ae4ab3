"""The page for newcomers shows the machines as they are; the ledger's verbs of cases have words."""

from pathlib import Path

import pytest
from django.conf import settings

from corps.adminkit.words import VERBS
from corps.outbox.states import MESSAGE
from corps.workflow.tables import StateTable
from deployments.liaison.states import CASE, LETTER, PERMIT
from deployments.management.commands.statemachines import page_of
from deployments.materials.states import DELIVERY, VERSION

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
