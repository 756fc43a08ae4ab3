"""The list of one model: ordered by declared columns alone."""

from typing import Any

from django.contrib.admin.views.main import ORDER_VAR, ChangeList


class GuardedList(ChangeList):
    """Django's list, which orders by nothing that is not in `sortable_by`."""

    def get_ordering(self, request: Any, queryset: Any) -> list[Any]:
        """Return the ordering; columns that may not be sorted by are left out of the request's."""
        asked = self.params.get(ORDER_VAR, "")
        self.params[ORDER_VAR] = ".".join(part for part in asked.split(".") if self._sortable(part))
        return list(super().get_ordering(request, queryset))

    def _sortable(self, part: str) -> bool:
        _, _, index = part.rpartition("-")
        if not (index.isascii() and index.isdigit() and int(index) < len(self.list_display)):
            return False
        return self.list_display[int(index)] in (self.sortable_by or ())
