"""Where the sealed parts of a message are kept."""

from uuid import UUID

from corps.vault.sealing import Place


def envelope_of(pk: UUID) -> Place:
    """Return the place of a message's envelope: from whom and to whom, as JSON."""
    return Place("outbox_message", "envelope", str(pk))


def content_of(pk: UUID) -> Place:
    """Return the place of a message's content: all its bytes as they go out."""
    return Place("outbox_message", "content", str(pk))
