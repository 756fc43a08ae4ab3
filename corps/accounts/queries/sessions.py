"""Where somebody is signed in."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from corps.accounts.models import Session, User
from corps.accounts.roles import session_limits


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One session as its person sees it. `key` is its row's, which opens nothing."""

    key: str
    device: str
    begun_at: datetime | None
    seen_at: datetime | None
    this: bool


def sessions_of(user: User, *, this: str, at: datetime) -> list[OwnSession]:
    """Return the sessions in which `user` is signed in at the instant `at`.

    The one whose row's key is `this` comes first, then the latest used.
    """
    limits = session_limits(user)
    rows = Session.objects.filter(
        user=user,
        expire_date__gt=at,
        begun_at__gt=at - limits.whole,
        seen_at__gt=at - limits.idle,
    )
    found = rows.order_by("-seen_at").values("device", "begun_at", "seen_at", key=F("pk"))
    own = [OwnSession(**row, this=row["key"] == this) for row in found]
    return sorted(own, key=lambda session: not session.this)
