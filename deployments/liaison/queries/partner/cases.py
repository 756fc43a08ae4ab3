"""The cases about which an agency was written to, and its letters; nothing of anybody else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case as Choose
from django.db.models import Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Greatest, JSONObject

from deployments.agencies.models import Agency
from deployments.liaison.models import Case, CaseGroupObjectPermission, Letter
from deployments.liaison.queries.inbox import is_held
from deployments.liaison.queries.partner.columns import hexadecimal, latest
from deployments.queries.pages import Question, Row, Source

CASE_STATES = ("waiting", "in_hand", "closed")
"""What an agency is told of a case: it holds the case and an answer is awaited; the organisation is
at work on it, or somebody else is asked; it is closed. Who else holds it is nobody's to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseQuestion(Question):
    """What a partner asks of the list of cases."""

    state: str = ""
    kind: str = ""


def cases_read_by(agency: Agency) -> QuerySet[Case]:
    """Return the cases about which a letter went to the agency (sending it shares the case)."""
    shared = CaseGroupObjectPermission.objects.filter(
        group_id=agency.group_id,
        permission__codename="view_case",
        content_object_id=OuterRef("pk"),
    )
    return Case.objects.filter(Exists(shared))


ARRIVED = ("sent", "acknowledged")
"""States of a letter of which an agency reads: one that came back never reached it."""


def _letters_to(agency: Agency) -> QuerySet[Letter]:
    return Letter.objects.filter(case=OuterRef("pk"), agency=agency, sent_at__isnull=False)


LETTER_COLUMNS = {
    "number": "number",
    "kind": "kind",
    "language": "language",
    "sent_at": "sent_at",
    "pdf_hash": hexadecimal("pdf_hash"),
}
"""What is told of a letter, in this order: the database keeps none in its JSON."""


def _case_rows(agency: Agency, with_shares: bool) -> QuerySet[Case]:
    letters = _letters_to(agency)
    last = latest(letters, "state_since", "case")
    arrived = letters.filter(state__in=ARRIVED).order_by("number")
    shown = JSONObject(id="id", **LETTER_COLUMNS)
    holds = Q(holder=agency.pk) & is_held()
    return cases_read_by(agency).annotate(
        changed_at=Greatest("updated_at", "state_since", last),
        told_state=Choose(
            When(state="closed", then=Value("closed")),
            When(holds, then=Value("waiting")),
            default=Value("in_hand"),
        ),
        shown_letters=ArraySubquery(arrived.values(shown=shown)),
    )


def _case_shown(row: Row, agency: Agency) -> Row:
    waiting = row["told_state"] == "waiting"
    return {
        "reference": f"{row['year']}-{row['number']:04}",
        "subject": row["subject"],
        "kind": row["kind"],
        "state": row["told_state"],
        "due": row["due"] if waiting else None,
        "letters": [_letter_shown(letter) for letter in row["shown_letters"]],
        "updated_at": row["changed_at"].astimezone(UTC),
    }


def _letter_shown(letter: Row) -> Row:
    shown = {name: letter[name] for name in LETTER_COLUMNS}
    return {**shown, "sent_at": datetime.fromisoformat(letter["sent_at"]).astimezone(UTC)}


def _case_references(row: Row) -> Iterator[str]:
    yield f"liaison.case:{row['id']}"
    for letter in row["shown_letters"]:
        yield f"liaison.letter:{letter['id']}"


CASES = Source(
    name="cases",
    scope="cases:read",
    rows=_case_rows,
    names=(
        "id",
        "year",
        "number",
        "subject",
        "kind",
        "told_state",
        "due",
        "shown_letters",
        "changed_at",
    ),
    show=_case_shown,
    refer=_case_references,
    lookups={"state": "told_state", "kind": "kind"},
)
