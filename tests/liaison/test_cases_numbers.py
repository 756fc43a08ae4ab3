"""Reference numbers have no gap: fifty who open at once, and openings that are undone."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from corps.accounts.models import User
from deployments.liaison.actions import cases
from deployments.liaison.models import Case
from tests.cast import NOW, a_desk, an_agency
from tests.liaison.scenes import a_case, a_cast

AT_ONCE = 50


def opened_at_once(liaison: User, desk: Any, agency: Any) -> list[int]:
    """Let fifty threads open a case each, every fifth undone; the numbers that stay."""
    start = Barrier(AT_ONCE)

    def open_one(number: int) -> None:
        try:
            start.wait(timeout=60)
            with transaction.atomic():
                a_case(liaison, desk=desk, agency=agency, due=None)
                if number % 5 == 0:
                    transaction.set_rollback(True)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(open_one, range(AT_ONCE)))
    return sorted(Case.objects.values_list("number", flat=True))


@pytest.mark.usefixtures("committed_db")
def test_fifty_at_once_leave_no_gap() -> None:
    cast, agency = a_cast(), an_agency()
    numbers = opened_at_once(cast.liaison, cast.desk, agency)
    assert numbers == list(range(1, 41))


@pytest.mark.usefixtures("committed_db")
def test_without_the_lock_numbers_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the number read without holding its row is given twice."""
    cast, agency = a_cast(), an_agency()

    def read(year: int) -> int:
        last = Case.objects.filter(year=year).order_by("-number").first()
        return last.number + 1 if last else 1

    monkeypatch.setattr(cases, "_next_number", read)
    with pytest.raises(Exception, match="case_reference"):
        opened_at_once(cast.liaison, cast.desk, agency)


@pytest.mark.django_db
def test_an_opening_that_is_undone_leaves_no_gap() -> None:
    cast = a_cast()
    with transaction.atomic():
        assert a_case(cast.liaison).number == 1
        transaction.set_rollback(True)
    assert a_case(cast.liaison, at=NOW, desk=a_desk()).number == 1
