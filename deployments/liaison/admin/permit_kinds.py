"""The administrators' door to the catalogue of permits."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.buttons import viewer_of
from corps.adminkit.guarded import GuardedAdmin, changes
from deployments.liaison.actions.permit_kinds import add_permit_kind, change_permit_kind
from deployments.liaison.models import PermitKind
from deployments.liaison.queries.permits import permit_kinds


def every_kind(viewer: User) -> QuerySet[PermitKind]:
    """The catalogue is for everybody who works here."""
    return permit_kinds()


@admin.register(PermitKind)
class PermitKindAdmin(GuardedAdmin[PermitKind]):
    """Kinds of permit: who grants each, what it needs, how long it lasts."""

    visible_to = staticmethod(every_kind)
    list_display = ("code", "name_ko", "name_en", "name_uk", "lasts")
    search_fields = ("code", "name_ko", "name_en", "name_uk")
    sortable_by = ("code",)
    ordering = ("code",)
    fields = (
        "code",
        *(f"name_{language}" for language in ("ko", "en", "uk")),
        *(f"authority_{language}" for language in ("ko", "en", "uk")),
        "agency",
        *(f"needs_{language}" for language in ("ko", "en", "uk")),
        "lasts_days",
        "source",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A code that is in use stays."""
        return ("code",) if obj else ()

    @admin.display(description=_("lasts (days)"))
    def lasts(self, row: PermitKind) -> str:
        """How long it usually lasts; as its paper says where there is no rule."""
        return str(row.lasts_days or _("as the paper says"))

    def create(self, request: HttpRequest, form: Any) -> PermitKind:
        """Add a kind."""
        by = viewer_of(request)
        return add_permit_kind(values=form.cleaned_data, by=by, at=timezone.now())

    def change(self, request: HttpRequest, obj: PermitKind, form: Any) -> None:
        """Change a kind."""
        by = viewer_of(request)
        change_permit_kind(kind=obj, changed=changes(form), by=by, at=timezone.now())
