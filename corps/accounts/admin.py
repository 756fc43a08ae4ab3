"""The administrators' door: staff accounts with their roles, desks with their members."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions import desks as desk_actions
from corps.accounts.actions import staff as actions
from corps.accounts.models import Desk, User
from corps.accounts.queries.sight import accounts_visible_to, desks_visible_to
from corps.accounts.roles import LABELS, Role
from corps.accounts.rules.staff import can_keep_accounts
from corps.adminkit.buttons import Button, FormButton, StepForm, viewer_of
from corps.adminkit.filters import ChoiceFilter
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.history import timeline
from corps.adminkit.looks import chips, one_time_link, pill
from corps.adminkit.steps import show
from corps.adminkit.words import name_verbs

name_verbs(
    {
        "account.changed": _("Roles and desks changed"),
        "account.closed": _("Account closed"),
        "account.reopened": _("Account opened again"),
        "desk.made": _("Desk made"),
        "desk.changed": _("Desk changed"),
    }
)


class RolesForm(StepForm):
    """The roles and desks of an account."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(str(role), label) for role, label in LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    desks: Any = forms.ModelMultipleChoiceField(
        Desk.objects.none(),
        label=_("Desks"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self) -> None:
        """Offer the desks; begin with what the account has."""
        self.fields["desks"].queryset = desks_visible_to(self.viewer)  # type: ignore[attr-defined]
        if self.obj is not None:
            self.initial.setdefault("roles", sorted(self.obj.role_names))
            self.initial.setdefault("desks", list(self.obj.desks.all()))


