"""Handing messages to the mail server: never lost, and never twice by itself.

SMTP has no "exactly once". A server that took a message over, and whose answer to the content was
lost on the way, has the message; a client cannot know (RFC 1047). RFC 5321, sections 4.5.4.1 and
6.1, lets the client send again, and the recipient may get the message twice. A second letter to an
embassy does harm, so we do not. Instead:

1. A message is *claimed*: a transaction of its own locks one that is due, passing over those that
   somebody else has locked, moves it to "sending" and counts the attempt. Of two relays one gets
   it, and from then on no relay takes it again. One that may go out no more is made void instead:
   what it tells may have been forbidden since it was written.
2. It is handed over outside any transaction. `corps.outbox.mail.server` knows four answers.
3. A second transaction *settles* it: accepted is "sent"; not yet is "written" again, with a later
   time, ten attempts in about two days; refused is "failed"; no answer to the content is
   "in doubt".

A relay that is killed between 1 and 3 leaves "sending". Every session ends within five minutes, so
one that is ten minutes old has no sender any more: it is in doubt too, and is never sent again by
itself. A person asks the recipient, and says that it was sent, or sends it again under the same
Message-ID, by which mail programs know a copy.

Should a sender live on all the same and come back with an answer, `attempts` tells whether it is
still that attempt of which it speaks.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.db import transaction

from corps.audit.actions import CLOCK, record
from corps.errors import Refusal
from corps.outbox.actions.outcomes import about, check_may_go_out, shift
from corps.outbox.mail.server import Answer, Outcome, Parcel, Server, configured_server, hand_over
from corps.outbox.models import Message
from corps.outbox.places import content_of, envelope_of
from corps.vault.actions import Erased, destroy_data_key, unseal_under
from corps.vault.sealing import SealBroken

ATTEMPTS = 10
"""After how many attempts in a row a message fails."""

FIRST_DELAY = timedelta(minutes=1)
GROWTH = 2.5
"""Each delay is so many times the one before: nine of them make 42 hours."""

LOST = timedelta(minutes=10)
"""After what time in "sending" a message has no sender any more."""

RUN = timedelta(seconds=50)
"""After what time a relay takes up no further message; the clock soon starts another."""

AT_ONCE = 2
"""How many messages may be on their way at once: a slow mail server must not hold every worker."""

KEPT = timedelta(days=30)
"""How long it is kept what a message said that does not go out by itself."""

AT_REST = ("sent", "void", "failed", "bounced", "in_doubt")
"""The states in which a message goes out no more unless a person lets it."""

BATCH = 200


@dataclass(frozen=True, slots=True, repr=False)
class Claim:
    """A message that is ours to send, and which attempt this is."""

    pk: UUID
    attempt: int
    parcel: Parcel | None


def relay_messages(*, at: datetime) -> int:
    """Hand what is due to the mail server; return how many messages were taken up.

    Without a mail server messages wait. Effects: see above; an entry for each move.
    """
    begun = monotonic()

    def now() -> datetime:
        return at + timedelta(seconds=monotonic() - begun)

    lose_track(at=at)
    server, done = configured_server(), 0
    if server is None or _on_their_way(at) >= AT_ONCE:
        return 0
    while now() - at < RUN and (claim := claim_message(at=now())) is not None:
        done += 1
        if not _relay(server, claim, now):
            break
    return done


def _on_their_way(at: datetime) -> int:
    return Message.objects.filter(state="sending", state_since__gt=at - LOST).count()


def _relay(server: Server, claim: Claim, now: Callable[[], datetime]) -> bool:
    """Hand one message over; return whether it makes sense to go on with the next one."""
    if claim.parcel is None:
        settle(claim, Answer(Outcome.REFUSED, {"step": "opening"}), at=now())
        return True
    answer = hand_over(server, claim.parcel)
    settle(claim, answer, at=now())
    return answer.outcome != Outcome.LATER or answer.facts.get("step") in {"recipients", "content"}


def claim_message(*, at: datetime) -> Claim | None:
    """Take up the message that has been due longest, if any; those before it that may go out no
    more are made void, each in a transaction of its own: what follows one holds what stands behind
    it, and nothing of another."""
    while True:
        with transaction.atomic():
            message = _due_longest(at)
            if message is None:
                return None
            if _may_go_out(message, at):
                return _claim(message, at)
            shift(message, "cancel", by=CLOCK, at=at, facts={"step": "permission"})


def _claim(message: Message, at: datetime) -> Claim:
    parcel = _parcel(message)
    shift(message, "claim", by=CLOCK, at=at, attempts=message.attempts + 1)
    return Claim(message.pk, message.attempts, parcel)


def _due_longest(at: datetime) -> Message | None:
    due = Message.objects.filter(state="written", not_before__lte=at).order_by("not_before", "id")
    locked = due.select_for_update(skip_locked=True, of=("self",))
    return locked.select_related("data_key").first()


def _may_go_out(message: Message, at: datetime) -> bool:
    try:
        with transaction.atomic():
            check_may_go_out(message, at)
    except Refusal:
        return False
    return True


def _parcel(message: Message) -> Parcel | None:
    """Return a message opened, None where that is no longer possible."""
    try:
        key = message.data_key
        envelope = json.loads(unseal_under(key, envelope_of(message.pk), bytes(message.envelope)))
        content = unseal_under(key, content_of(message.pk), bytes(message.content))
    except (Erased, SealBroken):
        return None
    return Parcel(envelope["from"], envelope["to"], content, message.message_id)


@transaction.atomic
def settle(claim: Claim, answer: Answer, *, at: datetime) -> None:
    """Enter what became of a message, unless somebody has said otherwise meanwhile."""
    message = Message.objects.select_for_update().get(pk=claim.pk)
    if message.attempts != claim.attempt:
        return
    if answer.outcome == Outcome.ACCEPTED and message.state in {"sending", "in_doubt"}:
        shift(message, "deliver", by=CLOCK, at=at, facts=answer.facts, sent_at=at)
    elif message.state == "sending":
        _settle_unsent(message, answer, at)


def _settle_unsent(message: Message, answer: Answer, at: datetime) -> None:
    if answer.outcome == Outcome.UNKNOWN:
        shift(message, "doubt", by=CLOCK, at=at, facts=answer.facts)
    elif answer.outcome == Outcome.REFUSED or message.attempts % ATTEMPTS == 0:
        shift(message, "fail", by=CLOCK, at=at, facts=answer.facts)
    else:
        later = at + delay_after(message.attempts)
        shift(message, "put_back", by=CLOCK, at=at, facts=answer.facts, not_before=later)


def delay_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts."""
    return FIRST_DELAY * GROWTH ** ((attempts - 1) % ATTEMPTS)


