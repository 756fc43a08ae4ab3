"""What an import keeps and for how long."""

from datetime import timedelta

import pytest
import time_machine

from corps.audit.queries import entries_about
from corps.vault.actions import Erased, open_data_key
from tests.cast import NOW, a_coordinator
from tests.volunteers.imports.registers import a_preview, an_import, person, workbook
from volunteers import tasks
from volunteers.actions.imports_settle import held_person
from volunteers.models import ImportRun

pytestmark = pytest.mark.django_db

HELD = [person(1), person(2, 연락처=person(1)["연락처"]), person(3, 생년월일="soon")]


def purge(**later: float) -> None:
    """Let the clock tidy up so long after NOW."""
    with time_machine.travel(NOW + timedelta(**later), tick=False):
        tasks.purge_imports()


def test_the_file_goes_when_the_import_is_done() -> None:
    run = an_import(workbook(*HELD), a_coordinator())
    assert (run.state, run.upload) == ("done", None)
    assert run.data_key.wrapped is not None


def test_the_rejected_rows_go_after_a_day_and_not_before() -> None:
    run = an_import(workbook(*HELD), a_coordinator())
    purge(hours=23)
    assert ImportRun.objects.get().data_key.wrapped is not None
    purge(hours=25)
    fresh = ImportRun.objects.get()
    assert (fresh.data_key.wrapped, fresh.remarks) == (None, None)
    assert run.rows.get(outcome="rejected").content is None
    assert entries_about(run)[0].verb == "import.closed"


def test_a_held_row_outlives_the_run_and_is_given_up_after_thirty_days() -> None:
    run = an_import(workbook(*HELD), a_coordinator())
    purge(days=29)
    row = run.rows.get(outcome="held")
    assert held_person(row).name == HELD[1]["성명"]
    purge(days=31)
    row.refresh_from_db()
    assert (row.outcome, row.content, row.mark) == ("undecided", None, None)
    assert row.data_key is not None
    with pytest.raises(Erased):
        open_data_key(row.data_key)
    assert entries_about(run)[0].verb == "import.rows_undecided"


def test_what_nobody_confirms_is_discarded_after_a_day() -> None:
    run = a_preview(workbook(*HELD), a_coordinator())
    purge(hours=23)
    assert ImportRun.objects.get().state == "preview"
    purge(hours=25)
    fresh = ImportRun.objects.get()
    assert (fresh.state, fresh.upload, fresh.data_key.wrapped) == ("discarded", None, None)
    assert run.rows.count() == 0
    assert (entries_about(run)[0].verb, entries_about(run)[0].actor) == (
        "import.discarded",
        "clock",
    )


def test_tidying_twice_does_nothing_more() -> None:
    run = an_import(workbook(*HELD), a_coordinator())
    purge(days=31)
    entries = entries_about(run).count()
    purge(days=31)
    assert entries_about(run).count() == entries
