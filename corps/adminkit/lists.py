"""The list of one model: declared columns, filters and orderings, and a form of more filters."""

from abc import ABCMeta, abstractmethod
from typing import Any

from django import forms
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db.models import QuerySet
from django.forms.forms import DeclarativeFieldsMetaclass
from django.http import HttpRequest

from corps.accounts.models import User
from corps.adminkit import guests
from corps.adminkit.buttons import viewer_of


class AbstractForm(DeclarativeFieldsMetaclass, ABCMeta):
    """The type of forms that leave something to those built on them."""


class FilterForm(forms.Form, metaclass=AbstractForm):
    """Filters that belong together (a language and its level), as a form above the list.

    What is not valid narrows to nothing, and says why.
    """

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.prepare()

    def prepare(self) -> None:
        """Scope the choices to what `self.viewer` may see."""

    @abstractmethod
    def narrow(self, queryset: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
        """Return the rows that fit what was `asked` (the form's cleaned data)."""

    def narrowed(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that fit; all of them when nothing was asked."""
        if not self.is_bound:
            return queryset
        if not self.is_valid():
            return queryset.none()
        return self.narrow(queryset, self.cleaned_data)


def _seen(form: forms.Form) -> list[str]:
    return [field.name for field in form.visible_fields()]


class GuardedList(ChangeList):
    """Django's list, which orders by nothing that is not in `sortable_by`.

    The rows of a page are given to the admin's `for_page()` at once, so that what belongs to them
    costs a fixed number of queries.
    """

    model_admin: Any
    filter_form: FilterForm | None = None

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.asking = request
        super().__init__(request, *args, **kwargs)

    def get_filters_params(self, params: Any = None) -> Any:
        """Return the query parameters for the filters beside the list, without the form's."""
        found = super().get_filters_params(params)
        declared = self.model_admin.filter_form
        if declared is None:
            return found
        asked = {name: found.pop(name)[-1] for name in declared.base_fields if name in found}
        given = {name: value for name, value in asked.items() if value}
        self.filter_form = declared(given or None, viewer=viewer_of(self.asking))
        return found

    @property
    def form_asked(self) -> bool:
        """Whether the form above the list narrows it, by a field that one can see."""
        form = self.filter_form
        return form is not None and any(form[name].value() for name in _seen(form))

    @property
    def side_params(self) -> dict[str, str]:
        """The query parameters that the form above the list carries along: all but its own."""
        own = self.model_admin.filter_form.base_fields if self.model_admin.filter_form else {}
        return {name: value for name, value in self.params.items() if name not in own}

    def get_queryset(self, request: HttpRequest, *args: Any) -> Any:
        """Return the rows that the filters leave."""
        rows = super().get_queryset(request, *args)
        if self.filter_form is None or not self.filter_form.is_bound:
            return rows
        self.has_active_filters = True
        self.clear_all_filters_qs = "?"
        return self.filter_form.narrowed(rows)

    def get_results(self, request: HttpRequest) -> None:
        """Fetch one page, and what belongs to its rows."""
        super().get_results(request)
        rows = list(self.result_list)
        viewer = viewer_of(request)
        self.model_admin.for_page(viewer, rows)
        ids = [row.pk for row in rows]
        for column in guests.columns_of(self.model):
            told = column.tell(viewer, ids) if ids else {}
            for row in rows:
                setattr(row, f"guest_{column.name}", told.get(row.pk, column.missing))
        self.result_list = rows

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        """Return the ordering; columns that may not be sorted by are left out of the request's."""
        asked = self.params.get(ORDER_VAR, "")
        kept = [part for part in asked.split(".") if self._sortable(part)]
        self.params.pop(ORDER_VAR, None)
        if kept:
            self.params[ORDER_VAR] = ".".join(kept)
        return list(super().get_ordering(request, queryset))

    def _sortable(self, part: str) -> bool:
        _, _, index = part.rpartition("-")
        if not (index.isascii() and index.isdigit() and int(index) < len(self.list_display)):
            return False
        return self.list_display[int(index)] in (self.sortable_by or ())


class KeysetList(GuardedList):
    """A list that only grows, newest first by its key: pages follow by key, and nothing is counted.

    The admin's `filter_form` has a hidden field `before`; `older_url` fills it in.
    """

    older_url = ""
    turned = False

    def get_results(self, request: HttpRequest) -> None:
        """Fetch one page, and look whether there is more."""
        size = self.list_per_page
        rows = list(self.queryset[: size + 1])
        if len(rows) > size:
            rows = rows[:size]
            self.older_url = self.get_query_string({"before": rows[-1].pk})
        self.turned = self.params.pop("before", None) is not None
        self.model_admin.for_page(viewer_of(request), rows)
        self.result_list = rows
        self.result_count = self.full_result_count = len(rows)
        self.show_full_result_count = self.show_admin_actions = False
        self.can_show_all = self.multi_page = False
        self.paginator = self.model_admin.get_paginator(request, rows, size)
