"""Nobody learns by time, body, status or headers whether an account, link or passkey is known.

A thousand samples an arm, in turns of random order, compared by the Mann-Whitney test; a batch in
which the machine was busy with one arm is made again, up to three times. The control plants a
millisecond and must be found.
"""

import gc
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corps.accounts import backends, guessing
from corps.accounts.actions.invitations import invite_user
from corps.accounts.models import Invitation, User
from corps.audit.actions import COMMAND
from tests.accounts.passkeys import SoftKey, add_app, add_passkey
from tests.cast import PASSWORD, a_coordinator, a_volunteer
from tests.timing import mann_whitney

SAMPLES = 1000
LEVEL = 0.01
BATCHES = 3
OF_THE_MOMENT = {"Content-Length", "Expires"}
"""Headers that follow from what was typed, and from the second of the answer."""

Asked = Callable[[], tuple[Client, str, dict[str, str]]]
"""What makes one attempt ready: a browser, a path, and what it sends; None: it only looks."""

pytestmark = pytest.mark.slow


class QuickHasher(PBKDF2PasswordHasher):
    """A real hash of a password that takes a fifth of a millisecond."""

    iterations = 1000


@pytest.fixture(autouse=True)
def unhindered(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count attempts as ever, but let a thousand pass; hash passwords for real, but quickly."""
    settings.PASSWORD_HASHERS = [f"{__name__}.QuickHasher"]
    for kind, limit in guessing.LIMITS.items():
        monkeypatch.setitem(guessing.LIMITS, kind, replace(limit, attempts=10**6))


@contextmanager
def undisturbed() -> Iterator[None]:
    """Measure without the garbage collector."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


CLOCKS = (time.perf_counter_ns, time.thread_time_ns)
"""What somebody outside measures; and our own work alone, which a busy machine does not blur."""


def time_of(asked: Asked, method: str) -> list[int]:
    """Return what one attempt takes by each clock, in nanoseconds."""
    client, path, sent = asked()
    ask = getattr(client, method)
    begun = [clock() for clock in CLOCKS]
    ask(path, sent)
    return [clock() - since for clock, since in zip(CLOCKS, begun, strict=True)]


def measured(arms: dict[str, Asked], method: str, seed: int) -> dict[str, list[list[int]]]:
    """Return what each arm took, every turn in another order; the first turns warm up."""
    order, times = Random(seed), {name: list[list[int]]() for name in arms}
    with undisturbed():
        for turn in range(SAMPLES + 20):
            for name in order.sample(sorted(arms), len(arms)):
                took = time_of(arms[name], method)
                if turn >= 20:
                    times[name].append(took)
    return times


def least_p(one: list[list[int]], other: list[list[int]]) -> float:
    """Return the p of the clock by which two arms differ most."""
    by_clock = zip(zip(*one, strict=True), zip(*other, strict=True), strict=True)
    return min(mann_whitney(these, those) for these, those in by_clock)


def told_apart(
    arms: dict[str, Asked], method: str = "post", batches: int = BATCHES
) -> dict[str, float]:
    """Return the arms that differ in time from "unknown" in every batch, with the best p."""
    best = dict.fromkeys(set(arms) - {"unknown"}, 0.0)
    for seed in range(batches):
        left = {name: arms[name] for name, p in best.items() if p <= LEVEL}
        if not left:
            break
        times = measured({**left, "unknown": arms["unknown"]}, method, seed)
        for name in left:
            best[name] = max(best[name], least_p(times[name], times["unknown"]))
    return {name: p for name, p in best.items() if p <= LEVEL}


def answer_of(asked: Asked, method: str = "post") -> tuple[Any, ...]:
    """What comes back, without what each request has of its own, and the page it leads to."""
    client, path, sent = asked()
    answer = getattr(client, method)(path, sent)
    then = client.get(answer["Location"]) if answer.status_code == 302 else answer
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", then.content.decode())
    for own in (path, *sent.values()):
        body = body.replace(own, "")
    headers = sorted(pair for pair in answer.items() if pair[0] not in OF_THE_MOMENT)
    return answer.status_code, headers, sorted(answer.cookies), body


def differing(arms: dict[str, Asked], method: str = "post") -> set[str]:
    """The arms whose answer differs from that of "unknown"."""
    answers = {name: answer_of(asked, method) for name, asked in arms.items()}
    return {name for name, answer in answers.items() if answer != answers["unknown"]}


# Signing in


def trying(name: str, password: str = "not the password") -> Asked:
    return lambda: (Client(), "/account/login/", {"login": name, "password": password})


def names() -> dict[str, Asked]:
    """One account of each kind, and a name that nobody bears."""
    a_coordinator(username="person-01")
    volunteer = a_volunteer("person-02", account=True).user
    User.objects.create_user("person-03", PASSWORD, is_active=False)
    User.objects.create_user("person-04")
    owner = Client()
    owner.force_login(User.objects.create_user("person-05", PASSWORD))
    add_app(owner)
    assert volunteer is not None
    return {
        "unknown": trying("person-00"),
        "staff": trying("person-01"),
        "volunteer": trying("person-02"),
        "closed": trying("person-03", PASSWORD),
        "never joined": trying("person-04"),
        "second factor": trying("person-05"),
    }


def test_names_are_answered_alike(committed_db: str) -> None:
    assert differing(names()) == set()


def test_names_take_the_same_time(committed_db: str) -> None:
    assert told_apart(names()) == {}


def test_a_planted_millisecond_is_found(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a name that is known takes one millisecond more."""
    named = backends.account_named

    def slower(typed: str) -> tuple[str, str]:
        found = named(typed)
        until = time.thread_time() + (0.001 if found[0] else 0)
        while time.thread_time() < until:
            continue
        return found

    monkeypatch.setattr(backends, "account_named", slower)
    arms = names()
    two = {name: arms[name] for name in ("unknown", "staff")}
    assert set(told_apart(two, batches=1)) == {"staff"}


# Invitation and recovery


def links() -> dict[str, Asked]:
    """Links that open nothing, and why."""
    now, tokens = timezone.now(), {}
    for kind in ("used", "over", "closed"):
        user = User.objects.create_user(f"link {kind}")
        path = invite_user(user=user, by=COMMAND, at=now).path
        tokens[kind] = path
        own = Invitation.objects.filter(user=user)
        if kind == "used":
            own.update(used_at=now)
        if kind == "over":
            own.update(expires_at=now - timedelta(seconds=1))
        User.objects.filter(pk=user.pk).update(is_active=kind != "closed")
    tokens["unknown"] = reverse("join", args=["x" * 43])
    return {kind: opening(path) for kind, path in tokens.items()}


def opening(path: str) -> Asked:
    return lambda: (Client(), path, {"password": "a long password", "again": "a long password"})


@pytest.mark.parametrize("method", ["get", "post"])
def test_links_are_answered_alike(committed_db: str, method: str) -> None:
    assert differing(links(), method) == set()


@pytest.mark.parametrize("method", ["get", "post"])
def test_links_take_the_same_time(committed_db: str, method: str) -> None:
    assert told_apart(links(), method) == {}


# Passkeys


def proving(key: SoftKey) -> Asked:
    def ready() -> tuple[Client, str, dict[str, str]]:
        client, path = Client(), reverse("mfa_login_webauthn")
        options = client.get(path, headers={"Accept": "application/json"}).json()
        return client, path, {"credential": key.get(options)}

    return ready


def like(key: SoftKey, **other: Any) -> SoftKey:
    """Another key that says of itself what `key` says, but for `other`."""
    made = SoftKey()
    made.id, made.handle = key.id, key.handle
    vars(made).update(other)
    return made


def passkeys() -> dict[str, Asked]:
    """Passkeys that open nothing, and why."""
    owner = Client()
    owner.force_login(a_coordinator(username="person-01"))
    key = add_passkey(owner)
    gone, shut = Client(), User.objects.create_user("person-02", PASSWORD)
    gone.force_login(shut)
    closed = add_passkey(gone)
    User.objects.filter(pk=shut.pk).update(is_active=False)
    nobody = like(key, id=SoftKey().id, handle="MDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAw")
    return {
        "unknown": proving(nobody),
        "unknown key": proving(like(key, id=SoftKey().id)),
        "wrong signature": proving(like(key)),
        "closed": proving(closed),
    }


def test_passkeys_are_answered_alike(committed_db: str) -> None:
    assert differing(passkeys()) == set()


def test_passkeys_take_the_same_time(committed_db: str) -> None:
    assert told_apart(passkeys()) == {}


# The test itself


def test_the_u_test_gives_what_tables_give() -> None:
    one, other = [19, 22, 16, 29, 24], [20, 11, 17, 12]
    assert round(mann_whitney(one, other), 3) == 0.086
    assert mann_whitney([1, 1, 1], [1, 1, 1]) == 1.0
