"""A version stays what it was made as and decided: held by the database, also against its owner."""

from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from corps.vault.files import seal_file
from deployments.materials.models import MaterialVersion
from tests.materials.scene import a_version, cast

SET = "UPDATE materials_materialversion SET {} WHERE id = %(version)s"
ALWAYS = [
    SET.format("author_id = %(other)s"),
    SET.format("made_at = made_at + interval '1 day'"),
    SET.format("number = number + 1"),
    SET.format("sha256 = '\\x00'"),
    SET.format("file_id = %(file)s"),
    SET.format("language_id = 'eng'"),
    SET.format("pages = 9"),
    SET.format("remarks = 'other'"),
]
REMOVE = "DELETE FROM materials_materialversion WHERE id = %(version)s"
UNDECIDED = "decided_by_id = null, decided_at = null"
DECIDED = "decided_by_id = %(other)s, decided_at = now()"
SUBMIT, TAKE_BACK = SET.format("state = 'in_review'"), SET.format("state = 'draft'")
APPROVE, REJECT = (SET.format(f"state = '{to}', {DECIDED}") for to in ("approved", "rejected"))
RETIRE = SET.format("state = 'retired'")
DECISION = [
    SET.format(f"state = 'draft', {UNDECIDED}"),
    SET.format(f"state = 'in_review', {UNDECIDED}"),
    SET.format("author_id = decided_by_id, decided_by_id = author_id"),
    SET.format("decided_by_id = %(other)s"),
    SET.format("decided_at = decided_at + interval '1 day'"),
    REMOVE,
]
COPY = (
    "INSERT INTO materials_materialversion SELECT (jsonb_populate_record(version,"
    " jsonb_build_object('id', gen_random_uuid(), 'number', 99, 'file_id', %(file)s::text, {}))).*"
    " FROM materials_materialversion version WHERE id = %(version)s"
)
AS_DRAFT = "'state', 'draft', 'decided_by_id', null, 'decided_at', null"
WAYS = {
    "draft": ([*ALWAYS, APPROVE, REJECT], [SUBMIT, REMOVE]),
    "in_review": ([*ALWAYS, TAKE_BACK, REMOVE], [APPROVE, REJECT]),
    "approved": (
        [*ALWAYS, *DECISION, SET.format("state = 'rejected'"), COPY.format("'variety', 'x'")],
        [RETIRE, COPY.format(AS_DRAFT)],
    ),
    "retired": ([*ALWAYS, *DECISION, SET.format("state = 'approved'")], []),
}
"""What the database refuses in each state, and what it lets pass."""


def passing(alias: str, version: MaterialVersion, statements: list[str], **more: Any) -> set[str]:
    """The statements that the database let pass, each undone."""
    passed = set()
    for statement in statements:
        try:
            with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
                cursor.execute(statement, {"version": version.pk, **more})
                passed |= {statement} if cursor.rowcount else set()
                transaction.set_rollback(True, using=alias)
        except DatabaseError:
            continue
    return passed


@pytest.mark.parametrize("state", list(WAYS))
def test_a_version_stays_for_the_application_and_the_owner(committed_db: str, state: str) -> None:
    """It moves on as the table of its states says, and no otherwise."""
    people, (wrong, right) = cast(), WAYS[state]
    with transaction.atomic():
        file = seal_file([b"another"], media_type="application/pdf")
    more = {"other": people["both"].pk, "file": file.pk}
    version = a_version(people, state)
    for alias in ("default", "owner"):
        assert passing(alias, version, [*wrong, *right], **more) == set(right)
