"""Acts that one person asks for and another grants: asked, decided, used, over."""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from corps.accounts.actions.locks import hold_accounts
from corps.accounts.actions.two_person_effects import EFFECTS
from corps.accounts.actions.two_person_entered import check_as_asked, check_as_granted
from corps.accounts.models import Desk, TwoPersonAct, User
from corps.accounts.rules.two_person import (
    check_asker_still_may,
    check_can_ask,
    check_can_decide,
    check_can_use,
    check_can_withdraw,
    check_granter_still_may,
)
from corps.accounts.states import KINDS, TWO_PERSON, Holds, TwoPersonKind
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
    told = {"asked_for": str(kind), **(facts or {})}
    record("two_person.asked", act, *about, by=by, at=at, reason=reason, facts=told)
    return act


@transaction.atomic
def grant_act(*, act: TwoPersonAct, by: User, at: datetime) -> None:
    """Grant an act; it holds from `at` for as long as its kind says. One ledger entry.

    What is done with the grant (Holds.AT_GRANT) is done in this transaction and used up, with the
    entries of what is done. Raises NotFound or NotPermitted; OwnRequest for the one who asked,
    OwnAccount for the one it is about; AskerMayNot where the one who asked could not ask any more;
    NotInThatState where it was decided meanwhile, or waited too long; Altered where the row says
    anything else than the ledger; and what its effect raises.
    """
    hold_accounts()
    by = User.objects.get(pk=by.pk)
    check_can_decide(by, act)
    check_asker_still_may(act)
    check_as_asked(act)
    kind = KINDS[TwoPersonKind(act.kind)]
    if act.asked_at + kind.waits <= at:
        raise NotInThatState
    decided: dict[str, Any] = {"decided_by": by, "decided_at": at, "until": at + kind.holds}
    move(act, TWO_PERSON, "grant", by=by, at=at, facts=_told(act), **decided)
    if kind.good_for == Holds.AT_GRANT:
        EFFECTS[TwoPersonKind(act.kind)](act, by, at)
        move(act, TWO_PERSON, "use", by=by, at=at, facts=_told(act))


@transaction.atomic
def refuse_act(*, act: TwoPersonAct, by: User, at: datetime, reason: str) -> None:
    """Refuse an act, with a reason; one ledger entry. Raises like `grant_act`."""
    check_can_decide(by, act)
    decided: dict[str, Any] = {"decided_by": by, "decided_at": at}
    move(act, TWO_PERSON, "refuse", by=by, at=at, reason=reason, facts=_told(act), **decided)


@transaction.atomic
def use_act(*, act: TwoPersonAct, by: User, at: datetime) -> None:
    """Use a granted act up, once and before it is over; one ledger entry.

    Raises NotFound unless `by` asked for it and could ask for it now, NotInThatState where it is
    used or over, or is not of a kind that is used, GranterMayNot where the one who granted could
    not grant it now, Altered where the row says anything else than the ledger.
    """
    check_can_use(User.objects.get(pk=by.pk), act)
    if KINDS[TwoPersonKind(act.kind)].good_for != Holds.ONE_USE:
        raise NotInThatState
    if act.until is None or act.until <= at:
        raise NotInThatState
    check_granter_still_may(act)
    check_as_asked(act)
    check_as_granted(act)
    move(act, TWO_PERSON, "use", by=by, at=at, facts=_told(act))


@transaction.atomic
def withdraw_act(*, act: TwoPersonAct, by: User, at: datetime) -> None:
    """Take back what one asked for, before it is decided; one ledger entry.

    Raises NotFound for anybody else's, NotInThatState.
    """
    check_can_withdraw(by, act)
    move(act, TWO_PERSON, "withdraw", by=by, at=at, facts=_told(act))


@transaction.atomic
def lapse_acts(*, at: datetime, by: By = CLOCK) -> int:
    """Let acts lapse that waited too long or are over; an entry each. Returns how many."""
    over = Q(state="granted", until__lte=at)
    for kind, known in KINDS.items():
        over |= Q(state="asked", kind=kind, asked_at__lte=at - known.waits)
    acts = list(TwoPersonAct.objects.select_for_update(skip_locked=True).filter(over))
    for act in acts:
        move(act, TWO_PERSON, "lapse", by=by, at=at, facts=_told(act))
    return len(acts)


def _told(act: TwoPersonAct) -> dict[str, Any]:
    return {"asked_for": act.kind}
