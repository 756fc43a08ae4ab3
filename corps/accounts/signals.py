"""Enters what allauth and Django say of sign-ins in the ledger (their signals, not ours)."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.utils import timezone

from corps.accounts.actions.sign_in import note_failed_sign_in, note_sign_in, note_sign_out
from corps.accounts.models import User
from corps.audit.actions import NOBODY


@receiver(user_logged_in)
def signed_in(sender: Any, user: User, **_: Any) -> None:
    """Somebody signed in."""
    note_sign_in(user=user, at=timezone.now())


@receiver(user_logged_out)
def signed_out(sender: Any, user: User | None, **_: Any) -> None:
    """Somebody signed out."""
    if user is not None:
        note_sign_out(user=user, at=timezone.now())


@receiver(user_login_failed)
def sign_in_failed(sender: Any, **_: Any) -> None:
    """A sign-in was refused."""
    note_failed_sign_in(by=NOBODY, at=timezone.now())
