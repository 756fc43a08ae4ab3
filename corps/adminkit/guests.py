"""What an app shows on the pages of a model it stands upon, without that model's app knowing it.

Work knows people, people do not know work; so `deployments/admin/…` says

    add_column(Volunteer, Column("load", _("Load"), load_of))           # on the register list
    add_panel(Volunteer, Panel("admin/deployments/held.html", places_of))   # on a volunteer's page
    add_buttons(Volunteer, withdraw_button)                            # among the buttons there
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from corps.accounts.models import User
from corps.adminkit.buttons import Step
from corps.workflow.tables import Text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. `tell(viewer, ids)` gives a value for each id, once a page."""

    name: str
    label: Text
    tell: Callable[[User, Sequence[Any]], Mapping[Any, Any]]
    missing: Any = 0


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of an object's page: a template, and `(viewer, obj)` for its context."""

    template: str
    context: Callable[[User, Any], dict[str, Any]]


_columns: dict[type[Model], list[Column]] = defaultdict(list)
_panels: dict[type[Model], list[Panel]] = defaultdict(list)
_buttons: dict[type[Model], list[Step]] = defaultdict(list)


def add_column(model: type[Model], column: Column) -> None:
    """Show one more column on the list of `model`."""
    _columns[model].append(column)


def add_panel(model: type[Model], panel: Panel) -> None:
    """Show one more panel on the pages of `model`."""
    _panels[model].append(panel)


def add_buttons(model: type[Model], *steps: Step) -> None:
    """Put more buttons on the pages of `model`."""
    _buttons[model].extend(steps)


def columns_of(model: type[Model]) -> list[Column]:
    """Return the columns that others have added."""
    return _columns[model]


def buttons_of(model: type[Model]) -> list[Step]:
    """Return the buttons that others have added."""
    return _buttons[model]


def panels_for(viewer: User, obj: Model) -> list[dict[str, Any]]:
    """Return the panels that others have added, each with its template and context."""
    return [
        {"template": panel.template, **panel.context(viewer, obj)} for panel in _panels[type(obj)]
    ]
