"""Sharing a material with an agency: its group may read the approved versions from then on."""

from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.audit.actions import By, record
from corps.errors import Refusal
from deployments.agencies.models import Agency
from deployments.agencies.rules import check_share_material
from deployments.materials.models import Material, MaterialGroupObjectPermission


class MaterialSharedAlready(Refusal):
    """The agency reads the material already."""

    message = _("This material is shared with this agency already.")


class MaterialNotShared(Refusal):
    """There is nothing to end."""

    message = _("This material is not shared with this agency.")


@transaction.atomic
def share_material(*, material: Material, agency: Agency, by: By, at: datetime) -> None:
    """Let an agency read a material through the API: every version that is approved, and its file.

    Effects: one object permission of the agency's group, one ledger entry. Raises NotPermitted
    unless `by` is a liaison officer of the material's desk, and MaterialSharedAlready.
    """
    check_share_material(by, material)
    _shared, fresh = MaterialGroupObjectPermission.objects.get_or_create(
        group_id=agency.group_id,
        permission=_may_view(),
        content_object=material,
        defaults={"shared_at": at},
    )
    if not fresh:
        raise MaterialSharedAlready
    record("material.shared", material, agency, by=by, at=at, facts={"agency": agency.slug})


@transaction.atomic
def end_material_share(
    *, material: Material, agency: Agency, by: By, at: datetime, reason: str = ""
) -> None:
    """Let an agency read a material no longer, from its next request on; what was handed to it
    stays readable.

    Effects: the object permission removed, one ledger entry. Raises NotPermitted and
    MaterialNotShared.
    """
    check_share_material(by, material)
    removed, _each = MaterialGroupObjectPermission.objects.filter(
        group_id=agency.group_id, permission=_may_view(), content_object=material
    ).delete()
    if not removed:
        raise MaterialNotShared
    facts = {"agency": agency.slug}
    record("material.share_ended", material, agency, by=by, at=at, reason=reason, facts=facts)


def _may_view() -> Permission:
    return Permission.objects.get(
        content_type__app_label="materials",
        content_type__model="material",
        codename="view_material",
    )
