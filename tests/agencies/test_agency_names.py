"""Agencies in the ledger's words: by name, in the reader's language."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from corps.accounts.roles import Role
from corps.adminkit.words import facts_in_words
from corps.audit.actions import COMMAND, draft, record_many
from corps.audit.models import Entry
from tests.admin.doors import as_, list_do_url, list_url, text_of
from tests.cast import NOW, a_user, an_agency

pytestmark = pytest.mark.django_db


def test_the_ledger_names_an_agency_in_the_readers_language() -> None:
    """Its short name stands in the facts; an agency that is gone is told by that."""
    entry = Entry(verb="case.opened", at=NOW, facts={"agency": an_agency().slug})
    gone = Entry(verb="case.opened", at=NOW, facts={"host_agency": "gone"})
    told = {}
    for language in ("en", "ko", "uk"):
        with translation.override(language):
            told[language] = facts_in_words(entry).partition(": ")[2]
    assert told == {"en": "Embassy", "ko": "대사관", "uk": "Посольство"}
    assert facts_in_words(gone) == "host agency: gone"


def test_the_names_are_read_once_for_a_list_and_once_for_a_table() -> None:
    """However many entries name an agency."""
    auditor, facts = a_user("auditor", Role.AUDITOR), {"agency": an_agency().slug}
    with transaction.atomic():
        record_many([draft("case.opened", by=COMMAND, at=NOW, facts=facts) for _each in range(30)])
    browser = as_(auditor)
    with CaptureQueriesContext(connection) as asked:
        page = text_of(browser.get(list_url(Entry)))
        table = browser.post(list_do_url(Entry, "export")).getvalue().decode()
    read = [row for row in asked.captured_queries if 'FROM "agencies_agency"' in row["sql"]]
    assert (page.count("Embassy"), table.count("agency: Embassy"), len(read)) == (30, 30, 2)
