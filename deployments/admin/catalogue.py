"""The catalogue of roles."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.buttons import FormButton, viewer_of
from corps.adminkit.guarded import GuardedAdmin, changes
from corps.adminkit.looks import bars, levels
from deployments.actions.catalogue import change_role, set_role_defaults
from deployments.forms.needs import RoleNeedsForm
from deployments.models import Role
from deployments.queries.staffing import roles_for_choice, with_role_needs
from volunteers.rules import can_change_catalogue


def roles_visible_to(viewer: User) -> QuerySet[Role]:
    """Return the roles: whoever works here may read them."""
    return roles_for_choice()


def may_change_role(user: User, role: Any) -> bool:
    """Whether somebody may change the catalogue of roles."""
    return can_change_catalogue(user, Role)


def set_defaults(request: HttpRequest, obj: Role, form: RoleNeedsForm) -> None:
    """Replace what the role needs by default."""
    set_role_defaults(
        role=obj,
        skills=form.skills(),
        languages=form.languages(),
        by=viewer_of(request),
        at=timezone.now(),
    )


@admin.register(Role)
class RoleAdmin(GuardedAdmin[Role]):
    """The roles people are deployed in."""

    visible_to = staticmethod(roles_visible_to)
    may_change = staticmethod(may_change_role)
    list_display = ("code", "name_ko", "name_en", "name_uk", "needs")
    search_fields = ("code", "name_ko", "name_en", "name_uk")
    sortable_by = ("code",)
    fields = ("code", "name_ko", "name_en", "name_uk", "also", "needs")
    readonly_fields = ("code", "needs")
    buttons = (
        FormButton(
            name="defaults",
            label=_("Change default needs"),
            says=_("New places of this role begin with them; places that are there keep theirs."),
            allowed=may_change_role,
            asks=RoleNeedsForm,
            run=set_defaults,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the roles with what they need by default."""
        return with_role_needs(super().get_queryset(request))

    @admin.display(description=_("needs by default"))
    def needs(self, row: Role) -> SafeString:
        """What places of the role begin with."""
        languages = [
            (f"{need.language} {need.get_mode_display()}", need.get_level_display())
            for need in row.languages.all()
        ]
        skills = bars((str(need.skill), need.level) for need in row.skills.all())
        return format_html("{} {}", levels(languages), skills)

    def change(self, request: HttpRequest, obj: Role, form: Any) -> None:
        """Change its names."""
        change_role(role=obj, changed=changes(form), by=viewer_of(request), at=timezone.now())
