"""What happens to a deployment: made, changed, and moved from state to state."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk
from corps.audit.actions import By, record
from corps.errors import Refusal
from corps.workflow.moves import move
from deployments.actions.assignments import end_all
from deployments.actions.constraints import refusing
from deployments.actions.locks import wait_for_turn
from deployments.actions.sharing import end_all_sharing
from deployments.agencies.models import Agency
from deployments.models import Assignment, Deployment
from deployments.queries.days import days_of_period, period_of_days
from deployments.rules import (
    check_can_change_deployment,
    check_can_make_deployment,
    check_is_planned,
)
from deployments.states import DEPLOYMENT, HOLDING


class LastBeforeFirst(Refusal):
    """The last day lies before the first."""

    message = _("The last day lies before the first.")


class CodenameTaken(Refusal):
    """Another deployment has this codename."""

    message = _("This codename is taken.")


class PlacesOutside(Refusal):
    """A place would lie outside the deployment's days."""

    message = _("There are places outside these days: change or remove them first.")


class PlacesAlready(Refusal):
    """The time zone decides which instants the days of the places are."""

    message = _("There are places already: the time zone can no longer be changed.")


class StillHeld(Refusal):
    """The deployment is to be closed while volunteers hold its places."""

    message = _("Volunteers still hold places: complete or cancel their assignments first.")


@transaction.atomic
def make_deployment(
    *,
    by: By,
    at: datetime,
    desk: Desk,
    codename: str,
    first_day: date,
    last_day: date,
    host_agency: Agency | None = None,
    country: str = "UA",
    region: str = "",
    time_zone: Any = "Europe/Kyiv",
    clearance: int = 2,
) -> Deployment:
    """Make a deployment in draft on a desk; `first_day` and `last_day`, both included, are days in
    `time_zone`, `clearance` is 1 to 3.

    Effects: the deployment, one ledger entry. Raises NotPermitted, LastBeforeFirst, CodenameTaken.
    """
    check_can_make_deployment(by, desk)
    deployment = Deployment(
        desk=desk,
        state_since=at,
        period=_period(first_day, last_day, time_zone),
        codename=codename.strip(),
    )
    deployment.host_agency, deployment.country, deployment.region = (
        host_agency,
        country,
        region.strip(),
    )
    deployment.time_zone, deployment.clearance = time_zone, clearance
    with refusing({"deployment_codename": CodenameTaken}):
        deployment.save(force_insert=True)
    deployment.refresh_from_db()
    record("deployment.made", deployment, by=by, at=at, facts=_told(deployment))
    return deployment


@transaction.atomic
def change_deployment(
    *,
    deployment: Deployment,
    by: By,
    at: datetime,
    codename: str,
    first_day: date,
    last_day: date,
    host_agency: Agency | None,
    country: str,
    region: str,
    time_zone: Any,
    clearance: int,
) -> None:
    """Change what a deployment is; its places keep the clearance they were made with.

    Effects: the deployment, one ledger entry with what changed (none when nothing did). Raises
    NotFound, NotPermitted, DeploymentOver, LastBeforeFirst, CodenameTaken, PlacesAlready for
    another time zone when there are places, PlacesOutside when a place would lie outside the days.
    """
    check_can_change_deployment(by, deployment)
    wait_for_turn(deployment)
    deployment.refresh_from_db()
    check_is_planned(deployment)
    before = _told(deployment)
    if str(deployment.time_zone) != str(time_zone) and deployment.slots.exists():
        raise PlacesAlready
    deployment.period = _period(first_day, last_day, time_zone)
    if deployment.slots.exclude(period__contained_by=deployment.period).exists():
        raise PlacesOutside
    deployment.codename, deployment.host_agency = codename.strip(), host_agency
    deployment.country, deployment.region = country, region.strip()
    deployment.time_zone, deployment.clearance = time_zone, clearance
    with refusing({"deployment_codename": CodenameTaken}):
        deployment.save(update_fields=list(FIELDS))
    deployment.refresh_from_db()
    after = _told(deployment)
    changed = {
        name: {"from": before[name], "to": value}
        for name, value in after.items()
        if before[name] != value
    }
    if changed:
        record("deployment.changed", deployment, by=by, at=at, facts=changed)


@transaction.atomic
def hand_over_deployment(*, deployment: Deployment, desk: Desk, by: By, at: datetime) -> None:
    """Put a deployment on another desk, whose members see it at once, those of the old no more.

    Effects: the desk; every share, with people and with agencies, ends, since the new desk has
    decided none of them; one ledger entry, and one for each share. Raises NotFound, NotPermitted
    unless `by` may make deployments on both desks.
    """
    wait_for_turn(deployment)
    deployment.refresh_from_db()
    check_can_change_deployment(by, deployment)
    check_can_make_deployment(by, desk)
    if deployment.desk == desk:
        return
    facts = {"desk": {"from": deployment.desk.slug, "to": desk.slug}}
    record("deployment.handed_over", deployment, by=by, at=at, facts=facts)
    end_all_sharing(deployment=deployment, by=by, at=at)
    deployment.desk = desk
    deployment.save(update_fields=["desk"])


@transaction.atomic
def move_deployment(
    *, deployment: Deployment, move_name: str, by: By, at: datetime, reason: str = ""
) -> None:
    """Move a deployment by one of the moves of DEPLOYMENT.

    Effects: the deployment's state, one ledger entry. `cancel` (with a reason) cancels every
    assignment that is not over, `close` every proposal; each is recorded. Raises NotFound,
    NotPermitted, StillHeld for `close` while a place is held, NotInThatState, ReasonMissing.
    """
    check_can_change_deployment(by, deployment)
    wait_for_turn(deployment)
    if move_name == "close" and _held(deployment):
        raise StillHeld
    move(deployment, DEPLOYMENT, move_name, by=by, at=at, reason=reason)
    if move_name in ("cancel", "close"):
        why = reason or str(_("The deployment was closed."))
        end_all(Assignment.objects.filter(slot__deployment=deployment), by=by, at=at, reason=why)


FIELDS = ("codename", "period", "host_agency", "country", "region", "time_zone", "clearance")


def _period(first_day: date, last_day: date, zone: Any) -> Any:
    if last_day < first_day:
        raise LastBeforeFirst
    return period_of_days(first_day, last_day, zone)


def _held(deployment: Deployment) -> bool:
    return Assignment.objects.filter(slot__deployment=deployment, state__in=HOLDING).exists()


def _told(deployment: Deployment) -> dict[str, Any]:
    """Return the plain values of a deployment, as the ledger tells them."""
    agency = deployment.host_agency
    first, last = days_of_period(deployment.period, deployment.time_zone)
    return {
        "codename": deployment.codename,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "host_agency": agency.slug if agency else "",
        "country": str(deployment.country),
        "region": deployment.region,
        "time_zone": str(deployment.time_zone),
        "clearance": deployment.clearance,
    }
