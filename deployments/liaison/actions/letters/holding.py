"""Holding a letter while something happens to it, and making its sheet."""

import secrets
from datetime import datetime
from typing import Any

from django.db.models import Model

from corps.accounts.models import User
from corps.accounts.queries.sight import ask_anew
from corps.audit.actions import By
from corps.vault.actions import destroy_data_key
from corps.workflow.moves import move
from deployments.liaison.actions.disclosures import identity_lines
from deployments.liaison.actions.holding import hold_case
from deployments.liaison.letters.rendering import Sheet
from deployments.liaison.letters.text import LetterText, addressee, open_text, text_hash
from deployments.liaison.models import Letter, LetterVersion
from deployments.liaison.queries.disclosures import keys_telling
from deployments.liaison.queries.letters import latest_version
from deployments.liaison.rules.letters import (
    check_can_write_letters,
    check_is_latest,
    check_is_writable,
)
from deployments.liaison.states import LETTER

SALT_BYTES = 16
"""As many as make guessing hopeless (128 bits); they stand in the sealed file alone."""


def hold_letter(letter: Letter) -> None:
    """Lock a letter until the transaction ends, and read it as it stands now. Whoever changes
    anything of a letter holds it first, before its case."""
    rows = Letter.objects.select_for_update(of=("self",), no_key=True)
    related = ("case__desk", "agency", "contact", "author", "data_key", "pdf", "message")
    letter.refresh_from_db(from_queryset=rows.select_related(*related))


def keep_letter(by: By, letter: Letter) -> None:
    """Hold a letter for one who may write those of its case, and who still may when it is their
    turn. Raises NotFound for one who may not see the case, NotPermitted for one who only may."""
    hold_letter(letter)
    ask_anew(by)
    check_can_write_letters(by, letter.case)


def hold_with_case(letter: Letter) -> None:
    """Hold a letter and its case. In this order, and before the volunteers it tells of and the
    permits it applies for, everybody does who needs more than the letter."""
    hold_letter(letter)
    hold_case(letter.case)


def keep_letter_and_case(by: By, letter: Letter) -> None:
    """Hold a letter and its case like `keep_letter`. Raises as that does."""
    hold_with_case(letter)
    ask_anew(by)
    check_can_write_letters(by, letter.case)


def hold_writable(letter: Letter, *, by: User, at: datetime) -> None:
    """Keep a letter that is to be changed; one that was returned is taken up again. Raises
    NotFound, NotPermitted, NotADraft."""
    keep_letter(by, letter)
    check_is_writable(letter)
    if letter.state == "returned":
        move_letter(letter, "take_up", by=by, at=at)


def hold_latest(letter: Letter) -> LetterVersion:
    """Return the latest version of a letter that is held. Raises OtherVersion where none is."""
    version = latest_version(letter)
    check_is_latest(version, version.number if version else None)
    assert version is not None, "checked"
    return version


def about_letter(letter: Letter) -> tuple[Model, ...]:
    """Return what an entry about a letter is entered about as well."""
    return (letter.case, *letter.case.deployments.order_by("pk"))


def move_letter(letter: Letter, name: str, *, by: By, at: datetime, **more: Any) -> None:
    """Make one move of LETTER, entered about the case and its deployments as well."""
    move(letter, LETTER, name, by=by, at=at, about=about_letter(letter), **more)


def destroy_told(letter: Letter, *, at: datetime) -> int:
    """Destroy the keys of a letter's file, of what is attached and shows somebody, of its e-mails
    and of the scan of its receipt; return how many there were."""
    keys = list(keys_telling(letter))
    for key in keys:
        destroy_data_key(key, at=at)
    return len(keys)


def sheet_of(letter: Letter, text: LetterText, *, at: datetime, shown: bool = False) -> Sheet:
    """Return all that stands on a letter, dated by the instant `at`.

    With `shown` it is a draft to look at, in which identities are masked; else the one that is
    sealed at approval. Raises SealBroken, Erased.
    """
    told = identity_lines(letter, masked=shown) if letter.discloses else []
    return Sheet(
        reference=str(letter),
        language=letter.language,
        to=addressee(letter),
        text=text,
        text_hash=text_hash(letter, text).hex(),
        at=at,
        people=[(person.number, person.lines) for person in told],
        annexes=[(a.name, bytes(a.sha256).hex()) for a in letter.attachments.order_by("name")],
        draft=shown,
        salt="" if shown else secrets.token_hex(SALT_BYTES),
    )


def latest_sheet(letter: Letter, *, at: datetime) -> Sheet:
    """Return the latest version as a draft to look at."""
    return sheet_of(letter, open_text(hold_latest(letter)), at=at, shown=True)
