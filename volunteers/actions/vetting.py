"""Vetting: opened by a coordinator, checked and recommended by one, decided by another."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.audit.actions import CLOCK, By, record
from corps.errors import Refusal
from corps.workflow.moves import NotInThatState, move
from volunteers.models import VettingCase, VettingCheck, Volunteer
from volunteers.models.vetting import CheckKind
from volunteers.queries.availability import today_of
from volunteers.queries.vetting import UNDER_WAY, over_somewhere
from volunteers.rules import (
    check_can_decide_vetting,
    check_can_open_vetting_case,
    check_can_revoke_clearance,
    check_can_vet,
)
from volunteers.states import VETTING

BATCH = 500

ABOUT_HEALTH = (CheckKind.MEDICAL, CheckKind.PSYCHOLOGICAL)
"""Checks whose outcome stays out of the ledger, which can never be erased."""


class CaseUnderWay(Refusal):
    """The volunteer's earlier case is not decided yet."""

    message = _("A vetting case of this volunteer is under way already.")


class NothingChecked(Refusal):
    """A recommendation without a single check."""

    message = _("Enter at least one check before you recommend.")


class AboveRecommendation(Refusal):
    """A clearance higher than the one recommended."""

    message = _("The clearance may not be higher than the level recommended.")


class ClearanceOver(Refusal):
    """A clearance that would end before it begins."""

    message = _("The last day lies in the past.")


@transaction.atomic
def open_vetting_case(*, volunteer: Volunteer, by: By, at: datetime) -> VettingCase:
    """Open a vetting case for a volunteer; one ledger entry.

    Raises NotFound or NotPermitted, VolunteerGone, and CaseUnderWay while another is undecided.
    """
    volunteer = Volunteer.objects.select_for_update().select_related(None).get(pk=volunteer.pk)
    check_can_open_vetting_case(by, volunteer)
    if VettingCase.objects.filter(volunteer=volunteer, state__in=UNDER_WAY).exists():
        raise CaseUnderWay
    opener = by if isinstance(by, User) else None
    case = VettingCase.objects.create(volunteer=volunteer, state_since=at, opened_by=opener)
    record("vetting.opened", case, volunteer, by=by, at=at)
    return case


@transaction.atomic
def begin_checks(*, case: VettingCase, by: By, at: datetime) -> None:
    """Begin the checks of an open case; one ledger entry."""
    check_can_vet(by, case)
    move(case, VETTING, "check", by=by, at=at, about=(case.volunteer,))


@transaction.atomic
def enter_check(
    *,
    case: VettingCase,
    kind: str,
    outcome: str,
    valid_until: date | None,
    by: User,
    at: datetime,
) -> VettingCheck:
    """Enter how a check came out, in place of what was entered before; one ledger entry.

    `valid_until` is the first day on which it no longer counts. Raises NotInThatState unless the
    checks of the case are under way.
    """
    check_can_vet(by, case)
    _lock(case)
    if case.state != "checks":
        raise NotInThatState
    values = {"outcome": outcome, "valid_until": valid_until, "officer": by, "at": at}
    check, _made = VettingCheck.objects.update_or_create(case=case, kind=kind, defaults=values)
    facts = {"check": kind} if kind in ABOUT_HEALTH else {"check": kind, "outcome": outcome}
    record("vetting.check_entered", case, case.volunteer, by=by, at=at, facts=facts)
    return check


@transaction.atomic
def recommend_clearance(*, case: VettingCase, level: int, by: User, at: datetime) -> None:
    """Recommend a level for another person to decide on; one ledger entry.

    Raises NothingChecked for a case without a check.
    """
    check_can_vet(by, case)
    if not case.checks.exists():
        raise NothingChecked
    move(
        case,
        VETTING,
        "recommend",
        by=by,
        at=at,
        about=(case.volunteer,),
        facts={"level": level},
        recommended_by=by,
        recommended_at=at,
        recommended_level=level,
    )


@transaction.atomic
def decide_clearance(
    *, case: VettingCase, level: int, last_day: date, by: User, at: datetime
) -> None:
    """Grant a clearance from today to `last_day`, both included; one ledger entry.

    Days are those of the volunteer's time zone. Raises OwnRecommendation for the one who
    recommended it (the database refuses it too), AboveRecommendation and ClearanceOver.
    """
    check_can_decide_vetting(by, case)
    today = today_of(case.volunteer, at=at)
    if last_day < today:
        raise ClearanceOver
    if case.recommended_level is not None and level > case.recommended_level:
        raise AboveRecommendation
    move(
        case,
        VETTING,
        "clear",
        by=by,
        at=at,
        about=(case.volunteer,),
        facts={"level": level, "last_day": last_day.isoformat()},
        decided_by=by,
        decided_at=at,
        level=level,
        holds=(today, last_day + timedelta(days=1)),
    )
    case.refresh_from_db(fields=["holds"])


@transaction.atomic
def refuse_clearance(*, case: VettingCase, reason: str, by: User, at: datetime) -> None:
    """Refuse a clearance, with a reason; one ledger entry. Raises OwnRecommendation likewise."""
    check_can_decide_vetting(by, case)
    about = (case.volunteer,)
    decided: dict[str, Any] = {"decided_by": by, "decided_at": at}
    move(case, VETTING, "refuse", by=by, at=at, about=about, reason=reason, **decided)


@transaction.atomic
def revoke_clearance(*, case: VettingCase, reason: str, by: By, at: datetime) -> None:
    """Revoke a clearance that holds, with a reason; one ledger entry."""
    check_can_revoke_clearance(by, case)
    move(case, VETTING, "revoke", by=by, at=at, about=(case.volunteer,), reason=reason)


def lapse_clearances(*, at: datetime) -> int:
    """Let every clearance lapse whose last day is over where its volunteer is; return how many.

    Effects: one move and one ledger entry, by the clock, for each; BATCH of them in one
    transaction. What another worker holds is left to it.
    """
    lapsed, after = 0, None
    while True:
        after, done = _lapse_batch(at=at, after=after)
        lapsed += done
        if after is None:
            return lapsed


@transaction.atomic
def _lapse_batch(*, at: datetime, after: object) -> tuple[object, int]:
    """Lapse the next cases after `after`; return the last key looked at, or None at the end."""
    waiting = over_somewhere(at=at).order_by("pk")
    if after is not None:
        waiting = waiting.filter(pk__gt=after)
    locked = waiting.select_for_update(skip_locked=True, of=("self",))
    cases = list(locked.select_related("volunteer__desk")[:BATCH])
    over = [case for case in cases if case.holds.upper <= today_of(case.volunteer, at=at)]
    for case in over:
        move(case, VETTING, "lapse", by=CLOCK, at=at, about=(case.volunteer,))
    return (cases[-1].pk if len(cases) == BATCH else None), len(over)


def _lock(case: VettingCase) -> None:
    """Wait for the case, and read its state as it is now."""
    case.state = (
        VettingCase.objects.select_for_update().values_list("state", flat=True).get(pk=case.pk)
    )
