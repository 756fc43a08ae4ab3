"""Entering in the ledger that the rules refused a step."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import translation

from corps.audit.actions import By, record
from corps.errors import Refusal


@transaction.atomic
def note_refusal(*objects: Model, step: str, refusal: Refusal, by: By, at: datetime) -> None:
    """Enter that `step` on `objects` was refused, with the rule's sentence in each language of the
    house, so that whoever reads the ledger reads it in theirs.

    Call it after the refused act's own transaction is undone, or the entry goes with it.
    """
    why = {code: _said(refusal, code) for code, _name in settings.LANGUAGES}
    record("access.refused", *objects, by=by, at=at, facts={"step": step, "why": why})


def _said(refusal: Refusal, language: str) -> str:
    with translation.override(language):
        return str(refusal.kept or refusal)
