"""How often a day one person may come near identities, and what follows when it is too often."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.limits import is_spent, spend
from corps.accounts.actions.notices import notify_administrators
from corps.accounts.models import User
from corps.accounts.models.notices import NoticeKind
from corps.audit.actions import By, record
from corps.errors import TooMany
from volunteers.models import ImportRun, Volunteer

logger = logging.getLogger(__name__)

DAY = timedelta(hours=24)
"""A day begins with the first that is counted, so that no midnight doubles it."""


SEARCHED = "identity.searched"
LOOKED_THROUGH = "identity.looked_for"
PREVIEWED = "import.discarded"

PAGE = 2_000
"""How many characters of a text that is looked through count as a page, each text as one more."""


class QuotaSpent(TooMany):
    """As many as a day allows are done."""

    message = _(
        "You have reached what one person may do of this in 24 hours. "
        "The administrators have been told. In an emergency, ask a colleague of the desk."
    )


def spend_quota(verb: str, *, by: User, limit: int, at: datetime) -> None:
    """Count one more act named by its ledger verb, in the transaction of that act.

    Parallel ones of one person wait for each other; what is undone was not counted. Raises
    QuotaSpent for what is over `limit` in the 24 hours that began with the first one.
    """
    if not spend(verb, str(by.pk), limit=limit, per=DAY, at=at).within:
        raise QuotaSpent


@transaction.atomic
def note_quota_spent(verb: str, *objects: models.Model, by: User, limit: int, at: datetime) -> None:
    """Enter that somebody asked for more than a day allows; tell the administrators once a day.

    Call it after the refused act's own transaction is undone.
    """
    facts = {"step": verb, "limit": limit}
    record("identity.over_quota", *objects, by=by, at=at, facts=facts)
    if spend("told of quota", str(by.pk), limit=1, per=DAY, at=at).within:
        notify_administrators(kind=NoticeKind.QUOTA, at=at, about=by)


def searches_are_spent(*, by: By, at: datetime) -> bool:
    """Whether somebody has spent the day's searches, or the pages of text that are looked through,
    before what may end in a refusal that tells of identities: it must not go through where nothing
    is met, and tell so."""
    return isinstance(by, User) and _spent_by(by, at) is not None


def _spent_by(by: User, at: datetime) -> tuple[str, int] | None:
    """Return what somebody has spent of a day, with how much that is; None for nothing."""
    pages = settings.PAGES_LOOKED_THROUGH_A_DAY
    for verb, limit in ((SEARCHED, settings.SEARCHES_A_DAY), (LOOKED_THROUGH, pages)):
        if is_spent(verb, str(by.pk), limit=limit, per=DAY, at=at):
            return verb, limit
    return None


def count_pages(*texts: str, by: By, at: datetime) -> None:
    """Count texts that were looked through for somebody's details: that none is met tells, too.
    Call it after the act's own transaction, whatever became of it; acts of the same moment may so
    go over the limit together, by as many pages as they read. Where it cannot be counted, what
    became of the act stands all the same, and the log says so."""
    if isinstance(by, User) and texts:
        pages = sum(1 + len(text) // PAGE for text in texts)
        limit = settings.PAGES_LOOKED_THROUGH_A_DAY
        try:
            spend(LOOKED_THROUGH, str(by.pk), limit=limit, per=DAY, at=at, more=pages)
        except DatabaseError:
            logger.exception("Pages that were looked through are not counted.")


def check_searches_left(*, by: By, at: datetime) -> None:
    """Raise QuotaSpent for whoever has spent the day's searches, or the pages that are looked
    through: both tell of identities.

    Effects: over the quota as after a search. Call it outside the act's own transaction.
    """
    if searches_are_spent(by=by, at=at):
        note_searches_spent(by=by, at=at)
        raise QuotaSpent


def note_searches_spent(*, by: By, at: datetime) -> None:
    """Enter that somebody asked for more searches than a day allows, as `note_quota_spent` does."""
    if isinstance(by, User):
        verb, limit = _spent_by(by, at) or (SEARCHED, settings.SEARCHES_A_DAY)
        note_quota_spent(verb, by=by, limit=limit, at=at)


def note_search(kind: str, *found: Volunteer, by: By, at: datetime) -> None:
    """Count and enter as a search what a refusal has told of identities; `kind` is how.

    Effects: one of the quota of searches spent, one ledger entry about those found; over the quota
    as after a search. Call it after the refused act's own transaction is undone. Raises
    QuotaSpent, in place of that refusal.
    """
    try:
        _count_search(kind, found, by=by, at=at)
    except QuotaSpent:
        note_searches_spent(by=by, at=at)
        raise


@transaction.atomic
def _count_search(kind: str, found: Sequence[Volunteer], *, by: By, at: datetime) -> None:
    if isinstance(by, User):
        spend_quota(SEARCHED, by=by, limit=settings.SEARCHES_A_DAY, at=at)
    record(SEARCHED, *found, by=by, at=at, facts={"kind": kind, "found": len(found)})


@transaction.atomic
def note_discarded_preview(run: ImportRun, *, by: User, at: datetime) -> None:
    """Count one more preview of `by` that led to no import: it has told who is known.

    Effects: over DISCARDED_PREVIEWS_A_DAY one ledger entry for each, and once a day a notice to
    the administrators. Nothing is blocked: a bad file is discarded for honest reasons too.
    """
    limit = settings.DISCARDED_PREVIEWS_A_DAY
    if not spend(PREVIEWED, str(by.pk), limit=limit, per=DAY, at=at).within:
        note_quota_spent(PREVIEWED, run, by=by, limit=limit, at=at)
