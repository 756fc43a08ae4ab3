"""Erasing a volunteer reaches what letters told of them, which is sealed under other keys."""

from datetime import datetime

from django.db import transaction

from corps.audit.actions import By, record
from deployments.liaison.actions.letters.holding import about_letter, destroy_told
from deployments.liaison.queries.disclosures import letters_telling_of
from volunteers.models import Volunteer


@transaction.atomic
def erase_told(*, volunteer: Volunteer, reason: str, by: By, at: datetime) -> None:
    """Destroy the keys of the files, attachments, e-mails and receipts of letters that tell of a
    volunteer, here and in backups; of whom else they tell, they tell no more either.

    Effects: the keys, and one entry `letter.erased` for each letter. Its text, which names nobody,
    its hashes and the register stand. A step of `erase_volunteer`, which asks who may.
    """
    for letter in letters_telling_of(volunteer):
        keys = destroy_told(letter, at=at)
        if keys:
            about = (volunteer, *about_letter(letter))
            facts = {"keys": keys, "pdf_hash": bytes(letter.pdf_hash or b"").hex()}
            record("letter.erased", letter, *about, by=by, at=at, reason=reason, facts=facts)