@transaction.atomic(durable=True)
def lose_track(*, at: datetime) -> None:
    """Put those messages in doubt whose sender must have died. Raises RuntimeError inside another
    transaction: what is sent there, is sent again should that one be undone."""
    lost = Message.objects.filter(state="sending", state_since__lte=at - LOST)
    for message in lost.order_by("id").select_for_update(skip_locked=True):
        shift(message, "doubt", by=CLOCK, at=at)


@transaction.atomic
def purge_messages(*, at: datetime) -> int:
    """Destroy what messages said of which nothing became any more for thirty days, whether they
    were sent, made void, failed, came back or are in doubt; return how many.

    Effects: their keys destroyed, their sealed parts emptied; one entry each.
    """
    over = Message.objects.filter(
        state__in=AT_REST,
        state_since__lte=at - KEPT,
        data_key__destroyed_at__isnull=True,
    )
    locked = over.select_for_update(skip_locked=True, of=("self",)).select_related("data_key")
    messages = list(locked.order_by("state_since", "id")[:BATCH])
    for message in messages:
        destroy_data_key(message.data_key, at=at)
        message.envelope = message.content = b""
        message.save(update_fields=["envelope", "content"])
        record("message.purged", message, *about(message), by=CLOCK, at=at)
    return len(messages)
