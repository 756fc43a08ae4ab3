"""Break-glass: for one hour an administrator sees what stands on one desk, and everybody knows."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction

from corps.accounts.actions.notices import notify_administrators
from corps.accounts.actions.two_person import ask_for
from corps.accounts.models import Desk, TwoPersonAct, User
from corps.accounts.models.notices import NoticeKind
from corps.accounts.rules.staff import check_somebody_may_grant
from corps.accounts.rules.two_person import check_can_ask, check_can_end_glass
from corps.accounts.states import TWO_PERSON, TwoPersonKind
from corps.audit.actions import draft, record_many
from corps.workflow.moves import NotInThatState, move


@transaction.atomic
def ask_break_glass(*, desk: Desk, reason: str, by: User, at: datetime) -> TwoPersonAct:
    """Ask to see what stands on a desk for one hour.

    Effects: an entry on the desk, a notice to the administrators. Raises NotPermitted, NobodyElse
    where no second administrator could grant it, ReasonMissing.
    """
    kind = TwoPersonKind.BREAK_GLASS
    check_can_ask(by, kind)
    check_somebody_may_grant(by)
    act = ask_for(kind=kind, reason=reason, by=by, at=at, desk=desk)
    notify_administrators(kind=NoticeKind.BREAK_GLASS, at=at, about=act)
    return act


@transaction.atomic
def end_break_glass(*, act: TwoPersonAct, by: User, at: datetime) -> None:
    """End break-glass before its hour is over; one ledger entry.

    Raises NotFound or NotPermitted unless `by` keeps accounts or coordinates the desk;
    NotInThatState where it is over.
    """
    check_can_end_glass(by, act)
    if act.until is None or act.until <= at:
        raise NotInThatState
    move(act, TWO_PERSON, "end", by=by, at=at, facts={"asked_for": act.kind}, until=at)


@transaction.atomic
def note_looked(
    *, acts: Iterable[TwoPersonAct], route: str, at: datetime, by: User, seen: models.Model | None
) -> None:
    """Enter that a page was answered while break-glass was open: one entry for each act, on its
    desk, with the page's route and the object `seen` on it, if any."""
    about = [] if seen is None else [seen]
    facts = {"route": route, **({} if seen is None else {"looked_at": str(seen)})}
    record_many(
        draft("glass.looked", act, *about, by=by, at=at, reason=act.reason, facts=facts)
        for act in acts
    )
