"""Applying for permits by a case: many at once, by a new case or by one that is open."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from corps.accounts.models import User
from corps.accounts.queries.sight import ask_anew
from corps.audit.actions import By, record
from corps.errors import NotFound
from corps.workflow.moves import NotInThatState
from deployments.agencies.models import Agency
from deployments.liaison.actions.cases import about_case, open_case
from deployments.liaison.actions.holding import hold_cases, keep_case
from deployments.liaison.actions.links import link_deployment, link_volunteers
from deployments.liaison.actions.naming import told_counts_as_search
from deployments.liaison.models import Case, CaseKind, Permit
from deployments.liaison.queries.permits import permits_visible_to, with_their_places
from deployments.liaison.rules.cases import check_can_keep_case, check_case_is_open
from deployments.liaison.rules.permits import (
    AnotherDeployment,
    check_can_be_applied_for,
    check_can_change_permits,
    check_no_request_waits,
)
from deployments.models import Deployment


@told_counts_as_search
@transaction.atomic
def open_permit_case(
    *,
    deployment: Deployment,
    permits: Iterable[Permit],
    agency: Agency,
    subject: str,
    due: date | None = None,
    by: By,
    at: datetime,
) -> Case:
    """Open a case by which these permits of a deployment are to be applied for; it concerns the
    people they are for. They are applied for when its letter is sent.

    Effects: those of open_case and put_into_case. Raises NotFound, NotPermitted, and what those
    two raise.
    """
    check_can_change_permits(by, deployment)
    case = open_case(
        by=by,
        at=at,
        desk=deployment.desk,
        kind=CaseKind.PERMITS,
        subject=subject,
        agency=agency,
        due=due,
        deployments=[deployment],
    )
    put_into_case(case=case, permits=permits, by=by, at=at)
    return case


@told_counts_as_search
@transaction.atomic
def put_into_case(*, case: Case, permits: Iterable[Permit], by: By, at: datetime) -> None:
    """Add permits to a case, by whose next request they are applied for; the people they are for
    are linked to it, and so are their deployments where it is about none so far. Another case that
    they were in applies for them no more.

    Effects: the permits' case, one ledger entry; the links, each with its own. Raises NotFound for
    a case or a permit that `by` may not see, NotPermitted, CaseClosed, NothingChosen, PersonLeft,
    AppliedAlready, AnotherDeployment for permits of a deployment that the case, being about some,
    is not about, and RequestUnderWay once others have read what this case, or one that they leave,
    applies for, and what `link_volunteers` does.
    """
    check_can_keep_case(by, case)
    wanted = {permit.pk for permit in permits}
    held = _hold_cases(case, wanted)
    keep_case(by, case)
    check_case_is_open(case)
    chosen = _chosen(wanted, by)
    check_can_keep_case(by, case)
    if any(permit.case_id not in held for permit in chosen if permit.case_id):
        raise NotInThatState
    check_can_be_applied_for(chosen)
    check_no_request_waits(*held.values())
    _check_belong(chosen, case)
    _link_deployments(chosen, case, by=by, at=at)
    people = {permit.assignment.volunteer for permit in chosen}
    link_volunteers(case=case, volunteers=sorted(people, key=lambda one: one.pk), by=by, at=at)
    Permit.objects.filter(pk__in=[permit.pk for permit in chosen]).update(case=case)
    codes = sorted({permit.kind.code for permit in chosen})
    facts = {"permits": len(chosen), "permit_kind": codes}
    record("case.permits_added", case, *about_case(case), *chosen, by=by, at=at, facts=facts)


def _hold_cases(case: Case, wanted: set[UUID]) -> dict[UUID, Case]:
    """Return the case and those that the permits leave, locked in one order, by their ids."""
    left = Permit.objects.filter(pk__in=wanted, case__isnull=False).values("case")
    return hold_cases(Case.objects.filter(Q(pk=case.pk) | Q(pk__in=left)))


def _chosen(wanted: set[UUID], by: By) -> list[Permit]:
    """Return the permits as they stand now, locked. Raises NotFound for one `by` may not see."""
    rows = Permit.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted)
    found = list(with_their_places(rows).order_by("pk"))
    if isinstance(by, User):
        ask_anew(by)
        seen = permits_visible_to(by).filter(pk__in=wanted).count()
        if seen != len(wanted):
            raise NotFound
    return found


def _check_belong(permits: Iterable[Permit], case: Case) -> None:
    """Raise unless all are of the case's desk and, where it is about deployments, of those."""
    own = set(case.deployments.values_list("pk", flat=True))
    for permit in permits:
        deployment = permit.assignment.slot.deployment
        if deployment.desk_id != case.desk_id or (own and deployment.pk not in own):
            raise AnotherDeployment


def _link_deployments(permits: Iterable[Permit], case: Case, *, by: By, at: datetime) -> None:
    """Let a case that is about no deployment so far be about those of the permits."""
    if not case.deployments.exists():
        work = {permit.assignment.slot.deployment for permit in permits}
        for deployment in sorted(work, key=lambda one: one.pk):
            link_deployment(case=case, deployment=deployment, by=by, at=at)
