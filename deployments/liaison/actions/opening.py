"""Opening a case from the page of what it is about."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from corps.accounts.models import User
from corps.audit.actions import By
from deployments.agencies.models import Agency
from deployments.liaison.actions.cases import open_case
from deployments.liaison.actions.naming import told_counts_as_search
from deployments.liaison.actions.permit_cases import put_into_case
from deployments.liaison.models import Case, CaseKind
from deployments.liaison.queries.permits import APPLIES, LISTED, permits_visible_to
from deployments.models import Deployment
from volunteers.models import Volunteer


@told_counts_as_search
@transaction.atomic
def open_case_of_deployment(
    *,
    deployment: Deployment,
    volunteers: Iterable[Volunteer],
    kind: str,
    subject: str,
    agency: Agency,
    due: date | None,
    by: By,
    at: datetime,
) -> Case:
    """Open a case about some people of a deployment; one about permits takes in those that they
    still lack, to be applied for when its letter goes out.

    Effects: those of open_case, and of put_into_case where there are such permits. Raises what
    those two raise.
    """
    people = list(volunteers)
    case = open_case(
        by=by,
        at=at,
        desk=deployment.desk,
        kind=kind,
        subject=subject,
        agency=agency,
        due=due,
        deployments=[deployment],
        volunteers=people,
    )
    if kind == CaseKind.PERMITS and isinstance(by, User):
        lacking = permits_visible_to(by).filter(
            state__in=APPLIES,
            assignment__state__in=LISTED,
            assignment__slot__deployment=deployment,
            assignment__volunteer__in=people,
        )
        if lacking.exists():
            put_into_case(case=case, permits=lacking, by=by, at=at)
    return case
