"""Sharing a material with an agency: its group may see it, until that is ended."""

from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils.translation import gettext_lazy as _

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
    """Let an agency read a material through the API.

    Effects: one object permission of the agency's group, one ledger entry. Raises NotFound,
    NotPermitted unless `by` is a liaison officer of the material's desk, and SharedAlready.
    """
    check_share_material(by, material)
    if not open_to(material, agency):
        raise SharedAlready
    record("material.shared", material, agency, by=by, at=at, facts={"agency": agency.slug})


@transaction.atomic
def end_share_material(
    *, material: Material, agency: Agency, by: By, at: datetime, reason: str = ""
) -> None:
    """Let an agency read a material no longer, from its next request on.

    Effects: the object permission removed, one ledger entry. Raises NotFound, NotPermitted and
    NotShared.
    """
    check_share_material(by, material)
    removed, _each = MaterialGroupObjectPermission.objects.filter(
        group_id=agency.group_id, permission=_may_view(), content_object=material
    ).delete()
    if not removed:
        raise NotShared
    facts = {"agency": agency.slug}
    record("material.share_ended", material, agency, by=by, at=at, reason=reason, facts=facts)


def open_to(material: Material, agency: Agency) -> bool:
    """Let the agency's group see the material; return whether it did not before. The caller has
    checked who asks, holds the transaction and enters it."""
    _shared, fresh = MaterialGroupObjectPermission.objects.get_or_create(
        group_id=agency.group_id, permission=_may_view(), content_object=material
    )
    return fresh


def _may_view() -> Permission:
    return Permission.objects.get(
        content_type__app_label="materials",
        content_type__model="material",
        codename="view_material",
    )