class NewAccountForm(RolesForm):
    """A new staff account; its password is set by the person, over the one-time link."""

    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=150,
        validators=User._meta.get_field("username").validators,
        help_text=_("No real names: it stands in the ledger for ever."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    field_order = ("username", "language", "roles", "desks")


def shown_link(request: HttpRequest, user: User) -> HttpResponse:
    """Make a one-time link into the account, and show it this once."""
    link = actions.invite_staff(user=user, by=viewer_of(request), at=timezone.now())
    return show(request, User, user, "admin/corps/one_time_link.html", **one_time_link(link))


def make_account(request: HttpRequest, obj: None, form: NewAccountForm) -> HttpResponse:
    """Make a staff account and its link."""
    made = actions.make_staff(**form.cleaned_data, by=viewer_of(request), at=timezone.now())
    return shown_link(request, made)


def renew_link(request: HttpRequest, obj: User, reason: str) -> HttpResponse:
    """Make a new link."""
    return shown_link(request, obj)


def change_roles(request: HttpRequest, obj: User, form: RolesForm) -> None:
    """Give the account other roles and desks."""
    by = viewer_of(request)
    actions.change_staff(user=obj, **form.cleaned_data, by=by, at=timezone.now())


def close(request: HttpRequest, obj: User, reason: str) -> None:
    """Close the account."""
    actions.close_account(user=obj, by=viewer_of(request), at=timezone.now())


def reopen(request: HttpRequest, obj: User, reason: str) -> None:
    """Open the account again."""
    actions.reopen_account(user=obj, by=viewer_of(request), at=timezone.now())


def keeps_accounts(user: User, obj: Any) -> bool:
    """Whether the person keeps accounts."""
    return can_keep_accounts(user)


def keeps_others(user: User, obj: User) -> bool:
    """Whether the person keeps accounts, and this is not their own."""
    return can_keep_accounts(user) and user.pk != obj.pk


class RoleFilter(ChoiceFilter):
    """By role."""

    title = _("role")
    parameter_name = "role"

    def choices_for(self, viewer: User) -> Iterable[tuple[str, Any]]:
        """Return every role."""
        return [(str(role), label) for role, label in LABELS.items()]

    def narrow(self, queryset: QuerySet[User], value: str) -> QuerySet[User]:
        """Return the accounts in that role."""
        return queryset.filter(groups__name=value)


@admin.register(User)
class UserAdmin(GuardedAdmin[User]):
    """Staff accounts; those of volunteers are kept by their desks."""

    visible_to = staticmethod(accounts_visible_to)
    list_display = ("username", "roles", "on_desks", "state", "last_login")
    list_filter = (RoleFilter, "is_active", "desks")
    search_fields = ("username",)
    search_help_text = _("Sign-in name")
    sortable_by = ("username", "last_login")
    ordering = ("username",)
    object_page = "admin/corps/account.html"
    list_buttons = (
        FormButton(
            name="make",
            label=_("Make an account"),
            says=_("Makes a staff account and a one-time link by which its password is set."),
            asks=NewAccountForm,
            run=make_account,
            allowed=keeps_accounts,
            look="primary",
        ),
    )
    buttons = (
        FormButton(
            name="roles",
            label=_("Change roles and desks"),
            says=_("They hold from the person's next page on."),
            asks=RolesForm,
            run=change_roles,
            allowed=keeps_others,
        ),
        Button(
            name="link",
            label=_("New one-time link"),
            says=_("Makes a link by which a new password is set; an earlier link ends."),
            run=renew_link,
            allowed=keeps_accounts,
            when=lambda obj: obj.is_active,
        ),
        Button(
            name="close",
            label=_("Close the account"),
            says=_("Nobody signs in with it any more; whoever is signed in is out at once."),
            run=close,
            allowed=keeps_others,
            when=lambda obj: obj.is_active,
            look="danger",
        ),
        Button(
            name="reopen",
            label=_("Open the account again"),
            says=_("It may be signed in with again."),
            run=reopen,
            allowed=keeps_others,
            when=lambda obj: not obj.is_active,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return the accounts with their roles and desks."""
        return super().get_queryset(request).prefetch_related("groups", "desks")

    @admin.display(description=_("roles"))
    def roles(self, row: User) -> SafeString:
        """The roles in words."""
        return chips(_role(group.name) for group in row.groups.all())

    @admin.display(description=_("desks"))
    def on_desks(self, row: User) -> SafeString:
        """The desks."""
        return chips(str(desk) for desk in row.desks.all())

    @admin.display(description=_("state"))
    def state(self, row: User) -> SafeString:
        """Whether it may be signed in with."""
        if not row.is_active:
            return pill("is-blocked", _("closed"))
        if not row.has_usable_password():
            return pill("is-attention", _("invited"))
        return pill("is-ok", _("open"))

    def page_context(self, request: HttpRequest, obj: User) -> dict[str, Any]:
        """Return what stands on an account's page."""
        return {
            "state": self.state(obj),
            "roles": self.roles(obj),
            "desks": self.on_desks(obj),
            "lines": timeline(obj, viewer_of(request), limit=20),
        }


def _role(name: str) -> str:
    return str(LABELS[Role(name)]) if name in set(Role) else name


@admin.register(Desk)
class DeskAdmin(GuardedAdmin[Desk]):
    """Desks and who sits at them."""

    visible_to = staticmethod(desks_visible_to)
    list_display = ("name", "slug", "seats")
    search_fields = ("name", "slug")
    sortable_by = ("name", "slug")
    ordering = ("slug",)
    fields = ("name", "slug", "members")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Desk]:
        """Return the desks, with how many sit at each."""
        desks: QuerySet[Desk] = super().get_queryset(request)
        return desks.annotate(member_count=Count("members"))

    @admin.display(description=_("members"))
    def seats(self, row: Any) -> int:
        """How many members the desk has."""
        return int(row.member_count)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A short name stays: the ledger keeps it."""
        return ("slug",) if obj else ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Show the members as boxes to tick."""
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def create(self, request: HttpRequest, form: Any) -> Desk:
        """Make a desk."""
        return desk_actions.make_desk(**form.cleaned_data, by=viewer_of(request), at=timezone.now())

    def change(self, request: HttpRequest, obj: Desk, form: Any) -> None:
        """Name a desk, and say who is on it."""
        given = {name: form.cleaned_data[name] for name in ("name", "members")}
        desk_actions.change_desk(desk=obj, **given, by=viewer_of(request), at=timezone.now())
