"""Related rows on an object's form, to read."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from corps.adminkit.buttons import viewer_of


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    """Rows to read, as far as `visible_to` shows them; they are changed by buttons.

    Leave `visible_to` out only where whoever sees the parent sees all its rows.
    """

    visible_to: ClassVar[Any] = None
    extra = 0
    can_delete = False
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows this person may see."""
        scoped = type(self).visible_to
        return super().get_queryset(request) if scoped is None else scoped(viewer_of(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Every field is read only."""
        return self.fields or [field.name for field in self.opts.fields]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the parent may read."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are added by buttons."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are changed by buttons."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are not deleted."""
        return False
