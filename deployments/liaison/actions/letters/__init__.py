"""What happens to a letter: begun, written, submitted, approved, sent, received or come back.

Each step leaves one ledger entry about the letter and its case, and the case follows.
"""

from deployments.liaison.actions.letters.approving import approve_letter, return_letter
from deployments.liaison.actions.letters.attaching import (
    attach_file,
    attach_material,
    drop_attachment,
)
from deployments.liaison.actions.letters.drafts import (
    address_letter,
    begin_letter,
    discard_letter,
    save_draft,
    submit_letter,
)
from deployments.liaison.actions.letters.previewing import preview_letter
from deployments.liaison.actions.letters.reading import (
    read_attachment,
    read_letter_file,
    read_receipt,
)
from deployments.liaison.actions.letters.sending import (
    bounce_letter,
    check_message,
    file_stem,
    follow_message,
    record_letter_receipt,
    send_letter,
)

__all__ = [
    "address_letter",
    "approve_letter",
    "attach_file",
    "attach_material",
    "begin_letter",
    "bounce_letter",
    "check_message",
    "discard_letter",
    "drop_attachment",
    "file_stem",
    "follow_message",
    "preview_letter",
    "read_attachment",
    "read_letter_file",
    "read_receipt",
    "record_letter_receipt",
    "return_letter",
    "save_draft",
    "send_letter",
    "submit_letter",
]
