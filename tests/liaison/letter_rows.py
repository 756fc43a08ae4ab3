"""Letters as rows at a state, by the steps that the database lets pass; they say nothing."""

from datetime import datetime
from typing import Any

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.vault.actions import new_data_key
from corps.vault.files import seal_file
from deployments.liaison.models import Case, Letter, LetterApproval, LetterVersion
from tests.cast import NOW, a_user

STEPS: dict[str, tuple[str, ...]] = {
    "draft": (),
    "submitted": ("submitted",),
    "returned": ("submitted", "returned"),
    "approved": ("submitted", "approved"),
    "sent": ("submitted", "approved", "sent"),
    "acknowledged": ("submitted", "approved", "sent", "acknowledged"),
    "bounced": ("submitted", "approved", "sent", "bounced"),
    "discarded": ("discarded",),
}
NOTHING = bytes(32)


def a_letter_row(
    case: Case,
    author: User,
    state: str = "draft",
    *,
    at: datetime = NOW,
    sent: dict[str, Any] | None = None,
    **more: Any,
) -> Letter:
    """A letter of a case in `state`, entered there at `at`; `sent` changes how it was sent."""
    fields = {"kind": "permit_request", "language": "en", "agency": case.agency, "written_at": NOW}
    letter = Letter.objects.create(
        case=case,
        number=case.letters.count() + 1,
        data_key=new_data_key(),
        author=author,
        state_since=at,
        **(fields | more),
    )
    for step in STEPS[state]:
        _take(
            letter, step, {"sent_by": author, "sent_at": at, "sent_through": "post"} | (sent or {})
        )
    return letter


def _take(letter: Letter, step: str, sent: dict[str, Any]) -> None:
    if step == "submitted":
        LetterVersion.objects.create(
            letter=letter,
            number=1,
            content=b"",
            beside=b"",
            text_hash=NOTHING,
            written_by=letter.author,
            written_at=letter.written_at,
        )
    if step == "approved":
        version, approver = letter.versions.get(), _approver()
        LetterApproval.objects.create(
            version=version, author=letter.author, approver=approver, at=letter.state_since
        )
        letter.pdf = seal_file([f"letter {letter.pk}".encode()], media_type="application/pdf")
        letter.pdf_hash, letter.text_hash = bytes(letter.pdf.sha256), NOTHING
    for name, value in sent.items() if step == "sent" else ():
        setattr(letter, name, value)
    letter.state = step
    letter.save()


def _approver() -> User:
    found = User.objects.filter(username="approver-of-rows").first()
    return found or a_user("approver-of-rows", Role.APPROVER)
