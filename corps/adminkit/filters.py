"""Filters beside a list: only declared ones, offering only what their reader may see."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import DateField, Model
from django.http import HttpRequest

from corps.adminkit import scope
from corps.adminkit.buttons import viewer_of

Declared = Any
"""An item of `list_filter`: a field's name, a pair of name and filter, or a filter class."""


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """A filter by a related object, with those the reader may see as its choices."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]"
    ) -> list[tuple[str, Any]]:
        """Return `(id, name)` of the related objects in the reader's scope."""
        rows = scope.visible(field.related_model, viewer_of(request))
        return [(str(row.pk), str(row)) for row in rows]


class ChoiceFilter(admin.SimpleListFilter, ABC):
    """A filter of our own with fixed choices.

    A subclass gives `title`, `parameter_name`, `choices_for` and `narrow`. A value
    that is not among the choices matches nothing.
    """

    @abstractmethod
    def choices_for(self, viewer: Any) -> Iterable[tuple[str, Any]]:
        """Return `(value, label)` of what this viewer may choose."""

    @abstractmethod
    def narrow(self, queryset: Any, value: str) -> Any:
        """Return the rows for one chosen value."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return list(self.choices_for(viewer_of(request)))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the rows for what was chosen."""
        value = self.value()
        if value is None:
            return queryset
        if value not in {str(choice) for choice, _ in self.lookup_choices}:
            return queryset.none()
        return self.narrow(queryset, value)


def scoped(model: type[Model], declared: Sequence[Declared]) -> list[Declared]:
    """Return the declared filters with every relation's replaced by the scoped one."""
    return [
        (item, ScopedRelatedFilter) if isinstance(item, str) and _relation(model, item) else item
        for item in declared
    ]


def parameters(model: type[Model], declared: Sequence[Declared]) -> set[str]:
    """Return the query parameters that the declared filters understand; no other is allowed."""
    found: set[str] = set()
    for item in declared:
        if isinstance(item, type):
            found.add(getattr(item, "parameter_name", None) or "")
            continue
        path = item if isinstance(item, str) else item[0]
        found |= _parameters_of(_field(model, path), path)
    return found - {""}


def _parameters_of(field: Any, path: str) -> set[str]:
    if field.is_relation:
        target = field.target_field.name
        return {f"{path}__{target}__exact", f"{path}__isnull"}
    names = {path, f"{path}__exact", f"{path}__isnull"}
    return names | {f"{path}__gte", f"{path}__lt"} if isinstance(field, DateField) else names


def _field(model: type[Model], path: str) -> Any:
    field: Any = None
    for part in path.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model or model
    return field


def _relation(model: type[Model], path: str) -> bool:
    return bool(_field(model, path).is_relation)
