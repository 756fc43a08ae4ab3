"""What messages said is destroyed once they have been at rest for thirty days."""

from datetime import timedelta

import pytest

from corps.audit.actions import CLOCK, COMMAND
from corps.outbox.actions import try_again
from corps.outbox.actions.outcomes import shift
from corps.outbox.actions.relaying import purge_messages
from corps.outbox.models import Message
from corps.outbox.rules import ContentGone
from corps.vault.models import DataKey
from tests.cast import NOW
from tests.outbox.sending import verbs, write

pytestmark = pytest.mark.django_db

WAYS = {
    "sent": ["claim", "deliver"],
    "void": ["cancel"],
    "failed": ["claim", "fail"],
    "in_doubt": ["claim", "doubt"],
    "bounced": ["claim", "doubt", "bounce"],
}
"""By which moves a message comes to rest."""


def moved(*moves: str) -> Message:
    """A message after these moves."""
    message = write()
    for name in moves:
        more = {"sent_at": NOW} if name == "deliver" else {}
        shift(message, name, by=CLOCK, at=NOW, **more)
    return message


@pytest.mark.parametrize("state", WAYS)
def test_nobody_reads_what_has_been_at_rest_for_thirty_days(state: str) -> None:
    message = moved(*WAYS[state])
    assert message.state == state
    assert purge_messages(at=NOW + timedelta(days=29)) == 0
    assert purge_messages(at=NOW + timedelta(days=31)) == 1
    assert purge_messages(at=NOW + timedelta(days=31)) == 0
    row = Message.objects.get(pk=message.pk)
    assert (bytes(row.content), bytes(row.envelope), row.data_key.wrapped) == (b"", b"", None)
    assert (row.state, verbs(message)[-1]) == (state, "purged")


@pytest.mark.parametrize("moves", [[], ["claim"]])
def test_what_may_still_go_out_by_itself_is_kept(moves: list[str]) -> None:
    message = moved(*moves)
    assert purge_messages(at=NOW + timedelta(days=400)) == 0
    assert DataKey.objects.get(pk=message.data_key_id).wrapped is not None


def test_what_is_destroyed_is_not_sent_again() -> None:
    message = moved(*WAYS["bounced"])
    purge_messages(at=NOW + timedelta(days=31))
    with pytest.raises(ContentGone):
        try_again(message=Message.objects.get(pk=message.pk), by=COMMAND, at=NOW)
