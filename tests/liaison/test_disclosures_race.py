"""A consent is withdrawn at the moment at which a letter that rests on it is sent."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction

from deployments.liaison.actions import disclosures
from deployments.liaison.actions.letters import send_letter
from deployments.liaison.models import Disclosure, Letter
from deployments.liaison.queries.disclosures import held_consents
from deployments.liaison.rules.disclosures import ConsentMissing
from tests.cast import NOW
from tests.liaison.disclosing import Telling, a_telling
from volunteers.actions.consents import withdraw_consent
from volunteers.actions.people import change_standing
from volunteers.models import Consent, Volunteer

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def scene() -> tuple[Telling, Letter]:
    """An approved letter that tells of one volunteer, committed."""
    with transaction.atomic():
        telling = a_telling()
        return telling, telling.approved()


def withdraw(volunteer: Volunteer) -> None:
    """The volunteer withdraws the consent."""
    withdraw_consent(volunteer=volunteer, purpose="permits", by=volunteer.user, at=NOW)


def leave(volunteer: Volunteer) -> None:
    """The volunteer leaves, and with that withdraws every consent."""
    change_standing(volunteer=volunteer, move_name="withdraw", by=volunteer.user, at=NOW)


class Other(threading.Thread):
    """Somebody at another connection; `refused` is how they were told no."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self.act, self.refused = act, ""

    def run(self) -> None:
        """Act, and close the connection."""
        try:
            self.act()
        except ConsentMissing as refusal:
            self.refused = str(refusal)
        finally:
            connections.close_all()


@contextmanager
def held_back(other: Other, *, waits: bool = True) -> Iterator[None]:
    """Do something in a transaction, let the other try the same moment, then commit.

    Where the other `waits` for a lock, commit as soon as they do; else when they are done.
    """
    with transaction.atomic():
        yield
        other.start()
        if waits:
            _until_somebody_waits(other)
        else:
            other.join(10)
    other.join(20)
    assert not other.is_alive()


def _until_somebody_waits(other: Other) -> None:
    for _ in range(400):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        other.join(0.02)
        if not other.is_alive():
            return


def sending(telling: Telling, letter: Letter) -> Other:
    """The officer who sends the letter."""
    by = telling.office.officer
    return Other(lambda: send_letter(letter=letter, through="post", by=by, at=NOW))


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("go", [withdraw, leave])
def test_who_withdraws_first_is_not_told_of(go: Callable[[Volunteer], None]) -> None:
    telling, letter = scene()
    other = sending(telling, letter)

    with held_back(other):
        go(telling.one)

    assert telling.one.callsign in other.refused
    assert Disclosure.objects.get().disclosed_at is None
    assert Letter.objects.get(pk=letter.pk).state == "approved"


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("go", [withdraw, leave])
def test_who_withdraws_while_it_is_sent_waits_and_can_have_it_asked_back(
    go: Callable[[Volunteer], None],
) -> None:
    telling, letter = scene()
    other = Other(lambda: go(telling.one))

    with held_back(other):
        send_letter(letter=letter, through="post", by=telling.office.officer, at=NOW)
        assert Consent.objects.filter(pk=Disclosure.objects.get().consent_id, withdrawn_at=None)

    told = Disclosure.objects.select_related("consent").get()
    assert told.disclosed_at == NOW
    assert told.consent is not None
    assert told.consent.withdrawn_at == NOW


@pytest.mark.usefixtures("committed_db")
def test_without_the_lock_somebody_is_told_of_who_had_withdrawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: what the first test finds when the protection is taken out."""

    def unlocked(planned: Any, *, lock: bool = False) -> dict[Any, Consent]:
        return held_consents(planned)

    monkeypatch.setattr(disclosures, "held_consents", unlocked)
    telling, letter = scene()
    other = sending(telling, letter)

    with held_back(other, waits=False):
        withdraw(telling.one)

    assert other.refused == ""
    told = Disclosure.objects.select_related("consent").get()
    assert told.consent is not None
    assert told.consent.withdrawn_at is not None
