"""What an agency reads, on the agency's page: deployments and materials, shared and ended there."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.adminkit.buttons import FormButton, viewer_of
from corps.adminkit.guests import Panel, add_buttons, add_panel
from deployments.actions.sharing import end_share, share_deployment
from deployments.agencies.models import Agency
from deployments.forms.agency_shares import (
    EndDeploymentShareForm,
    EndMaterialShareForm,
    ShareDeploymentForm,
    ShareMaterialForm,
)
from deployments.liaison.queries.partner import materials_read_by, materials_shared_with
from deployments.materials.actions import end_share_material, share_material
from deployments.materials.queries import materials_visible_to


def may_share_deployments(user: User, obj: Any) -> bool:
    """Whether somebody may share deployments of their desks."""
    return user.has_role(Role.COORDINATOR)


def may_share_materials(user: User, obj: Any) -> bool:
    """Whether somebody may share materials of their desks."""
    return user.has_role(Role.LIAISON)


def share_one(request: HttpRequest, obj: Agency, form: ShareDeploymentForm) -> None:
    """Let the agency read a deployment."""
    by = viewer_of(request)
    share_deployment(
        deployment=form.cleaned_data["deployment"], agency=obj, by=by, at=timezone.now()
    )


def end_one(request: HttpRequest, obj: Agency, form: EndDeploymentShareForm) -> None:
    """Let the agency read a deployment no longer."""
    end_share(agency=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def share_a_material(request: HttpRequest, obj: Agency, form: ShareMaterialForm) -> None:
    """Let the agency read a material."""
    by = viewer_of(request)
    share_material(material=form.cleaned_data["material"], agency=obj, by=by, at=timezone.now())


def end_a_material(request: HttpRequest, obj: Agency, form: EndMaterialShareForm) -> None:
    """Let the agency read a material no longer."""
    end_share_material(agency=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def materials_of(viewer: User, agency: Agency) -> dict[str, Any]:
    """Return the materials an agency reads that the viewer may see, and why it reads each."""
    if not viewer.may_see_kind("materials.material"):
        return {"shown": False}
    shared = set(materials_shared_with(agency).values_list("pk", flat=True))
    read = materials_read_by(agency).filter(pk__in=materials_visible_to(viewer).values("pk"))
    rows = [
        {"material": material, "shared": material.pk in shared}
        for material in read.order_by("title")
    ]
    return {"shown": True, "rows": rows}


add_panel(Agency, Panel("admin/deployments/materials_of_agency.html", materials_of))
add_buttons(
    Agency,
    FormButton(
        name="share-deployment",
        label=_("Share a deployment"),
        says=_("The agency can read its accepted assignments through the API from now on."),
        allowed=may_share_deployments,
        asks=ShareDeploymentForm,
        run=share_one,
        elevated=True,
    ),
    FormButton(
        name="end-share-deployment",
        label=_("End sharing a deployment"),
        says=_("The agency reads it no longer, from its next request on."),
        allowed=may_share_deployments,
        asks=EndDeploymentShareForm,
        run=end_one,
    ),
    FormButton(
        name="share-material",
        label=_("Share a material"),
        says=_("The agency can read its approved versions through the API from now on."),
        allowed=may_share_materials,
        asks=ShareMaterialForm,
        run=share_a_material,
        elevated=True,
    ),
    FormButton(
        name="end-share-material",
        label=_("End sharing a material"),
        says=_(
            "The agency reads it no longer, from its next request on, but for what was handed to "
            "it."
        ),
        allowed=may_share_materials,
        asks=EndMaterialShareForm,
        run=end_a_material,
    ),
)
