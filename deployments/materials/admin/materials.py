"""The list and page of materials."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.adminkit.buttons import FormButton, viewer_of
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.history import timeline
from deployments.materials import actions
from deployments.materials.admin.looks import extent, tongue, version_pill
from deployments.materials.forms import (
    EndShareMaterialForm,
    MaterialForm,
    ShareMaterialForm,
    TitleForm,
    VersionForm,
)
from deployments.materials.models import Material, MaterialVersion
from deployments.materials.queries import (
    agencies_reading,
    deliveries_visible_to,
    materials_visible_to,
    newest_versions,
    sums_by_agency,
    sums_in_all,
)
from deployments.materials.rules import can_share_material, can_write_material


def may_make(user: User, obj: Any) -> bool:
    """Whether the person writes materials at all; onto which desks, the form says."""
    return user.has_role(Role.EDITOR)


def make(request: HttpRequest, obj: None, form: MaterialForm) -> HttpResponse:
    """Make a material, and show its page."""
    by = viewer_of(request)
    made = actions.make_material(**form.cleaned_data, by=by, at=timezone.now())
    return redirect("admin:materials_material_change", made.pk)


def rename(request: HttpRequest, obj: Material, form: TitleForm) -> None:
    """Give it another title."""
    title, by = form.cleaned_data["title"], viewer_of(request)
    actions.rename_material(material=obj, title=title, by=by, at=timezone.now())


def add(request: HttpRequest, obj: Material, form: VersionForm) -> HttpResponse:
    """Add a version, and show its page."""
    by = viewer_of(request)
    made = actions.add_version(material=obj, **form.cleaned_data, by=by, at=timezone.now())
    return redirect("admin:materials_materialversion_change", made.pk)


def share(request: HttpRequest, obj: Material, form: ShareMaterialForm) -> None:
    """Let an agency read it."""
    agency, by = form.cleaned_data["agency"], viewer_of(request)
    actions.share_material(material=obj, agency=agency, by=by, at=timezone.now())


def end_share(request: HttpRequest, obj: Material, form: EndShareMaterialForm) -> None:
    """Let an agency read it no longer."""
    by = viewer_of(request)
    actions.end_share_material(material=obj, **form.cleaned_data, by=by, at=timezone.now())


@admin.register(Material)
class MaterialAdmin(GuardedAdmin[Material]):
    """Materials, each on a page with its versions, its sums and whom it is shared with."""

    visible_to = staticmethod(materials_visible_to)
    may_change = staticmethod(can_write_material)
    list_display = ("title", "kind", "desk", "newest", "newest_state")
    list_filter = ("kind", "desk")
    list_select_related = ("desk",)
    search_fields = ("title",)
    sortable_by = ("title", "kind")
    ordering = ("title", "pk")
    object_page = "admin/materials/material.html"
    list_buttons = (
        FormButton(
            name="new",
            label=_("New material"),
            says=_("Its versions are added on its page; each has a file of its own."),
            allowed=may_make,
            asks=MaterialForm,
            run=make,
            look="primary",
        ),
    )
    buttons = (
        FormButton(
            name="add-version",
            label=_("Add a version"),
            says=_(
                "The file is looked at and written anew, without what it tells about its makers. "
                "It stays a draft until it is submitted."
            ),
            allowed=can_write_material,
            asks=VersionForm,
            run=add,
            look="primary",
        ),
        FormButton(
            name="rename",
            label=_("Rename"),
            says=_("Its versions and deliveries keep standing under it."),
            allowed=can_write_material,
            asks=TitleForm,
            run=rename,
        ),
        FormButton(
            name="share",
            label=_("Share"),
            says=_("The agency can read its approved versions through the API from now on."),
            allowed=can_share_material,
            asks=ShareMaterialForm,
            run=share,
            elevated=True,
        ),
        FormButton(
            name="end-share",
            label=_("End sharing"),
            says=_("The agency reads it no longer, from its next request on."),
            allowed=can_share_material,
            when=lambda obj: agencies_reading(obj).exists(),
            asks=EndShareMaterialForm,
            run=end_share,
        ),
    )

    def for_page(self, viewer: User, rows: list[Material]) -> None:
        """Fetch the newest version of each."""
        newest = newest_versions([row.pk for row in rows])
        for row in rows:
            row.newest = newest.get(row.pk)  # type: ignore[attr-defined]

    @admin.display(description=_("newest version"))
    def newest(self, row: Any) -> str:
        """Number, language and extent of the newest version."""
        found: MaterialVersion | None = row.newest
        return f"{found.number} · {tongue(found)} · {extent(found)}" if found else "–"

    @admin.display(description=_("state"))
    def newest_state(self, row: Any) -> SafeString | str:
        """The state of the newest version."""
        return version_pill(row.newest) if row.newest else "–"

    def page_context(self, request: HttpRequest, obj: Material) -> dict[str, Any]:
        """Return what stands on a material's page."""
        viewer = viewer_of(request)
        versions = obj.versions.select_related("language", "author", "decided_by")
        deliveries = deliveries_visible_to(viewer).filter(version__material=obj)
        sums = sums_by_agency(deliveries)
        return {
            "versions": [
                {
                    "version": version,
                    "tongue": tongue(version),
                    "extent": extent(version),
                    "pill": version_pill(version),
                }
                for version in versions
            ],
            "sees_deliveries": viewer.may_see_kind("materials.delivery"),
            "sums": sums,
            "total": sums_in_all(_("In all"), deliveries),
            "agencies": agencies_reading(obj),
            "lines": timeline(obj, viewer, limit=20),
        }
