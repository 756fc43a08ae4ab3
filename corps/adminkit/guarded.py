"""The base of every admin page: rows by `visible_to`, kinds by role, writing by actions alone."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR, ShowFacets
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import SuspiciousOperation
from django.db.models import Field, Model, QuerySet
from django.forms import Form, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from corps.accounts.models import User
from corps.adminkit import filters, guests, scope
from corps.adminkit.buttons import viewer_of
from corps.adminkit.history import timeline
from corps.adminkit.lists import FilterForm, GuardedList
from corps.adminkit.refusals import note_refusal
from corps.adminkit.steps import StepPages
from corps.errors import NotFound, NotPermitted, Refusal

M = TypeVar("M", bound=Model)

if TYPE_CHECKING:

    class _ModelAdmin(admin.ModelAdmin[M], Generic[M]):
        """Django's admin of a model, for the type checker."""

else:

    class _ModelAdmin(admin.ModelAdmin):
        """Django's admin of a model, which may be written with its model in brackets."""

        def __class_getitem__(cls, model: Any) -> Any:
            """Return the class itself."""
            return cls


def changes(form: "Form") -> dict[str, Any]:
    """Return what a valid form changes: the fields that differ, with their new values."""
    return {
        name: form.cleaned_data[name] for name in form.changed_data if name in form.cleaned_data
    }


def anybody(user: User, obj: Any) -> bool:
    """The role alone decides."""
    return True


