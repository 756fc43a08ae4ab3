"""What a partner reads is an act: each reading is one entry of the ledger."""

from datetime import datetime
from typing import Any

from django.db import transaction

from corps.audit.actions import draft, record_many
from deployments.agencies.queries import Partner
from deployments.queries.partner import (
    AssignmentPage,
    AssignmentQuestion,
    about_partner,
    assignments_page,
)


@transaction.atomic
def read_assignments(*, question: AssignmentQuestion, by: Partner, at: datetime) -> AssignmentPage:
    """Return the page of assignments that a partner asks for.

    Effects: one ledger entry, which names the client, its agency, and every assignment,
    volunteer and deployment on the page; of the filters only which were used. Raises CursorBroken.
    """
    page = assignments_page(by, question)
    filters = [name for name in ("state", "deployment", "updated_since") if getattr(question, name)]
    facts = {"resource": "assignments", "count": len(page.results), "filters": filters}
    _enter(by, at, facts, page.references)
    return page


@transaction.atomic
def read_own_client(*, by: Partner, at: datetime) -> dict[str, Any]:
    """Return what a partner is told about its own client; one ledger entry."""
    _enter(by, at, {"resource": "me"}, [])
    return about_partner(by)


def _enter(by: Partner, at: datetime, facts: dict[str, Any], references: list[str]) -> None:
    entry = draft("api.read", by.client, by.agency, by=by.actor, at=at, facts=facts)
    entry.about += references
    record_many([entry])
