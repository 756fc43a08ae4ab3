"""The catalogue of roles."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from corps.accounts.models import User
from corps.adminkit.buttons import viewer_of
from corps.adminkit.guarded import GuardedAdmin, changes
from deployments.actions.catalogue import change_role
from deployments.models import Role
from deployments.queries.staffing import roles_for_choice


def roles_visible_to(viewer: User) -> QuerySet[Role]:
    """Return the roles: whoever works here may read them."""
    return roles_for_choice()


@admin.register(Role)
class RoleAdmin(GuardedAdmin[Role]):
    """The roles people are deployed in."""

    visible_to = staticmethod(roles_visible_to)
    list_display = ("code", "name_ko", "name_en", "name_uk")
    search_fields = ("code", "name_ko", "name_en", "name_uk")
    sortable_by = ("code",)
    fields = ("code", "name_ko", "name_en", "name_uk", "also")
    readonly_fields = ("code",)

    def change(self, request: HttpRequest, obj: Role, form: Any) -> None:
        """Change its names."""
        change_role(role=obj, changed=changes(form), by=viewer_of(request), at=timezone.now())