class GuardedAdmin(StepPages, _ModelAdmin[M]):
    """See `corps.adminkit` for how it is used.

    Role gates ask `roles.SEES` and `roles.CHANGES`, never Django's permissions. An object that is
    hidden answers as one that is absent. Nothing is written to django_admin_log: the actions write
    the ledger.
    """

    visible_to: ClassVar[Any]
    may_change: ClassVar[Any] = staticmethod(anybody)
    object_page: ClassVar[str] = ""
    filter_form: ClassVar[type[FilterForm] | None] = None

    actions = None
    change_list_template = "admin/corps/change_list.html"
    change_form_template = "admin/corps/change_form.html"
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    view_on_site = False
    save_on_top = False
    sortable_by: ClassVar[Any] = ()

    def __init__(self, model: type[M], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        scope.register(model, type(self).visible_to)

    # -- who may

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the section is shown."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether a role of the person sees this kind; which ones is `visible_to`'s answer."""
        return isinstance(request.user, User) and request.user.may_see_kind(self.opts.label_lower)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether there is a way to add one, and the role may."""
        return self._writes("create") and self._changes_kind(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether there is a way to change it, the role may, and the person may change this one."""
        if not (self._writes("change") and self._changes_kind(request)):
            return False
        return obj is None or type(self).may_change(viewer_of(request), obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is ever deleted here."""
        return False

    def _changes_kind(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.may_change_kind(
            self.opts.label_lower
        )

    def _writes(self, name: str) -> bool:
        return getattr(type(self), name) is not getattr(GuardedAdmin, name)

    # -- what is seen

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows this person may see."""
        rows: QuerySet[Any] = type(self).visible_to(viewer_of(request))
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Return the object if it is in the person's scope, else None, whatever the key is."""
        return None if "\x00" in object_id else super().get_object(request, object_id, from_field)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[GuardedList]:
        """Return the list that orders by declared columns alone."""
        return GuardedList

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns, with those that other apps have added."""
        added = [_guest_column(column) for column in guests.columns_of(self.model)]
        return [*super().get_list_display(request), *added]

    def for_page(self, viewer: User, rows: list[Any]) -> None:
        """Fetch what belongs to the rows of one page of the list, in a fixed number of queries."""

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Return the declared filters, relations scoped."""
        return filters.scoped(self.model, super().get_list_filter(request))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Whether a query parameter belongs to a declared filter."""
        return lookup in filters.parameters(self.model, self.list_filter)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Objects are referred to by their primary key alone."""
        return to_field == self.opts.pk.attname

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """There are no bulk actions."""
        return {}

    def _get_obj_does_not_exist_redirect(self, *args: Any) -> HttpResponse:
        raise Http404

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list."""
        refuse_side_doors(request)
        shown = self.list_steps(request)
        return super().changelist_view(request, {"list_steps": shown, **(extra_context or {})})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the ledger's entries about the object, in words."""
        obj = self.visible_or_404(request, object_id)
        context = {
            **self.object_context(request, obj),
            "lines": timeline(obj, viewer_of(request), limit=300),
            **(extra_context or {}),
        }
        return self.page(request, "admin/object_history.html", context)

    # -- forms

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the related objects in the person's scope."""
        kwargs["queryset"] = scope.visible(db_field.remote_field.model, viewer_of(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the related objects in the person's scope."""
        kwargs["queryset"] = scope.visible(db_field.remote_field.model, viewer_of(request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: Any, **kwargs: Any
    ) -> Any:
        """Return the plain field, without the buttons that open related objects."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form; after a refusal, one that says why."""
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return _told_of(form, refusal) if refusal else form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the object's page or form; a refused change is said in the form and entered."""
        refuse_side_doors(request)
        if self.object_page and object_id is not None:
            return self._own_page(request, object_id)
        if request.method == "POST" and object_id is not None:
            self.visible_or_404(request, object_id)
        extra = {
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
            "steps": self.steps_of(request, object_id),
            **(extra_context or {}),
        }
        try:
            return super().changeform_view(request, object_id, form_url, extra)
        except (NotFound, NotPermitted):
            raise
        except Refusal as refusal:
            self._enter(request, object_id, refusal)
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra)

    def _enter(self, request: HttpRequest, object_id: str | None, refusal: Refusal) -> None:
        about = [] if object_id is None else [self.visible_or_404(request, object_id)]
        step = "change" if about else "add"
        label = f"{self.opts.label_lower}.{step}"
        note_refusal(*about, step=label, refusal=refusal, by=viewer_of(request), at=timezone.now())

    def _own_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        obj = self.visible_or_404(request, object_id)
        panels = guests.panels_for(viewer_of(request), obj)
        context = {**self.object_context(request, obj), "panels": panels}
        return self.page(request, self.object_page, {**context, **self.page_context(request, obj)})

    def page_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Return what the object's own page shows beside the object and its buttons."""
        return {}

    # -- writing

    def create(self, request: HttpRequest, form: Any) -> M:
        """Call the action that adds one, and return it."""
        raise NotPermitted

    def change(self, request: HttpRequest, obj: M, form: Any) -> None:
        """Call the action that changes `obj` (as stored) by `changes(form)`."""
        raise NotPermitted

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let `create` or `change` do it."""
        if change:
            stored = self.visible_or_404(request, str(obj.pk))
            self.change(request, stored, form)
        else:
            obj.__dict__.update(self.create(request, form).__dict__)

    def save_related(
        self, request: HttpRequest, form: "ModelForm[Any]", formsets: Iterable[Any], change: bool
    ) -> None:
        """Related objects are the action's matter too."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Nothing is ever deleted here."""
        raise NotPermitted

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Nothing is ever deleted here."""
        raise NotPermitted

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The ledger has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The ledger has it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """The ledger has it."""


def _guest_column(column: guests.Column) -> Callable[[Any], Any]:
    def shown(row: Any) -> Any:
        return getattr(row, f"guest_{column.name}", column.missing)

    shown.__name__ = column.name
    shown.short_description = column.label  # type: ignore[attr-defined]
    return shown


def refuse_side_doors(request: HttpRequest) -> None:
    """Refuse Django's pop-up windows: they answer with pages that know no scope.

    Refuse the character NUL too, on which the database fails.
    """
    if IS_POPUP_VAR in request.GET or IS_POPUP_VAR in request.POST:
        raise SuspiciousOperation
    if any("\x00" in value for _, values in request.GET.lists() for value in values):
        raise SuspiciousOperation


def _told_of(form: type["ModelForm[Any]"], refusal: Refusal) -> type["ModelForm[Any]"]:
    class Told(form):  # type: ignore[misc,valid-type]
        """The same form, with the refusal as its error."""

        def clean(self) -> Any:
            cleaned = super().clean()
            self.add_error(None, str(refusal))
            return cleaned

    return cast("type[ModelForm[Any]]", Told)
