"""What a partner reads is an act: each reading is one entry of the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction

from corps.audit.actions import draft, record_many
from corps.audit.proving import public_key_text, signed_head, told
from corps.vault.files import read_file
from corps.vault.models import SealedFile
from deployments.agencies.queries import Partner
from deployments.liaison.queries import partner as outside
from deployments.liaison.queries.changes import Changes, changes_since
from deployments.queries.pages import Page, Question, Source, page_of
from deployments.queries.partner import ASSIGNMENTS, AssignmentQuestion, about_partner


@dataclass(frozen=True, slots=True)
class Readable:
    """A file that a partner may read: its size in bytes, its type, its hash, and a plain name."""

    size: int
    media_type: str
    sha256: str
    name: str
    sealed: SealedFile

    def content(self, start: int, end: int) -> Iterator[bytes]:
        """Give the bytes from `start` to `end` (half-open); the first piece is opened at once.

        Raises SealBroken.
        """
        pieces = read_file(self.sealed, start=start, end=end)
        return chain([next(pieces, b"")], pieces)


@transaction.atomic
def read_assignments(*, question: AssignmentQuestion, by: Partner, at: datetime) -> Page:
    """Return the page of assignments that a partner asks for.

    Effects: one ledger entry, which names the client, its agency, and every assignment,
    volunteer and deployment on the page; of the filters only which were used. Raises CursorBroken.
    """
    return _read(ASSIGNMENTS, question, by, at)


@transaction.atomic
def read_materials(*, question: outside.MaterialQuestion, by: Partner, at: datetime) -> Page:
    """Return the page of materials that a partner asks for; one entry naming each with its
    versions. Raises CursorBroken."""
    return _read(outside.MATERIALS, question, by, at)


@transaction.atomic
def read_deliveries(*, question: outside.DeliveryQuestion, by: Partner, at: datetime) -> Page:
    """Return the page of deliveries that a partner asks for; one entry naming each with its
    material. Raises CursorBroken."""
    return _read(outside.DELIVERIES, question, by, at)


@transaction.atomic
def read_cases(*, question: outside.CaseQuestion, by: Partner, at: datetime) -> Page:
    """Return the page of cases that a partner asks for; one entry naming each with its letters.

    Raises CursorBroken.
    """
    return _read(outside.CASES, question, by, at)


@transaction.atomic
def read_changes(*, cursor: str, limit: int, by: Partner, at: datetime) -> Changes:
    """Return what changed after a cursor, of every resource for which the token carries the scope;
    one entry naming all of it. Raises CursorBroken."""
    found = changes_since(by, cursor, limit, at=at)
    facts = {"resource": "changes", "count": len(found.results), "filters": []}
    _enter(by, at, facts, found.references)
    return found


@transaction.atomic
def read_material_file(
    *, material: UUID, number: int, part: str, by: Partner, at: datetime
) -> Readable:
    """Return the file of an approved version that the partner's agency reads.

    `part` is the range that was asked for, "" for the whole. Effects: one ledger entry. Raises
    NotFound, also for a hidden one.
    """
    found = outside.material_file(by.agency, material, number)
    facts = {"resource": "file", **({"part": part} if part else {})}
    _enter(by, at, facts, list(found.references))
    file = found.file
    return Readable(file.size, file.media_type, bytes(file.sha256).hex(), found.name, file)


@transaction.atomic
def read_ledger_head(*, by: Partner, at: datetime) -> dict[str, Any]:
    """Return the newest signed head of the ledger, its signature, and the key that checks it, in
    base64; each None where nothing is sealed yet. One entry. Raises KeyMissing."""
    newest = signed_head()
    _enter(by, at, {"resource": "ledger/head"}, [])
    if newest is None:
        return {"head": None, "signature": None, "public_key": None}
    return {**told(newest), "public_key": public_key_text()}


@transaction.atomic
def read_own_client(*, by: Partner, at: datetime) -> dict[str, Any]:
    """Return what a partner is told about its own client; one ledger entry."""
    _enter(by, at, {"resource": "me"}, [])
    return about_partner(by)


def _read(source: Source, question: Question, by: Partner, at: datetime) -> Page:
    page = page_of(source, by, question)
    facts = {"resource": source.name, "count": len(page.results), "filters": question.used()}
    _enter(by, at, facts, page.references)
    return page


def _enter(by: Partner, at: datetime, facts: dict[str, Any], references: list[str]) -> None:
    entry = draft("api.read", by.client, by.agency, by=by.actor, at=at, facts=facts)
    entry.about += references
    record_many([entry])
