"""Which rows of a model a person may be offered: asked by forms, filters and timelines."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet

from corps.accounts.models import User

VisibleTo = Callable[[User], QuerySet[Any]]

_scopes: dict[type[Model], VisibleTo] = {}


def register(model: type[Model], visible_to: VisibleTo) -> None:
    """Say which rows of `model` a person may see; the later call holds."""
    _scopes[model] = visible_to


def known(model: type[Model]) -> bool:
    """Whether anything was said about the model."""
    return model in _scopes


def visible(model: type[Model], viewer: User) -> QuerySet[Any]:
    """Return the rows of `model` that `viewer` may see; none of a model nobody spoke for."""
    if model not in _scopes:
        return model._default_manager.none()
    return _scopes[model](viewer)
