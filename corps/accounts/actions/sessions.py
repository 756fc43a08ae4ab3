"""Sessions: pages written down, sessions ended by their person or for them, and purged."""

import re
from datetime import datetime

from django.db import transaction

from corps.accounts.actions.notices import notify_administrators
from corps.accounts.models import Session, User
from corps.accounts.models.notices import NoticeKind
from corps.audit.actions import NOBODY, By, record
from corps.errors import NotFound

ROW_KEY = re.compile(r"[0-9a-f]{64}", re.ASCII)


def note_page(*, row: Session, device: str, until: datetime, at: datetime) -> None:
    """Write down that a session was used at `at`; unused, its row is kept until `until`."""
    Session.objects.filter(pk=row.pk).update(seen_at=at, expire_date=until, device=device)


@transaction.atomic
def end_session(*, user: User, key: str, at: datetime) -> None:
    """End one of `user`'s own sessions, by the key of its row; one ledger entry.

    Raises NotFound where there is none, or it is somebody else's.
    """
    own = Session.objects.filter(user=user, pk=key) if ROW_KEY.fullmatch(key) else None
    if own is None or not own.delete()[0]:
        raise NotFound
    record("account.session_ended", user, by=user, at=at, facts={"sessions": 1})


@transaction.atomic
def end_other_sessions(*, user: User, keep: str, at: datetime) -> int:
    """End all of `user`'s own sessions but the one whose row's key is `keep`; return how many.

    One ledger entry if any.
    """
    ended, _ = Session.objects.filter(user=user).exclude(pk=keep).delete()
    if ended:
        record("account.session_ended", user, by=user, at=at, facts={"sessions": ended})
    return ended


@transaction.atomic
def end_all_sessions(*, user: User, by: By, at: datetime) -> int:
    """End every session of an account, as when it is closed; return how many.

    One ledger entry if any.
    """
    ended, _ = Session.objects.filter(user=user).delete()
    if ended:
        record("account.session_ended", user, by=by, at=at, facts={"sessions": ended})
    return ended


@transaction.atomic
def note_broken_session(*, row: Session, at: datetime) -> None:
    """Remove a session whose data was altered, or moved from another row.

    Effects: the row gone, one ledger entry about its person, a notice to the administrators.
    """
    gone, _ = Session.objects.filter(pk=row.pk).delete()
    if gone:
        about = [row.user] if row.user is not None else []
        facts = {"table": "accounts_session", "column": "session_data"}
        record("vault.seal_broken", *about, by=NOBODY, at=at, facts=facts)
        notify_administrators(kind=NoticeKind.SEAL_BROKEN, at=at)


def purge_sessions(*, at: datetime) -> int:
    """Remove the sessions that are over at the instant `at`; return how many."""
    gone, _ = Session.objects.filter(expire_date__lte=at).delete()
    return gone
