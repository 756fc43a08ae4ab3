"""What the ledger does not take is not read: on a database whose ledger refuses entries."""

import pytest
from django.conf import settings
from django.utils import timezone

from corps.audit.actions import COMMAND
from deployments.actions.sharing import NotShared, end_share, share_deployment
from tests.api.calls import ASSIGNMENTS, ME, Caller, an_assignment, ask_token, issue
from tests.cast import a_deployment, an_agency
from tests.conftest import as_admin


def allow(verb: str, database: str) -> None:
    """GRANT or REVOKE writing the ledger."""
    word = "TO" if verb == "GRANT" else "FROM"
    statement = f"{verb} INSERT ON ledger.ledger_entry {word} {{}}"
    as_admin(statement, settings.DATABASE_APP_ROLE, database=database)


def test_nothing_is_read_shared_or_issued_while_the_ledger_takes_no_entry(
    committed_db: str,
) -> None:
    deployment, agency = a_deployment(), an_agency()
    share_deployment(deployment=deployment, agency=agency, by=COMMAND, at=timezone.now())
    an_assignment(deployment)
    issued = issue(at=timezone.now())
    caller = Caller(ask_token(issued).json()["access_token"])
    caller.client.raise_request_exception = False
    assert len(caller.rows()) == 1

    allow("REVOKE", committed_db)
    answers = [caller.get(path) for path in (ASSIGNMENTS, ME)]
    assert [(answer.status_code, answer.content) for answer in answers] == [
        (503, b'{"type":"about:blank","title":"Not available at present","status":503}')
    ] * 2
    with pytest.raises(Exception, match="permission denied"):
        end_share(deployment=deployment, agency=agency, by=COMMAND, at=timezone.now())
    with pytest.raises(Exception, match="permission denied"):
        ask_token(issued)

    allow("GRANT", committed_db)
    assert len(caller.rows()) == 1
    end_share(deployment=deployment, agency=agency, by=COMMAND, at=timezone.now())
    assert caller.rows() == []
    with pytest.raises(NotShared):
        end_share(deployment=deployment, agency=agency, by=COMMAND, at=timezone.now())
