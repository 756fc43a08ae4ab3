"""An agency keeps the heads of the ledger: it reads the newest as it was signed."""

import base64
from pathlib import Path

from django.utils import timezone
from pytest_django.fixtures import Settings

from corps.audit.heads import check_signature, make_key_file
from corps.audit.models import Entry
from corps.audit.sealing import seal_ledger
from tests.api.calls import a_caller
from tests.audit.ledgers import settle

HEAD = "/api/v1/ledger/head"


def test_the_head_is_answered_as_it_was_signed(
    committed_db: str, tmp_path: Path, settings: Settings
) -> None:
    settings.LEDGER_KEY_FILE = str(tmp_path / "ledger.key")
    make_key_file()
    caller = a_caller(scopes=["ledger:read"], at=timezone.now())
    assert caller.get(HEAD).json() == {"head": None, "signature": None, "public_key": None}
    settle()
    sealed = seal_ledger(at=timezone.now())
    assert sealed is not None
    answer = caller.get(HEAD)
    told = answer.json()
    assert told["head"] == sealed.head
    signature, key = (base64.b64decode(told[name]) for name in ("signature", "public_key"))
    check_signature(told["head"], signature, key)
    assert caller.get(HEAD, if_none_match=answer.headers["ETag"]).status_code == 304
    assert Entry.objects.filter(verb="api.read", facts__resource="ledger/head").count() == 3
