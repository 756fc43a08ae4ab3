"""Acts that one person asks for and another grants: asked, decided, used, over."""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from corps.accounts.models import Desk, TwoPersonAct, User
from corps.accounts.rules.two_person import check_can_ask, check_can_decide, check_can_use
from corps.accounts.states import KINDS, TWO_PERSON, TwoPersonKind
from corps.audit.actions import CLOCK, By, record, reference
from corps.workflow.moves import NotInThatState, ReasonMissing, move


@transaction.atomic
def ask_for(
    *,
    kind: TwoPersonKind,
    reason: str,
    by: User,
    at: datetime,
    subject: models.Model | None = None,
    desk: Desk | None = None,
    facts: dict[str, Any] | None = None,
) -> TwoPersonAct:
    """Ask for an act that another person has to grant; one ledger entry.

    Raises NotPermitted unless the roles and desk of `by` allow asking, ReasonMissing.
    """
    check_can_ask(by, kind, desk)
    if not reason.strip():
        raise ReasonMissing
    act = TwoPersonAct.objects.create(
        kind=kind,
        subject=reference(subject) if subject is not None else "",
        desk=desk,
        facts=facts or {},
        reason=reason.strip(),
        state_since=at,
        asked_by=by,
        asked_at=at,
    )
    about = [] if subject is None else [subject]
    told = {"kind": str(kind), **(facts or {})}
    record("two_person.asked", act, *about, by=by, at=at, reason=reason, facts=told)
    return act


@transaction.atomic
def grant_act(*, act: TwoPersonAct, by: User, at: datetime) -> None:
    """Grant an act; it holds from `at` for as long as its kind says. One ledger entry.

    Raises NotFound or NotPermitted; OwnRequest for the one who asked; NotInThatState where it was
    decided meanwhile, or waited too long.
    """
    check_can_decide(by, act)
    kind = KINDS[TwoPersonKind(act.kind)]
    if act.asked_at + kind.waits <= at:
        raise NotInThatState
    decided: dict[str, Any] = {"decided_by": by, "decided_at": at, "until": at + kind.holds}
    move(act, TWO_PERSON, "grant", by=by, at=at, facts={"kind": act.kind}, **decided)


@transaction.atomic
def refuse_act(*, act: TwoPersonAct, by: User, at: datetime, reason: str) -> None:
    """Refuse an act, with a reason; one ledger entry. Raises like `grant_act`."""
    check_can_decide(by, act)
    decided: dict[str, Any] = {"decided_by": by, "decided_at": at}
    move(
        act, TWO_PERSON, "refuse", by=by, at=at, reason=reason, facts={"kind": act.kind}, **decided
    )


@transaction.atomic
def use_act(*, act: TwoPersonAct, by: User, at: datetime) -> None:
    """Use a granted act up, once and before it is over; one ledger entry.

    Raises NotFound unless `by` asked for it, NotInThatState where it is used or over.
    """
    check_can_use(by, act)
    if act.until is None or act.until <= at:
        raise NotInThatState
    move(act, TWO_PERSON, "use", by=by, at=at, facts={"kind": act.kind})


@transaction.atomic
def lapse_acts(*, at: datetime, by: By = CLOCK) -> int:
    """Let acts lapse that waited too long or are over; an entry each. Returns how many."""
    over = Q(state="granted", until__lte=at)
    for kind, known in KINDS.items():
        over |= Q(state="asked", kind=kind, asked_at__lte=at - known.waits)
    acts = list(TwoPersonAct.objects.select_for_update(skip_locked=True).filter(over))
    for act in acts:
        move(act, TWO_PERSON, "lapse", by=by, at=at, facts={"kind": act.kind})
    return len(acts)
