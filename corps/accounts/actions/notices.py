"""Telling the administrators, and their having seen it."""

from datetime import datetime

from django.db import models, transaction

from corps.accounts.models import Notice, User
from corps.accounts.rules.staff import check_can_keep_accounts
from corps.audit.actions import record, reference


@transaction.atomic
def notify_administrators(*, kind: str, at: datetime, about: models.Model | None = None) -> Notice:
    """Put a notice (one of NoticeKind) on the administrators' board.

    Call it with the act it tells of, or, for an act that was refused, after that act's own
    transaction is undone.
    """
    told = reference(about) if about is not None else ""
    return Notice.objects.create(kind=kind, at=at, about=told)


@transaction.atomic
def see_notice(*, notice: Notice, by: User, at: datetime) -> None:
    """Take a notice off the board; one ledger entry. Raises NotPermitted."""
    check_can_keep_accounts(by)
    seen = Notice.objects.filter(pk=notice.pk, seen_at=None).update(seen_by=by, seen_at=at)
    if seen:
        record("notice.seen", notice, by=by, at=at)
