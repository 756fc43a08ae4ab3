"""What happens to messages: written, relayed, settled, come back, come in."""

from corps.outbox.actions.outcomes import before_sending, on_outcome
from corps.outbox.actions.receiving import note_bounce, take_in
from corps.outbox.actions.relaying import relay_messages
from corps.outbox.actions.settling import cancel_message, settle_doubt, try_again
from corps.outbox.actions.writing import write_message
from corps.outbox.mail.composing import Attachment

__all__ = [
    "Attachment",
    "before_sending",
    "cancel_message",
    "note_bounce",
    "on_outcome",
    "relay_messages",
    "settle_doubt",
    "take_in",
    "try_again",
    "write_message",
]
