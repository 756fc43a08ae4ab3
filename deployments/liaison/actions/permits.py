"""What happens to permits: needed by a deployment, listed for its people, applied for, answered,
over.

A permit's entry stands about its assignment, deployment, volunteer and case as well. The number
that an authority gave is in no entry. Lapsing, answering and applying lock the permits' rows in one
order; needing one locks the deployment first, as confirming somebody does.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from corps.accounts.queries.sight import ask_anew
from corps.audit.actions import CLOCK, By, draft, record, record_many
from corps.workflow.moves import NotInThatState
from deployments.liaison.actions.holding import hold_cases, keep_case
from deployments.liaison.actions.naming import look_through, told_counts_as_search
from deployments.liaison.actions.permit_moves import (
    about_permit,
    facts_of,
    hold_permit,
    hold_permits,
    move_permit,
)
from deployments.liaison.models import Case, Permit, PermitKind, PermitNeed
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.queries.permits import APPLIES, LISTED, kinds_needed
from deployments.liaison.rules.cases import check_can_keep_case
from deployments.liaison.rules.permits import (
    OfAnotherCase,
    PermitAnswer,
    check_can_change_permit,
    check_can_set_needs,
    check_days,
    check_lapses,
    check_no_request_waits,
    check_nothing_missing,
)
from deployments.liaison.states import PERMIT
from deployments.models import Assignment, Deployment
from deployments.rules import check_is_planned
from volunteers.models import Consent, Purpose

LAPSED_AT_ONCE = 500


# -- what a deployment needs


@transaction.atomic
def need_permit(*, deployment: Deployment, kind: PermitKind, by: By, at: datetime) -> None:
    """Say that a deployment needs this kind of permit for each of its people.

    Effects: the need; a permit in `needed` for everybody who is confirmed or at work; one entry,
    and one for each permit; nothing when it is needed already. Raises NotFound, NotPermitted,
    DeploymentOver.
    """
    _begin(deployment, by)
    _need, made = PermitNeed.objects.get_or_create(deployment=deployment, kind=kind)
    if not made:
        return
    facts = {"permit_kind": kind.code}
    record("deployment.permit_needed", deployment, by=by, at=at, facts=facts)
    here = Assignment.objects.filter(slot__deployment=deployment, state__in=LISTED)
    locked = here.select_for_update(of=("self",), no_key=True).order_by("pk")
    people = locked.exclude(permits__kind=kind).select_related("slot__role", "volunteer")
    _list([(assignment, kind) for assignment in people], deployment, by=by, at=at)


@transaction.atomic
def unneed_permit(*, deployment: Deployment, kind: PermitKind, by: By, at: datetime) -> None:
    """Say that a deployment does not need this kind of permit any more.

    Effects: the need; permits in `needed` go with it, all others stay; one entry, and one for each
    permit that goes; nothing when it is not needed. Raises NotFound, NotPermitted, DeploymentOver,
    RequestUnderWay once others have read a request that applies for one of them, NotInThatState
    where one came into a case just now.
    """
    _begin(deployment, by)
    gone, _each = PermitNeed.objects.filter(deployment=deployment, kind=kind).delete()
    if not gone:
        return
    facts = {"permit_kind": kind.code}
    record("deployment.permit_not_needed", deployment, by=by, at=at, facts=facts)
    unused = _unused(deployment, [kind])
    cases = hold_cases(Case.objects.filter(pk__in=unused.values("case")))
    check_no_request_waits(*cases.values())
    permits = list(hold_permits(unused))
    if any(permit.case_id not in cases for permit in permits if permit.case_id):
        raise NotInThatState
    told = [
        draft("permit.dropped", permit, *about_permit(permit), by=by, at=at, facts=facts)
        for permit in permits
    ]
    record_many(told)
    Permit.objects.filter(pk__in=[permit.pk for permit in permits]).delete()


@transaction.atomic
def set_permit_needs(
    *, deployment: Deployment, kinds: Iterable[PermitKind], by: By, at: datetime
) -> None:
    """Say which kinds of permit a deployment needs, all of them; effects and refusals are those of
    need_permit and unneed_permit for what differs."""
    _begin(deployment, by)
    wanted, now = set(kinds), set(kinds_needed(deployment))
    hold_cases(Case.objects.filter(pk__in=_unused(deployment, now - wanted).values("case")))
    for kind in sorted(wanted - now, key=lambda one: one.code):
        need_permit(deployment=deployment, kind=kind, by=by, at=at)
    for kind in sorted(now - wanted, key=lambda one: one.code):
        unneed_permit(deployment=deployment, kind=kind, by=by, at=at)


def hold_deployment(deployment: Deployment) -> None:
    """Lock a deployment's row until the transaction ends, so that what it needs stays as it is, and
    read its state and its desk as they stand now. Others may go on referring to it."""
    rows = Deployment.objects.select_for_update(of=("self",), no_key=True).select_related("desk")
    deployment.refresh_from_db(fields=["state", "desk"], from_queryset=rows)


def list_permits_for(*, assignment: Assignment, by: By, at: datetime) -> None:
    """Give a confirmed assignment its list: a permit in `needed` for each kind that the deployment
    needs and it has none of; one entry each. The caller holds the transaction, and the deployment
    before the assignment."""
    deployment = assignment.slot.deployment
    here = set(assignment.permits.values_list("kind_id", flat=True))
    new = [(assignment, kind) for kind in kinds_needed(deployment) if kind.pk not in here]
    _list(new, deployment, by=by, at=at)


def check_ready(assignment: Assignment, *, at: datetime) -> None:
    """Raise NotReady unless nothing is missing for the assignment to begin; what the volunteer has
    consented to stays so until the transaction ends, a withdrawal at this moment waits. The
    assignment is locked first, as by a volunteer who leaves."""
    row = Assignment.objects.select_for_update(of=("self",), no_key=True).filter(pk=assignment.pk)
    list(row.values_list("pk"))
    given = Consent.objects.filter(
        volunteer=assignment.volunteer, term__purpose=Purpose.SERVICE, withdrawn_at=None
    )
    list(given.select_for_update(of=("self",), no_key=True).order_by("pk"))
    check_nothing_missing(assignment, at=at)


# -- applying and answering


@transaction.atomic
def permits_applied(case: Case, by: By, at: datetime) -> int:
    """Let the permits of a case be applied for, since its letter goes out: those that are needed,
    refused or lapsed, of people whom the case concerns and who still hold their places. One entry
    each.

    Returns how many. For whoever sends the letter, in the same transaction; may they is the
    letter's own question. A second request in a case applies again for what was refused.
    """
    waiting = Permit.objects.filter(case=case, state__in=APPLIES, assignment__state__in=LISTED)
    concerned = case.concerned.values("volunteer")
    permits = list(hold_permits(waiting.filter(assignment__volunteer__in=concerned)))
    for permit in permits:
        move_permit(permit, "apply", by=by, at=at, since=None, until=None, reference="")
    return len(permits)


@told_counts_as_search
@transaction.atomic
def answer_permits(
    *, case: Case, answers: Mapping[Permit, PermitAnswer], by: By, at: datetime
) -> None:
    """Enter what an authority answered, for each permit that a case applied for; the others of the
    case stay applied for.

    A granted permit whose last day is not told, of a kind with a usual length, holds that long
    from its first day on, or from today in Seoul.
    Effects: each permit granted, refused, or needed again where nothing was said of it, one entry
    each. Raises NotFound, NotPermitted, OfAnotherCase, OverBeforeItBegins, LastDayMissing,
    NotInThatState for one that has an answer already, IdentityTyped for a number (which counts as
    a search).
    """
    keep_case(by, case)
    said = {permit.pk: answer for permit, answer in answers.items()}
    permits = list(hold_permits(Permit.objects.filter(pk__in=said)))
    ask_anew(by)
    check_can_keep_case(by, case)
    if any(permit.case_id != case.pk for permit in permits) or len(permits) != len(said):
        raise OfAnotherCase
    for permit in permits:
        answer = said[permit.pk]
        if answer.granted:
            move_permit(permit, "grant", by=by, at=at, **_days(permit.kind, answer, at=at))
        else:
            name = "put_back" if answer.granted is None else "refuse"
            move_permit(permit, name, by=by, at=at)
    numbers = [answer.reference for answer in said.values() if answer.granted]
    look_through(by, case, *numbers, at=at)


@told_counts_as_search
@transaction.atomic
def correct_permit(
    *,
    permit: Permit,
    by: By,
    at: datetime,
    reference: str,
    since: date | None,
    until: date | None,
) -> None:
    """Correct the number and the days, both included, of a granted permit.

    Effects: the permit, one entry with the names of what changed and the days (none when nothing
    did). Raises NotFound, NotPermitted, NotInThatState, OverBeforeItBegins, LastDayMissing,
    IdentityTyped for the number (which counts as a search).
    """
    locked = _keep_permit(permit, by)
    check_days(since, until)
    check_lapses(until)
    if locked.state != "granted":
        raise NotInThatState
    new = {"reference": reference.strip(), "since": since, "until": until}
    changed = sorted(name for name, value in new.items() if getattr(locked, name) != value)
    if not changed:
        return
    assert locked.case is not None, "what was granted has a case, by constraint"
    for name, value in new.items():
        setattr(locked, name, value)
    locked.save(update_fields=changed)
    facts = {"changed": changed, **facts_of(locked)}
    record("permit.corrected", locked, *about_permit(locked), by=by, at=at, facts=facts)
    if "reference" in changed:
        look_through(by, locked.case, reference, at=at)


@transaction.atomic
def end_permit(*, permit: Permit, by: By, at: datetime, reason: str) -> None:
    """Enter that a granted permit no longer holds, because the authority took it back say.
    Raises NotFound, NotPermitted, NotInThatState."""
    move_permit(_keep_permit(permit, by), "lapse", by=by, at=at, reason=reason)


@transaction.atomic
def lapse_permits(*, at: datetime) -> int:
    """Let those permits lapse whose last day is over in Seoul at the instant `at`, by the clock:
    one entry each; returns how many, at most LAPSED_AT_ONCE at a time."""
    over = Permit.objects.filter(state="granted", until__lt=day_in_seoul(at))
    permits = list(hold_permits(over)[:LAPSED_AT_ONCE])
    for permit in permits:
        move_permit(permit, "lapse", by=CLOCK, at=at)
    return len(permits)


# -- parts


def _begin(deployment: Deployment, by: By) -> None:
    check_can_set_needs(by, deployment)
    hold_deployment(deployment)
    ask_anew(by)
    check_can_set_needs(by, deployment)
    check_is_planned(deployment)


def _unused(deployment: Deployment, kinds: Iterable[PermitKind]) -> QuerySet[Permit]:
    """Return the permits that go with the needs for these kinds."""
    needed = Permit.objects.filter(state=PERMIT.initial, kind__in=list(kinds))
    return needed.filter(assignment__slot__deployment=deployment)


def _keep_permit(permit: Permit, by: By) -> Permit:
    """Return a permit, locked, for one who may enter something about it, and who still may when it
    is their turn."""
    check_can_change_permit(by, permit)
    locked = hold_permit(permit)
    ask_anew(by)
    check_can_change_permit(by, locked)
    return locked


def _list(
    wanted: list[tuple[Assignment, PermitKind]], deployment: Deployment, *, by: By, at: datetime
) -> None:
    permits = []
    for assignment, kind in wanted:
        assignment.slot.deployment = deployment
        permits.append(Permit(assignment=assignment, kind=kind, state_since=at))
    Permit.objects.bulk_create(permits)
    record_many(
        draft("permit.listed", permit, *about_permit(permit), by=by, at=at, facts=facts_of(permit))
        for permit in permits
    )


def _days(kind: PermitKind, answer: PermitAnswer, *, at: datetime) -> dict[str, Any]:
    until = answer.until
    if until is None and kind.lasts_days:
        first = answer.since or day_in_seoul(at)
        until = first + timedelta(days=kind.lasts_days - 1)
    check_days(answer.since, until)
    check_lapses(until)
    return {"reference": answer.reference.strip(), "since": answer.since, "until": until}
