"""How a letter will look, for those who may read its case."""

from datetime import datetime

from django.db import transaction

from corps.accounts.models import User
from corps.vault.files import read_approved
from deployments.liaison.actions.letters.holding import latest_sheet
from deployments.liaison.letters.rendering import page_images, render
from deployments.liaison.models import Letter
from deployments.liaison.rules.letters import check_can_read_letter


@transaction.atomic
def preview_letter(*, letter: Letter, by: User, at: datetime) -> list[bytes]:
    """Return the pages of a letter as pictures (PNG): of one that is approved and discloses nothing
    those of its file, else those of the latest version as a draft, identities masked.

    It shows no more than the letter's page does, and leaves no entry. Raises NotFound,
    NotPrintable, SealBroken, Erased.
    """
    check_can_read_letter(by, letter)
    if letter.pdf is not None and not letter.discloses:
        return page_images(read_approved(letter.pdf, letter.pdf_hash))
    return page_images(render(latest_sheet(letter, at=at)))
