"""Sharing a material with an agency: its group may see it, until that is ended."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.queries.sight import permission_to_view
from corps.audit.actions import By, record
from corps.errors import Refusal
from deployments.agencies.models import Agency
from deployments.materials.models import Material, MaterialGroupObjectPermission
from deployments.materials.rules import check_share_material


class SharedAlready(Refusal):
    """The agency reads the material already."""

    message = _("This material is shared with this agency already.")


class NotShared(Refusal):
    """The agency does not read the material."""

    message = _("This material is not shared with this agency.")


@transaction.atomic
def share_material(*, material: Material, agency: Agency, by: By, at: datetime) -> None:
    """Let an agency read a material through the API: every version that is approved, and its file.

    Effects: one object permission of the agency's group, one ledger entry. Raises NotFound,
    NotPermitted unless `by` is a liaison officer of the material's desk, and SharedAlready.
    """
    check_share_material(by, material)
    _shared, fresh = MaterialGroupObjectPermission.objects.get_or_create(
        group_id=agency.group_id,
        permission=permission_to_view(Material),
        content_object=material,
        defaults={"shared_at": at},
    )
    if not fresh:
        raise SharedAlready
    record("material.shared", material, agency, by=by, at=at, facts={"agency": agency.slug})


@transaction.atomic
def end_share_material(
    *, material: Material, agency: Agency, by: By, at: datetime, reason: str = ""
) -> None:
    """Let an agency read a material no longer, from its next request on; what was handed to it
    stays readable.

    Effects: the object permission removed, one ledger entry. Raises NotFound, NotPermitted and
    NotShared.
    """
    check_share_material(by, material)
    removed, _each = MaterialGroupObjectPermission.objects.filter(
        group_id=agency.group_id,
        permission=permission_to_view(Material),
        content_object=material,
    ).delete()
    if not removed:
        raise NotShared
    facts = {"agency": agency.slug}
    record("material.share_ended", material, agency, by=by, at=at, reason=reason, facts=facts)
