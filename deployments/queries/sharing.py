"""With which people a deployment is shared, until when, and with whom it may be."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from corps.accounts.models import Desk, User
from corps.accounts.queries.sight import Viewer, own_desks
from corps.accounts.roles import roles_that_see
from deployments.models import Deployment, DeploymentUserObjectPermission


def shares_of(deployment: Deployment, *, at: datetime) -> QuerySet[DeploymentUserObjectPermission]:
    """Return the shares of a deployment with people that hold at the instant `at`, by person."""
    shares = _shares().filter(content_object=deployment)
    return shares.filter(Q(until=None) | Q(until__gt=at)).order_by("user__username")


def shares_over(*, at: datetime) -> QuerySet[DeploymentUserObjectPermission]:
    """Return every share that is over at the instant `at`, locked for whoever ends it."""
    return (
        _shares()
        .filter(until__lte=at)
        .order_by("pk")
        .select_for_update(of=("self",), skip_locked=True)
    )


def _shares() -> QuerySet[DeploymentUserObjectPermission]:
    shares = DeploymentUserObjectPermission.objects.filter(permission__codename="view_deployment")
    return shares.select_related("user", "content_object__desk")


def people_shared_with(deployment: Deployment, *, at: datetime) -> QuerySet[User]:
    """Return the people a deployment is shared with at the instant `at`, one by one."""
    shares = shares_of(deployment, at=at).filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(shares)).order_by("username")


def people_to_share_with(deployment: Deployment) -> QuerySet[User]:
    """Return the staff whose roles see deployments and who are not on this one's desk; also those
    it is shared with already, for whom sharing again changes the end."""
    able = User.objects.filter(
        is_active=True, is_staff=True, groups__name__in=roles_that_see("deployments.deployment")
    )
    return able.exclude(desks=deployment.desk_id).distinct().order_by("username")


def other_desks(viewer: Viewer, deployment: Deployment) -> QuerySet[Desk]:
    """Return the desks of the viewer's to which a deployment could go."""
    return own_desks(viewer).exclude(pk=deployment.desk_id)
