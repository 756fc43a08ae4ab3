"""Sharing a deployment with an agency: the agency's group may see that one deployment."""

from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.audit.actions import By, record
from corps.errors import Refusal
from deployments.agencies.models import Agency
from deployments.agencies.rules import check_share_deployment
from deployments.models import Deployment, DeploymentGroupObjectPermission


class SharedAlready(Refusal):
    """The agency reads the deployment already."""

    message = _("This deployment is shared with this agency already.")


class NotShared(Refusal):
    """The agency does not read the deployment."""

    message = _("This deployment is not shared with this agency.")


@transaction.atomic
def share_deployment(*, deployment: Deployment, agency: Agency, by: By, at: datetime) -> None:
    """Let an agency read a deployment through the API.

    Effects: one object permission of the agency's group, one ledger entry. Raises NotPermitted
    unless `by` is a coordinator of the deployment's desk, and SharedAlready.
    """
    check_share_deployment(by, deployment)
    _shared, fresh = DeploymentGroupObjectPermission.objects.get_or_create(
        group_id=agency.group_id, permission=_may_view(), content_object=deployment
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
        group_id=agency.group_id, permission=_may_view(), content_object=deployment
    ).delete()
    if not removed:
        raise NotShared
    facts = {"agency": agency.slug}
    record("deployment.share_ended", deployment, agency, by=by, at=at, reason=reason, facts=facts)


def _may_view() -> Permission:
    return Permission.objects.get(
        content_type__app_label="deployments",
        content_type__model="deployment",
        codename="view_deployment",
    )
