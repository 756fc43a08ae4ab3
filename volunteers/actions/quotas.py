"""How often a day one person may come near identities, and what follows when it is too often."""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.limits import spend
from corps.accounts.actions.notices import notify_administrators
from corps.accounts.models import User
from corps.accounts.models.notices import NoticeKind
from corps.audit.actions import record
from corps.errors import TooMany

DAY = timedelta(hours=24)
"""A day begins with the first that is counted, so that no midnight doubles it."""


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
