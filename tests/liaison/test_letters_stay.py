"""What was submitted, approved and sent stays: held by the database, also against its owner."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from corps.vault.actions import new_data_key
from corps.vault.files import seal_file
from deployments.liaison.actions import letters as actions
from deployments.liaison.models import Letter, LetterAttachment, LetterVersion
from tests.cast import NOW
from tests.liaison.letter_scene import Office, a_contact, an_office, approve

LETTER = "UPDATE liaison_letter SET {} WHERE id = %(letter)s"
ALWAYS = [
    LETTER.format("kind = 'reminder'"),
    LETTER.format("language = 'uk'"),
    LETTER.format("number = number + 1"),
    LETTER.format("author_id = %(approver)s"),
    LETTER.format("written_at = now()"),
    "UPDATE liaison_letterversion SET content = '\\x00' WHERE letter_id = %(letter)s",
    "UPDATE liaison_letterversion SET text_hash = '\\x00' WHERE letter_id = %(letter)s",
    "UPDATE liaison_letterapproval SET approver_id = %(second)s WHERE author_id = %(officer)s",
    "DELETE FROM liaison_letterapproval WHERE author_id = %(officer)s",
    "UPDATE liaison_letterattachment SET name = 'x' WHERE letter_id = %(letter)s",
]
IN_REVIEW = [
    *ALWAYS[:7],
    *ALWAYS[9:],
    LETTER.format("discloses = true"),
    LETTER.format("text_hash = '\\x00'"),
    LETTER.format("state = 'approved'"),
    LETTER.format("state = 'sent'"),
    "DELETE FROM liaison_letterattachment WHERE letter_id = %(letter)s",
    "DELETE FROM liaison_letterversion WHERE letter_id = %(letter)s",
    "DELETE FROM liaison_letter WHERE id = %(letter)s",
    (
        "INSERT INTO liaison_letterversion (letter_id, number, content, beside, text_hash,"
        " written_by_id, written_at)"
        " VALUES (%(letter)s, 9, '\\x00', '\\x00', '\\x00', %(officer)s, now())"
    ),
    (
        "INSERT INTO liaison_letterattachment (letter_id, name, file_id, sha256)"
        " SELECT letter_id, 'y', file_id, sha256 FROM liaison_letterattachment"
    ),
    "UPDATE liaison_letterversion SET beside = '\\x00' WHERE letter_id = %(letter)s",
]
FROZEN = [
    *ALWAYS,
    *IN_REVIEW[8:10],
    *IN_REVIEW[12:],
    LETTER.format("discloses = NOT discloses"),
    LETTER.format("text_hash = '\\x00'"),
    LETTER.format("pdf_hash = '\\x00'"),
    LETTER.format("pdf_id = (SELECT file_id FROM liaison_letterattachment LIMIT 1)"),
    LETTER.format("pdf_id = NULL, pdf_hash = NULL"),
    LETTER.format("contact_id = (SELECT id FROM agencies_contact LIMIT 1)"),
    LETTER.format("state = 'draft'"),
]
SENT = [
    *FROZEN,
    LETTER.format("state = 'discarded'"),
    LETTER.format("state = 'returned'"),
    LETTER.format("sent_at = sent_at + interval '1 day'"),
    LETTER.format("sent_at = now(), state = 'acknowledged'"),
    LETTER.format("sent_through = 'hand'"),
    LETTER.format("sent_by_id = %(approver)s"),
]
BEGINNING = (
    "INSERT INTO liaison_letter SELECT (jsonb_populate_record(letter, jsonb_build_object("
    "'id', gen_random_uuid(), 'number', 99, 'data_key_id', %(key)s::text, 'pdf_id', %(file)s::text,"
    " 'message_id', null, {}))).* FROM liaison_letter letter WHERE id = %(letter)s"
)
"""What puts a whole letter in beside one that was sent, as a copy of it but for what is named."""

UNSENT = (
    "'sent_by_id', null, 'sent_at', null, 'sent_through', '', 'text_hash', null, 'pdf_id', null,"
    " 'pdf_hash', null"
)


def with_attachment(office: Office) -> Letter:
    """A draft with a file of its own."""
    letter = office.letter()
    with transaction.atomic():
        file = seal_file([b"a file"], media_type="text/plain")
        LetterAttachment.objects.create(
            letter=letter, name="2026-0001-1-annex-01.txt", file=file, sha256=file.sha256
        )
    return letter


def submitted(office: Office) -> Letter:
    letter = with_attachment(office)
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    return letter


def approved(office: Office) -> Letter:
    return approve(submitted(office), office.approver)


def sent(office: Office) -> Letter:
    letter = approved(office)
    actions.send_letter(letter=letter, through="post", by=office.officer, at=NOW)
    return letter


def allowed(
    alias: str, office: Office, letter: Letter, statements: list[str], **more: Any
) -> list[str]:
    """The statements that the database let pass, each undone."""
    people = {name: getattr(office, name).pk for name in ("officer", "approver", "second")}
    passed = []
    for statement in statements:
        try:
            with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
                cursor.execute(statement, {"letter": letter.pk, **people, **more})
                passed += [statement] * bool(cursor.rowcount)
                transaction.set_rollback(True, using=alias)
        except DatabaseError:
            continue
    return passed


@pytest.mark.parametrize(
    ("at_state", "statements"),
    [(submitted, IN_REVIEW), (approved, FROZEN), (sent, SENT)],
    ids=["submitted", "approved", "sent"],
)
def test_it_stays_for_the_application_and_the_owner(
    committed_db: str, at_state: Callable[[Office], Letter], statements: list[str]
) -> None:
    office = an_office()
    letter = at_state(office)
    with transaction.atomic():
        a_contact()
    passed = {alias: allowed(alias, office, letter, statements) for alias in ("default", "owner")}
    assert passed == {"default": [], "owner": []}


def test_the_control_a_draft_changes(committed_db: str) -> None:
    office = an_office()
    letter = with_attachment(office)
    statements = [IN_REVIEW[8], *IN_REVIEW[12:13], IN_REVIEW[15], LETTER.format("discloses = true")]
    assert allowed("default", office, letter, statements) == statements


def test_a_letter_begins_as_a_draft(committed_db: str) -> None:
    office = an_office()
    letter = sent(office)
    with transaction.atomic():
        more = {"key": new_data_key().pk, "file": seal_file([b"x"], media_type="a/b").pk}
    wrong = [
        BEGINNING.format("'sent_through', 'post'"),
        BEGINNING.format("'state', 'approved', 'sent_by_id', null, 'sent_at', null"),
        BEGINNING.format(f"{UNSENT}, 'state', 'submitted'"),
        BEGINNING.format(f"{UNSENT}, 'state', 'draft', 'pdf_id', %(file)s::text"),
        BEGINNING.format(f"{UNSENT}, 'state', 'draft', 'text_hash', '\\x00'"),
        BEGINNING.format(f"{UNSENT}, 'state', 'draft', 'receipt_at', now(), 'receipt_by', 'x'"),
    ]
    control = BEGINNING.format(f"{UNSENT}, 'state', 'draft'")
    for alias in ("default", "owner"):
        assert allowed(alias, office, letter, [*wrong, control], **more) == [control]


def approval(letter: Letter, **by: Any) -> str:
    """The statement that approves a letter's latest version."""
    latest = LetterVersion.objects.filter(letter=letter).order_by("-number")[0]
    return (
        "INSERT INTO liaison_letterapproval (version_id, author_id, approver_id, at)"
        f" VALUES ({latest.pk}, '{by['author'].pk}', '{by['approver'].pk}', now())"
    )


def test_the_database_keeps_author_and_approver_apart(committed_db: str) -> None:
    office = an_office()
    letter = office.letter()
    actions.save_draft(letter=letter, subject="S", body="B", by=office.officer, at=NOW)
    draft = approval(letter, author=office.officer, approver=office.approver)
    assert allowed("owner", office, letter, [draft]) == []
    actions.submit_letter(letter=letter, by=office.officer, at=NOW)
    wrong = [
        approval(letter, author=office.officer, approver=office.officer),
        approval(letter, author=office.approver, approver=office.officer),
    ]
    assert allowed("owner", office, letter, wrong) == []
    assert allowed("owner", office, letter, [draft]) == [draft]


def test_the_hash_of_a_text_can_be_rebuilt_by_anybody(db: None) -> None:
    office = an_office()
    letter = office.sent()
    said = (
        "2026-0001/1\nen\nEmbassy\nPermits\n\nDear Sir or Madam,\n\nWe ask for the permits.\n\n"
        "- one\n- two\n\nYours faithfully,\n"
    )
    assert letter.text_hash is not None
    assert bytes(letter.text_hash) == sha256(said.encode()).digest()
