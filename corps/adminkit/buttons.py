"""Buttons on an object's page: each says what will happen, asks once more, and calls an action."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.errors import NotPermitted
from corps.workflow.tables import StateTable, Text

Answer = HttpResponse | None

COUNTABLE_DAYS = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31)))
"""Validators of a day with which is reckoned: the day after the calendar's last is no day."""


def viewer_of(request: HttpRequest) -> User:
    """Return who is signed in. Raises NotPermitted for nobody."""
    if not isinstance(request.user, User):
        raise NotPermitted
    return request.user


class StepForm(forms.Form):
    """A form behind a button; it knows who asks (`viewer`) and about what (`obj`, None on a list).

    `prepare()` is where a subclass scopes its choices. With `secret`, nothing that was typed is
    ever put back into a page, also not when something else was wrong; except in the fields that
    `plain` names, which hold nothing of a person. A link may begin the fields in `from_link`, no
    others: a form must not come filled in by a stranger's address.
    """

    secret = False
    plain: ClassVar[tuple[str, ...]] = ()
    from_link: ClassVar[tuple[str, ...]] = ()
    forgotten = False

    def __init__(self, *args: Any, viewer: User, obj: Any = None, **kwargs: Any) -> None:
        asked = kwargs.pop("initial", None) or {}
        kwargs["initial"] = {name: asked[name] for name in self.from_link if name in asked}
        super().__init__(*args, **kwargs)
        self.viewer, self.obj = viewer, obj
        self.prepare()

    def prepare(self) -> None:
        """Scope the choices to what `self.viewer` may see."""

    def forget(self) -> None:
        """Drop what was typed into a secret form; its errors and its plain fields stay."""
        if self.secret and self.is_bound and self.errors:
            kept = QueryDict(mutable=True)
            for name in self.plain:
                key = self.add_prefix(name)
                kept.setlist(key, cast("QueryDict", self.data).getlist(key))
            self.data, self.forgotten = kept, True


class ReasonForm(StepForm):
    """Why the step is taken; it stands in the ledger, so it names nobody."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the ledger: write no names, phone numbers or addresses."),
    )


DONE = _("Done.")


def always(obj: Any) -> bool:
    """Every state will do."""
    return True


@dataclass(frozen=True, kw_only=True)
class Step(ABC):
    """What every button has.

    name: part of the address, `<object>/do/<name>/`.    label: what stands on it.
    says: what will happen, in one sentence.              done: what is said afterwards.
    allowed: `(user, obj)`, who may.                      when: `(obj)`, in which state it is shown.
    look: `primary`, `danger` or nothing.
    submit: what stands on the button of its form, where that is not the label.
    about: what else a refusal is entered about, beside the object.
    elevated: whether a second factor must have been used in the last five minutes.
    """

    name: str
    label: Text
    says: Text
    allowed: Callable[[User, Any], bool]
    when: Callable[[Any], bool] = always
    done: Text = DONE
    look: str = ""
    submit: Text = ""
    about: tuple[Model, ...] = ()
    elevated: bool = False

    @abstractmethod
    def form(self, **given: Any) -> StepForm:
        """Return the form to fill in."""

    @abstractmethod
    def act(self, request: HttpRequest, obj: Any, form: StepForm) -> Answer:
        """Do it, with a form that is valid."""

    def shown(self, user: User, obj: Any) -> bool:
        """Whether the button stands on the page."""
        return self.when(obj) and self.allowed(user, obj)


@dataclass(frozen=True, kw_only=True)
class Button(Step):
    """A step that needs no more than a yes, and a reason where `reason` says so.

    run: `(request, obj, reason)`; calls one action, returns None or a page to show.
    """

    run: Callable[[HttpRequest, Any, str], Answer]
    reason: bool = False

    def form(self, **given: Any) -> StepForm:
        """Return the form that asks for a reason, or an empty one."""
        return (ReasonForm if self.reason else StepForm)(**given)

    def act(self, request: HttpRequest, obj: Any, form: StepForm) -> Answer:
        """Call `run` with the reason."""
        return self.run(request, obj, form.cleaned_data.get("reason", ""))


@dataclass(frozen=True, kw_only=True)
class FormButton(Step):
    """A step that asks for more: `asks` makes a StepForm, `run` is `(request, obj, form)`. Where it
    `offers` rows to choose from, `(user, obj)`, it is shown to whoever sees one, so that it betrays
    none that they do not see."""

    asks: Callable[..., StepForm]
    run: Callable[[HttpRequest, Any, Any], Answer]
    offers: Callable[[User, Any], QuerySet[Any]] | None = None

    def shown(self, user: User, obj: Any) -> bool:
        """Whether the button stands on the page."""
        if not super().shown(user, obj):
            return False
        return self.offers is None or self.offers(user, obj).exists()

    def form(self, **given: Any) -> StepForm:
        """Return the step's own form."""
        return self.asks(**given)

    def act(self, request: HttpRequest, obj: Any, form: StepForm) -> Answer:
        """Call `run` with the form."""
        return self.run(request, obj, form)


def in_source_of(table: StateTable, move: str) -> Callable[[Any], bool]:
    """Return whether an object stands in a state from which `move` starts."""
    sources = table.moves[move].sources
    return lambda obj: getattr(obj, table.field) in sources


def move_button(
    table: StateTable,
    move: str,
    *,
    run: Callable[[HttpRequest, Any, str], Answer],
    allowed: Callable[[User, Any], bool],
    says: Text,
    **more: Any,
) -> Button:
    """Return the button of one move; label, states and whether a reason is due are the table's,
    unless told."""
    step = table.moves[move]
    of_table = {"name": move, "label": step.label, "reason": step.reason}
    given: dict[str, Any] = {**of_table, "when": in_source_of(table, move), **more}
    return Button(run=run, allowed=allowed, says=says, **given)
