"""Desks: their names, who sits at them, and breaking the glass of one."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions import desks as actions
from corps.accounts.actions.glass import ask_break_glass
from corps.accounts.actions.requests import ask_for_members
from corps.accounts.admin.account_buttons import done_alone, keeps_accounts
from corps.accounts.admin.requests import waits_for_another
from corps.accounts.models import Desk, User
from corps.accounts.queries.sight import accounts_visible_to, desks_visible_to
from corps.accounts.rules.two_person import can_ask
from corps.accounts.states import TwoPersonKind
from corps.adminkit.buttons import Button, FormButton, ReasonForm, viewer_of
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.looks import chips


class MembersForm(ReasonForm):
    """Who sits at a desk."""

    members: Any = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Members"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("members", "reason")

    def prepare(self) -> None:
        """Offer the staff; begin with those who sit there."""
        staff = accounts_visible_to(self.viewer)
        self.fields["members"].queryset = staff  # type: ignore[attr-defined]
        self.initial.setdefault("members", list(self.obj.members.all()))


def set_members(request: HttpRequest, obj: Desk, form: MembersForm) -> HttpResponse:
    """Ask who sits at the desk."""
    by = viewer_of(request)
    act = ask_for_members(desk=obj, **form.cleaned_data, by=by, at=timezone.now())
    if act is not None:
        return waits_for_another(request, act)
    done_alone(request)
    return redirect("admin:accounts_desk_change", obj.pk)


def break_glass(request: HttpRequest, obj: Desk, reason: str) -> HttpResponse:
    """Ask to see what stands on the desk."""
    by = viewer_of(request)
    return waits_for_another(
        request, ask_break_glass(desk=obj, reason=reason, by=by, at=timezone.now())
    )


def may_ask_for_glass(user: User, obj: Desk) -> bool:
    """Whether the person may ask to break the glass."""
    return can_ask(user, TwoPersonKind.BREAK_GLASS)


@admin.register(Desk)
class DeskAdmin(GuardedAdmin[Desk]):
    """Desks and who sits at them."""

    visible_to = staticmethod(desks_visible_to)
    list_display = ("name", "slug", "seats")
    search_fields = ("name", "slug")
    sortable_by = ("name", "slug")
    ordering = ("slug",)
    buttons = (
        FormButton(
            name="members",
            label=_("Change the members"),
            says=_(
                "Another administrator has to grant it. While you are the only one who may sign "
                "in, it holds at once, and the ledger says so."
            ),
            asks=MembersForm,
            run=set_members,
            allowed=keeps_accounts,
            elevated=True,
        ),
        Button(
            name="break-glass",
            label=_("Break the glass"),
            says=_(
                "Asks to see what stands on this desk for one hour. Another administrator has to "
                "grant it; every administrator, the desk and the ledger are told."
            ),
            run=break_glass,
            reason=True,
            allowed=may_ask_for_glass,
            elevated=True,
            look="danger",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Desk]:
        """Return the desks, with how many sit at each."""
        desks: QuerySet[Desk] = super().get_queryset(request)
        return desks.annotate(member_count=Count("members"))

    @admin.display(description=_("members"))
    def seats(self, row: Any) -> int:
        """How many members the desk has."""
        return int(row.member_count)

    @admin.display(description=_("members"))
    def seated(self, row: Desk) -> SafeString:
        """Who sits at the desk."""
        return chips(str(user) for user in row.members.all())

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A new desk has a name; one that is there shows its members too."""
        return ("name", "slug", "seated") if obj else ("name", "slug")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A short name stays: the ledger keeps it. Members are changed by a button."""
        return ("slug", "seated") if obj else ()

    def create(self, request: HttpRequest, form: Any) -> Desk:
        """Make a desk, at which nobody sits yet."""
        name, slug = form.cleaned_data["name"], form.cleaned_data["slug"]
        by = viewer_of(request)
        return actions.make_desk(slug=slug, name=name, by=by, at=timezone.now())

    def change(self, request: HttpRequest, obj: Desk, form: Any) -> None:
        """Give a desk another name."""
        name, by = form.cleaned_data["name"], viewer_of(request)
        actions.name_desk(desk=obj, name=name, by=by, at=timezone.now())
