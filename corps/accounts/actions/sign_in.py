"""What happens at the way in: sign-ins entered in the ledger, passwords changed."""

from datetime import datetime, timedelta

from django.db import transaction

from corps.accounts.actions.limits import spend
from corps.accounts.actions.notices import notify_administrators
from corps.accounts.models import User
from corps.accounts.models.notices import NoticeKind
from corps.audit.actions import By, record


@transaction.atomic
def change_password(*, user: User, password: str, at: datetime) -> None:
    """Set the password that somebody chose for themselves; one ledger entry.

    Every other session of theirs ends, since sessions are bound to the password.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    record("account.password_changed", user, by=user, at=at)


@transaction.atomic
def note_sign_in(*, user: User, at: datetime) -> None:
    """Enter a sign-in in the ledger."""
    record("account.signed_in", user, by=user, at=at)


@transaction.atomic
def note_sign_out(*, user: User, at: datetime) -> None:
    """Enter a sign-out in the ledger."""
    record("account.signed_out", user, by=user, at=at)


@transaction.atomic
def note_failed_sign_in(*, by: By, at: datetime) -> None:
    """Enter a refused sign-in in the ledger; the name that was typed is not kept."""
    record("account.sign_in_refused", by=by, at=at)


NOTICES = 20
"""How many notices of guessing are put on the board in an hour; more would bury the others."""


def note_guessing(*, user_id: str, at: datetime) -> None:
    """Tell the administrators that one account is being guessed at, if there is one."""
    user = User.objects.filter(pk=user_id).first() if user_id else None
    told = spend("notice of guessing", "", limit=NOTICES, per=timedelta(hours=1), at=at)
    if told.within and user is not None:
        notify_administrators(kind=NoticeKind.GUESSING, at=at, about=user)
