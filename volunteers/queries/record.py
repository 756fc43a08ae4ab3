"""What a volunteer reads of their own record: what is held, and who looked at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.vault.actions import Erased
from corps.workflow.tables import Text
from volunteers.identity import (
    PARTS,
    IdentityDocument,
    RevealReason,
    open_identity,
    part_in_words,
    parts_held,
)
from volunteers.models import Purpose, Volunteer

LOOKS: dict[str, Text] = {
    "identity.revealed": _("Looked at your identity"),
    "identity.exported": _("Took parts of your identity out in a file"),
    "identity.disclosed": _("Told parts of your identity to an agency, with your consent"),
    "glass.looked": _("Looked at your record in an emergency, without belonging to your desk"),
    "identity.own_seen": _("Read your identity here, signed in as you"),
    "volunteer.invited": _("Made a one-time link into your account"),
}
"""The entries of the ledger by which somebody came near a volunteer, and what each is called."""

WAYS_IN: dict[str, Text] = {
    "account.joined": _("Came in by a one-time link, and set a password"),
    "account.factor_added": _("Added a passkey, an authenticator app or recovery codes"),
    "account.factor_removed": _("Removed a passkey, an authenticator app or recovery codes"),
}
"""Those by which somebody opened a way into the volunteer's account; the same for these."""


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked. `at` is an aware instant; `who` is a sign-in name; `why` may be empty."""

    id: UUID
    at: datetime
    who: str
    what: Text
    purpose: Text
    why: str
    parts: Sequence[Text]


def looks_at(
    volunteer: Volunteer, *, after: UUID | None = None, limit: int = 20
) -> tuple[list[Look], UUID | None]:
    """Return who looked at a volunteer, newest first, and after which one the next page begins
    (None where there is none). One that is not among them begins at the newest."""
    entries = _entries_of(volunteer).order_by("-number")
    last = entries.filter(id=after).first() if after is not None else None
    if last is not None:
        entries = entries.filter(number__lt=last.number)
    page = list(entries[: limit + 1])
    looks = [_look(entry) for entry in page[:limit]]
    return looks, (looks[-1].id if len(page) > limit else None)


def _entries_of(volunteer: Volunteer) -> QuerySet[Entry]:
    looks = entries_about(volunteer).filter(verb__in=list(LOOKS))
    if volunteer.user_id is None:
        return looks
    account = User(pk=volunteer.user_id)
    return looks | entries_about(account).filter(verb__in=list(WAYS_IN))


def _look(entry: Entry) -> Look:
    purposes: dict[str, Text] = {**dict(RevealReason.choices), **dict(Purpose.choices)}
    return Look(
        id=entry.id,
        at=entry.at,
        who=entry.actor,
        what=(LOOKS | WAYS_IN)[entry.verb],
        purpose=purposes.get(entry.facts.get("purpose", ""), ""),
        why=entry.reason,
        parts=[PARTS[part] for part in entry.facts.get("fields", []) if part in PARTS],
    )


def parts_kept(volunteer: Volunteer) -> list[Text] | None:
    """Return what the parts of the identity are called of which something is kept, never a value;
    None where it was erased. Raises SealBroken."""
    try:
        return [PARTS[part] for part in parts_held(open_identity(volunteer))]
    except Erased:
        return None


def in_words(document: IdentityDocument) -> list[tuple[Text, str]]:
    """Return the parts of an identity that are kept, as label and text, for a page shown once."""
    return [(PARTS[part], part_in_words(document, part)) for part in parts_held(document)]
