"""What happens at the way in: sign-ins entered in the ledger, passwords changed."""

from datetime import datetime

from django.db import transaction

from corps.accounts.models import User
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
