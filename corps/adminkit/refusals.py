"""Entering in the ledger that the rules refused a step."""

from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils import translation

from corps.audit.actions import By, record
from corps.errors import Refusal


@transaction.atomic
def note_refusal(*objects: Model, step: str, refusal: Refusal, by: By, at: datetime) -> None:
    """Enter that `step` on `objects` was refused, with the rule's sentence in English.

    Call it after the refused act's own transaction is undone, or the entry goes with it.
    """
    with translation.override("en"):
        facts = {"step": step, "why": str(refusal.kept or refusal)}
    record("access.refused", *objects, by=by, at=at, facts=facts)
