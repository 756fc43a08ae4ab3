"""Staff accounts: who is what, on which desks, and the ways in."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.admin.account_buttons import BUTTONS, LIST_BUTTONS
from corps.accounts.admin.requests import state_pill
from corps.accounts.admin.words import factor_in_words, kind_in_words, role_in_words
from corps.accounts.models import User
from corps.accounts.queries.sight import accounts_visible_to
from corps.accounts.queries.staff import factors_of, open_sessions
from corps.accounts.queries.two_person import acts_about
from corps.accounts.roles import LABELS
from corps.accounts.rules.staff import is_only_administrator
from corps.adminkit.buttons import viewer_of
from corps.adminkit.filters import ChoiceFilter
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.history import timeline
from corps.adminkit.looks import chips, pill


class RoleFilter(ChoiceFilter):
    """By role."""

    title = _("role")
    parameter_name = "role"

    def choices_for(self, viewer: User) -> Iterable[tuple[str, Any]]:
        """Return every role."""
        return [(str(role), label) for role, label in LABELS.items()]

    def narrow(self, queryset: QuerySet[User], value: str) -> QuerySet[User]:
        """Return the accounts in that role."""
        return queryset.filter(groups__name=value)


@admin.register(User)
class UserAdmin(GuardedAdmin[User]):
    """Staff accounts; those of volunteers are kept by their desks."""

    visible_to = staticmethod(accounts_visible_to)
    list_display = ("username", "roles", "on_desks", "state", "last_login")
    list_filter = (RoleFilter, "is_active", "desks")
    search_fields = ("username",)
    search_help_text = _("Sign-in name")
    sortable_by = ("username", "last_login")
    ordering = ("username",)
    object_page = "admin/corps/account.html"
    list_buttons = LIST_BUTTONS
    buttons = BUTTONS

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return the accounts with their roles and desks."""
        return super().get_queryset(request).prefetch_related("groups", "desks")

    @admin.display(description=_("roles"))
    def roles(self, row: User) -> SafeString:
        """The roles in words."""
        return chips(role_in_words(group.name) for group in row.groups.all())

    @admin.display(description=_("desks"))
    def on_desks(self, row: User) -> SafeString:
        """The desks."""
        return chips(str(desk) for desk in row.desks.all())

    @admin.display(description=_("state"))
    def state(self, row: User) -> SafeString:
        """Whether it may be signed in with."""
        if not row.is_active:
            return pill("is-blocked", _("closed"))
        if not row.has_usable_password():
            return pill("is-attention", _("invited"))
        return pill("is-ok", _("open"))

    def page_context(self, request: HttpRequest, obj: User) -> dict[str, Any]:
        """Return what stands on an account's page; of second factors kind and day alone."""
        viewer, now = viewer_of(request), timezone.now()
        factors = [(factor_in_words(one.type), one.created_at) for one in factors_of(obj)]
        acts = acts_about(viewer, obj, at=now)
        return {
            "state": self.state(obj),
            "roles": self.roles(obj),
            "desks": self.on_desks(obj),
            "factors": factors,
            "sessions": open_sessions(obj, at=now),
            "requests": [(act, kind_in_words(act.kind), state_pill(act)) for act in acts],
            "alone": is_only_administrator(viewer) and viewer.pk != obj.pk,
            "own": viewer.pk == obj.pk,
            "lines": timeline(obj, viewer, limit=20),
        }
