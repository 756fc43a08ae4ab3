"""Guessing in parallel: of 200 attempts at once, the limit is what is evaluated."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from corps.accounts import backends, guessing
from corps.accounts.actions.limits import Spent
from corps.accounts.guessing import LIMITS
from corps.accounts.models import Allowance, User
from corps.vault.marks import mark
from tests.cast import PASSWORD

AT_ONCE = 200
LIMIT, BY_ADDRESS = LIMITS["password"].attempts, LIMITS["address"].attempts

pytestmark = pytest.mark.slow


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was evaluated."""
    seen: list[str] = []
    verify = backends.verify_password

    def counted(password: str, encoded: str) -> tuple[bool, bool]:
        seen.append(password)
        return verify(password, encoded)

    monkeypatch.setattr(backends, "verify_password", counted)
    return seen


def answers_of(name: str) -> Counter[int]:
    """Try 200 passwords at once, each from a browser of its own; count the answers by status.

    A `{}` in the name is filled by a number: then as many names are tried, at one address.
    """
    start = threading.Barrier(AT_ONCE)

    def one(number: int) -> int:
        try:
            connection.ensure_connection()
            start.wait()
            typed = {"login": name.format(number), "password": f"wrong {number}"}
            return Client().post("/account/login/", typed).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(one, range(AT_ONCE)))


@pytest.mark.parametrize("name", ["somebody", "nobody"])
def test_no_more_passwords_are_evaluated_than_the_limit(
    committed_db: str, evaluated: list[str], name: str
) -> None:
    User.objects.create_user("somebody", PASSWORD)
    assert answers_of(name) == {200: LIMIT, 429: AT_ONCE - LIMIT}
    assert len(evaluated) == LIMIT


def test_no_more_passwords_are_evaluated_than_an_address_allows(
    committed_db: str, evaluated: list[str]
) -> None:
    assert answers_of("nobody-{}") == {200: BY_ADDRESS, 429: AT_ONCE - BY_ADDRESS}
    assert len(evaluated) == BY_ADDRESS


def test_looking_before_counting_lets_more_through(
    committed_db: str, evaluated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the same limit is worth when the count is looked at first."""
    monkeypatch.setattr(guessing, "spend", look_then_count)
    answers_of("nobody")
    assert len(evaluated) > LIMIT + 2


def look_then_count(kind: str, subject: str, *, limit: int, per: timedelta, at: datetime) -> Spent:
    key = mark("allowance", f"{kind}\x1f{subject}")
    counted = Allowance.objects.filter(key=key).first()
    if counted is not None and counted.used >= limit:
        return Spent(within=False, wait=per)
    used = counted.used + 1 if counted is not None else 1
    Allowance.objects.update_or_create(key=key, defaults={"since": at, "used": used})
    return Spent(within=True, wait=per)
