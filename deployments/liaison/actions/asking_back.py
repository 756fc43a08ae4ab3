"""A letter of withdrawal asks an agency to destroy what it holds, unless it comes back."""

from datetime import datetime

from django.db.models import QuerySet

from corps.audit.actions import By, record
from deployments.liaison.models import Disclosure, Letter, LetterKind
from volunteers.models import Volunteer


def mark_recalled(letter: Letter, *, by: By, at: datetime) -> None:
    """Enter that a letter of withdrawal asks back what its agency holds of those whom its case
    concerns; of another letter nothing.

    Effects: the rows of the register, one entry `disclosure.recalled` a volunteer.
    """
    if letter.kind != LetterKind.WITHDRAWAL:
        return
    held = Disclosure.objects.filter(
        volunteer__in=letter.case.concerned.values("volunteer"),
        agency=letter.agency,
        disclosed_at__isnull=False,
        recalled_at=None,
    )
    people = _people(held)
    held.update(recalled_by=letter, recalled_at=at)
    _enter("disclosure.recalled", letter, people, by=by, at=at)


def mark_not_recalled(letter: Letter, *, by: By, at: datetime) -> None:
    """Enter that a letter came back: what it asked back is still to be asked back.

    Effects: the rows of the register, one entry `disclosure.recall_came_back` a volunteer.
    """
    asked = Disclosure.objects.filter(recalled_by=letter)
    people = _people(asked)
    asked.update(recalled_by=None, recalled_at=None)
    _enter("disclosure.recall_came_back", letter, people, by=by, at=at)


def _people(told: QuerySet[Disclosure]) -> list[Volunteer]:
    return list(Volunteer.objects.filter(disclosures__in=told).distinct().order_by("pk"))


def _enter(verb: str, letter: Letter, people: list[Volunteer], *, by: By, at: datetime) -> None:
    for volunteer in people:
        facts = {"agency": letter.agency.slug}
        record(verb, volunteer, letter, letter.case, by=by, at=at, facts=facts)
