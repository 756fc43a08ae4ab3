"""Two people enter the same e-mail at the same instant."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from corps.errors import Refusal
from deployments.liaison.actions import replies
from deployments.liaison.models import Case
from deployments.liaison.queries.replies import Mail
from tests.cast import NOW
from tests.liaison.scenes import Cast, a_cast, case_at

MAIL = Mail("one@example.org", [], b"x")


def twice(cast: Cast, case: Case) -> list[str]:
    """What comes of entering it twice at once: "done" or the name of the refusal."""
    start = Barrier(2)

    def enter(_number: int) -> str:
        given: dict[str, Any] = {"agency": case.agency, "outcome": "granted", "mail": MAIL}
        own = Case.objects.select_related("desk").get(pk=case.pk)
        start.wait()
        try:
            replies.record_reply(
                case=own, came_on=date(2026, 11, 22), by=cast.liaison, at=NOW, **given
            )
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(enter, range(2)))


def test_one_of_two_enters_a_mail(committed_db: str) -> None:
    cast = a_cast()
    case = case_at("answered", cast.liaison)
    assert twice(cast, case) == ["MailKnown", "done"]
    assert case.replies.count() == 1


def test_without_the_lock_both_do(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both have looked before either enters it."""
    cast, both = a_cast(), Barrier(2, timeout=60)
    case, check = case_at("answered", cast.liaison), replies.check_is_new

    def look(*given: Any) -> None:
        check(*given)
        both.wait()

    monkeypatch.setattr(replies, "keep_case", lambda by, held: None)
    monkeypatch.setattr(replies, "check_is_new", look)
    assert twice(cast, case) == ["done", "done"]
