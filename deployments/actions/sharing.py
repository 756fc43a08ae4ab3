"""Sharing one deployment: with an agency (its group may see it), or with one person for a time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.queries.sight import permission_to_view
from corps.accounts.rules.sharing import check_share_ends
from corps.audit.actions import CLOCK, By, draft, record, record_many
from corps.errors import Refusal
from deployments.actions.locks import wait_for_turn
from deployments.agencies.models import Agency
from deployments.agencies.rules import check_share_deployment
from deployments.models import (
    Deployment,
    DeploymentGroupObjectPermission,
    DeploymentUserObjectPermission,
)
from deployments.queries.partner import agencies_sharing
from deployments.queries.sharing import people_to_share_with, shares_of, shares_over
from deployments.rules import check_can_change_deployment


class SharedAlready(Refusal):
    """The agency reads the deployment already."""

    message = _("This deployment is shared with this agency already.")


class NotShared(Refusal):
    """The agency does not read the deployment."""

    message = _("This deployment is not shared with this agency.")


class NotShareable(Refusal):
    """The person's role sees no deployments, or the person is on the deployment's desk."""

    message = _("This person's role sees no deployments, or sees this one already.")


class NotSharedWith(Refusal):
    """There is nothing to end."""

    message = _("This deployment is not shared with this person.")


@transaction.atomic
def share_deployment(*, deployment: Deployment, agency: Agency, by: By, at: datetime) -> None:
    """Let an agency read a deployment through the API.

    Effects: one object permission of the agency's group, one ledger entry. Raises NotPermitted
    unless `by` is a coordinator of the deployment's desk, and SharedAlready.
    """
    _wait_for_desk(deployment)
    check_share_deployment(by, deployment)
    _shared, fresh = DeploymentGroupObjectPermission.objects.get_or_create(
        group_id=agency.group_id,
        permission=permission_to_view(Deployment),
        content_object=deployment,
    )
    if not fresh:
        raise SharedAlready
    record("deployment.shared", deployment, agency, by=by, at=at, facts={"agency": agency.slug})


@transaction.atomic
def end_share(
    *, deployment: Deployment, agency: Agency, by: By, at: datetime, reason: str = ""
) -> None:
    """Let an agency read a deployment no longer, from its next request on.

    Effects: the object permission removed, one ledger entry. Raises NotPermitted and NotShared.
    """
    check_share_deployment(by, deployment)
    removed, _each = DeploymentGroupObjectPermission.objects.filter(
        group_id=agency.group_id,
        permission=permission_to_view(Deployment),
        content_object=deployment,
    ).delete()
    if not removed:
        raise NotShared
    facts = {"agency": agency.slug}
    record("deployment.share_ended", deployment, agency, by=by, at=at, reason=reason, facts=facts)


@transaction.atomic
def share_deployment_with(
    *, deployment: Deployment, person: User, until: datetime, by: By, at: datetime
) -> None:
    """Let one more person see a deployment until the instant `until`, itself excluded: with its
    places, teams and assignments, and of the volunteers in it those whom the person sees anyway.

    Effects: one object permission; sharing again gives it the new end; one ledger entry. Raises
    NotFound, NotPermitted, NotShareable, EndOutOfRange.
    """
    _wait_for_desk(deployment)
    check_can_change_deployment(by, deployment)
    check_share_ends(until, at=at)
    if not people_to_share_with(deployment).filter(pk=person.pk).exists():
        raise NotShareable
    running = shares_of(deployment, at=at).filter(user=person).first()
    DeploymentUserObjectPermission.objects.update_or_create(
        user=person,
        permission=permission_to_view(Deployment),
        content_object=deployment,
        defaults={"until": until},
    )
    verb = "deployment.sharing_changed" if running else "deployment.shared_with_person"
    facts = {"with": person.username, "until": _told(until)}
    if running:
        facts["until"] = {"from": _told(running.until), "to": _told(until)}
    record(verb, deployment, person, by=by, at=at, facts=facts)


@transaction.atomic
def end_sharing_with(*, deployment: Deployment, person: User, by: By, at: datetime) -> None:
    """End what `share_deployment_with` began, before its end; one ledger entry.

    Raises NotFound, NotPermitted, NotSharedWith.
    """
    check_can_change_deployment(by, deployment)
    running = shares_of(deployment, at=at).filter(user=person)
    if not _end(running, "deployment.sharing_ended", by=by, at=at):
        raise NotSharedWith


@transaction.atomic
def end_all_sharing(*, deployment: Deployment, by: By, at: datetime) -> None:
    """End every share of a deployment that goes to another desk, which has decided none of them,
    with people and with agencies; one ledger entry each. The caller may change the deployment."""
    _end(shares_of(deployment, at=at), "deployment.sharing_ended", by=by, at=at)
    for agency in agencies_sharing(deployment):
        end_share(deployment=deployment, agency=agency, by=by, at=at)


@transaction.atomic
def end_shares_over(*, at: datetime) -> int:
    """Remove what was shared with people until `at` or earlier; one ledger entry each. Returns how
    many. Such a share shows nothing any more, whether or not this has run."""
    return _end(shares_over(at=at), "deployment.sharing_over", by=CLOCK, at=at)


def _end(
    shares: Iterable[DeploymentUserObjectPermission], verb: str, *, by: By, at: datetime
) -> int:
    ended = list(shares)
    record_many(
        draft(
            verb,
            share.content_object,
            share.user,
            by=by,
            at=at,
            facts={"with": share.user.username, "until": _told(share.until)},
        )
        for share in ended
    )
    DeploymentUserObjectPermission.objects.filter(pk__in=[share.pk for share in ended]).delete()
    return len(ended)


def _told(until: datetime | None) -> Any:
    return until.isoformat() if until else None


def _wait_for_desk(deployment: Deployment) -> None:
    """Let a change of desk that is under way end first: the old desk's share would outlive it."""
    wait_for_turn(deployment)
    deployment.refresh_from_db(fields=["desk"])
