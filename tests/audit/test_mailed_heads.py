"""The auditor gets a head of the ledger by mail, once a day."""

from datetime import timedelta

import pytest
from django.conf import settings

from corps.audit.actions import COMMAND
from corps.audit.models import Seal
from corps.outbox.actions import cancel_message
from corps.outbox.actions.heads import mail_head
from corps.outbox.models import Message
from tests.audit.ledgers import a_sealed_ledger
from tests.cast import NOW


@pytest.fixture
def seal(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> Seal:
    """A seal, where an auditor has an address."""
    monkeypatch.setattr(settings, "AUDITOR_EMAIL", "auditor@example.org")
    a_sealed_ledger(2)
    return Seal.objects.get()


def test_the_head_is_mailed_once_a_day(seal: Seal) -> None:
    days = [mail_head(seal, NOW + timedelta(hours=hours)) for hours in (0, 1, 23, 25)]
    assert [message is not None for message in days] == [True, False, False, True]
    assert {message.about for message in Message.objects.all()} == {"audit.seal:1"}


def test_without_an_address_nothing_is_mailed(seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "AUDITOR_EMAIL", "")
    assert mail_head(seal, NOW) is None
    assert not Message.objects.exists()


def test_who_cancels_the_message_holds_no_head_back(seal: Seal) -> None:
    message = mail_head(seal, NOW)
    assert message is not None
    cancel_message(message=message, by=COMMAND, at=NOW)

    assert mail_head(seal, NOW + timedelta(minutes=1)) is not None
