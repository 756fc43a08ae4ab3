"""A letter of withdrawal asks an agency to destroy what it holds, unless it comes back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from corps.audit.actions import By, record
from deployments.liaison.letters.beside import asked_back
from deployments.liaison.models import Disclosure, Letter, LetterKind
from deployments.liaison.queries.letters import latest_version
from volunteers.models import Volunteer


def mark_recalled(letter: Letter, *, by: By, at: datetime) -> None:
    """Enter that a letter of withdrawal asks back what its agency holds of those whom it names, as
    its latest version keeps them since it was submitted; of another letter nothing.

    Effects: the rows of the register, one entry `disclosure.recalled` a volunteer. Raises
    SealBroken, Erased.
    """
    version = latest_version(letter) if letter.kind == LetterKind.WITHDRAWAL else None
    if version is None:
        return
    held = Disclosure.objects.filter(
        volunteer__in=[UUID(one) for one in asked_back(version)],
        agency=letter.agency,
        disclosed_at__isnull=False,
        recalled_at=None,
    )
    change_told(
        "disclosure.recalled", letter, held, by=by, at=at, recalled_by=letter, recalled_at=at
    )


def mark_not_recalled(letter: Letter, *, by: By, at: datetime) -> None:
    """Enter that a letter came back: what it asked back is still to be asked back.

    Effects: the rows of the register, one entry `disclosure.recall_came_back` a volunteer.
    """
    asked = Disclosure.objects.filter(recalled_by=letter)
    new = {"recalled_by": None, "recalled_at": None}
    change_told("disclosure.recall_came_back", letter, asked, by=by, at=at, **new)


def change_told(
    verb: str, letter: Letter, told: QuerySet[Disclosure], *, by: By, at: datetime, **new: Any
) -> None:
    """Change rows of the register to which a letter came, with one entry a volunteer; they are
    locked first, so that those entered are those changed."""
    rows = told.select_for_update(of=("self",), no_key=True).order_by("pk")
    held = dict(rows.values_list("pk", "volunteer"))
    Disclosure.objects.filter(pk__in=held).update(**new)
    for volunteer in Volunteer.objects.filter(pk__in=held.values()).order_by("pk"):
        facts = {"agency": letter.agency.slug}
        record(verb, volunteer, letter, letter.case, by=by, at=at, facts=facts)
