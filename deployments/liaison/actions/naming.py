"""A refusal that says "this is somebody's name" has told it: it counts as a search."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from corps.audit.actions import By
from deployments.liaison.models import Case
from deployments.liaison.rules.naming import IdentityTyped, check_names_nobody, people_looked_for
from volunteers.actions.quotas import (
    QuotaSpent,
    count_pages,
    note_search,
    note_searches_spent,
    searches_are_spent,
)

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_read: ContextVar[list[str] | None] = ContextVar("read", default=None)
"""What the action under way that counts has looked through, None where none is: what it calls is
undone with it, and counts not."""


def told_counts_as_search(act: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Let an action that looks through a text leave the pages of it counted, whatever became of the
    action; and, once it is undone, one of the day's searches spent and its entry about whom the
    text met, or, over the quota, the entry of that. Only the outermost of such actions does."""

    @wraps(act)
    def acting(*args: Given.args, **given: Given.kwargs) -> Answer:
        if _read.get() is not None:
            return act(*args, **given)
        told: dict[str, Any] = {name: given[name] for name in ("by", "at")}
        read: list[str] = []
        outermost = _read.set(read)
        try:
            return act(*args, **given)
        except IdentityTyped as refusal:
            note_search(refusal.kind, *refusal.people, **told)
            raise
        except QuotaSpent:
            note_searches_spent(**told)
            raise
        finally:
            _read.reset(outermost)
            count_pages(*read, **told)

    return acting


def look_through(by: By, case: Case, *texts: str, at: datetime, besides: str = "") -> None:
    """Look through what was just written of a case, as `check_names_nobody` does.

    Call it last: what is undone for another reason would tell for free what is no name. Once the
    day's searches or pages are spent it raises QuotaSpent, whatever is written: else what is still
    kept would tell that. Where nothing is written, or nobody can be met, it does not.
    """
    if not "".join(texts).strip() or not people_looked_for(by, case).exists():
        return
    if searches_are_spent(by=by, at=at):
        raise QuotaSpent
    _note_reading(*texts)
    check_names_nobody(by, case, *texts, besides=besides)


def look_again(by: By, case: Case, text: str, *, at: datetime) -> None:
    """Look through a text that stood before somebody was linked to its case. Once the day's
    searches are spent it is let pass unread, whatever it says, and so tells nothing."""
    if not searches_are_spent(by=by, at=at):
        _note_reading(text)
        check_names_nobody(by, case, text)


def _note_reading(*texts: str) -> None:
    read = _read.get()
    assert read is not None, "what looks through a text counts: told_counts_as_search"
    read.append("\n".join(texts))
