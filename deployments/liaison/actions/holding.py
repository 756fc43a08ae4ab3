"""Holding a case: one at a time works on it, and finds it as it is by then."""

from uuid import UUID

from django.db.models import QuerySet

from corps.accounts.queries.sight import ask_anew
from corps.audit.actions import By
from deployments.liaison.models import Case
from deployments.liaison.rules.cases import check_can_keep_case


def hold_case(case: Case) -> None:
    """Lock a case until the transaction ends, and read it as it stands now."""
    rows = Case.objects.select_for_update(of=("self",), no_key=True)
    case.refresh_from_db(from_queryset=rows.select_related("desk", "owner", "agency", "holder"))


def hold_cases(cases: QuerySet[Case]) -> dict[UUID, Case]:
    """Lock cases until the transaction ends, in the one order in which all who lock many do; return
    them by their ids. Permits are locked after the cases they are in."""
    rows = cases.select_for_update(of=("self",), no_key=True).order_by("pk")
    return {case.pk: case for case in rows}


def keep_case(by: By, case: Case) -> None:
    """Hold a case for one who may keep it, and who still may when it is their turn. Raises NotFound
    for one who may not see it, NotPermitted for one who only may."""
    check_can_keep_case(by, case)
    hold_case(case)
    ask_anew(by)
    check_can_keep_case(by, case)
