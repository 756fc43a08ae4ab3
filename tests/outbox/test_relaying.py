"""Messages go out once each: whoever refuses, whoever is slow."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from corps.audit.actions import COMMAND
from corps.audit.queries import entries_about
from corps.errors import NotPermitted
from corps.outbox.actions import (
    cancel_message,
    on_outcome,
    outcomes,
    relay_messages,
    relaying,
    settle_doubt,
    try_again,
)
from corps.outbox.actions.relaying import Claim, claim_message, settle
from corps.outbox.mail.server import Answer, Outcome
from corps.outbox.models import Message
from corps.workflow.moves import NotInThatState
from tests.cast import NOW, a_coordinator, an_agency
from tests.outbox.post import Post, serving
from tests.outbox.sending import TO, now_of, point_to, verbs, write


@pytest.mark.django_db
def test_a_message_that_is_due_is_sent_and_each_step_entered(settings: Settings) -> None:
    message, later = write(), write(at=NOW + timedelta(hours=1))
    with serving(Post()) as post:
        point_to(settings, post)
        assert relay_messages(at=NOW) == 1
        assert relay_messages(at=NOW) == 0
    [(recipients, content)] = post.taken
    assert (recipients, f"Message-ID: <{message.message_id}>".encode() in content) == (TO, True)
    assert (now_of(message), now_of(later)) == (("sent", 1), ("written", 0))
    assert verbs(message) == ["written", "claimed", "sent"]
    assert {entry.about[1] for entry in entries_about(message)} == {
        f"agencies.agency:{an_agency().pk}"
    }


@pytest.mark.django_db
def test_without_a_mail_server_messages_wait() -> None:
    message = write()
    assert relay_messages(at=NOW) == 0
    assert now_of(message) == ("written", 0)


@pytest.mark.django_db
def test_what_is_refused_for_now_is_tried_ten_times_in_two_days(settings: Settings) -> None:
    message, at = write(), NOW
    with serving(Post(content="451 later")) as post:
        point_to(settings, post)
        while now_of(message)[0] == "written":
            at = message.not_before
            assert relay_messages(at=at - timedelta(seconds=1)) == 0
            relay_messages(at=at)
    assert now_of(message) == ("failed", 10)
    assert timedelta(days=1.5) < at - NOW < timedelta(days=2)


@pytest.mark.django_db
def test_what_is_refused_for_good_fails_at_once_and_can_be_sent_again(settings: Settings) -> None:
    message = write()
    with serving(Post(recipients={TO[0]: "550 5.1.1 <a@embassy.example> unknown"})) as post:
        point_to(settings, post)
        relay_messages(at=NOW)
        assert now_of(message) == ("failed", 1)
        entry = entries_about(message)[0]
        assert (entry.facts["status"], "embassy.example" in json.dumps(entry.facts)) == (
            "5.1.1",
            False,
        )
        post.recipients.clear()
        try_again(message=message, by=COMMAND, at=NOW)
        relay_messages(at=NOW)
    assert (now_of(message), len(post.taken)) == (("sent", 2), 1)


@pytest.mark.django_db
def test_a_server_that_is_down_costs_one_message_one_attempt(settings: Settings) -> None:
    first, second = write(), write(at=NOW + timedelta(seconds=1))
    settings.SMTP_URL = "smtp://127.0.0.1:1?tls=none"
    relay_messages(at=NOW + timedelta(seconds=2))
    assert (now_of(first), now_of(second)) == (("written", 1), ("written", 0))


@pytest.mark.django_db
def test_an_answer_that_is_lost_leaves_doubt_which_a_person_settles(settings: Settings) -> None:
    one, other = write(), write()
    with serving(Post(hang_up="DATA")) as post:
        point_to(settings, post)
        relay_messages(at=NOW)
        relay_messages(at=NOW + timedelta(days=3))
        assert (now_of(one), now_of(other)) == (("in_doubt", 1), ("in_doubt", 1))
        assert len(post.taken) == 2
    settle_doubt(message=one, by=COMMAND, at=NOW)
    cancel_message(message=other, by=COMMAND, at=NOW)
    assert (now_of(one), now_of(other)) == (("sent", 1), ("void", 1))
    with pytest.raises(NotInThatState):
        try_again(message=one, by=COMMAND, at=NOW)


@pytest.mark.django_db
def test_a_copy_bears_the_same_message_id(settings: Settings) -> None:
    message = write()
    with serving(Post(hang_up="DATA")) as post:
        point_to(settings, post)
        relay_messages(at=NOW)
        post.hang_up = ""
        assert now_of(message) == ("in_doubt", 1)
        try_again(message=message, by=COMMAND, at=NOW)
        relay_messages(at=NOW)
    [(_, first), (_, second)] = post.taken
    assert first == second


@pytest.mark.django_db
def test_a_late_answer_settles_doubt_but_no_other_attempt() -> None:
    message = write()
    claim = claim_message(at=NOW)
    assert claim is not None
    relaying.lose_track(at=NOW + relaying.LOST)
    assert now_of(message) == ("in_doubt", 1)
    settle(claim, Answer(Outcome.REFUSED), at=NOW)
    assert now_of(message) == ("in_doubt", 1)
    settle(Claim(claim.pk, 2, None), Answer(Outcome.ACCEPTED), at=NOW)
    assert now_of(message) == ("in_doubt", 1)
    settle(claim, Answer(Outcome.ACCEPTED), at=NOW)
    assert now_of(message) == ("sent", 1)


@pytest.mark.django_db
def test_who_waits_for_an_outcome_is_told_in_the_same_transaction(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "_told", {})
    told: list[str] = []

    def tell(message: Message, at: datetime) -> None:
        assert connection.in_atomic_block
        told.append(message.state)

    for _ in range(2):
        on_outcome("agencies.agency", tell)
    on_outcome("accounts.user", lambda message, at: told.append("not this one"))
    write()
    with serving(Post()) as post:
        point_to(settings, post)
        relay_messages(at=NOW)
    assert told == ["sending", "sent"]


@pytest.mark.django_db
def test_a_message_whose_content_was_altered_fails_unsent(settings: Settings) -> None:
    message = write()
    Message.objects.update(content=bytes(message.content)[:-1] + b"\0")
    with serving(Post()) as post:
        point_to(settings, post)
        relay_messages(at=NOW)
    assert (now_of(message), post.taken) == (("failed", 1), [])


@pytest.mark.django_db
def test_only_a_liaison_officer_settles() -> None:
    message = write()
    with pytest.raises(NotPermitted):
        cancel_message(message=message, by=a_coordinator(), at=NOW)
    assert now_of(message) == ("written", 0)
