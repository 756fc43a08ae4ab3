"""The list and page of versions: preview, player, review, and the file itself."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import Button, FormButton, move_button, viewer_of
from corps.adminkit.guarded import GuardedAdmin, anybody
from corps.adminkit.history import timeline
from corps.vault.files import read_file
from deployments.materials import actions
from deployments.materials.admin import serving
from deployments.materials.admin.looks import delivery_pill, extent, tongue, version_pill
from deployments.materials.files import FILMS, SOUNDS
from deployments.materials.forms import DeliveryForm
from deployments.materials.inspection.findings import ending_of
from deployments.materials.models import MaterialVersion
from deployments.materials.queries import (
    deliveries_visible_to,
    previews_of,
    sums_by_agency,
    sums_in_all,
    versions_visible_to,
)
from deployments.materials.rules import (
    can_decide_version,
    can_deliver_version,
    can_retire_version,
    can_write_material,
)
from deployments.materials.states import VERSION

SHOWN_OF_A_TEXT = 60_000
"""How many bytes of a script its page shows."""


def submit(request: HttpRequest, obj: MaterialVersion, reason: str) -> None:
    """Submit it for review."""
    actions.submit_version(version=obj, by=viewer_of(request), at=timezone.now())


def approve(request: HttpRequest, obj: MaterialVersion, reason: str) -> None:
    """Approve it."""
    actions.approve_version(version=obj, by=viewer_of(request), at=timezone.now())


def reject(request: HttpRequest, obj: MaterialVersion, reason: str) -> None:
    """Reject it."""
    actions.reject_version(version=obj, reason=reason, by=viewer_of(request), at=timezone.now())


def retire(request: HttpRequest, obj: MaterialVersion, reason: str) -> None:
    """Take it out of use."""
    actions.retire_version(version=obj, reason=reason, by=viewer_of(request), at=timezone.now())


def deliver(request: HttpRequest, obj: MaterialVersion, form: DeliveryForm) -> HttpResponse:
    """Prepare a delivery, and show its page."""
    by = viewer_of(request)
    made = actions.prepare_delivery(version=obj, **form.cleaned_data, by=by, at=timezone.now())
    return redirect("admin:materials_delivery_change", made.pk)


def fetch(request: HttpRequest, obj: MaterialVersion, reason: str) -> HttpResponse:
    """Send the file, to be saved."""
    content = actions.fetch_version(version=obj, by=viewer_of(request), at=timezone.now())
    name = f"material-{str(obj.material_id)[:8]}-{obj.number}{ending_of(obj.file.media_type)}"
    return serving.saved(content, obj.file.media_type, name)


@admin.register(MaterialVersion)
class MaterialVersionAdmin(GuardedAdmin[MaterialVersion]):
    """Versions, each on a page with its preview and its deliveries."""

    visible_to = staticmethod(versions_visible_to)
    list_display = ("material", "number", "tongue", "extent", "state_pill", "state_since", "author")
    list_filter = ("state", "material__kind", "material__desk", "language")
    search_fields = ("material__title",)
    sortable_by = ("state_since",)
    ordering = ("-state_since", "pk")
    object_page = "admin/materials/version.html"
    buttons = (
        move_button(
            VERSION,
            "submit",
            run=submit,
            allowed=lambda user, obj: can_write_material(user, obj.material),
            says=_("An approver, who is somebody else, decides about it."),
            look="primary",
        ),
        move_button(
            VERSION,
            "approve",
            run=approve,
            allowed=can_decide_version,
            says=_("From now on it may be delivered, exactly as it is shown here."),
            look="primary",
        ),
        move_button(
            VERSION,
            "reject",
            run=reject,
            allowed=can_decide_version,
            says=_("It is never delivered. The author reads the reason."),
            look="danger",
        ),
        FormButton(
            name="deliver",
            label=_("Prepare a delivery"),
            says=_("The agency can read it through the API once it is handed over, not before."),
            allowed=can_deliver_version,
            when=lambda obj: obj.state == "approved",
            asks=DeliveryForm,
            run=deliver,
            look="primary",
        ),
        Button(
            name="fetch",
            label=_("Save the file"),
            says=_("The file leaves the installation. It stands in the ledger that you saved it."),
            allowed=anybody,
            run=fetch,
        ),
        move_button(
            VERSION,
            "retire",
            run=retire,
            allowed=can_retire_version,
            says=_("It is handed over no more. What was handed over stays in the books."),
            look="danger",
        ),
    )

    @admin.display(description=_("language"))
    def tongue(self, row: MaterialVersion) -> str:
        """The language and its variety."""
        return tongue(row)

    @admin.display(description=_("extent"))
    def extent(self, row: MaterialVersion) -> str:
        """The pages, or the length."""
        return extent(row)

    @admin.display(description=_("state"))
    def state_pill(self, row: MaterialVersion) -> SafeString:
        """The state as a pill."""
        return version_pill(row)

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses with those of the preview and of the player."""
        own = [
            path(
                "<uuid:version>/pages/<int:page>/",
                self._guarded(self.page_view),
                name="materials_materialversion_preview",
            ),
            path(
                "<uuid:version>/play/",
                self._guarded(self.play_view),
                name="materials_materialversion_play",
            ),
        ]
        return own + super().get_urls()

    def page_view(self, request: HttpRequest, version: Any, page: int) -> HttpResponse:
        """Send the picture of one page, counted from 1."""
        pictures = previews_of(self._read(request, version))
        if not 1 <= page <= len(pictures):
            raise Http404
        return serving.shown(pictures[page - 1])

    def play_view(self, request: HttpRequest, version: Any) -> HttpResponse:
        """Send a recording, or a part of it."""
        found = self._read(request, version)
        if found.file.media_type not in SOUNDS | FILMS:
            raise Http404
        return serving.played(request, found.file)

    def _read(self, request: HttpRequest, version: Any) -> MaterialVersion:
        if request.method not in ("GET", "HEAD"):
            raise Http404
        found: MaterialVersion = self.visible_or_404(request, str(version))
        return found

    def page_context(self, request: HttpRequest, obj: MaterialVersion) -> dict[str, Any]:
        """Return what stands on a version's page."""
        viewer = viewer_of(request)
        deliveries = deliveries_visible_to(viewer).filter(version=obj)
        sums = sums_by_agency(deliveries)
        return {
            "state": version_pill(obj),
            "owner": VERSION.states[obj.state].owner,
            "tongue": tongue(obj),
            "extent": extent(obj),
            "sha256": bytes(obj.sha256).hex(),
            "pictures": self._pictures(obj),
            "player": _player(obj),
            "text": _text(obj),
            "play_url": reverse("admin:materials_materialversion_play", args=[obj.pk]),
            "sees_deliveries": viewer.may_see_kind("materials.delivery"),
            "deliveries": [(one, delivery_pill(one)) for one in deliveries[:50]],
            "sums": sums,
            "total": sums_in_all(_("In all"), deliveries),
            "lines": timeline(obj, viewer, limit=20),
        }

    def _pictures(self, obj: MaterialVersion) -> list[str]:
        name = "admin:materials_materialversion_preview"
        return [reverse(name, args=[obj.pk, number + 1]) for number in range(obj.previews.count())]


def _player(obj: MaterialVersion) -> str:
    """Return "audio" or "video" for a recording, "" for anything else."""
    kind = obj.file.media_type.partition("/")[0]
    return kind if kind in ("audio", "video") else ""


def _text(obj: MaterialVersion) -> str:
    """Return the beginning of a script in plain text, "" for anything else."""
    if obj.file.media_type != "text/plain":
        return ""
    return b"".join(read_file(obj.file, end=SHOWN_OF_A_TEXT)).decode(errors="ignore")
